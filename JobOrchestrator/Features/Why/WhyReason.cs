namespace JobOrchestrator.Features.Why;

/// <summary>One reason: its code, its sentence, and what else there is to know of it.</summary>
/// <param name="Code">A word for programs, such as <c>no-worker</c>.</param>
/// <param name="Text">A sentence for people.</param>
internal sealed record WhyReason(string Code, string Text)
{
    /// <summary>
    /// Members beside the code, in order; values are texts, numbers, instants and lists of texts. Null ones are left out.
    /// </summary>
    public IReadOnlyList<(string Name, object? Value)> Members { get; init; } = [];
}
