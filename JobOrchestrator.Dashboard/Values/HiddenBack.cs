using System.Buffers;
using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Values;

/// <summary>
/// Puts hidden values back into a text that was made of one with masks: where a hidden member still has the mask, it is as it was. Within
/// a list that was changed nobody knows which entry is which.
/// </summary>
internal sealed class HiddenBack
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };
    private static readonly JsonDocumentOptions DeepDocument = new() { MaxDepth = 1_000 };

    private readonly byte[] _utf8;
    private readonly HiddenNames _hidden;
    private readonly ArrayBufferWriter<byte> _made = new();
    private int _copied;

    private HiddenBack(string json, HiddenNames hidden) => (_utf8, _hidden) = (Encoding.UTF8.GetBytes(json), hidden);

    /// <summary>The name of a hidden member whose value nobody knows; null: all are known.</summary>
    public string? Unknown { get; private set; }

    /// <summary>The text with the values in it; what is unknown is as it was written.</summary>
    public string Text { get; private set; } = "";

    /// <param name="json">Valid JSON.</param>
    /// <param name="original">The value that was shown; null: there is none.</param>
    /// <param name="hidden">Names whose values are hidden.</param>
    public static HiddenBack Of(string json, JsonElement? original, HiddenNames hidden)
    {
        var back = new HiddenBack(json, hidden);
        var reader = new Utf8JsonReader(back._utf8, Deep);
        reader.Read();
        back.Walk(ref reader, original);
        back._made.Write(back._utf8.AsSpan(back._copied));
        back.Text = Encoding.UTF8.GetString(back._made.WrittenSpan);
        return back;
    }

    private void Walk(ref Utf8JsonReader reader, JsonElement? of)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WalkMembers(ref reader, of is { ValueKind: JsonValueKind.Object } ? of : null);
                break;
            case JsonTokenType.StartArray:
                WalkList(ref reader, of is { ValueKind: JsonValueKind.Array } ? of : null);
                break;
        }
    }

    private void WalkMembers(ref Utf8JsonReader reader, JsonElement? of)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = JsonName.Of(ref reader);
            // A name may be there twice.
            seen[name] = seen.TryGetValue(name, out int before) ? before + 1 : 0;
            JsonElement? member = Member(of, name, seen[name]);
            reader.Read();
            if (!_hidden.Has(name) || reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(ShownJson.Dots))
            {
                Walk(ref reader, member);
            }
            else if (member is { } value)
            {
                Put((int)reader.TokenStartIndex, (int)reader.BytesConsumed, value);
            }
            else
            {
                Unknown ??= name;
            }
        }
    }

    private void WalkList(ref Utf8JsonReader reader, JsonElement? of)
    {
        int from = (int)reader.TokenStartIndex;
        reader.Skip();
        string list = Encoding.UTF8.GetString(_utf8.AsSpan(from, (int)reader.BytesConsumed - from));
        if (MaskedIn(list) is not { } name)
        {
            return;
        }

        if (of is { } was && IsSame(list, ShownJson.Of(was.GetRawText(), _hidden).Text))
        {
            Put(from, (int)reader.BytesConsumed, was);
        }
        else
        {
            Unknown ??= name;
        }
    }

    private void Put(int from, int to, JsonElement value)
    {
        _made.Write(_utf8.AsSpan(_copied, from - _copied));
        _made.Write(Encoding.UTF8.GetBytes(value.GetRawText()));
        _copied = to;
    }

    /// <summary>The first hidden name in a text that has a mask; null: there is none.</summary>
    private string? MaskedIn(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), Deep);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && JsonName.Of(ref reader) is var name && _hidden.Has(name)
                && reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(ShownJson.Dots))
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsSame(string one, string other)
    {
        using var first = JsonDocument.Parse(one, DeepDocument);
        using var second = JsonDocument.Parse(other, DeepDocument);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }

    private static JsonElement? Member(JsonElement? of, string name, int which) => of is not { } members
        ? null
        : members.EnumerateObject().Where(member => member.NameEquals(name)).Skip(which).Select(member => (JsonElement?)member.Value)
            .FirstOrDefault();
}
