namespace JobOrchestrator.Core;

/// <summary>
/// One request for work. Immutable: a change is a new record, so what a reader holds (the last committed one) is never half-changed.
/// Its fields and those of its spec are the fields of the job document.
/// </summary>
public sealed record Job
{
    /// <summary>How many entries <see cref="Attempts"/> keeps; the oldest go first.</summary>
    public const int AttemptsKept = 20;

    /// <summary>How many entries <see cref="EarlierKeys"/> keeps; the oldest go first.</summary>
    public const int EarlierKeysKept = 16;

    private readonly Instant _deadlineAt;
    private readonly Instant _runAt;
    private readonly Instant _idempotencyUntil;
    private readonly Instant _createdAt;
    private readonly Instant _startedAt;
    private readonly Instant _updatedAt;
    private readonly Instant _finishedAt;
    private readonly Instant _expiresAt;

    public required JobId Id { get; init; }

    /// <summary>The place in its shard's arrival order; breaks ties of priority and runAt, and names the job's index page.</summary>
    public required long Order { get; init; }

    /// <summary>What its submission said.</summary>
    public required JobSpec Spec { get; init; }

    public JobStatus Status { get; init; } = JobStatus.New;

    /// <summary>The worker's checkpoint: what the last attempt saved is what the next one reads.</summary>
    public JsonText? State { get; init; }

    public JsonText? Result { get; init; }

    public Progress? Progress { get; init; }

    /// <summary>Why the job failed or was cancelled; while it is retried, the last attempt's error.</summary>
    public JobError? Error { get; init; }

    /// <summary>The number of the last attempt, from 1; 0 before the first. It never goes down.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts count against <see cref="JobSpec.MaxRetries"/>: failures and lost leases, not releases.</summary>
    public int Failures { get; init; }

    /// <summary>When the time limit is reached.</summary>
    public DateTimeOffset? DeadlineAt
    {
        get => _deadlineAt.OrNull;
        init => _deadlineAt = Instant.Of(value);
    }

    /// <summary>Not handed out before.</summary>
    public required DateTimeOffset RunAt
    {
        get => _runAt.At;
        init => _runAt = Instant.Of(value);
    }

    /// <summary>Higher first.</summary>
    public int Priority { get; init; }

    /// <summary>What callers file it under; the job that runs it again has them too.</summary>
    public JobLabels Labels { get; init; } = JobLabels.None;

    public string? IdempotencyKey { get; init; }

    /// <summary>A hash of the submission that came with <see cref="IdempotencyKey"/>.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>Until when <see cref="IdempotencyKey"/> is remembered.</summary>
    public DateTimeOffset? IdempotencyUntil
    {
        get => _idempotencyUntil.OrNull;
        init => _idempotencyUntil = Instant.Of(value);
    }

    /// <summary>
    /// Keys of submissions in whose place this one came, oldest first, as long as their time is not over; at most
    /// <see cref="EarlierKeysKept"/>.
    /// </summary>
    public IReadOnlyList<KeyGuard> EarlierKeys { get; init; } = [];

    public bool CancelRequested { get; init; }

    /// <summary>The right of one worker to the running attempt; null unless <see cref="JobStatus.InProgress"/>.</summary>
    public Lease? Lease { get; init; }

    /// <summary>The last attempts, oldest first, at most <see cref="AttemptsKept"/>.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Grows by one with every change that is published.</summary>
    public long Sequence { get; init; }

    /// <summary>The finished job that this one runs again.</summary>
    public JobId? RetryOf { get; init; }

    /// <summary>The job that runs this finished one again.</summary>
    public JobId? RetriedAs { get; init; }

    public required DateTimeOffset CreatedAt
    {
        get => _createdAt.At;
        init => _createdAt = Instant.Of(value);
    }

    public DateTimeOffset? StartedAt
    {
        get => _startedAt.OrNull;
        init => _startedAt = Instant.Of(value);
    }

    public required DateTimeOffset UpdatedAt
    {
        get => _updatedAt.At;
        init => _updatedAt = Instant.Of(value);
    }

    public DateTimeOffset? FinishedAt
    {
        get => _finishedAt.OrNull;
        init => _finishedAt = Instant.Of(value);
    }

