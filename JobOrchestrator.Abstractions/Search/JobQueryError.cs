namespace JobOrchestrator.Search;

/// <summary>What is wrong at one place of a query's text.</summary>
/// <param name="At">Where it begins, in UTF-16 code units from 0.</param>
/// <param name="Length">How long it is; 0: something is missing there.</param>
/// <param name="Message">What is wrong, in a sentence for people.</param>
/// <param name="Suggestion">What may be written in its place; null: nothing is near.</param>
public sealed record JobQueryError(int At, int Length, string Message, string? Suggestion = null);
