namespace JobOrchestrator.Core;

/// <summary>What a shard decided. Nobody hears of it before it is stored.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>A new job.</summary>
    public sealed record Accepted(Job Job) : Outcome;

    /// <summary>The same submission had been accepted before under the same idempotency key: its job.</summary>
    public sealed record Replayed(Job Job) : Outcome;

    /// <summary>The holder of a key that was taken or asked for.</summary>
    public sealed record Existing(Job Job) : Outcome;

    /// <summary>A job was replaced in its place.</summary>
    public sealed record Replaced(Job Job) : Outcome;

    /// <summary>One outcome per job of a batch, in its order.</summary>
    public sealed record AcceptedMany(IReadOnlyList<Outcome> Items) : Outcome;

    /// <summary>Jobs handed out, best first; possibly none.</summary>
    public sealed record Leased(IReadOnlyList<Job> Jobs) : Outcome;

    /// <summary>Every queue in numbers, by name.</summary>
    public sealed record Counted(IReadOnlyList<QueueStatistics> Queues) : Outcome;

    /// <summary>A heartbeat was taken.</summary>
    public sealed record Extended(DateTimeOffset LeaseExpiresAt, bool CancelRequested) : Outcome;

    /// <summary>The job as it is now.</summary>
    public sealed record Changed(Job Job) : Outcome;

    /// <summary>The same call had succeeded before: nothing changed.</summary>
    public sealed record Unchanged(Job Job) : Outcome;

    /// <summary>The job is gone.</summary>
    public sealed record Forgotten(JobId JobId) : Outcome;

    /// <summary>Done; there is nothing more to say.</summary>
    /// <param name="Jobs">How many jobs it changed.</param>
    public sealed record Done(int Jobs) : Outcome;

    /// <summary>It may not be done.</summary>
    public sealed record Refused(Refusal Why) : Outcome;
}
