using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>How attempts ended, in words.</summary>
internal static class AttemptWords
{
    /// <summary>Empty: it runs.</summary>
    public static string Ends(JobAttempt attempt) => attempt.Outcome is null ? "" : attempt.Outcome.Value switch
    {
        JobAttemptOutcome.Completed => "completed",
        JobAttemptOutcome.Failed => attempt.Error ?? "failed",
        JobAttemptOutcome.LeaseLost => $"lease lost: {Silent(attempt)}",
        JobAttemptOutcome.Released => "given back; this attempt does not count",
        JobAttemptOutcome.Cancelled => "cancelled while it ran",
        JobAttemptOutcome.TimedOut => "its time was over",
        JobAttemptOutcome.Replaced => "replaced by a newer submission",
        JobAttemptOutcome.Refused => Late(attempt),
    };

    /// <summary>When a worker was heard of last that lost its lease; null: it did not.</summary>
    public static DateTimeOffset? SilentSince(JobAttempt attempt) =>
        attempt is { Outcome: JobAttemptOutcome.LeaseLost, EndedAt: not null } ? attempt.LastHeartbeatAt ?? attempt.StartedAt : null;

    /// <summary>A report that came too late: of which kind, and how late.</summary>
    private static string Late(JobAttempt report)
    {
        string what = report.Error ?? "A late report was refused.";
        return report.AfterSeconds is { } late ? $"{what} It came {Durations.Of(late)} after the attempt had ended." : what;
    }

    private static string Silent(JobAttempt attempt) => (attempt.Heartbeats, attempt.EndedAt - SilentSince(attempt)) switch
    {
        (0, _) or (_, null) => "no heartbeat came",
        ({ } heartbeats, { } length) => $"{Numbers.Counted(heartbeats, "heartbeat")}, then {Durations.Of(length)} of silence",
    };
}
