namespace JobOrchestrator.Core;

/// <summary>A key as the rules know it: it belongs to an owner in a queue, so no owner meets or learns another's.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Owner">The owner; null: the jobs that have none share theirs.</param>
/// <param name="Key">What the caller wrote.</param>
internal readonly record struct OwnedKey(string Queue, string? Owner, string Key);
