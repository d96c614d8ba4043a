namespace JobOrchestrator.Features.Search;

/// <summary>The term of a query's text in which somebody writes at the moment.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">How long it is, also behind the caret.</param>
/// <param name="Lead">What of it goes before: a minus, the field, values with their commas.</param>
/// <param name="Field">The field, as written; null: none yet.</param>
/// <param name="Begun">The value or word that is being written, up to the caret, without an opening quote.</param>
internal sealed record TermAtCaret(int At, int Length, string Lead, string? Field, string Begun)
{
    /// <summary>The term at a place.</summary>
    /// <param name="query">The text.</param>
    /// <param name="caret">The place, at most behind its end.</param>
    public static TermAtCaret Of(string query, int caret)
    {
        int start = 0, colon = -1, value = 0;
        bool isQuoted = false;
        for (int place = 0; place < caret; place++)
        {
            char character = query[place];
            if (character == '\\' && isQuoted)
            {
                place++;
            }
            else if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted)
            {
                continue;
            }
            else if (char.IsWhiteSpace(character))
            {
                (start, colon, value) = (place + 1, -1, place + 1);
            }
            else if (character == ':' && colon < 0)
            {
                (colon, value) = (place, place + 1);
            }
            else if (character == ',' && colon >= 0)
            {
                value = place + 1;
            }
        }

        value = Math.Min(value, caret);
        if (colon < 0 && value < caret && query[value] == '-')
        {
            value++;
        }

        int end = caret;
        while (!isQuoted && end < query.Length && !char.IsWhiteSpace(query[end]))
        {
            end++;
        }

        int name = query[start..].StartsWith('-') ? start + 1 : start;
        return new TermAtCaret(
            start,
            (isQuoted ? query.Length : end) - start,
            query[start..value],
            colon < 0 ? null : query[name..colon],
            query[value..caret].TrimStart('"'));
    }
}
