namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What somebody can ask.</summary>
internal enum Verb
{
    Submit = 1,
    Lease,
    Heartbeat,
    Complete,
    Fail,
    Release,
    Requeue,
    Reschedule,
    Cancel,
    Retry,
    Reprioritise,
    Forget,
    Pause,
    Resume,
    Choose,
    ReleaseWorker,
    FindLive,

    /// <summary>One job, at once or once it is as said.</summary>
    Read,
    List,
    Watch,
    Feed,
    Queues,
    Audit,
}

/// <summary>What was asked, as far as it matters to an oracle.</summary>
/// <param name="Verb">What.</param>
/// <param name="Lane">The process that asks.</param>
internal sealed record Call(Verb Verb, string Lane)
{
    /// <summary>The job that it is about.</summary>
    public Guid? Job { get; init; }

    /// <summary>The lease token of a report.</summary>
    public string? Token { get; init; }

    /// <summary>The shard that is asked; null: it follows from the job, or there are several.</summary>
    public int? Shard { get; init; }

    /// <summary>The queue of a pause or of a choice of events, or of a look-up by external id.</summary>
    public string? Queue { get; init; }

    /// <summary>The kinds of events that the queue is to publish no more, such as <c>created</c>.</summary>
    public IReadOnlyList<string> Unpublished { get; init; } = [];

    /// <summary>The external id that is looked up.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Who asks for jobs, or is said to be gone.</summary>
    public string? Worker { get; init; }

    /// <summary>The queues of a lease; empty: all.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>The types of a lease; null: any.</summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>What is submitted: one job, or several of which all come in or none.</summary>
    public IReadOnlyList<Submission> Submissions { get; init; } = [];

    /// <summary>The id that a retry gives to the new job, where the asker chooses it.</summary>
    public Guid? NewId { get; init; }

    /// <summary>The sequence on which a change depends.</summary>
    public long? IfSequence { get; init; }

    /// <summary>The queue that a job is to wait in from now on; null: it stays where it is.</summary>
    public string? ToQueue { get; init; }

    /// <summary>What a list looks for, page by page; null: it is of all jobs, or no list.</summary>
    public Sought? Sought { get; init; }

    /// <summary>How long he is ready to wait for a service that is away; null: he says nothing.</summary>
    public TimeSpan? Patience { get; init; }
}

/// <summary>A job that is submitted.</summary>
/// <param name="Id">Its id, where the submitter chooses it.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="ExternalId">The submitter's own id.</param>
/// <param name="UniqueKey">Its unique key.</param>
/// <param name="IdempotencyKey">Its idempotency key.</param>
/// <param name="MayReplace">It may take the place of the job that has its key.</param>
/// <param name="Owner">Whose it is, and its keys; null: nobody's.</param>
internal sealed record Submission(
    Guid? Id, string Queue, string? ExternalId = null, string? UniqueKey = null, string? IdempotencyKey = null, bool MayReplace = false,
    string? Owner = null);
