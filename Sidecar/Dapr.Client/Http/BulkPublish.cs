using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dapr.Client.Http;

/// <summary>The body of a bulk publish and the answer that names what failed.</summary>
internal static class BulkPublish
{
    private const string Json = "application/json";
    private const string CloudEvents = "application/cloudevents+json";

    private static readonly Dictionary<string, string> NoMetadata = [];

    public static PooledBuffer Write<TValue>(IReadOnlyList<TValue> events, JsonSerializerOptions options)
    {
        var body = new PooledBuffer(256 * events.Count);
        try
        {
            // Not HTML: nothing but JSON's own quotes need escaping, and bodies stay short.
            var encoder = options.Encoder ?? JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            using var writer = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true, Encoder = encoder });
            writer.WriteStartArray();
            for (var i = 0; i < events.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("entryId"u8, Id(i));
                writer.WritePropertyName("event"u8);
                JsonSerializer.Serialize(writer, events[i], options);
                writer.WriteString("contentType"u8, ContentType(events[i]));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.Flush();
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The entries that failed, or null when the answer does not say.</summary>
    public static List<BulkPublishResponseFailedEntry<TValue>>? ReadFailures<TValue>(ReadOnlySpan<byte> body, IReadOnlyList<TValue> events)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("failedEntries", out var entries))
                return null;

            var failed = new List<BulkPublishResponseFailedEntry<TValue>>();
            foreach (var entry in entries.EnumerateArray())
            {
                var id = entry.GetProperty("entryId").GetString()!;
                var data = events[int.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)];
                var error = entry.TryGetProperty("error", out var text) ? text.GetString() : null;
                failed.Add(new(new(id, data, ContentType(data), NoMetadata), error ?? ""));
            }

            return failed.Count == 0 ? null : failed;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string ContentType<TValue>(TValue data) => data is CloudEvent ? CloudEvents : Json;
}
