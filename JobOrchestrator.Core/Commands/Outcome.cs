namespace JobOrchestrator.Core;

/// <summary>What a shard decided. Nobody hears of it before it is stored.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>
    /// The outcome with each job that it hands to its caller changed: what is only said of a job in a refusal stays as it is.
    /// </summary>
    public Outcome With(Func<Job, Job> change) => this switch
    {
        Accepted { Job: var job } => new Accepted(change(job)),
        Replayed { Job: var job } => new Replayed(change(job)),
        Existing { Job: var job } => new Existing(change(job)),
        Replaced { Job: var job } => new Replaced(change(job)),
        Changed { Job: var job } => new Changed(change(job)),
        Unchanged { Job: var job } => new Unchanged(change(job)),
        Found { Jobs: var jobs } => new Found([.. jobs.Select(change)]),
        Leased { Jobs: var jobs } => new Leased([.. jobs.Select(change)]),
        AcceptedMany { Items: var items } => new AcceptedMany([.. items.Select(item => item.With(change))]),
        _ => this,
    };

    /// <summary>The jobs that the outcome hands to its caller: those that <see cref="With"/> changes.</summary>
    public IEnumerable<Job> Shown() => this switch
    {
        Accepted { Job: var job } => [job],
        Replayed { Job: var job } => [job],
        Existing { Job: var job } => [job],
        Replaced { Job: var job } => [job],
        Changed { Job: var job } => [job],
        Unchanged { Job: var job } => [job],
        Found { Jobs: var jobs } => jobs,
        Leased { Jobs: var jobs } => jobs,
        AcceptedMany { Items: var items } => items.SelectMany(item => item.Shown()),
        _ => [],
    };

    /// <summary>A new job.</summary>
    public sealed record Accepted(Job Job) : Outcome;

    /// <summary>The same submission had been accepted before under the same idempotency key: its job.</summary>
    public sealed record Replayed(Job Job) : Outcome;

    /// <summary>The holder of a key that was taken.</summary>
    public sealed record Existing(Job Job) : Outcome;

    /// <summary>The live jobs that have what was asked for, in the order of their arrival; never none.</summary>
    public sealed record Found(IReadOnlyList<Job> Jobs) : Outcome;

    /// <summary>A job was replaced in its place.</summary>
    public sealed record Replaced(Job Job) : Outcome;

    /// <summary>One outcome per job of a batch, in its order.</summary>
    public sealed record AcceptedMany(IReadOnlyList<Outcome> Items) : Outcome;

    /// <summary>Jobs handed out, best first; possibly none.</summary>
    public sealed record Leased(IReadOnlyList<Job> Jobs) : Outcome;

    /// <summary>One queue in numbers, or several by name.</summary>
    public sealed record Counted(IReadOnlyList<QueueStatistics> Queues) : Outcome;

    /// <summary>Where a job stands.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Queue">Its queue in numbers.</param>
    /// <param name="Held">How many jobs of the queue each worker holds that holds any.</param>
    /// <param name="Ahead">How many ready jobs come before it, or will if it is not due; null: it does not wait for a worker.</param>
    /// <param name="Due">
    /// If it is not due: how many will come due before it, by how long before it, the last of them from now on. Else empty.
    /// </param>
    public sealed record Located(
        Job Job, QueueStatistics Queue, IReadOnlyDictionary<string, int> Held, Ahead? Ahead, IReadOnlyList<DueBefore> Due) : Outcome;

    /// <summary>Who holds what, and what is ready.</summary>
    /// <param name="Held">By worker, queue and type.</param>
    /// <param name="Ready">By queue and type; of queues that are not paused.</param>
    public sealed record Surveyed(IReadOnlyList<HeldJobs> Held, IReadOnlyList<ReadyType> Ready) : Outcome;

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
