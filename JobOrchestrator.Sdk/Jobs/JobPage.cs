namespace JobOrchestrator.Sdk;

/// <summary>One page of a list.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">The cursor of the next page; null: this is the last.</param>
/// <param name="LookedBackTo">
/// Where its time ended the page before it was full: when the last job that was looked at was made. Null: it is full, or the last.
/// </param>
public sealed record JobPage(IReadOnlyList<Job> Jobs, string? Next, DateTimeOffset? LookedBackTo);
