using LocalSidecar.Json;
using LocalSidecar.Log;

namespace LocalSidecar.PubSub;

/// <summary>A message on its way into a topic.</summary>
/// <param name="Bytes">What the broker holds: a cloud event, or for raw messages whatever was published.</param>
/// <param name="IsRaw">No envelope was put around it.</param>
/// <param name="ExpiresAt">Milliseconds since 1970 (UTC); 0 for never.</param>
/// <param name="TraceParent">Of the publisher's trace; empty without one.</param>
/// <param name="Metadata">The publisher's metadata, which become headers of the delivery.</param>
internal readonly record struct OutgoingMessage(
    ReadOnlyMemory<byte> Bytes, bool IsRaw, long ExpiresAt, string TraceParent, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A message read back from the log.</summary>
internal sealed record Message(
    long Id,
    string PubSub,
    string Topic,
    byte[] Bytes,
    bool IsRaw,
    long ExpiresAt,
    string TraceParent,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>Messages as records: number, expiry, the subscriptions they are for, and the rest.</summary>
internal static class MessageRecord
{
    public static void Write(
        ByteBuffer buffer, long id, string pubsub, string topic, in OutgoingMessage message, IReadOnlyList<SubscriptionQueue> targets)
    {
        buffer.WriteInt64(id);
        buffer.WriteInt64(message.ExpiresAt);
        buffer.WriteInt32(targets.Count);
        foreach (SubscriptionQueue target in targets)
        {
            buffer.WriteInt32(target.Number);
        }

        buffer.Write(message.IsRaw ? (byte)1 : (byte)0);
        buffer.WriteRun(pubsub);
        buffer.WriteRun(topic);
        buffer.WriteRun(message.TraceParent);
        buffer.WriteInt32(message.Metadata.Count);
        foreach ((string name, string value) in message.Metadata)
        {
            buffer.WriteRun(name);
            buffer.WriteRun(value);
        }

        buffer.Write(message.Bytes.Span);
    }

    /// <summary>Reads a whole record, its kind included.</summary>
    public static Message Read(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record[1..]);
        long id = reader.Int64();
        long expiresAt = reader.Int64();
        reader.Bytes(4 * reader.Int32());
        bool isRaw = reader.Byte() == 1;
        string pubsub = reader.Text();
        string topic = reader.Text();
        string traceParent = reader.Text();
        int count = reader.Int32();
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (; count > 0; count--)
        {
            string name = reader.Text();
            metadata[name] = reader.Text();
        }

        return new Message(id, pubsub, topic, reader.Rest.ToArray(), isRaw, expiresAt, traceParent, metadata);
    }
}
