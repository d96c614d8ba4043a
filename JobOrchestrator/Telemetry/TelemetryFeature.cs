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
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<MetricsOptions>(configuration, "Metrics");
        services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsValidator>();
        services.AddSingleton(provider => Open(provider.GetRequiredService<IOptions<MetricsOptions>>().Value));
        services.AddSingleton<Gauges>();
        services.AddHostedService(provider => new LoopService(
            provider.GetRequiredService<Loops>(), "gauges", provider.GetRequiredService<Gauges>().RunAsync));

        bool pushesMetrics = IsSet(configuration, Endpoint, MetricsEndpoint);
        bool pushesTraces = IsSet(configuration, Endpoint, TracesEndpoint);

        // What is no word of these is refused with all other settings.
        bool scrapes = !bool.TryParse(configuration["Metrics:Scrape"], out bool scrape) || scrape;
        if (pushesMetrics || pushesTraces || scrapes)
        {
            // What the environment says of the service goes before its usual name.
            OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("joborchestrator").AddEnvironmentVariableDetector());
            if (pushesMetrics || scrapes)
            {
                telemetry.WithMetrics(metrics => Measure(metrics, pushesMetrics, scrapes));
            }

            if (pushesTraces)
            {
                telemetry.WithTracing(traces => traces.AddSource(SubmissionTrace.SourceName).AddOtlpExporter());
            }
        }

        return services;
    }

    private static bool IsSet(IConfiguration configuration, params string[] names) =>
        Array.Exists(names, name => configuration[name] is { Length: > 0 });

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
