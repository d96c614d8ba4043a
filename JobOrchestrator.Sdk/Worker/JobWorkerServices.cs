using JobOrchestrator.Sdk;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the worker's side.</summary>
public static class JobWorkerServices
{
    // What the orchestrator takes; a release that it refuses would leave the job to its lease.
    private static readonly TimeSpan RestMax = TimeSpan.FromDays(3_650);

    /// <summary>
    /// Works jobs in this process. Adds <see cref="JobClient"/> too (<c>AddJobClient</c>), with whose settings the orchestrator is found.
    /// Settings come from the configuration section <c>Jobs:Worker</c>, then from code. Adds a health check named <c>job-worker</c> with
    /// the tag <c>ready</c>. May be called more than once: what is said adds up to one worker.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Says which processors and queues.</param>
    public static IServiceCollection AddJobWorker(this IServiceCollection services, Action<JobWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddJobClient();
        if (services.All(service => service.ServiceType != typeof(WorkerState)))
        {
            AddOnce(services);
        }

        services.AddOptions<JobWorkerOptions>()
            .Validate(options => options.Concurrency >= 1, "Jobs:Worker:Concurrency has to be 1 or more.")
            .Validate(options => !string.IsNullOrWhiteSpace(options.Name), "Jobs:Worker:Name must not be empty.")
            .Validate(IsNotNegative(options => options.PollWait), "Jobs:Worker:PollWait must not be negative.")
            .Validate(
                options => Longest.IsAtLeast(TimeSpan.FromTicks(1), options.ProgressInterval),
                "Jobs:Worker:ProgressInterval has to be more than zero.")
            .Validate(IsNotNegative(options => options.CarryOnFor), "Jobs:Worker:CarryOnFor must not be negative.")
            .Validate(
                options => options.UnknownTypeDelay >= TimeSpan.Zero && options.UnknownTypeDelay <= RestMax,
                "Jobs:Worker:UnknownTypeDelay has to be from zero to 3650 days, as the orchestrator takes it.")
            .Validate(IsNotNegative(options => options.ShutdownTimeout), "Jobs:Worker:ShutdownTimeout must not be negative.")
            .Validate(IsNotNegative(options => options.ShutdownGrace), "Jobs:Worker:ShutdownGrace must not be negative.")
            .ValidateOnStart();
#pragma warning disable RS0030 // The thread pool, in production.
        services.TryAddSingleton<Begin>(Task.Run);
#pragma warning restore RS0030
        services.TryAddSingleton<Reporter>();
        services.TryAddSingleton<AttemptRunner>();
        services.AddHostedService<JobWorker>();
        configure(new JobWorkerBuilder(services));
        return services;
    }

    private static Func<JobWorkerOptions, bool> IsNotNegative(Func<JobWorkerOptions, TimeSpan> time) =>
        options => Longest.IsAtLeast(TimeSpan.Zero, time(options));

    private static void AddOnce(IServiceCollection services)
    {
        services.AddSections<JobWorkerOptions>(JobWorkerOptions.Section);
        services.AddSingleton<IValidateOptions<JobWorkerOptions>, JobQueueNumbers>();
        services.AddSingleton<WorkerState>();
        services.AddHostedService(provider => new PoolWatch(
            PoolWatch.OfTheProcess, provider.GetRequiredService<WorkerState>(), provider.GetRequiredService<ILogger<PoolWatch>>()));
        services.AddHealthChecks().AddCheck<JobWorkerHealth>("job-worker", tags: ["ready"]);
    }
}
