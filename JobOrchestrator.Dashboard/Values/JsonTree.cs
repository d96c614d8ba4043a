using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>
/// Reads a value into the tree that is shown, as its bytes say: no number is rounded, no double name lost, no order changed.
/// </summary>
internal sealed class JsonTree
{
    /// <summary>Values shown at most; a browser is slow with many thousands.</summary>
    public const int NodesMax = 500;

    /// <summary>Bytes shown at most.</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>How deep one looks; JSON of the API is no deeper than 64.</summary>
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    private readonly HiddenNames _hidden;
    private int _nodes;
    private int _bytes;

    private JsonTree(HiddenNames hidden) => _hidden = hidden;

    /// <summary>The tree of a value.</summary>
    /// <param name="json">The value, as it was written.</param>
    /// <param name="hidden">Names whose values are hidden.</param>
    public static JsonNode Of(string json, HiddenNames hidden)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), Deep);
        reader.Read();
        return new JsonTree(hidden).Read(ref reader, null);
    }

    private bool IsFull => _nodes >= NodesMax || _bytes >= BytesMax;

    private JsonNode Read(ref Utf8JsonReader reader, string? name)
    {
        _nodes++;
        _bytes += reader.ValueSpan.Length;
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, name),
            JsonTokenType.StartArray => ReadArray(ref reader, name),
            JsonTokenType.String => Leaf(JsonKind.Text, name, $"\"{Text(reader.ValueSpan, BytesMax)}\""),
            JsonTokenType.Number => Leaf(JsonKind.Number, name, Text(reader.ValueSpan, BytesMax)),
            _ => Leaf(JsonKind.Word, name, Text(reader.ValueSpan, BytesMax)),
        };
    }

    private JsonNode ReadObject(ref Utf8JsonReader reader, string? name)
    {
        var entries = new List<JsonNode>();
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string member = Text(reader.ValueSpan, 256);
            bool isHidden = _hidden.Has(JsonName.Of(ref reader));
            reader.Read();
            if (IsFull || isHidden)
            {
                reader.Skip();
                Add(entries, isHidden ? Leaf(JsonKind.Hidden, member, "") : null);
            }
            else
            {
                entries.Add(Read(ref reader, member));
            }

            count++;
        }

        return Whole(JsonKind.Members, name, entries, count);
    }

    private JsonNode ReadArray(ref Utf8JsonReader reader, string? name)
    {
        var entries = new List<JsonNode>();
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (IsFull)
            {
                reader.Skip();
            }
            else
            {
                entries.Add(Read(ref reader, null));
            }

            count++;
        }

        return Whole(JsonKind.Entries, name, entries, count);
    }

    private void Add(List<JsonNode> entries, JsonNode? entry)
    {
        if (entry is not null && !IsFull)
        {
            _nodes++;
            entries.Add(entry);
        }
    }

    private static JsonNode Whole(JsonKind kind, string? name, List<JsonNode> entries, int count)
    {
        if (entries.Count < count)
        {
            entries.Add(Leaf(JsonKind.Rest, null, $"{count - entries.Count} more"));
        }

        return new JsonNode(kind, name, null, entries, count);
    }

    private static JsonNode Leaf(JsonKind kind, string? name, string text) => new(kind, name, text, [], 0);

    /// <summary>As it was written, escapes and all; cut where it would fill the page.</summary>
    private static string Text(ReadOnlySpan<byte> utf8, int bytesMax) =>
        utf8.Length <= bytesMax ? Encoding.UTF8.GetString(utf8) : $"{Encoding.UTF8.GetString(utf8[..bytesMax]).TrimEnd('\uFFFD')}…";
}
