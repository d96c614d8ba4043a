using System.Diagnostics;

namespace JobOrchestrator.Sdk;

/// <summary>The SDK's spans, <c>process …</c>: what is done with a job or an event. Each is null where nobody listens.</summary>
internal static class ProcessActivity
{
    /// <summary>Begins one.</summary>
    /// <param name="what">What is processed: a queue, or a kind of event.</param>
    /// <param name="messageId">The job, or the event.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="parent">The span that it belongs to; none: it begins a trace.</param>
    /// <param name="link">A span that it has to do with besides.</param>
    public static Activity? Start(string what, string messageId, string jobId, ActivityContext parent, ActivityContext? link)
    {
        // Whatever runs around it is not what the job belongs to.
        Activity? outer = Activity.Current;
        Activity.Current = null;
        Activity? activity = SdkTelemetry.Source.StartActivity(
            $"process {what}",
            ActivityKind.Consumer,
            parent,
            tags: null,
            links: link is { } linked ? [new ActivityLink(linked)] : null);
        if (activity is null)
        {
            Activity.Current = outer;
        }

        return activity?.SetTag("messaging.system", "joborchestrator")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", what)
            .SetTag("messaging.message.id", messageId)
            .SetTag("joborchestrator.job.id", jobId);
    }
}
