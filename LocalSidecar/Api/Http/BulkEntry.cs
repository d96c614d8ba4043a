using System.Text;
using System.Text.Json;
using LocalSidecar.Json;
using LocalSidecar.PubSub;

namespace LocalSidecar.Api.Http;

/// <summary>One entry of a bulk publish, as it stands in the request's JSON.</summary>
internal sealed record BulkEntry(
    string EntryId,
    string ContentType,
    IReadOnlyDictionary<string, string> Metadata,
    int EventAt,
    int EventLength,
    JsonTokenType EventType)
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>Reads the array of entries.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static List<BulkEntry> Read(ReadOnlySpan<byte> body)
    {
        var entries = new List<BulkEntry>();
        var reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(GoJson.ReaderOptions));
        Advance(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return entries;
        }

        Expect(ref reader, JsonTokenType.StartArray, "Go value of type []http.bulkPublishMessageEntry");
        while (Advance(ref reader) != JsonTokenType.EndArray)
        {
            entries.Add(ReadEntry(ref reader));
        }

        return entries;
    }

    /// <summary>The bytes to publish, as the content type wants them.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="problem">What is wrong with the event; null when nothing is.</param>
    public ReadOnlyMemory<byte> Data(ReadOnlySpan<byte> body, out string? problem)
    {
        problem = null;
        ReadOnlySpan<byte> json = EventLength == 0 ? "null"u8 : body.Slice(EventAt, EventLength);
        if (Envelope.IsJson(ContentType) || Envelope.IsCloudEvent(ContentType))
        {
            // Decoded and encoded once on the way: numbers become float64 here, unlike in a single publish.
            var output = new ByteBuffer(json.Length + 16);
            GoJson.Write(output, json, keepDigits: false);
            return output.WrittenMemory;
        }

        // Single publishes take whatever is said; the entries of a bulk must be of a kind that is known.
        if (EventType != JsonTokenType.String || !(Envelope.IsText(ContentType) || Envelope.IsBinary(ContentType)))
        {
            problem = "error: mismatch between contentType and event";
            return default;
        }

        ReadOnlySpan<byte> literal = json[1..^1];
        byte[] text = new byte[literal.Length];
        Memory<byte> plain = text.AsMemory(0, GoString.Unescape(literal, text));
        if (!Envelope.IsBinary(ContentType))
        {
            return plain;
        }

        try
        {
            return Convert.FromBase64String(Encoding.UTF8.GetString(plain.Span));
        }
        catch (FormatException)
        {
            problem = "error: unable to decode base64 application/octect-stream data: illegal base64 data";
            return default;
        }
    }

    private static BulkEntry ReadEntry(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "Go value of type http.bulkPublishMessageEntry");
        string entryId = "";
        string contentType = "";
        Dictionary<string, string> metadata = NoMetadata;
        (int eventAt, int eventLength, JsonTokenType eventType) = (0, 0, JsonTokenType.Null);
        while (Advance(ref reader) != JsonTokenType.EndObject)
        {
            string name = Text(reader.ValueSpan);
            Advance(ref reader);
            if (name.Equals("entryId", StringComparison.OrdinalIgnoreCase))
            {
                entryId = String(ref reader, "bulkPublishMessageEntry.entryId");
            }
            else if (name.Equals("contentType", StringComparison.OrdinalIgnoreCase))
            {
                contentType = String(ref reader, "bulkPublishMessageEntry.contentType");
            }
            else if (name.Equals("metadata", StringComparison.OrdinalIgnoreCase))
            {
                metadata = ReadMetadata(ref reader);
            }
            else
            {
                int at = (int)reader.TokenStartIndex;
                JsonTokenType type = reader.TokenType;
                SkipChecked(ref reader);
                if (name.Equals("event", StringComparison.OrdinalIgnoreCase))
                {
                    (eventAt, eventLength, eventType) = (at, (int)reader.BytesConsumed - at, type);
                }
            }
        }

        return new BulkEntry(entryId, contentType, metadata, eventAt, eventLength, eventType);
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return NoMetadata;
        }

        Expect(ref reader, JsonTokenType.StartObject, "Go struct field bulkPublishMessageEntry.metadata of type map[string]string");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (Advance(ref reader) != JsonTokenType.EndObject)
        {
            string name = Text(reader.ValueSpan);
            Advance(ref reader);
            metadata[name] = String(ref reader, "bulkPublishMessageEntry.metadata");
        }

        return metadata;
    }

    private static void SkipChecked(ref Utf8JsonReader reader)
    {
        int depth = 0;
        do
        {
            depth += reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
            if (reader.TokenType == JsonTokenType.Number && !GoNumber.Fits(reader.ValueSpan))
            {
                throw new BulkEntryException($"json: cannot unmarshal number {Encoding.UTF8.GetString(reader.ValueSpan)} into Go struct "
                    + "field bulkPublishMessageEntry.event of type float64");
            }
        }
        while (depth > 0 && reader.Read());
    }

    private static string String(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return "";
        }

        Expect(ref reader, JsonTokenType.String, $"Go struct field {field} of type string");
        return Text(reader.ValueSpan);
    }

    private static string Text(ReadOnlySpan<byte> literal)
    {
        byte[] bytes = new byte[literal.Length];
        return Encoding.UTF8.GetString(bytes, 0, GoString.Unescape(literal, bytes));
    }

    private static JsonTokenType Advance(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("The text ends early.");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string target)
    {
        if (reader.TokenType != type)
        {
            string kind = reader.TokenType switch
            {
                JsonTokenType.StartObject => "object",
                JsonTokenType.StartArray => "array",
                JsonTokenType.String => "string",
                JsonTokenType.Number => "number",
                _ => "bool",
            };
            throw new BulkEntryException($"json: cannot unmarshal {kind} into {target}");
        }
    }
}

/// <summary>An entry of the wrong shape, in Go's words.</summary>
internal sealed class BulkEntryException(string message) : JsonException(message);
