using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Features.Metrics;

/// <summary><c>GET /metrics</c>: everything that is measured, in Prometheus' text format.</summary>
internal static class MetricsFeature
{
    private const string Path = "/metrics";

    public static WebApplication MapMetrics(this WebApplication app)
    {
        MetricsOptions options = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        if (!options.Scrape)
        {
            return app;
        }

        IEndpointConventionBuilder endpoint = app.MapPrometheusScrapingEndpoint(Path)
            .WithMetadata(new HttpMethodMetadata(Routes.Reading))
            .ExcludeFromDescription();
        if (!options.Open)
        {
            // A queue's name and how much there is of it are for those who operate them.
            endpoint.WithMetadata(NeedsApiKey.Mark).AddEndpointFilterForCallers();
        }

        return app;
    }

    private static void AddEndpointFilterForCallers(this IEndpointConventionBuilder endpoint) => endpoint.Finally(built =>
    {
        RequestDelegate answer = built.RequestDelegate!;
        built.RequestDelegate = http =>
        {
            ApiKeys.CallerOf(http).RequireOperateAll();
            return answer(http);
        };
    });
}
