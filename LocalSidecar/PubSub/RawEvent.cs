using LocalSidecar.Json;

namespace LocalSidecar.PubSub;

/// <summary>The event that is put around a raw message.</summary>
internal static class RawEvent
{
    /// <summary>The name under which a raw message has the trace that has no envelope to stand in; empty without one.</summary>
    public const string TraceIdKey = "traceid";

    /// <summary>Its companion.</summary>
    public const string TraceStateKey = "tracestate";

    /// <summary>Metadata of raw messages that become members of the event, in this order.</summary>
    public static readonly IReadOnlyList<string> TraceNames = [TraceIdKey, TraceStateKey];

    /// <summary>The event that a raw subscription gets around whatever was published.</summary>
    public static byte[] Wrap(Message message)
    {
        var buffer = new ByteBuffer(message.Bytes.Length * 2);
        buffer.Write("{\"data_base64\":\""u8);
        buffer.WriteText(Convert.ToBase64String(message.Bytes));
        buffer.Write("\",\"datacontenttype\":\"application/octet-stream\",\"id\":\""u8);
        buffer.WriteText(Guid.NewGuid().ToString());
        buffer.Write("\",\"pubsubname\":"u8);
        GoString.Write(buffer, message.PubSub);
        buffer.Write(",\"source\":\"Dapr\",\"specversion\":\"1.0\",\"topic\":"u8);
        GoString.Write(buffer, message.Topic);
        foreach (string name in TraceNames)
        {
            if (message.Metadata.TryGetValue(name, out string? value))
            {
                buffer.Write(",\""u8);
                buffer.WriteText(name);
                buffer.Write("\":"u8);
                GoString.Write(buffer, value);
            }
        }

        buffer.Write(",\"type\":\"com.dapr.event.sent\"}"u8);
        return buffer.ToArray();
    }
}
