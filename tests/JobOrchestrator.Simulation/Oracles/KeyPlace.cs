namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Where a key counts: keys belong to one owner in one queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Owner">The owner; null: jobs without one.</param>
/// <param name="Key">The key.</param>
internal readonly record struct KeyPlace(string Queue, string? Owner, string Key);
