namespace JobOrchestrator.Core;

/// <summary>
/// One request for work. Immutable: a change is a new record, so what a reader holds (the last committed one) is never half-changed.
/// Its fields and those of its spec are the fields of the job document. What a job that waits has is in the record; what becomes of it
/// later, and its keys, in parts that its versions share, for a shard may hold a million that wait.
/// </summary>
public sealed record Job
{
    /// <summary>How many entries <see cref="Attempts"/> keeps; the oldest go first.</summary>
    public const int AttemptsKept = 20;

    /// <summary>How many entries <see cref="EarlierKeys"/> keeps; the oldest go first.</summary>
    public const int EarlierKeysKept = 16;

    private Standing _standing = new();
    private JobKeys _keys = JobKeys.None;
    private JobCourse _course = JobCourse.None;

    public Job()
    {
    }

    private Job(Job original)
    {
        Spec = original.Spec;
        _standing = original._standing;
        _keys = SharedPart.Share(original._keys);
        _course = SharedPart.Share(original._course);
    }

    public required JobId Id
    {
        get => _standing.Id;
        init => _standing.Id = value;
    }

    /// <summary>The place in its shard's arrival order; breaks ties of priority and runAt, and names the job's index page.</summary>
    public required long Order
    {
        get => _standing.Order;
        init => _standing.Order = value;
    }

    /// <summary>What its submission said.</summary>
    public required JobSpec Spec { get; init; }

    public JobStatus Status
    {
        get => _standing.Status;
        init => _standing.Status = value;
    }

    /// <summary>The worker's checkpoint: what the last attempt saved is what the next one reads.</summary>
    public JsonText? State
    {
        get => _course.State;
        init
        {
            if (value != _course.State)
            {
                Course.State = value;
            }
        }
    }

    public JsonText? Result
    {
        get => _course.Result;
        init
        {
            if (value != _course.Result)
            {
                Course.Result = value;
            }
        }
    }

    public Progress? Progress
    {
        get => _course.Progress;
        init
        {
            if (value != _course.Progress)
            {
                Course.Progress = value;
            }
        }
    }

    /// <summary>Why the job failed or was cancelled; while it is retried, the last attempt's error.</summary>
    public JobError? Error
    {
        get => _course.Error;
        init
        {
            if (value != _course.Error)
            {
                Course.Error = value;
            }
        }
    }

    /// <summary>The number of the last attempt, from 1; 0 before the first. It never goes down.</summary>
    public int Attempt
    {
        get => _standing.Attempt;
        init => _standing.Attempt = value;
    }

    /// <summary>How many attempts count against <see cref="JobSpec.MaxRetries"/>: failures and lost leases, not releases.</summary>
    public int Failures
    {
        get => _standing.Failures;
        init => _standing.Failures = value;
    }

    /// <summary>When the time limit is reached.</summary>
    public DateTimeOffset? DeadlineAt
    {
        get => _standing.DeadlineAt.OrNull;
        init => _standing.DeadlineAt = Instant.Of(value);
    }

    /// <summary>Not handed out before.</summary>
    public required DateTimeOffset RunAt
    {
        get => _standing.RunAt.At;
        init => _standing.RunAt = Instant.Of(value);
    }

    /// <summary>Higher first.</summary>
    public int Priority
    {
        get => _standing.Priority;
        init => _standing.Priority = value;
    }

    /// <summary>What callers file it under; the job that runs it again has them too.</summary>
    public JobLabels Labels
    {
        get => _standing.Labels;
        init => _standing.Labels = value;
    }

    public string? IdempotencyKey
    {
        get => _keys.IdempotencyKey;
        init
        {
            if (value != _keys.IdempotencyKey)
            {
                Keys.IdempotencyKey = value;
            }
        }
    }

    /// <summary>A hash of the submission that came with <see cref="IdempotencyKey"/>.</summary>
    public UInt128 Fingerprint
    {
        get => _keys.Fingerprint;
        init
        {
            if (value != _keys.Fingerprint)
            {
                Keys.Fingerprint = value;
            }
        }
    }

