using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What is remembered of a job that failed before anyone counted.</summary>
/// <param name="Key">Of what.</param>
/// <param name="Id">Which job.</param>
/// <param name="Owner">Whose; null: nobody's.</param>
/// <param name="At">When.</param>
internal sealed record PastFailure(ErrorKey Key, JobId Id, string? Owner, DateTimeOffset At)
{
    public static PastFailure Of(Job failed) =>
        new(ErrorKey.Of(failed), failed.Id, failed.Owner, failed.FinishedAt ?? failed.UpdatedAt);
}
