using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Members that stand in a document, an event, a message or an answer only when there is something to say; and what is written the same
/// way in all of them.
/// </summary>
internal static class OptionalMembers
{
    public static void WriteText(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    /// <summary>A list of texts, which is there where it is empty too.</summary>
    public static void WriteTexts(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        writer.WritePropertyName(name);
        writer.WriteTexts(values);
    }

    /// <inheritdoc cref="WriteTexts(Utf8JsonWriter, ReadOnlySpan{byte}, IEnumerable{string})"/>
    public static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WritePropertyName(name);
        writer.WriteTexts(values);
    }

    public static void WriteNumber(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>An instant, in UTC.</summary>
    public static void WriteInstant(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } at)
        {
            writer.WriteString(name, at.UtcDateTime);
        }
    }

    public static void WriteId(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, JobId? value)
    {
        if (value is { } id)
        {
            writer.WriteString(name, id.Value);
        }
    }

    /// <summary>A caller's JSON as JSON, to the byte.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Utf8, skipInputValidation: true);
        }
    }

    /// <summary>The member <c>traceparent</c>.</summary>
    public static void WriteTraceparent(this Utf8JsonWriter writer, JobSpec spec)
    {
        if (spec.Trace.IsThere)
        {
            Span<byte> utf8 = stackalloc byte[TraceContext.Characters];
            spec.Trace.Write(utf8);
            writer.WriteString("traceparent"u8, utf8);
        }
        else
        {
            writer.WriteText("traceparent"u8, spec.Traceparent);
        }
    }

    /// <summary>The member <c>labels</c>.</summary>
    public static void WriteLabels(this Utf8JsonWriter writer, JobLabels labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("labels"u8);
        foreach ((string key, string value) in labels.All)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>The member <c>progress</c>.</summary>
    public static void WriteProgress(this Utf8JsonWriter writer, Progress? progress)
    {
        if (progress is null)
        {
            return;
        }

        writer.WriteStartObject("progress"u8);
        if (progress.Percent is { } percent)
        {
            writer.WriteNumber("percent"u8, percent);
        }

        writer.WriteText("message"u8, progress.Message);
        writer.WriteEndObject();
    }

    /// <summary>The member <c>backoff</c>.</summary>
    public static void WriteBackoff(this Utf8JsonWriter writer, Backoff backoff)
    {
        writer.WriteStartObject("backoff"u8);
        writer.WriteString("kind"u8, Words.Of(backoff.Kind));
        writer.WriteNumber("seconds"u8, backoff.Seconds);
        writer.WriteNumber("maxSeconds"u8, backoff.MaxSeconds);
        writer.WriteNumber("jitter"u8, backoff.Jitter);
        writer.WriteEndObject();
    }

    private static void WriteTexts(this Utf8JsonWriter writer, IEnumerable<string> values)
    {
        writer.WriteStartArray();
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
