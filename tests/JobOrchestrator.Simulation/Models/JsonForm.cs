using System.Buffers;
using System.Text.Json;

namespace JobOrchestrator.Simulation.Models;

/// <summary>How JSON comes back where it is decoded and encoded: no spaces, members sorted or in any order, digits lost.</summary>
/// <param name="SortsMembers">By name; else their order is another one at every write.</param>
/// <param name="KeepsDigits">17 digits of a number are kept; else six behind the point, and the sign of zero is lost.</param>
/// <param name="EscapesMarkup">The letters <c>&lt; &gt; &amp;</c> and two line ends come back escaped.</param>
/// <param name="Seed">Chooses the order where it is any.</param>
internal sealed record JsonForm(bool SortsMembers, bool KeepsDigits, bool EscapesMarkup, ulong Seed = 0)
{
    // As deep as a document is read; what is stored is not deeper than the service lets in.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    /// <summary>As the sidecar's HTTP does to all stores but Redis.</summary>
    public static JsonForm Sorted { get; } = new(SortsMembers: true, KeepsDigits: true, EscapesMarkup: true);

    /// <summary>As the sidecar's HTTP does to Redis.</summary>
    public static JsonForm Unsorted(ulong seed) => new(SortsMembers: false, KeepsDigits: false, EscapesMarkup: false, seed);

    /// <summary>The same JSON in this form; null: it is none, or has a number beyond all numbers.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="write">Another number gives another order where it is any.</param>
    public byte[]? Rewrite(byte[] json, long write)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 16);
        var reader = new Utf8JsonReader(json, Deep);
        ulong order = Mix(Seed ^ (ulong)write);
        try
        {
            reader.Read();
            return Write(ref reader, output, order) && !reader.Read() ? output.WrittenSpan.ToArray() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }

    private bool Write(ref Utf8JsonReader reader, ArrayBufferWriter<byte> output, ulong order)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return WriteObject(ref reader, output, order);
            case JsonTokenType.StartArray:
                return WriteArray(ref reader, output, order);
            case JsonTokenType.Number:
                return JsonNumber.TryWrite(reader.GetDouble(), KeepsDigits, output);
            case JsonTokenType.String:
                JsonString.Write(JsonString.Read(reader), EscapesMarkup, output);
                return true;
            default:
                output.Write(reader.ValueSpan);
                return true;
        }
    }

    private bool WriteArray(ref Utf8JsonReader reader, ArrayBufferWriter<byte> output, ulong order)
    {
        output.Write("["u8);
        for (bool isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            output.Write(isFirst ? [] : ","u8);
            if (!Write(ref reader, output, order))
            {
                return false;
            }
        }

        output.Write("]"u8);
        return true;
    }

    private bool WriteObject(ref Utf8JsonReader reader, ArrayBufferWriter<byte> output, ulong order)
    {
        var members = new List<(byte[] Name, byte[] Value)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            byte[] name = JsonString.Read(reader);
            reader.Read();
            var value = new ArrayBufferWriter<byte>();
            if (!Write(ref reader, value, order))
            {
                return false;
            }

            // Of a name that comes twice the last one counts.
            members.RemoveAll(member => member.Name.AsSpan().SequenceEqual(name));
            members.Add((name, value.WrittenSpan.ToArray()));
        }

        IEnumerable<(byte[] Name, byte[] Value)> ordered = SortsMembers
            ? members.OrderBy(member => member.Name, Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))
            : members.OrderBy(member => Place(member.Name, order));
        output.Write("{"u8);
        foreach ((int i, (byte[] name, byte[] value)) in ordered.Index())
        {
            output.Write(i == 0 ? [] : ","u8);
            JsonString.Write(name, EscapesMarkup, output);
            output.Write(":"u8);
            output.Write(value);
        }

        output.Write("}"u8);
        return true;
    }

    private static ulong Place(byte[] name, ulong order)
    {
        foreach (byte letter in name)
        {
            order = Mix(order + letter);
        }

        return order;
    }
}
