using System.Globalization;
using JobOrchestrator.Sdk;

namespace MicroserviceX.Events;

/// <summary>
/// Logs one line for each event (at Debug what happens between begin and end, and everything beyond the first hundred) and keeps it in the
/// history.
/// </summary>
internal sealed partial class EventRecorder(EventHistory history, FirstLines lines, TimeProvider time, ILogger<EventRecorder> logger)
    : IJobEventHandler
{
    public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        JobEventDelivery delivery = history.Add(ReceivedEvent.From(jobEvent, time.GetUtcNow()));
        int line = jobEvent.Kind is JobEventKind.Updated ? 0 : lines.Next();
        Received(
            logger,
            line is > 0 and <= FirstLines.Shown ? LogLevel.Information : LogLevel.Debug,
            jobEvent.JobId,
            jobEvent.Sequence,
            jobEvent.Kind,
            jobEvent.Type,
            jobEvent.PreviousStatus?.ToString() ?? "-",
            jobEvent.Status,
            jobEvent.Progress?.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $" {percent:0.#} %") : "",
            Told(delivery),
            jobEvent.Source == JobEventSource.Broker ? "broker" : "feed");
        if (line == FirstLines.Shown)
        {
            Enough(logger, FirstLines.Shown);
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing of an event that is new, as they are: a job's status is called so, too.</summary>
    private static string Told(JobEventDelivery delivery) => delivery switch
    {
        JobEventDelivery.New => "",
        JobEventDelivery.Stale => ", stale (a later one came before it)",
        JobEventDelivery.Repeat => ", a repeat",
    };

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Information,
        Message = "{Count} events are logged; those to come are at Debug only. GET /events shows the last ones.")]
    private static partial void Enough(ILogger logger, int count);

    [LoggerMessage(
        EventId = 1,
        Message = "{JobId} #{Sequence} {Kind} ({Type}): {PreviousStatus} -> {Status}{Progress}{Delivery}, by the {Source}")]
    private static partial void Received(
        ILogger logger,
        LogLevel level,
        string jobId,
        long sequence,
        JobEventKind kind,
        string? type,
        string previousStatus,
        JobStatus? status,
        string progress,
        string delivery,
        string source);
}