    /// <summary>When a finished job may be forgotten.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => _expiresAt.OrNull;
        init => _expiresAt = Instant.Of(value);
    }

    /// <summary>
    /// The store takes no change of it, so nothing becomes due of it and nobody gets it. Known in memory alone; false by default.
    /// </summary>
    internal bool IsSetAside { get; init; }

    /// <summary>The job with its input, if it was left in the document of one of these; as it is otherwise.</summary>
    /// <param name="inputs">The texts, by the job in whose document each is.</param>
    public Job WithInputOf(IReadOnlyDictionary<JobId, JsonText> inputs) =>
        Input?.LeftIn is { } document && inputs.TryGetValue(document, out JsonText? input) && input.Length == Input.Length
            ? this with { Spec = Spec with { Input = input } }
            : this;

    /// <summary>The job in a form that needs fewer bytes.</summary>
    internal Job In(JobForm form) => form == JobForm.Whole ? this : this with
    {
        // What runs is ended by its entry, and a late report is known by it.
        Attempts = [.. Attempts.Where(attempt => attempt.Outcome is null)],
        Progress = null,
        Error = Error is null ? null : Error with { Detail = null },
        State = form == JobForm.Smallest ? null : State,
    };

    // Read through to the spec, because rules, filters, writers and doors name these of a job in hundreds of places, where the word
    // "Spec" would say nothing. There is no need to add to them: a further field is read as Spec.Field.

    /// <inheritdoc cref="JobSpec.Type"/>
    public string Type => Spec.Type;

    /// <inheritdoc cref="JobSpec.Queue"/>
    public string Queue => Spec.Queue;

    /// <inheritdoc cref="JobSpec.Owner"/>
    public string? Owner => Spec.Owner;

    /// <inheritdoc cref="JobSpec.ExternalId"/>
    public string? ExternalId => Spec.ExternalId;

    /// <summary>The attempt that runs; null: none does. Refused reports of earlier ones may stand behind it.</summary>
    public Attempt? RunningAttempt =>
        Status == JobStatus.InProgress ? Attempts.LastOrDefault(attempt => attempt.Outcome is null && attempt.Number == Attempt) : null;

    /// <summary>How many of its last attempts that have ended were given back, in a row.</summary>
    public int ReleasedInARow => Attempts.Reverse()
        .SkipWhile(attempt => attempt.Outcome is null)
        .TakeWhile(attempt => attempt.Outcome == AttemptOutcome.Released)
        .Count();

    /// <inheritdoc cref="JobSpec.Input"/>
    public JsonText? Input => Spec.Input;

    /// <inheritdoc cref="JobSpec.MaxRetries"/>
    public int? MaxRetries => Spec.MaxRetries;

    /// <inheritdoc cref="JobSpec.Backoff"/>
    public Backoff Backoff => Spec.Backoff;

    /// <inheritdoc cref="JobSpec.LeaseSeconds"/>
    public int LeaseSeconds => Spec.LeaseSeconds;

    /// <inheritdoc cref="JobSpec.TimeLimitSeconds"/>
    public int? TimeLimitSeconds => Spec.TimeLimitSeconds;

    /// <inheritdoc cref="JobSpec.UniqueKey"/>
    public string? UniqueKey => Spec.UniqueKey;

    /// <inheritdoc cref="JobSpec.UniqueSeconds"/>
    public int? UniqueSeconds => Spec.UniqueSeconds;

    /// <inheritdoc cref="JobSpec.Durable"/>
    public bool Durable => Spec.Durable;

    /// <inheritdoc cref="JobSpec.Traceparent"/>
    public string? Traceparent => Spec.Traceparent;

    /// <summary>The id of the trace that submitted it: the 32 digits of <c>00-{32 digits}-…</c>; null: it has none.</summary>
    public string? TraceId => Traceparent is { Length: >= 35 } parent ? parent.Substring(3, 32) : null;

    /// <summary>True once the status is final.</summary>
    public bool IsFinished => Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>A bound on the bytes that the stored document needs.</summary>
    public int DocumentBytesMax => DocumentSize.Of(this);

    /// <summary>
    /// Whether its worker is late: more than two thirds of the lease are over. Workers beat well before; false where none has it.
    /// </summary>
    /// <param name="now">The time.</param>
    public bool IsOverdue(DateTimeOffset now) =>
        Lease is { } lease && lease.ExpiresAt - now < TimeSpan.FromSeconds(Math.Max(1, LeaseSeconds) / 3.0);

    /// <summary>How a lease of this job stands. One whose time is over stands until the engine ends it.</summary>
    /// <param name="token">The lease's token.</param>
    public LeaseStanding StandingOf(string token)
    {
        if (Lease?.Token == token)
        {
            return CancelRequested ? LeaseStanding.CancelRequested : LeaseStanding.Held;
        }

        foreach (Attempt attempt in Attempts)
        {
            if (attempt.Token == token
                && attempt.Outcome is AttemptOutcome.Completed or AttemptOutcome.Failed or AttemptOutcome.Released)
            {
                return LeaseStanding.Reported;
            }
        }

        return LeaseStanding.Over;
    }
}

