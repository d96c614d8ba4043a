using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobOrchestrator.Sdk;

/// <summary>Says what a worker works and how.</summary>
public sealed class JobWorkerBuilder
{
    internal JobWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The container.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Works jobs with a processor, made anew in its own scope for each attempt. Two processors for one type name refuse to start.
    /// </summary>
    /// <typeparam name="TProcessor">The processor, with <see cref="JobTypeAttribute"/> on it or on its input.</typeparam>
    /// <exception cref="InvalidOperationException">Nothing says which type of job it works.</exception>
    public JobWorkerBuilder Add<TProcessor>()
        where TProcessor : JobProcessor
    {
        Services.TryAddTransient<TProcessor>();
        var registration = ProcessorRegistration.Of(typeof(TProcessor));
        Services.AddSingleton(registration);

        // For the client: a job submitted in this process is of the type that takes its input.
        Services.AddSingleton(new KnownInput(registration.Input, registration.Definition));
        return this;
    }

    /// <summary>The same for a type that is named here, whatever stands on the processor; more than once for several types.</summary>
    /// <typeparam name="TProcessor">The processor.</typeparam>
    /// <param name="type">The type's name.</param>
    /// <exception cref="ArgumentException">No type can be called so.</exception>
    public JobWorkerBuilder Add<TProcessor>(string type)
        where TProcessor : JobProcessor
    {
        Services.TryAddTransient<TProcessor>();
        Services.AddSingleton(ProcessorRegistration.OfType(typeof(TProcessor), type));
        return this;
    }

    /// <summary>
    /// Works jobs of every type for which there is no other processor here: all that is in the queues is asked for. For tools; name the
    /// queues.
    /// </summary>
    /// <typeparam name="TProcessor">The processor; its input is JSON of any shape, as a rule (<c>JsonElement</c>).</typeparam>
    public JobWorkerBuilder AddForAnyType<TProcessor>()
        where TProcessor : JobProcessor
    {
        Services.TryAddTransient<TProcessor>();
        Services.AddSingleton(ProcessorRegistration.OfAnyType(typeof(TProcessor)));
        return this;
    }

    /// <summary>
    /// Says how a queue is worked. Once a queue is named, <c>default</c> is worked only if it is named too; a queue that a processor's
    /// <see cref="JobTypeAttribute"/> names is worked at any rate. Only jobs of types that have a processor here are asked for.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="concurrency">
    /// How many attempts run at once, from 1; <see cref="JobWorkerOptions.Concurrency"/> when null.
    /// </param>
    /// <param name="prefetch">How many more jobs are held ready, so that a slot that gets free need not ask first; 0 by default.</param>
    /// <exception cref="ArgumentException">No queue can have this name: 1 to 256 characters, no control characters.</exception>
    public JobWorkerBuilder Queue(string queue, int? concurrency = null, int prefetch = 0) => Queues([queue], concurrency, prefetch);

    /// <summary>Says how several queues are worked that share one number of slots.</summary>
    /// <param name="queues">The queues, 100 at most: a later one is looked at when those before it are empty.</param>
    /// <param name="concurrency">
    /// How many attempts run at once, from 1; <see cref="JobWorkerOptions.Concurrency"/> when null.
    /// </param>
    /// <param name="prefetch">How many more jobs are held ready.</param>
    /// <exception cref="ArgumentException">No queue can have one of these names: 1 to 256 characters, no control characters.</exception>
    public JobWorkerBuilder Queues(IReadOnlyList<string> queues, int? concurrency = null, int prefetch = 0)
    {
        ArgumentNullException.ThrowIfNull(queues);
        ArgumentOutOfRangeException.ThrowIfZero(queues.Count, nameof(queues));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queues.Count, LeaseLoop.NamesMax, nameof(queues));
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency ?? 1, 1, nameof(concurrency));
        ArgumentOutOfRangeException.ThrowIfNegative(prefetch);
        foreach (string queue in queues)
        {
            QueueName.Check(queue, nameof(queues));
        }

        Services.AddSingleton(new WorkerLane([.. queues], concurrency, prefetch));
        return this;
    }

    /// <summary>Changes the worker's settings.</summary>
    /// <param name="configure">The change.</param>
    public JobWorkerBuilder Configure(Action<JobWorkerOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }
}
