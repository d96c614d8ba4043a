using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dapr.Client.Http;

/// <summary>The request bodies of the state API, written straight into one buffer.</summary>
internal static class StateBody
{
    // What an operation costs besides its key and value: names, words, an ETag of 36 characters.
    private const int OverheadBytes = 192;

    // The sidecar re-encodes values anyway; escaping what need not be escaped would only make bodies longer.
    private static readonly JsonWriterOptions Writing = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static PooledBuffer Transaction(
        IReadOnlyList<StateTransactionRequest> operations, IReadOnlyDictionary<string, string>? metadata)
    {
        var capacity = OverheadBytes;
        for (var i = 0; i < operations.Count; i++)
            capacity += OverheadBytes + operations[i].Key.Length + (operations[i].Value?.Length ?? 0);

        return Write(capacity, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("operations"u8);
            for (var i = 0; i < operations.Count; i++)
                WriteOperation(writer, operations[i]);
            writer.WriteEndArray();
            WriteMetadata(writer, metadata);
            writer.WriteEndObject();
        });
    }

    public static PooledBuffer Save<TValue>(
        string key,
        TValue value,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        JsonSerializerOptions serializer) =>
        Write(OverheadBytes + key.Length, writer =>
        {
            writer.WriteStartArray();
            WriteItem(writer, key, value, etag, options, metadata, serializer);
            writer.WriteEndArray();
        });

    public static PooledBuffer SaveMany<TValue>(IReadOnlyList<SaveStateItem<TValue>> items, JsonSerializerOptions serializer) =>
        Write(OverheadBytes * items.Count, writer =>
        {
            writer.WriteStartArray();
            foreach (var item in items)
                WriteItem(writer, item.Key, item.Value, item.ETag, item.StateOptions, item.Metadata, serializer);
            writer.WriteEndArray();
        });

    /// <exception cref="ArgumentException">The value is not JSON.</exception>
    public static PooledBuffer SaveBytes(
        string key,
        ReadOnlySpan<byte> value,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var body = new PooledBuffer(OverheadBytes + key.Length + value.Length);
        try
        {
            using var writer = new Utf8JsonWriter(body, Writing);
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WritePropertyName("value"u8);
            writer.WriteRawValue(value);
            WriteRest(writer, etag, options, metadata);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.Flush();
            return body;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            body.Dispose();
            throw new ArgumentException("Bytes saved over the sidecar's HTTP API must be one JSON value.", nameof(value), exception);
        }
    }

    public static PooledBuffer Keys(IReadOnlyList<string> keys, int? parallelism) =>
        Write(OverheadBytes + (48 * keys.Count), writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            for (var i = 0; i < keys.Count; i++)
                writer.WriteStringValue(keys[i]);
            writer.WriteEndArray();
            if (parallelism is { } number)
                writer.WriteNumber("parallelism"u8, number);
            writer.WriteEndObject();
        });

    private static PooledBuffer Write(int capacity, Action<Utf8JsonWriter> write)
    {
        var body = new PooledBuffer(capacity);
        try
        {
            using var writer = new Utf8JsonWriter(body, Writing);
            write(writer);
            writer.Flush();
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static void WriteOperation(Utf8JsonWriter writer, StateTransactionRequest operation)
    {
        writer.WriteStartObject();
        var delete = operation.OperationType is StateOperationType.Delete;
        writer.WriteString("operation"u8, delete ? "delete"u8 : "upsert"u8);
        writer.WriteStartObject("request"u8);
        writer.WriteString("key"u8, operation.Key);
        if (!delete)
        {
            writer.WritePropertyName("value"u8);
            if (operation.Value is { Length: > 0 } value)
                writer.WriteRawValue(value, skipInputValidation: true);
            else
                writer.WriteNullValue();
        }

        WriteRest(writer, operation.ETag, operation.Options, operation.Metadata);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteItem<TValue>(
        Utf8JsonWriter writer,
        string key,
        TValue value,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        JsonSerializerOptions serializer)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WritePropertyName("value"u8);
        JsonSerializer.Serialize(writer, value, serializer);
        WriteRest(writer, etag, options, metadata);
        writer.WriteEndObject();
    }

    private static void WriteRest(
        Utf8JsonWriter writer, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata)
    {
        if (etag is not null)
            writer.WriteString("etag"u8, etag);
        if (options is { Concurrency: not null } or { Consistency: not null })
        {
            writer.WriteStartObject("options"u8);
            if (options.Concurrency is { } concurrency)
                writer.WriteString("concurrency"u8, Words.Of(concurrency));
            if (options.Consistency is { } consistency)
                writer.WriteString("consistency"u8, Words.Of(consistency));
            writer.WriteEndObject();
        }

        WriteMetadata(writer, metadata);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
            return;
        writer.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
