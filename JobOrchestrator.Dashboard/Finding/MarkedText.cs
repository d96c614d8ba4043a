using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>A query's text in pieces, those that are wrong apart from those that are not.</summary>
internal static class MarkedText
{
    /// <param name="text">The text.</param>
    /// <param name="errors">What is wrong with it, in the order of the text.</param>
    /// <returns>The pieces in order; what is missing somewhere is a space there.</returns>
    public static IEnumerable<(string Text, bool IsWrong)> Of(string text, IReadOnlyList<JobQueryError> errors)
    {
        int at = 0;
        foreach (JobQueryError error in errors)
        {
            int from = Math.Clamp(error.At, 0, text.Length);
            int to = Math.Clamp(error.At + error.Length, from, text.Length);
            if (from < at)
            {
                continue;
            }

            if (from > at)
            {
                yield return (text[at..from], false);
            }

            yield return (from == to ? " " : text[from..to], true);
            at = to;
        }

        if (at < text.Length)
        {
            yield return (text[at..], false);
        }
    }

    /// <summary>The text with what an error suggests in the place of what is wrong; null: it suggests nothing.</summary>
    public static string? Mended(string text, JobQueryError error)
    {
        int from = Math.Clamp(error.At, 0, text.Length);
        int to = Math.Clamp(error.At + error.Length, from, text.Length);
        return error.Suggestion is { } better ? $"{text[..from]}{better}{text[to..]}" : null;
    }
}
