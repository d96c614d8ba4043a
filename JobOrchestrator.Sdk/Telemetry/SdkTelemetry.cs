using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace JobOrchestrator.Sdk;

/// <summary>The SDK's one activity source and one meter, both named <c>JobOrchestrator.Sdk</c>.</summary>
internal static class SdkTelemetry
{
    public const string Name = "JobOrchestrator.Sdk";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("joborchestrator.sdk.retries", "{request}", "Requests sent again after a transient failure.");

    public static readonly Histogram<double> AttemptDuration =
        Meter.CreateHistogram<double>(
            "joborchestrator.sdk.attempt.duration", "s", "From an attempt's start to its end, by queue, type and outcome.");

    public static readonly UpDownCounter<long> AttemptsRunning =
        Meter.CreateUpDownCounter<long>(
            "joborchestrator.sdk.attempts.running", "{attempt}", "Attempts that run in this process, by queue.");

    public static readonly Counter<long> Events =
        Meter.CreateCounter<long>("joborchestrator.sdk.events", "{event}", "Events received, by kind, delivery and source.");

    public static readonly Counter<long> EventsSetAside = Meter.CreateCounter<long>(
        "joborchestrator.sdk.events.set_aside", "{event}", "Events that no handler hears of, by why: unreadable, or handler.");
}
