using System.Diagnostics;

namespace JobOrchestrator.Sdk;

/// <summary>
/// The span of what an owner does with an event, <c>process job.completed</c> and so on, in the trace that submitted the job. What brought
/// the event is linked.
/// </summary>
internal static class EventActivity
{
    /// <summary>Begins it; null: nobody listens.</summary>
    public static Activity? Start(JobEvent jobEvent)
    {
        if (!SdkTelemetry.Source.HasListeners())
        {
            return null;
        }

        ActivityContext? bringer = Activity.Current is { Recorded: true, Context: var outer } ? outer : null;
        _ = ActivityContext.TryParse(jobEvent.Traceparent, jobEvent.Tracestate, isRemote: true, out ActivityContext submitter);
        return ProcessActivity.Start(NameOf(jobEvent.Kind), jobEvent.Id, jobEvent.JobId, submitter, bringer);
    }

    /// <summary>As the event is named on the wire.</summary>
    private static string NameOf(JobEventKind kind) => kind switch
    {
        JobEventKind.Created => "job.created",
        JobEventKind.Updated => "job.updated",
        JobEventKind.Completed => "job.completed",
        JobEventKind.Failed => "job.failed",
        _ => "job.cancelled",
    };
}
