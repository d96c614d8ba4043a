using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobOrchestrator.Sdk;

/// <summary>Says whose events are taken and who handles them.</summary>
public sealed class JobEventsBuilder
{
    internal JobEventsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The container.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Hands every event to a handler, made anew in its own scope for each event. Handlers are called in the order in which they
    /// were added.
    /// </summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    public JobEventsBuilder Add<THandler>()
        where THandler : class, IJobEventHandler
    {
        Services.TryAddScoped<THandler>();
        return Add(
            (services, jobEvent, cancellationToken) => services.GetRequiredService<THandler>().HandleAsync(jobEvent, cancellationToken),
            typeof(THandler));
    }

    /// <summary>Hands the events of one kind to a function.</summary>
    /// <param name="kind">Which events.</param>
    /// <param name="handle">What to do.</param>
    public JobEventsBuilder On(JobEventKind kind, Func<JobEvent, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return Add((_, jobEvent, cancellationToken) => jobEvent.Kind == kind ? handle(jobEvent, cancellationToken) : Task.CompletedTask);
    }

    /// <summary>Remembers cursor and handled events elsewhere than in files; needed when the owner runs as several replicas.</summary>
    /// <typeparam name="TMemory">The memory.</typeparam>
    public JobEventsBuilder RememberWith<TMemory>()
        where TMemory : class, IJobEventMemory
    {
        Services.Replace(ServiceDescriptor.Singleton<IJobEventMemory, TMemory>());
        return this;
    }

    /// <summary>Changes the settings.</summary>
    /// <param name="configure">The change.</param>
    public JobEventsBuilder Configure(Action<JobEventsOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    private JobEventsBuilder Add(Func<IServiceProvider, JobEvent, CancellationToken, Task> handle, Type? type = null)
    {
        Services.AddSingleton(new JobEventHandlerRegistration(handle, type));
        return this;
    }
}
