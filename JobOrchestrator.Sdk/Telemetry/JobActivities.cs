using System.Diagnostics;

namespace JobOrchestrator.Sdk;

/// <summary>The SDK's spans; each is null where nobody listens.</summary>
internal static class JobActivities
{
    /// <summary>
    /// <c>process {queue}</c>. The first attempt belongs to the trace that submitted the job. A later one may come hours after it: it is a
    /// trace of its own, with a link to that one.
    /// </summary>
    public static Activity? OfAttempt(ProcessorRegistration registration, JobContext context)
    {
        if (!SdkTelemetry.Source.HasListeners())
        {
            return null;
        }

        Job job = context.Job;
        bool hasSubmitter = ActivityContext.TryParse(job.Traceparent, job.Tracestate, isRemote: true, out ActivityContext submitter);
        bool isFirst = context.Attempt == 1;
        return Start($"process {context.Queue}", isFirst ? submitter : default, hasSubmitter && !isFirst ? submitter : null)
            ?.SetTag("messaging.destination.name", context.Queue)
            .SetTag("messaging.message.id", context.JobId)
            .SetTag("joborchestrator.job.type", registration.Definition.Name)
            .SetTag("joborchestrator.job.id", context.JobId)
            .SetTag("joborchestrator.attempt", context.Attempt);
    }

    /// <summary>
    /// <c>process job.completed</c> and so on: what an owner does with an event, in the trace that submitted the job. What brought the
    /// event is linked.
    /// </summary>
    public static Activity? OfEvent(JobEvent jobEvent)
    {
        if (!SdkTelemetry.Source.HasListeners())
        {
            return null;
        }

        ActivityContext? bringer = Activity.Current is { Recorded: true, Context: var outer } ? outer : null;
        _ = ActivityContext.TryParse(jobEvent.Traceparent, jobEvent.Tracestate, isRemote: true, out ActivityContext submitter);
#pragma warning disable CA1308 // As the event is named on the wire.
        string name = $"job.{jobEvent.Kind.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308
        return Start($"process {name}", submitter, bringer)
            ?.SetTag("messaging.destination.name", name)
            .SetTag("messaging.message.id", jobEvent.Id)
            .SetTag("joborchestrator.job.id", jobEvent.JobId);
    }

    private static Activity? Start(string name, ActivityContext parent, ActivityContext? link)
    {
        // Whatever runs around it is not what the job belongs to.
        Activity? outer = Activity.Current;
        Activity.Current = null;
        Activity? activity = SdkTelemetry.Source.StartActivity(
            name, ActivityKind.Consumer, parent, tags: null, links: link is { } linked ? [new ActivityLink(linked)] : null);
        if (activity is null)
        {
            Activity.Current = outer;
        }

        return activity?.SetTag("messaging.system", "joborchestrator")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process");
    }
}
