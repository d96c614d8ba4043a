using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Several events of one owner as one message: a CloudEvent of type <c>com.joborchestrator.events.v1</c> with the attribute <c>owner</c>,
/// whose data is an array of the events' own CloudEvents, in order. What nobody owns goes by itself.
/// </summary>
internal static class EventPack
{
    public const string Type = "com.joborchestrator.events.v1";

    // What stands around the events.
    private const int BytesAround = 512;

    /// <summary>Events as messages, in rounds: of one owner none is sent before the round before it is out.</summary>
    /// <param name="events">The events, in order.</param>
    /// <param name="bytesMax">Bytes of one message at most, or one event.</param>
    public static List<List<OutboxEvent>> Rounds(IReadOnlyList<OutboxEvent> events, long bytesMax) => EventWaves.Of(
        events.GroupBy(item => item.Owner).SelectMany(owned => owned.Key is null ? owned : Messages([.. owned], bytesMax)),

        // An owner's messages go one after the other, what nobody owns in the order of its job.
        message => (message.Owner, message.Owner is null ? message.Job : Guid.Empty),
        _ => null);

    /// <summary>Some events of one owner as a message.</summary>
    /// <param name="events">One at least.</param>
    public static OutboxEvent Of(IReadOnlyList<OutboxEvent> events)
    {
        OutboxEvent last = events[^1];
        return last with { CloudEvent = JsonText.Of(DocumentWriter.ToUtf8(events, Write)), Packed = events };
    }

    private static IEnumerable<OutboxEvent> Messages(IReadOnlyList<OutboxEvent> events, long bytesMax) =>
        EventParts.Of(events, bytesMax - BytesAround, bytesBetween: 1).Select(Of);

    /// <summary>
    /// The first one's id, how many more there are, and a hash of all: a broker may drop an id that it has had, and what is sent again
    /// after a fault may be packed with others.
    /// </summary>
    private static string IdOf(IReadOnlyList<OutboxEvent> events)
    {
        string[] ids = [.. events.Select(item => item.Id)];
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ids))).AsSpan(0, 8));
        return $"{ids[0]}+{ids.Length - 1}.{hash}";
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<OutboxEvent> events)
    {
        using var last = JsonDocument.Parse(events[^1].CloudEvent.Memory);
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        writer.WriteString("id"u8, IdOf(events));
        writer.WriteString("type"u8, Type);
        Copy("source"u8);
        writer.WriteString("owner"u8, events[0].Owner);
        Copy("time"u8);
        writer.WriteString("datacontenttype"u8, "application/json"u8);
        writer.WriteStartArray("data"u8);
        foreach (OutboxEvent item in events)
        {
            writer.WriteRawValue(item.CloudEvent.Memory.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();

        void Copy(ReadOnlySpan<byte> member)
        {
            if (last.RootElement.TryGetProperty(member, out JsonElement value))
            {
                writer.WritePropertyName(member);
                value.WriteTo(writer);
            }
        }
    }
}
