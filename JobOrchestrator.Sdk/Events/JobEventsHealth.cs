using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Healthy when the feed was read to its end and every event taken; degraded while the feed cannot be read or is the only way, while a
/// handler fails, once an event was set aside, and while another process has the memory's folder: in a rollout that one is stopped when
/// this one counts as ready, and not before. Unhealthy while no event is taken for another reason.
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
            return feed.IsFolderInUse ? HealthCheckResult.Degraded(feed.Trouble)
                : HealthCheckResult.Unhealthy(feed.Trouble ?? "What was handled is still being read.");
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
