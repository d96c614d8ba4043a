using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Healthy when the feed was read to its end and every event taken; degraded while the feed cannot be read or is the only way, while a
/// handler fails, and once an event was set aside; unhealthy while no event is taken at all.
/// </summary>
internal sealed class JobEventsHealth(
    JobEventInbox inbox, FeedReader feed, SubscriptionWatch subscriptions, HeldEvents held, SetAsideEvents setAside) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Result());

    private HealthCheckResult Result()
    {
        if (!inbox.Loaded.IsCompleted)
        {
            return HealthCheckResult.Unhealthy(feed.Trouble ?? "What was handled is still being read.");
        }

        string?[] all =
        [
            feed.Trouble,
            subscriptions.Trouble,
            feed.IsBrokerSilent ? "The broker brings nothing; events come by the feed." : null,
            held.Description,
            setAside.Description,
        ];
        string[] troubles = [.. all.OfType<string>()];
        return troubles.Length > 0 ? HealthCheckResult.Degraded(string.Join(" ", troubles))
            : HealthCheckResult.Healthy(feed.CaughtUpAt is { } at ? $"Caught up at {at:O}." : "Catching up.");
    }
}
