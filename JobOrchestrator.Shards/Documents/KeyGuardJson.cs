using System.Buffers.Binary;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Keys that stay taken, as they are stored: 48 bytes each (hash, job, UTC ticks of its end, part of the fingerprint), as 64 characters of
/// base64. A page may have hundreds of them.
/// </summary>
internal static class KeyGuardJson
{
    private const int Bytes = 48;

    /// <summary>A list of them, if there are any.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyCollection<KeyGuard> guards)
    {
        if (guards.Count == 0)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[Bytes];
        writer.WriteStartArray(name);
        foreach (KeyGuard guard in guards)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, guard.Key.High);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], guard.Key.Low);
            guard.Holder.Value.TryWriteBytes(bytes[16..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(bytes[32..], guard.Until.UtcTicks);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[40..], guard.Fingerprint);
            writer.WriteBase64StringValue(bytes);
        }

        writer.WriteEndArray();
    }

    /// <summary>Those of a document's member; none where it has no such member.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static IReadOnlyList<KeyGuard> Read(JsonElement document, string name) =>
        document.TryGetProperty(name, out JsonElement guards) && guards.GetArrayLength() > 0
            ? [.. guards.EnumerateArray().Select(guard => Read(guard.GetBytesFromBase64()))]
            : [];

    /// <summary>Those of the list that a reader has come to.</summary>
    /// <exception cref="InvalidOperationException">It is no list of texts.</exception>
    /// <exception cref="FormatException">They are none.</exception>
    public static IReadOnlyList<KeyGuard> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new InvalidOperationException("Keys are no list.");
        }

        var guards = new List<KeyGuard>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            guards.Add(Read(reader.GetBytesFromBase64()));
        }

        return [.. guards];
    }

    private static KeyGuard Read(ReadOnlySpan<byte> bytes)
    {
        long ticks = bytes.Length == Bytes ? BinaryPrimitives.ReadInt64BigEndian(bytes[32..]) : -1;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks
            ? throw new FormatException("A key that is taken has 48 bytes, and an end.")
            : new KeyGuard(
                new KeyHash(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
                new JobId(new Guid(bytes[16..32], bigEndian: true)),
                new DateTimeOffset(ticks, TimeSpan.Zero),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]));
    }
}
