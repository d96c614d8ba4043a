using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Healthy while work can be had, reports are taken and cancels are heard of at once; degraded while one of them is tried in vain, or
/// blocked threads hold it all up; unhealthy before the start.
/// </summary>
internal sealed class JobWorkerHealth(WorkerState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((state.Works, state.Troubles) switch
        {
            (null, _) => HealthCheckResult.Unhealthy("The worker has not started."),
            (var works, []) => HealthCheckResult.Healthy($"Works {works}."),
            (_, var troubles) => HealthCheckResult.Degraded(string.Join("; ", troubles)),
        });
}
