using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Healthy when the feed was read to its end, degraded while it cannot be or is the only way, unhealthy while no event is taken at all.
/// </summary>
internal sealed class JobEventsHealth(JobEventInbox inbox, FeedReader feed) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((inbox.Loaded.IsCompleted, feed.Trouble) switch
        {
            (false, var trouble) => HealthCheckResult.Unhealthy(trouble ?? "What was handled is still being read."),
            (true, { } trouble) => HealthCheckResult.Degraded(trouble),
            (true, null) when feed.IsBrokerSilent => HealthCheckResult.Degraded("The broker brings nothing; events come by the feed."),
            (true, null) => HealthCheckResult.Healthy(feed.CaughtUpAt is { } at ? $"Caught up at {at:O}." : "Catching up."),
        });
}
