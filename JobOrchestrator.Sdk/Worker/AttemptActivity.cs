using System.Diagnostics;

namespace JobOrchestrator.Sdk;

/// <summary>
/// The span of an attempt, <c>process {queue}</c>. The first one belongs to the trace that submitted the job. A later one may come hours
/// after it: it is a trace of its own, with a link to that one.
/// </summary>
internal static class AttemptActivity
{
    /// <summary>Begins it; null: nobody listens.</summary>
    public static Activity? Start(ProcessorRegistration registration, JobContext context)
    {
        if (!SdkTelemetry.Source.HasListeners())
        {
            return null;
        }

        Job job = context.Job;
        bool hasSubmitter = ActivityContext.TryParse(job.Traceparent, job.Tracestate, isRemote: true, out ActivityContext submitter);
        bool isFirst = context.Attempt == 1;
        ActivityContext? link = hasSubmitter && !isFirst ? submitter : null;
        return ProcessActivity.Start(context.Queue, context.JobId, context.JobId, isFirst ? submitter : default, link)
            ?.SetTag("joborchestrator.job.type", registration.Definition.Name)
            .SetTag("joborchestrator.attempt", context.Attempt);
    }
}
