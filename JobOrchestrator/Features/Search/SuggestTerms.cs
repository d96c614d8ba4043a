using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Search;

namespace JobOrchestrator.Features.Search;

/// <summary>
/// <c>GET /search/suggest</c>: how the term at a place of a query may go on: fields, words, and values of live jobs that the caller sees.
/// </summary>
internal static class SuggestTerms
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string query = Query.Text(http.Request, "q") ?? "";
        if (query.Length > JobQuery.CharactersMax)
        {
            throw new ProblemException(Problems.NotAllowed("?q", $"At most {JobQuery.CharactersMax} characters."));
        }

        var term = TermAtCaret.Of(query, CaretOf(http.Request, query.Length));
        var suggestions = new Suggestions(api.Shards, ApiKeys.CallerOf(http), api.Now);
        IReadOnlyList<Suggestion> found = await suggestions.ForAsync(term, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (term, found), Write);
    }

    private static int CaretOf(HttpRequest request, int length)
    {
        if (Query.Text(request, "at") is not { } text)
        {
            return length;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int at)
            ? Math.Min(at, length)
            : throw Query.Malformed("at", "a place in q, from 0");
    }

    private static void Write(Utf8JsonWriter writer, (TermAtCaret Term, IReadOnlyList<Suggestion> Found) answer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("at"u8, answer.Term.At);
        writer.WriteNumber("length"u8, answer.Term.Length);
        writer.WriteStartArray("suggestions"u8);
        foreach (Suggestion suggestion in answer.Found)
        {
            writer.WriteStartObject();
            writer.WriteString("text"u8, suggestion.Text);
            writer.WriteString("kind"u8, suggestion.Kind);
            if (suggestion.Count is { } count)
            {
                writer.WriteNumber("count"u8, count);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
