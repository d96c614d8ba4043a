namespace JobOrchestrator.Simulation.Models;

/// <summary>One change of the store at the moment in which it was applied; the oracles read them as they come.</summary>
/// <param name="Key">The document.</param>
/// <param name="Value">Its JSON from now on; null: it is gone.</param>
/// <param name="ETag">What it has now; null: it is gone.</param>
internal readonly record struct AppliedWrite(string Key, byte[]? Value, string? ETag);

/// <summary>What a store changed in one moment: all operations of a transaction where it has those, else one document.</summary>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time.</param>
/// <param name="Lane">The process that sent it, such as <c>a#2</c>: replica a, its second life.</param>
/// <param name="Writes">The changes, in order. Time alone may take a document away: then the lane is <c>ttl</c>.</param>
/// <param name="Behind">How far the clock of that process is behind the world's, because its machine has slept.</param>
internal sealed record AppliedWrites(
    long Step, DateTimeOffset At, string Lane, IReadOnlyList<AppliedWrite> Writes, TimeSpan Behind = default);
