using JobOrchestrator.Sdk;

namespace JobOrchestrator.Search;

/// <summary>Fields that hold a text.</summary>
public enum QueryTextField
{
    /// <summary>The queue.</summary>
    Queue = 1,

    /// <summary>The job's type.</summary>
    Type = 2,

    /// <summary>The service that it belongs to.</summary>
    Owner = 3,

    /// <summary>Who runs it, or ran one of its attempts.</summary>
    Worker = 4,

    /// <summary>The job's id, in small letters.</summary>
    Id = 5,

    /// <summary>The caller's own id (<c>externalId</c>).</summary>
    External = 6,

    /// <summary>Its unique key or its idempotency key.</summary>
    Key = 7,

    /// <summary>The type of its error; with <see cref="QueryMatch.Contains"/> the error's title.</summary>
    Error = 8,

    /// <summary>The job that it runs again.</summary>
    RetryOf = 9,

    /// <summary>The id of its submitter's trace, in small letters.</summary>
    Trace = 10,

    /// <summary>The job that runs it again.</summary>
    RetriedAs = 11,
}

/// <summary>Fields that hold a number.</summary>
public enum QueryNumberField
{
    /// <summary>The number of the last attempt; 0 before the first.</summary>
    Attempt = 1,

    /// <summary>The priority.</summary>
    Priority = 2,

    /// <summary>The progress in percent.</summary>
    Progress = 3,
}

/// <summary>Fields that hold an instant.</summary>
public enum QueryTimeField
{
    /// <summary>When it was accepted.</summary>
    Created = 1,

    /// <summary>When its first attempt began.</summary>
    Started = 2,

    /// <summary>When it ended.</summary>
    Finished = 3,

    /// <summary>When it may be handed out (<c>runAt</c>); of a job that runs or has ended: when it might.</summary>
    Due = 4,
}

/// <summary>Fields that hold a length of time.</summary>
public enum QueryDurationField
{
    /// <summary>How long it was ready before its first attempt, or has been by now.</summary>
    Wait = 1,

    /// <summary>How long its attempts have run in all.</summary>
    Run = 2,
}

/// <summary>One condition of a query. All of them hold for a job that is found.</summary>
public abstract record QueryTerm
{
    private QueryTerm(bool isNegated) => IsNegated = isNegated;

    /// <summary>The condition must not hold: <c>-queue:slow</c>.</summary>
    public bool IsNegated { get; init; }

    /// <summary>The term as it is written.</summary>
    public sealed override string ToString() => QueryWriter.Write(this);

    /// <summary>The job is in one of these phases. A status stands for all of its phases.</summary>
    /// <param name="Phases">The phases, in the order of <see cref="JobPhase"/>.</param>
    /// <param name="IsNegated">It is in none of them.</param>
    public sealed record Phase(QueryValues<JobPhase> Phases, bool IsNegated = false) : QueryTerm(IsNegated);

    /// <summary>One of its texts is one of these.</summary>
    /// <param name="Field">Which text.</param>
    /// <param name="Values">The alternatives.</param>
    /// <param name="IsNegated">It is none of them.</param>
    public sealed record Text(QueryTextField Field, QueryValues<QueryText> Values, bool IsNegated = false) : QueryTerm(IsNegated);

    /// <summary>One of its labels has one of these values.</summary>
    /// <param name="Key">The label's key.</param>
    /// <param name="Values">The alternatives.</param>
    /// <param name="IsNegated">It has none of them.</param>
    public sealed record Label(string Key, QueryValues<QueryText> Values, bool IsNegated = false) : QueryTerm(IsNegated);

    /// <summary>One of its numbers is in one of these ranges.</summary>
    /// <param name="Field">Which number.</param>
    /// <param name="Ranges">The alternatives.</param>
    /// <param name="IsNegated">It is in none of them.</param>
    public sealed record Number(QueryNumberField Field, QueryValues<QueryRange<decimal>> Ranges, bool IsNegated = false)
        : QueryTerm(IsNegated);

    /// <summary>One of its instants is in one of these ranges.</summary>
    /// <param name="Field">Which instant.</param>
    /// <param name="Ranges">The alternatives.</param>
    /// <param name="IsNegated">It is in none of them.</param>
    public sealed record Time(QueryTimeField Field, QueryValues<QueryRange<QueryMoment>> Ranges, bool IsNegated = false)
        : QueryTerm(IsNegated);

    /// <summary>One of its lengths of time is in one of these ranges.</summary>
    /// <param name="Field">Which length.</param>
    /// <param name="Ranges">The alternatives.</param>
    /// <param name="IsNegated">It is in none of them.</param>
    public sealed record Duration(QueryDurationField Field, QueryValues<QueryRange<TimeSpan>> Ranges, bool IsNegated = false)
        : QueryTerm(IsNegated);

    /// <summary>It was created at least so long ago.</summary>
    /// <param name="Age">How long.</param>
    /// <param name="IsNegated">It was not.</param>
    public sealed record Older(TimeSpan Age, bool IsNegated = false) : QueryTerm(IsNegated);

    /// <summary>It was created less than so long ago.</summary>
    /// <param name="Age">How long.</param>
    /// <param name="IsNegated">It was not.</param>
    public sealed record Younger(TimeSpan Age, bool IsNegated = false) : QueryTerm(IsNegated);

    /// <summary>Its id (or, from eight characters on, the id's beginning), externalId, a key or a label's value is this.</summary>
    /// <param name="Value">The text.</param>
    /// <param name="IsNegated">None of them is.</param>
    public sealed record Word(QueryText Value, bool IsNegated = false) : QueryTerm(IsNegated);
}
