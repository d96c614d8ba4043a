using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>What can be done to each job that a query finds.</summary>
public enum JobBulkKind
{
    /// <summary>Cancel it: at once when it waits, through its worker when it runs.</summary>
    Cancel = 1,

    /// <summary>Run it again, if it has finished, as a new job.</summary>
    Retry,

    /// <summary>Forget it, if it has finished.</summary>
    Purge,

    /// <summary>Have it wait in another queue (<see cref="JobBulk.Queue"/>), if it waits.</summary>
    Move,

    /// <summary>Set some of its labels, or take them away (<see cref="JobBulk.Labels"/>), if it has not finished.</summary>
    Label,
}

/// <summary>What to do to many jobs at once.</summary>
public sealed record JobBulk
{
    /// <summary>What to do to each of them.</summary>
    public required JobBulkKind Kind { get; init; }

    /// <summary>
    /// Which jobs: a query such as <c>status:failed queue:mail</c>, with at least one term that is not taken out; at most 1,024
    /// characters.
    /// </summary>
    public required string Query { get; init; }

    /// <summary>The time zone of days and clocks in <see cref="Query"/>, such as <c>Europe/Berlin</c>; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Why, for people who look at the actions later; at most 500 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>For <see cref="JobBulkKind.Move"/>: the queue to go to. It has to be stored together with the jobs' own.</summary>
    public string? Queue { get; init; }

    /// <summary>For <see cref="JobBulkKind.Label"/>: the values by key; null takes a label away.</summary>
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }
}

/// <summary>How many jobs a bulk action would be done to.</summary>
public sealed record JobBulkCount
{
    /// <summary>How many; where <see cref="Exact"/> is false, at least so many.</summary>
    public int Matched { get; init; }

    /// <summary>False: counting stopped, at 10,000 or after 2 s.</summary>
    public bool Exact { get; init; }

    /// <summary>When they were counted (UTC).</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>How many of those that were counted are in each phase, such as <c>Failed</c>; phases without a job are left out.</summary>
    public IReadOnlyDictionary<string, int> ByPhase { get; init; } = new Dictionary<string, int>();

    /// <summary>When the oldest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>When the newest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Some of them, five at most.</summary>
    public IReadOnlyList<Job> Sample { get; init; } = [];
}

/// <summary>What one request of a bulk action did: 500 jobs at most.</summary>
public sealed record JobBulkPart
{
    /// <summary>The action's id.</summary>
    public required string Id { get; init; }

    /// <summary>How many jobs matched when they were counted, of which the last count stopped at 10,000.</summary>
    public int Matched { get; init; }

    /// <summary>How many jobs this request changed.</summary>
    public int Done { get; init; }

    /// <summary>
    /// How many it left as they are, by the reason: <c>already-done</c>, or the name of the problem that the call for one job would have
    /// met, such as <c>already-finished</c>.
    /// </summary>
    public IReadOnlyDictionary<string, int> Skipped { get; init; } = new Dictionary<string, int>();

    /// <summary>Where the next request goes on; null: all is done.</summary>
    public string? Next { get; init; }
}

/// <summary>What somebody did to many jobs or to a queue.</summary>
public sealed record JobAction
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// <c>cancel</c>, <c>retry</c>, <c>purge</c>, <c>move</c>, <c>label</c>, <c>pause</c>, <c>resume</c>, <c>publish</c> or <c>undo</c>;
    /// there may be more.
    /// </summary>
    public required string Action { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>When it last did something (UTC).</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>Nothing more is to come. False also where nobody went on with it.</summary>
    public bool Finished { get; init; }

    /// <summary>The name of the key that asked; null: there was none, or the caller may not know.</summary>
    public string? By { get; init; }

    /// <summary>Why; null: it was not said, or the caller may not know.</summary>
    public string? Reason { get; init; }

    /// <summary>Which jobs; null: it was done to a queue, or undid something.</summary>
    [JsonPropertyName("q")]
    public string? Query { get; init; }

    /// <summary>The queue; of a <c>move</c> that to which jobs went.</summary>
    public string? Queue { get; init; }

    /// <summary>The labels that were set, and by null taken away.</summary>
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    /// <summary>Of a <c>publish</c>: the kinds of the queue's events that are published since.</summary>
    public IReadOnlyList<JobEventKind>? Events { get; init; }

    /// <summary>How many jobs were counted before; null: none were.</summary>
    public int? Matched { get; init; }

    /// <summary>How many jobs it has changed.</summary>
    public int Done { get; init; }

    /// <inheritdoc cref="JobBulkPart.Skipped"/>
    public IReadOnlyDictionary<string, int> Skipped { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether <see cref="JobOperations.UndoAsync"/> can undo it.</summary>
    public bool Undoable { get; init; }

    /// <summary>Why it cannot be undone.</summary>
    public string? NotUndoable { get; init; }

    /// <summary>The action that undid it; null: none did.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>The action that this one undid; null: it is no undo.</summary>
    public string? UndoOf { get; init; }
}
