using System.Text;
using System.Text.Json;

namespace Dapr.Client.Http;

/// <summary>Reads the answer to a bulk read.</summary>
internal static class BulkState
{
    /// <summary>Makes an item of what the answer holds for one key; no data when the key is not there.</summary>
    public delegate TItem Make<out TItem>(string key, ReadOnlySpan<byte> data, string etag);

    public static readonly Make<BulkStateItem> Text = (key, data, etag) => new(key, Encoding.UTF8.GetString(data), etag);

    public static Make<BulkStateItem<TValue>> Typed<TValue>(JsonSerializerOptions options) =>
        (key, data, etag) => new(key, data.IsEmpty ? default : JsonSerializer.Deserialize<TValue>(data, options), etag);

    /// <exception cref="DaprException">A key could not be read, or the answer is not a bulk read's.</exception>
    public static List<TItem> Read<TItem>(ReadOnlySpan<byte> body, int count, Make<TItem> make)
    {
        // A store that holds something other than JSON makes the sidecar answer 200 with nothing at all.
        if (body.IsEmpty)
            throw new DaprException("State operation failed: the answer is empty; a stored value may not be JSON.");

        var items = new List<TItem>(count);
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartArray)
                throw new JsonException("The answer is not an array.");
            while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
                ReadItem(ref reader, body, items, make);
            return items;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DaprException("State operation failed: the answer to the bulk read cannot be understood.", exception);
        }
    }

    private static void ReadItem<TItem>(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, List<TItem> items, Make<TItem> make)
    {
        string key = "", etag = "";
        string? error = null;
        ReadOnlySpan<byte> data = default;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                reader.Read();
                key = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("etag"u8))
            {
                reader.Read();
                etag = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = reader.GetString();
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                data = body[start..(int)reader.BytesConsumed];
            }
            else
            {
                reader.Skip();
            }
        }

        if (!string.IsNullOrEmpty(error))
            throw new DaprException($"State operation failed: reading '{key}': {error}");
        // SQL stores add empty items when a key was asked for twice.
        if (key.Length > 0)
            items.Add(make(key, data, etag));
    }
}
