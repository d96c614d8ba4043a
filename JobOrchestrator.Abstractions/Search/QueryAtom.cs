namespace JobOrchestrator.Search;

/// <summary>One value or word as written.</summary>
/// <param name="Comparison">What stands before it: one of <c>&gt; &gt;= &lt; &lt;= ~</c>, or nothing.</param>
/// <param name="Text">The text, without quotes and star.</param>
/// <param name="IsQuoted">Whether it was in quotes.</param>
/// <param name="HasStar">Whether a star follows.</param>
internal sealed record QueryAtom(string Comparison, string Text, bool IsQuoted, bool HasStar)
{
    /// <summary>It is a star and nothing else: there is a value at all.</summary>
    public bool IsAny => HasStar && Text.Length == 0 && Comparison.Length == 0;
}

/// <summary>What is wrong with a value.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Suggestion">What may be written instead; null: nothing is near.</param>
internal sealed record QueryFault(string Message, string? Suggestion = null);
