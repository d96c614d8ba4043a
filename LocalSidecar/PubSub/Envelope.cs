using System.Text.Json;
using LocalSidecar.Json;

namespace LocalSidecar.PubSub;

/// <summary>Puts the cloud event around what is published: members in alphabetical order, as daprd writes them.</summary>
/// <param name="PubSub">The component.</param>
/// <param name="Topic">As published.</param>
/// <param name="Source">The publisher's app id.</param>
/// <param name="TraceParent">Of the request; may be empty.</param>
/// <param name="TraceState">Of the request; may be empty.</param>
/// <param name="Now">The publisher's time.</param>
internal sealed record Envelope(string PubSub, string Topic, string Source, string TraceParent, string TraceState, DateTimeOffset Now)
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ssK";

    /// <summary>Whether a content type says that the body is a cloud event already.</summary>
    public static bool IsCloudEvent(string contentType) =>
        MediaType(contentType).Equals("application/cloudevents+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a content type says that the body is JSON.</summary>
    public static bool IsJson(string contentType) => MediaType(contentType).Equals("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a content type says that the body is bytes.</summary>
    public static bool IsBinary(string contentType)
    {
        ReadOnlySpan<char> type = MediaType(contentType);
        return type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/cloudevents+protobuf", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a content type says that the body is text.</summary>
    public static bool IsText(string contentType)
    {
        ReadOnlySpan<char> type = MediaType(contentType);
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/xml", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Writes the event around published data.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="data">What was published.</param>
    /// <param name="contentType">Empty counts as text.</param>
    /// <param name="metadata">May override some members.</param>
    /// <param name="expiresAt">Default for never.</param>
    /// <returns>The event's <c>traceparent</c>; whatever the publisher says, so it may be no trace.</returns>
    public string Write(
        ByteBuffer output,
        ReadOnlySpan<byte> data,
        string contentType,
        IReadOnlyDictionary<string, string> metadata,
        DateTimeOffset expiresAt)
    {
        var overrides = Overrides.Read(metadata);
        if (IsBinary(contentType))
        {
            output.Write("{\"data_base64\":\""u8);
            output.WriteText(Convert.ToBase64String(data));
            output.Write((byte)'"');
        }
        else
        {
            output.Write("{\"data\":"u8);
            if (!IsJson(contentType) || !GoJson.TryWrite(output, data, keepDigits: true))
            {
                GoString.Write(output, data);
            }
        }

        Member(output, "datacontenttype", contentType.Length > 0 ? contentType : "text/plain");
        if (expiresAt != default)
        {
            Member(output, "expiration", Utc(expiresAt));
        }

        Member(output, "id", overrides.Id ?? Guid.NewGuid().ToString());
        Member(output, "pubsubname", PubSub);
        Member(output, "source", overrides.Source ?? (Source.Length > 0 ? Source : "Dapr"));
        Member(output, "specversion", "1.0");
        if (overrides.Subject is not null)
        {
            Member(output, "subject", overrides.Subject);
        }

        Member(output, "time", Now.ToString(
            Instant, System.Globalization.CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal));
        Member(output, "topic", Topic);
        string trace = overrides.TraceParent ?? overrides.TraceId ?? TraceParent;
        Member(output, "traceid", trace);
        Member(output, "traceparent", trace);
        Member(output, "tracestate", overrides.TraceState ?? TraceState);
        Member(output, "type", overrides.Type ?? "com.dapr.event.sent");
        output.Write((byte)'}');
        return trace;
    }

    /// <summary>Writes an event that came as one: its own members stay, but for those that are the broker's to say.</summary>
    /// <returns>The event's <c>traceparent</c>; whatever the publisher says, so it may be no trace.</returns>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public string WriteEvent(ByteBuffer output, ReadOnlySpan<byte> cloudEvent, DateTimeOffset expiresAt)
    {
        var members = EventMembers.Begin();
        members.Read(cloudEvent);
        members.Set("topic", Topic);
        members.Set("pubsubname", PubSub);
        members.Default("traceid", TraceParent);
        members.Default("traceparent", TraceParent);
        members.Default("tracestate", TraceState);
        members.Default("source", "Dapr");
        members.Default("type", "com.dapr.event.sent");
        members.Default("specversion", "1.0");
        if (!members.Has("time"))
        {
            members.Set("time", Now.ToString(
                Instant, System.Globalization.CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal));
        }

        if (expiresAt != default)
        {
            members.Set("expiration", Utc(expiresAt));
        }

        members.Write(output);
        return members.ValueOf("traceparent") is [(byte)'"', ..] text ? JsonSerializer.Deserialize<string>(text)! : "";
    }

    private static string Utc(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static void Member(ByteBuffer output, string name, string value)
    {
        output.Write(",\""u8);
        output.WriteText(name);
        output.Write("\":"u8);
        GoString.Write(output, value);
    }

    private static ReadOnlySpan<char> MediaType(string contentType)
    {
        int end = contentType.IndexOf(';', StringComparison.Ordinal);
        return contentType.AsSpan(0, end < 0 ? contentType.Length : end).Trim();
    }

    private readonly record struct Overrides(
        string? Id, string? Source, string? Type, string? Subject, string? TraceId, string? TraceParent, string? TraceState)
    {
        public static Overrides Read(IReadOnlyDictionary<string, string> metadata)
        {
            var result = default(Overrides);
            foreach ((string name, string value) in metadata)
            {
                if (value.Length > 0 && name.StartsWith("cloudevent.", StringComparison.OrdinalIgnoreCase))
                {
                    result = name.AsSpan(11).ToString().ToUpperInvariant() switch
                    {
                        "ID" => result with { Id = value },
                        "SOURCE" => result with { Source = value },
                        "TYPE" => result with { Type = value },
                        "SUBJECT" => result with { Subject = value },
                        "TRACEID" => result with { TraceId = value },
                        "TRACEPARENT" => result with { TraceParent = value },
                        "TRACESTATE" => result with { TraceState = value },
                        _ => result,
                    };
                }
            }

            return result;
        }
    }
}
