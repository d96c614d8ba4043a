using System.Text.Json;

namespace JobOrchestrator.Http;

/// <summary>The claims of a token whose signature has been checked.</summary>
/// <param name="said">Its middle part.</param>
internal sealed class TokenClaims(JsonElement said)
{
    private static readonly char[] Parting = [' ', ','];

    /// <summary>The first of these claims that is there as one text; null: none.</summary>
    /// <param name="names">Their names as they stand in the settings.</param>
    public string? First(string names) =>
        Split(names).Select(name => OneText(Find(said, name))).FirstOrDefault(text => text is not null);

    /// <summary>The words of all these claims that are there: texts, parted by blanks or commas, and lists of them.</summary>
    /// <param name="names">Their names as they stand in the settings.</param>
    public IReadOnlyList<string> Words(string names) =>
        [.. Split(names).SelectMany(name => WordsOf(Find(said, name))).Distinct(StringComparer.Ordinal)];

    /// <summary>When the token ends (<c>exp</c>), which one that has been checked says.</summary>
    public DateTimeOffset Ends { get; } = DateTimeOffset.FromUnixTimeMilliseconds(
        (long)Math.Min(said.GetProperty("exp").GetDouble() * 1_000, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>Parts a text of the settings or of a claim.</summary>
    public static string[] Split(string text) =>
        text.Split(Parting, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A claim by its name, dots in which lead inside; a name that has dots itself comes first.</summary>
    private static JsonElement? Find(JsonElement here, string name)
    {
        if (here.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (here.TryGetProperty(name, out JsonElement found))
        {
            return found;
        }

        for (int dot = name.IndexOf('.'); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            if (here.TryGetProperty(name.AsSpan(0, dot), out JsonElement inner) && Find(inner, name[(dot + 1)..]) is { } below)
            {
                return below;
            }
        }

        return null;
    }

    private static string? OneText(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } one => one,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 => OneText(list[0]),
        _ => null,
    };

    private static IEnumerable<string> WordsOf(JsonElement? claim) => claim switch
    {
        { ValueKind: JsonValueKind.String } text => Split(text.GetString()!),
        { ValueKind: JsonValueKind.Array } list =>
            list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };
}
