using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What became of jobs and queues, at Debug: a line for each event, once it is stored.</summary>
internal static partial class JobLines
{
    /// <summary>Tells of what a commit has changed.</summary>
    public static void Tell(ILogger logger, Changes changes)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        foreach (JobEvent happened in changes.Events)
        {
            Job job = happened.Job;
            using IDisposable? trace = LogScope.OfTrace(job.TraceId) is { } scope ? logger.BeginScope(scope) : null;
            LogEvent(
                logger,
                job.Id,
                job.Sequence,
                happened.Kind,
                job.Spec.Type,
                job.Spec.Queue,
                happened.PreviousStatus is { } before ? Words.Of(before) : "-",
                Words.Of(job.Status),
                job.Attempt);
        }

        foreach (ForgottenJob forgotten in changes.Forgotten)
        {
            LogForgotten(logger, forgotten.Id);
        }

        foreach (QueueSettings queue in changes.Settings)
        {
            LogQueue(
                logger,
                queue.Name,
                queue.Paused ? "paused" : "not paused",
                queue.Unpublished == EventKinds.None ? "all" : string.Join(", ", Words.Of(~queue.Unpublished).DefaultIfEmpty("none")));
        }
    }

    [LoggerMessage(
        16, LogLevel.Debug, "Job {JobId} #{Sequence} {Kind} ({Type} in {Queue}): {Before} -> {Status}, attempt {Attempt}.")]
    private static partial void LogEvent(
        ILogger logger,
        JobId jobId,
        long sequence,
        JobEventKind kind,
        string type,
        string queue,
        string before,
        string status,
        int attempt);

    [LoggerMessage(17, LogLevel.Debug, "Job {JobId} is forgotten on request.")]
    private static partial void LogForgotten(ILogger logger, JobId jobId);

    [LoggerMessage(18, LogLevel.Debug, "Queue {Queue} is {State}; of its events are published: {Events}.")]
    private static partial void LogQueue(ILogger logger, string queue, string state, string events);
}
