using System.Globalization;
using JobOrchestrator.Sdk;

namespace MicroserviceX.Events;

/// <summary>Logs one line for each event (what happens between begin and end at Debug) and keeps it in the history.</summary>
internal sealed partial class EventRecorder(EventHistory history, TimeProvider time, ILogger<EventRecorder> logger) : IJobEventHandler
{
    public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        bool isKept = history.TryAdd(ReceivedEvent.From(jobEvent, time.GetUtcNow()));
        Received(
            logger,
            jobEvent.Kind is JobEventKind.Updated ? LogLevel.Debug : LogLevel.Information,
            jobEvent.JobId,
            jobEvent.Sequence,
            jobEvent.Kind,
            jobEvent.Type,
            jobEvent.PreviousStatus?.ToString() ?? "-",
            jobEvent.Status,
            jobEvent.Progress?.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $" {percent:0.#} %") : "",
            isKept ? jobEvent.Delivery : JobEventDelivery.Repeat,
            jobEvent.Source);
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventId = 1,
        Message = "{JobId} #{Sequence} {Kind} ({Type}): {PreviousStatus} -> {Status}{Progress}, {Delivery}, from {Source}")]
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
        JobEventDelivery delivery,
        JobEventSource source);
}
