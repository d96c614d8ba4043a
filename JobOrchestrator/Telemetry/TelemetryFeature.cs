using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace JobOrchestrator.Telemetry;

/// <summary>
/// Metrics and traces by OpenTelemetry: pushed by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says to, and metrics kept for whoever
/// scrapes.
/// </summary>
internal static class TelemetryFeature
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<MetricsOptions>(configuration, "Metrics");
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsValidator>();
        services.AddSingleton(provider => Open(provider.GetRequiredService<IOptions<MetricsOptions>>().Value));
        services.AddSingleton<Gauges>();
        services.AddHostedService(provider => new LoopService(
            provider.GetRequiredService<Loops>(), "gauges", provider.GetRequiredService<Gauges>().RunAsync));

        bool pushes = configuration[OtlpEndpoint] is { Length: > 0 };
        bool scrapes = configuration.GetValue("Metrics:Scrape", true);
        if (pushes || scrapes)
        {
            OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("joborchestrator"))
                .WithMetrics(metrics => Measure(metrics, pushes, scrapes));
            if (pushes)
            {
                telemetry.WithTracing(traces => traces.AddSource(SubmissionTrace.SourceName).AddOtlpExporter());
            }
        }

        return services;
    }

    private static Instruments Open(MetricsOptions options) => new(options.NamesMax, options.Messaging);

    private static void Measure(MeterProviderBuilder metrics, bool pushes, bool scrapes)
    {
        metrics.AddMeter(Instruments.MeterName, "System.Runtime");
        if (scrapes)
        {
            metrics.AddPrometheusExporter();
        }

        if (pushes)
        {
            metrics.AddOtlpExporter();
        }
    }
}
