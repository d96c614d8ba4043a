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

    /// <summary>
    /// Says how a queue is worked. Queues of processors that are not named here get <see cref="JobWorkerOptions.Concurrency"/>.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="concurrency">How many attempts run at once, from 1.</param>
    /// <param name="prefetch">How many more jobs are held ready, so that a slot that gets free need not ask first; 0 by default.</param>
    /// <param name="onlyOwnTypes">
    /// Leave jobs without a processor here to others who share the queue. False by default: such jobs are taken, reported in the log
    /// and given back, so that a job sent to the wrong queue is noticed.
    /// </param>
    public JobWorkerBuilder Queue(string queue, int concurrency, int prefetch = 0, bool onlyOwnTypes = false) =>
        Queues([queue], concurrency, prefetch, onlyOwnTypes);

    /// <summary>Says how several queues are worked that share one number of slots.</summary>
    /// <param name="queues">The queues: a later one is looked at when those before it are empty.</param>
    /// <param name="concurrency">How many attempts run at once, from 1.</param>
    /// <param name="prefetch">How many more jobs are held ready.</param>
    /// <param name="onlyOwnTypes">Leave jobs without a processor here to others who share the queues.</param>
    public JobWorkerBuilder Queues(IReadOnlyList<string> queues, int concurrency, int prefetch = 0, bool onlyOwnTypes = false)
    {
        ArgumentNullException.ThrowIfNull(queues);
        ArgumentOutOfRangeException.ThrowIfZero(queues.Count, nameof(queues));
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(prefetch);
        Services.AddSingleton(new WorkerLane([.. queues], concurrency, prefetch, onlyOwnTypes));
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
