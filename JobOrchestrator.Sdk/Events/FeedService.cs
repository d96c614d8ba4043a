using JobOrchestrator.Waiting;
using Microsoft.Extensions.Hosting;

namespace JobOrchestrator.Sdk;

#pragma warning disable RS0030 // The host around the loops, and no more.
/// <summary>Has the feed read, failed events tried again and subscriptions watched, for as long as the process runs.</summary>
internal sealed class FeedService(
    FeedReader feed,
    EventRetries retries,
    SubscriptionWatch subscriptions,
    IEnumerable<JobEventHandlerRegistration> handlers,
    Constructors constructors) : BackgroundService
{
    /// <exception cref="InvalidOperationException">A handler cannot be made.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (Type handler in handlers.Select(one => one.Type).OfType<Type>())
        {
            constructors.Check("event handler", handler);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Together.AllAsync(
        [feed.RunAsync(stoppingToken), retries.RunAsync(stoppingToken), subscriptions.RunAsync(stoppingToken)]);
}
#pragma warning restore RS0030
