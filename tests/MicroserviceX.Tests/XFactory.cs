using System.Net;
using System.Text;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MicroserviceX.Tests;

/// <summary>MicroserviceX as it is, with an orchestrator that has nothing to say but one page of events.</summary>
internal sealed class XFactory(string folder, string? appToken = null) : WebApplicationFactory<Program>
{
    /// <summary>The events in the feed, as JSON.</summary>
    public string Feed { get; init; } = "";

    /// <summary>The cursor behind them.</summary>
    public string FeedEnd { get; init; } = "1";

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("DATA_DIR", folder);
        builder.UseSetting("APP_API_TOKEN", appToken ?? "");
        builder.ConfigureServices(services =>
            services.AddHttpClient(JobClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => new QuietOrchestrator(this)));
    }

    private sealed class QuietOrchestrator(XFactory factory) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath != "/events")
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            bool isRead = request.RequestUri.Query.EndsWith($"after={factory.FeedEnd}", StringComparison.Ordinal);
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    $$"""{"events":[{{(isRead ? "" : factory.Feed)}}],"cursor":"{{factory.FeedEnd}}"}""",
                    Encoding.UTF8,
                    "application/json"),
            };
        }
    }
}