    /// <summary>Until when <see cref="IdempotencyKey"/> is remembered.</summary>
    public DateTimeOffset? IdempotencyUntil
    {
        get => _keys.IdempotencyUntil.OrNull;
        init
        {
            if (value != IdempotencyUntil)
            {
                Keys.IdempotencyUntil = Instant.Of(value);
            }
        }
    }

    /// <summary>
    /// Keys of submissions in whose place this one came, oldest first, as long as their time is not over; at most
    /// <see cref="EarlierKeysKept"/>.
    /// </summary>
    public IReadOnlyList<KeyGuard> EarlierKeys
    {
        get => _keys.EarlierKeys;
        init
        {
            if (!ReferenceEquals(value, _keys.EarlierKeys))
            {
                Keys.EarlierKeys = value;
            }
        }
    }

    public bool CancelRequested
    {
        get => _standing.CancelRequested;
        init => _standing.CancelRequested = value;
    }

    /// <summary>The right of one worker to the running attempt; null unless <see cref="JobStatus.InProgress"/>.</summary>
    public Lease? Lease
    {
        get => _course.Lease;
        init
        {
            if (value != _course.Lease)
            {
                Course.Lease = value;
            }
        }
    }

    /// <summary>The last attempts, oldest first, at most <see cref="AttemptsKept"/>.</summary>
    public IReadOnlyList<Attempt> Attempts
    {
        get => _course.Attempts;
        init
        {
            if (!ReferenceEquals(value, _course.Attempts))
            {
                Course.Attempts = value;
            }
        }
    }

    /// <summary>Grows by one with every change that is published.</summary>
    public long Sequence
    {
        get => _standing.Sequence;
        init => _standing.Sequence = value;
    }

    /// <summary>The finished job that this one runs again.</summary>
    public JobId? RetryOf
    {
        get => _course.RetryOf;
        init
        {
            if (value != _course.RetryOf)
            {
                Course.RetryOf = value;
            }
        }
    }

    /// <summary>The job that runs this finished one again.</summary>
    public JobId? RetriedAs
    {
        get => _course.RetriedAs;
        init
        {
            if (value != _course.RetriedAs)
            {
                Course.RetriedAs = value;
            }
        }
    }

    public required DateTimeOffset CreatedAt
    {
        get => _standing.CreatedAt.At;
        init => _standing.CreatedAt = Instant.Of(value);
    }

    public DateTimeOffset? StartedAt
    {
        get => _course.StartedAt.OrNull;
        init
        {
            if (value != StartedAt)
            {
                Course.StartedAt = Instant.Of(value);
            }
        }
    }

    public required DateTimeOffset UpdatedAt
    {
        get => _standing.UpdatedAt.At;
        init => _standing.UpdatedAt = Instant.Of(value);
    }

    public DateTimeOffset? FinishedAt
    {
        get => _course.FinishedAt.OrNull;
        init
        {
            if (value != FinishedAt)
            {
                Course.FinishedAt = Instant.Of(value);
            }
        }
    }

    /// <summary>When a finished job may be forgotten.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => _course.ExpiresAt.OrNull;
        init
        {
            if (value != ExpiresAt)
            {
                Course.ExpiresAt = Instant.Of(value);
            }
        }
    }

    /// <summary>
    /// The store takes no change of it, so nothing becomes due of it and nobody gets it. Known in memory alone; false by default.
    /// </summary>
    internal bool IsSetAside
    {
        get => _standing.IsSetAside;
        init => _standing.IsSetAside = value;
    }

    // For the version that is being made: its own, of which others know nothing yet. What says nothing new makes none.
    private JobCourse Course => _course.IsShared ? _course = _course with { } : _course;

    private JobKeys Keys => _keys.IsShared ? _keys = _keys with { } : _keys;

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
    public string? TraceId => Spec.TraceId;

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

    /// <summary>What every job has; one struct, so that a version copies all of it.</summary>
    private record struct Standing
    {
        public JobId Id;
        public long Order;
        public long Sequence;
        public Instant RunAt;
        public Instant CreatedAt;
        public Instant UpdatedAt;
        public Instant DeadlineAt;
        public JobLabels Labels = JobLabels.None;
        public int Priority;
        public int Attempt;
        public int Failures;
        public JobStatus Status = JobStatus.New;
        public bool CancelRequested;
        public bool IsSetAside;

        public Standing()
        {
        }
    }
}
