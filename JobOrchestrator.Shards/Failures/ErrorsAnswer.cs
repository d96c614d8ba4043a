using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What one shard's jobs failed of.</summary>
/// <param name="Since">From when on it counts.</param>
/// <param name="Groups">The groups that had any in the window.</param>
/// <param name="Total">How many jobs failed in the window, with a group or without.</param>
public sealed record ErrorsAnswer(DateTimeOffset Since, IReadOnlyList<ErrorGroup> Groups, long Total);

/// <summary>Jobs that failed of errors that are alike.</summary>
/// <param name="Key">By what.</param>
/// <param name="IsLowerBound">There may have been more in the window, when it had no group.</param>
/// <param name="FirstAt">When the first one failed of it, as far as is known.</param>
/// <param name="LastAt">When the last one did.</param>
/// <param name="Example">The last one.</param>
/// <param name="Spark">How many failed of it in each step of the window.</param>
public sealed record ErrorGroup(
    ErrorKey Key, bool IsLowerBound, DateTimeOffset FirstAt, DateTimeOffset LastAt, JobId Example, IReadOnlyList<int> Spark);