/// <summary>How far a worker says it is.</summary>
/// <param name="Percent">0 to 100, or null when unknown.</param>
/// <param name="Message">One line for people.</param>
public sealed record Progress(double? Percent, string? Message)
{
    /// <summary>The same of a job that has completed: all of it is done, where anybody ever said how much is.</summary>
    public Progress Done => Percent is null ? this : this with { Percent = 100 };

    /// <summary>This, with what it leaves out as it was before.</summary>
    public Progress Over(Progress? before) => new(Percent ?? before?.Percent, Message ?? before?.Message);
}

/// <summary>Why a job or an attempt did not succeed, in the terms of RFC 9457.</summary>
/// <param name="Type">A URI reference that names the kind of error.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Detail">Whatever the worker wrote, as exact JSON text.</param>
/// <param name="Status">The HTTP status that fits the error, 400 to 599, if the worker named one.</param>
public sealed record JobError(string Type, string Title, JsonText? Detail = null, int? Status = null)
{
    /// <summary>A worker's own error without a type of its own.</summary>
    public const string WorkerError = "about:blank";

    /// <summary>A worker fell silent for longer than its lease.</summary>
    public const string LeaseLost = "/problems/lease-lost";

    /// <summary>Cancelled by request.</summary>
    public const string Cancelled = "/problems/job-cancelled";

    /// <summary>The state store takes the job in no worker's hands.</summary>
    public const string TooLarge = "/problems/too-large";

    /// <summary>The time limit was reached.</summary>
    public const string TimeLimitReached = "/problems/time-limit-reached";
}

/// <summary>A worker's timed right to one attempt.</summary>
/// <param name="Token">Proves the right; a stale one is refused.</param>
/// <param name="Worker">Who holds it.</param>
/// <param name="ExpiresAt">When it ends without another heartbeat.</param>
/// <param name="CancelTold">The holder has been told of a cancel; from then on heartbeats extend the lease no more.</param>
public sealed record Lease(string Token, string Worker, DateTimeOffset ExpiresAt, bool CancelTold = false)
{
    /// <summary>The highest number of a state that was taken in this attempt; 0: none had one.</summary>
    public int StateNumber { get; init; }

    /// <summary>The running attempt's heartbeats; null: there was none.</summary>
    public Heartbeats? Heartbeats { get; init; }

    /// <summary>No worker has it, and it is about to be given back. In memory only: whoever loads the job does not know.</summary>
    internal bool IsUnseen { get; init; }
}

/// <summary>One attempt, or a refused late report of one.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="StartedAt">When it was leased.</param>
/// <param name="Token">Its lease token, by which a repeated or late report is recognised.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Outcome">How it ended; null while it runs.</param>
/// <param name="Error">The error's title, if there was one.</param>
public sealed record Attempt(
    int Number,
    string Worker,
    DateTimeOffset StartedAt,
    string Token,
    DateTimeOffset? EndedAt = null,
    AttemptOutcome? Outcome = null,
    string? Error = null)
{
    /// <summary>
    /// Its heartbeats, once it has ended; null: there was none, or they were not counted then. While it runs, its lease has them.
    /// </summary>
    public Heartbeats? Heartbeats { get; init; }
}
