namespace JobOrchestrator.Core;

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
