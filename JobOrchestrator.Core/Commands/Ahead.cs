namespace JobOrchestrator.Core;

/// <summary>How many ready jobs come before one.</summary>
/// <param name="All">In all.</param>
/// <param name="OfType">Of these, those of its type.</param>
/// <param name="OfHigherPriority">Of these, those whose priority is higher.</param>
public readonly record struct Ahead(int All, int OfType, int OfHigherPriority);
