namespace JobOrchestrator.Simulation.Oracles;

/// <summary>One version of a job as a commit stored it. Its reader fills it in, the ledger its place; nobody else changes it.</summary>
internal sealed class JobVersion
{
    /// <summary>No labels at all.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>The commit that the document says it is of.</summary>
    public Stamp Stamp { get; set; }

    /// <summary>When that commit was applied: the world's step.</summary>
    public long Step { get; set; }

    /// <summary>When that commit was applied: the world's time.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>When that commit was stamped, at the earliest.</summary>
    public DateTimeOffset NotBefore { get; set; }

    public Standing Status { get; set; }

    public int Attempt { get; set; }

    public long Sequence { get; set; }

    public long Order { get; set; }

    public int Priority { get; set; }

    public DateTimeOffset RunAt { get; set; }

    public string Queue { get; set; } = "";

    public string Type { get; set; } = "";

    public string? Owner { get; set; }

    public string? ExternalId { get; set; }

    public string? UniqueKey { get; set; }

    public int? UniqueSeconds { get; set; }

    public string? IdempotencyKey { get; set; }

    public DateTimeOffset? IdempotencyUntil { get; set; }

    public int LeaseSeconds { get; set; }

    public DateTimeOffset? DeadlineAt { get; set; }

    public bool CancelRequested { get; set; }

    public string? Token { get; set; }

    public string? Worker { get; set; }

    public DateTimeOffset? LeaseEndsAt { get; set; }

    public IReadOnlyList<AttemptRead> Attempts { get; set; } = [];

    public Guid? RetryOf { get; set; }

    public Guid? RetriedAs { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = NoLabels;

    /// <summary>The type of its error; null: it has none.</summary>
    public string? ErrorType { get; set; }

    /// <summary>Of its input; 0: it has none.</summary>
    public int InputBytes { get; set; }

    /// <summary>Of the result's text; 0: there is none.</summary>
    public int ResultHash { get; set; }

    /// <summary>The entry of an attempt that is not a refused report; null: it is no longer kept, or there is none.</summary>
    public AttemptRead? AttemptNumbered(int number)
    {
        for (int i = Attempts.Count - 1; i >= 0; i--)
        {
            if (Attempts[i] is var attempt && attempt.Number == number && attempt.Outcome != "Refused")
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>How the attempt with this token ended; null: it runs, is no longer kept, or there is none.</summary>
    public string? OutcomeOf(string token)
    {
        for (int i = Attempts.Count - 1; i >= 0; i--)
        {
            if (Attempts[i] is var attempt && attempt.Token == token && attempt.Outcome != "Refused")
            {
                return attempt.Outcome;
            }
        }

        return null;
    }
}

/// <summary>An entry of a job's attempts.</summary>
internal readonly record struct AttemptRead(int Number, string Worker, string Token, DateTimeOffset StartedAt, string? Outcome);

/// <summary>The epoch and commit that a document is of.</summary>
internal readonly record struct Stamp(long Epoch, long Commit) : IComparable<Stamp>
{
    public int CompareTo(Stamp other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Commit.CompareTo(other.Commit);

    public override string ToString() => $"({Epoch}, {Commit})";
}
