using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>By what failures are alike.</summary>
/// <param name="Text">What their messages have in common.</param>
/// <param name="Type">The jobs' type.</param>
/// <param name="Queue">Their queue.</param>
/// <param name="ErrorType">The kind of error.</param>
public readonly record struct ErrorKey(string Text, string Type, string Queue, string ErrorType)
{
    /// <summary>Of a job that failed.</summary>
    public static ErrorKey Of(Job failed) => new(
        ErrorPattern.Of(failed.Error?.Title ?? ""), failed.Type, failed.Queue, failed.Error?.Type ?? JobError.WorkerError);
}
