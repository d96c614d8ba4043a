using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Features.Marks;

/// <summary>The marks as a document of the store: all that are kept, the first one first.</summary>
/// <param name="Version">The form that it has.</param>
/// <param name="Marks">The marks.</param>
internal sealed record MarkDocument(int Version, IReadOnlyList<Mark> Marks)
{
    /// <summary>Its key, and its partition: it is no shard's.</summary>
    public const string Key = "marks";

    /// <summary>What is written. A document of a later one is left as it is.</summary>
    public const int Known = 1;

    // Letters as they are: each of them takes two or three bytes, and not six.
    private static readonly MarkDocumentJson s_json = new(new JsonSerializerOptions(MarkDocumentJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <exception cref="FormatException">It is no such document, or of a later version.</exception>
    public static MarkDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            MarkDocument? found = JsonSerializer.Deserialize(utf8.Span, s_json.MarkDocument);
            return found is { Version: Known, Marks: not null }
                && found.Marks.All(static mark => mark is { Text: not null } && Enum.IsDefined(mark.Kind))
                ? found
                : throw new FormatException("It is of another version.");
        }
        catch (JsonException exception)
        {
            throw new FormatException("It is no list of marks.", exception);
        }
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, s_json.MarkDocument);
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MarkDocument))]
internal sealed partial class MarkDocumentJson : JsonSerializerContext;
