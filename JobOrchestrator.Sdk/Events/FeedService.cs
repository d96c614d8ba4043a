using Microsoft.Extensions.Hosting;

namespace JobOrchestrator.Sdk;

#pragma warning disable RS0030 // The host around the reader, and no more.
/// <summary>Has the feed read for as long as the process runs.</summary>
internal sealed class FeedService(FeedReader feed) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => feed.RunAsync(stoppingToken);
}
#pragma warning restore RS0030
