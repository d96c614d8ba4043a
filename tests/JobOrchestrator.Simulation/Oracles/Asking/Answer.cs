namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What was answered.</summary>
internal enum AnswerKind
{
    /// <summary>New jobs, in the order of the submissions.</summary>
    Accepted = 1,

    /// <summary>The job of the same submission before.</summary>
    Replayed,

    /// <summary>The holder of the key.</summary>
    Existing,

    /// <summary>A job in whose place the submission went.</summary>
    Replaced,

    /// <summary>Changed, and this is the job.</summary>
    Changed,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>A heartbeat was taken.</summary>
    Extended,

    /// <summary>Jobs to run; possibly none.</summary>
    Leased,

    /// <summary>Done, and nothing more to say.</summary>
    Done,
    Forgotten,

    /// <summary>A read: these jobs.</summary>
    Found,

    /// <summary>404.</summary>
    Unknown,

    /// <summary>410 of a job.</summary>
    Purged,

    /// <summary>410 of the feed.</summary>
    Expired,

    /// <summary>It may not be done; <see cref="Answer.Refusal"/> says why.</summary>
    Refused,

    /// <summary>503, or a connection that was refused: certainly nothing was written.</summary>
    NothingWritten,

    /// <summary>429: nothing was written.</summary>
    Busy,

    /// <summary>504: it may or may not have been written, now or later.</summary>
    OutcomeUnknown,

    /// <summary>No answer: a connection that broke, the asker's own time limit, a process that died.</summary>
    Lost,

    /// <summary>The asker has left.</summary>
    Left,

    /// <summary>500.</summary>
    ServerError,
}

/// <summary>Why something may not be done.</summary>
internal enum RefusalKind
{
    UnknownJob = 1,
    UnknownExternalId,
    Duplicate,
    KeyReused,
    FirstGone,
    StaleLease,
    AlreadyFinished,
    NotFinished,
    NotWaiting,
    SequenceMismatch,
    QueueFull,
    Other,
}

/// <summary>An answer.</summary>
/// <param name="Kind">What.</param>
internal sealed record Answer(AnswerKind Kind)
{
    /// <summary>The jobs in it.</summary>
    public IReadOnlyList<JobSeen> Jobs { get; init; } = [];

    public RefusalKind? Refusal { get; init; }

    /// <summary>Of several that were submitted at once, the one that was refused.</summary>
    public int RefusedItem { get; init; }

    /// <summary>Of a list: there is no page behind this one.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Words for the report.</summary>
    public string? Detail { get; init; }

    /// <summary>Nothing of what was asked is or will be written.</summary>
    public bool SaysNothingWritten => Kind is AnswerKind.NothingWritten or AnswerKind.Busy or AnswerKind.Refused;

    /// <summary>It may have been done, or may be yet.</summary>
    public bool LeavesOpen => Kind is AnswerKind.OutcomeUnknown or AnswerKind.Lost or AnswerKind.Left or AnswerKind.ServerError;

    public override string ToString() => Refusal is { } why ? $"{Kind} ({why})" : Kind.ToString();
}

/// <summary>A job as an answer shows it.</summary>
/// <param name="Id">The job.</param>
/// <param name="Sequence">Its sequence; 0: the answer does not say.</param>
/// <param name="Status">Its status.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Token">The lease token, of a job that is handed out.</param>
/// <param name="Kind">What became of this one submission among several; null: as the answer says.</param>
/// <param name="InputBytes">The bytes of its input; null: the answer has the job without it, though the job has one.</param>
internal sealed record JobSeen(
    Guid Id,
    long Sequence = 0,
    Standing Status = 0,
    int Attempt = 0,
    string? Token = null,
    AnswerKind? Kind = null,
    int? InputBytes = null)
{
    /// <summary>Its queue; null: the answer does not say.</summary>
    public string? Queue { get; init; }
}
