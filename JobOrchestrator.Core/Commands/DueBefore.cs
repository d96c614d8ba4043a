namespace JobOrchestrator.Core;

/// <summary>How many jobs come due shortly before one and stand before it then.</summary>
/// <param name="Within">How long before it at most.</param>
/// <param name="Jobs">How many.</param>
public readonly record struct DueBefore(TimeSpan Within, int Jobs);
