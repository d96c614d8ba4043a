namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What somebody looks for, from the first page to the last.</summary>
/// <param name="Terms">What holds of each job that he means; none: all are meant.</param>
internal sealed class Sought(IReadOnlyList<SoughtTerm> Terms)
{
    /// <summary>What holds of each job that he means.</summary>
    public IReadOnlyList<SoughtTerm> Terms { get; } = Terms;

    /// <summary>Created after this instant; null: whenever.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created before this instant; null: whenever.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The oldest come first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Live jobs come first, then those that have ended: one that ends meanwhile may come twice.</summary>
    public bool IsLiveFirst { get; init; }

    /// <summary>Whether a job is meant, as it is in a version.</summary>
    public bool Fits(Guid id, JobVersion job) =>
        !(job.CreatedAt <= CreatedAfter) && !(job.CreatedAt >= CreatedBefore) && Terms.All(term => term.Fits(id, job));

    public override string ToString() => Terms.Count == 0 ? "all jobs" : $"'{string.Join(' ', Terms)}'";
}

/// <summary>By what jobs are looked for.</summary>
internal enum SoughtBy
{
    Status = 1,
    Queue,
    Type,
    Owner,
    Error,
    External,
    Key,
    Worker,
    Label,

    /// <summary>A word alone: the beginning of an id, an externalId, a key, or a label's value.</summary>
    Word,
}

/// <summary>One term, in words of its own, so that it can contradict the product's.</summary>
/// <param name="By">By what.</param>
/// <param name="Value">The value; empty: any.</param>
internal sealed record SoughtTerm(SoughtBy By, string Value)
{
    // Shorter words are no beginnings of ids.
    private const int IdBeginningMin = 8;

    /// <summary>Whose value, of a label.</summary>
    public string Label { get; init; } = "";

    /// <summary>The jobs of which it does not hold.</summary>
    public bool IsNegated { get; init; }

    /// <summary>What begins so.</summary>
    public bool IsBeginning { get; init; }

    /// <summary>Whether it holds of a job.</summary>
    public bool Fits(Guid id, JobVersion job) => Holds(id, job) != IsNegated;

    private bool Holds(Guid id, JobVersion job) => By switch
    {
        SoughtBy.Status => string.Equals(job.Status.ToString(), Value, StringComparison.OrdinalIgnoreCase),
        SoughtBy.Queue => Is(job.Queue),
        SoughtBy.Type => Is(job.Type),
        SoughtBy.Owner => Is(job.Owner),
        SoughtBy.Error => Is(job.ErrorType),
        SoughtBy.External => Is(job.ExternalId),
        SoughtBy.Key => Is(job.UniqueKey) || Is(job.IdempotencyKey),
        SoughtBy.Worker => Is(job.Worker) || job.Attempts.Any(attempt => Is(attempt.Worker)),
        SoughtBy.Label => Is(job.Labels.GetValueOrDefault(Label)),
        SoughtBy.Word => Is(job.ExternalId) || Is(job.UniqueKey) || Is(job.IdempotencyKey) || job.Labels.Values.Any(Is)
            || (Value.Length >= IdBeginningMin && id.ToString().StartsWith(Value, StringComparison.Ordinal)),
        _ => throw new InvalidOperationException($"No rule for {By}."),
    };

    private bool Is(string? text) =>
        text is not null && (Value.Length == 0 || (IsBeginning ? text.StartsWith(Value, StringComparison.Ordinal) : text == Value));

    /// <summary>As it stands in a query.</summary>
    public override string ToString()
    {
        string field = By switch
        {
            SoughtBy.Word => "",
            SoughtBy.Label => $"label.{Label}:",
            _ => $"{By.ToString().ToLowerInvariant()}:",
        };
        string value = Value.Length == 0 ? "*" : $"{(Value.Contains(':') ? $"\"{Value}\"" : Value)}{(IsBeginning ? "*" : "")}";
        return $"{(IsNegated ? "-" : "")}{field}{value}";
    }
}
