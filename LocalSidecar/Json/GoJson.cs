using System.Text.Json;

namespace LocalSidecar.Json;

/// <summary>
/// Re-encodes a JSON value the way Go's decode-then-encode does: members sorted by name (the last of equal names
/// wins), no spaces, numbers as float64 unless their digits are to be kept, strings by <see cref="GoString"/>.
/// </summary>
internal static class GoJson
{
    /// <summary>How deep a value may nest. Go allows 10,000; ours keeps the stack small.</summary>
    public const int DepthMax = 1000;

    // What is only looked through, without recursion, may be as deep as in Go.
    private const int GoDepthMax = 10_000;

    // A list that one very wide object has needed is not kept.
    private const int KeptMembersMax = 4_096;

    [ThreadStatic]
    private static List<Member>? s_members;

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = DepthMax + 8 };

    /// <summary>For an event around such a value, deeper by a little: what was taken must not be too deep to be delivered.</summary>
    public static readonly JsonDocumentOptions EventOptions = new() { MaxDepth = DepthMax + 16 };

    /// <summary>Writes the value at the start of <paramref name="json"/>; the caller knows it to be valid JSON.</summary>
    public static void Write(ByteBuffer output, ReadOnlySpan<byte> json, bool keepDigits)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        WriteValue(output, ref reader, keepDigits);
    }

    /// <summary>
    /// Like <see cref="Write"/>, for text that may be anything; on false nothing was written. Text that goes on after its first value
    /// is none.
    /// </summary>
    public static bool TryWrite(ByteBuffer output, ReadOnlySpan<byte> json, bool keepDigits)
    {
        int start = output.Length;
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: true, new JsonReaderState(ReaderOptions));
            if (reader.Read())
            {
                WriteValue(output, ref reader, keepDigits);

                // Reads on: what stands behind the value makes it no JSON.
                return !reader.Read();
            }
        }
        catch (JsonException)
        {
            output.Truncate(start);
        }

        return false;
    }

    /// <summary>
    /// Writes JSON as Go writes what it was given ready made: members and digits stay as they are, spaces between them
    /// go, and in strings <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, U+2028 and U+2029 are escaped. False, with nothing written: it is no
    /// JSON.
    /// </summary>
    public static bool TryCompact(ByteBuffer output, ReadOnlySpan<byte> json)
    {
        if (!IsOneValue(json))
        {
            return false;
        }

        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte next = json[i];
            if (inString && next == '\\')
            {
                output.Write(json.Slice(i++, 2));
            }
            else if (inString && next is (byte)'<' or (byte)'>' or (byte)'&')
            {
                output.Write(next switch { (byte)'<' => "\\u003c"u8, (byte)'>' => "\\u003e"u8, _ => "\\u0026"u8 });
            }
            else if (next == 0xe2 && (json[i..].StartsWith("\u2028"u8) || json[i..].StartsWith("\u2029"u8)))
            {
                output.Write(json[i + 2] == 0xa8 ? "\\u2028"u8 : "\\u2029"u8);
                i += 2;
            }
            else if (inString || next is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                output.Write(next);
                inString ^= next == '"';
            }
        }

        return true;
    }

    private static bool IsOneValue(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = GoDepthMax });
        try
        {
            while (reader.Read())
            {
                // To its end, where a second value would be noticed.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteValue(ByteBuffer output, ref Utf8JsonReader reader, bool keepDigits)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(output, ref reader, keepDigits);
                break;
            case JsonTokenType.StartArray:
                output.Write((byte)'[');
                for (bool first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
                {
                    if (!first)
                    {
                        output.Write((byte)',');
                    }

                    WriteValue(output, ref reader, keepDigits);
                }

                output.Write((byte)']');
                break;
            case JsonTokenType.String:
                GoString.WriteLiteral(output, reader.ValueSpan);
                break;
            case JsonTokenType.Number when !keepDigits:
                GoNumber.Write(output, reader.ValueSpan);
                break;
            default:
                output.Write(reader.ValueSpan);
                break;
        }
    }

    private static void WriteObject(ByteBuffer output, ref Utf8JsonReader reader, bool keepDigits)
    {
        // Members are written as they come and put in order afterwards, when they came out of order. Those of the objects around stand in
        // front of them in the list.
        List<Member> members = s_members ??= [];
        int first = members.Count;
        try
        {
            int start = output.Length;
            bool sorted = true;
            output.Write((byte)'{');
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (members.Count > first)
                {
                    output.Write((byte)',');
                }

                int at = output.Length;
                GoString.WriteLiteral(output, reader.ValueSpan);
                int name = output.Length - at;
                output.Write((byte)':');
                reader.Read();
                WriteValue(output, ref reader, keepDigits);
                sorted = sorted && (members.Count == first || Compare(output.Written, members[^1], at, name) < 0);
                members.Add(new Member(at, name, output.Length - at));
            }

            output.Write((byte)'}');
            if (!sorted)
            {
                Sort(output, start, members[first..]);
            }
        }
        finally
        {
            members.RemoveRange(first, members.Count - first);
            if (first == 0 && members.Capacity > KeptMembersMax)
            {
                s_members = null;
            }
        }
    }

    private readonly record struct Member(int At, int NameLength, int Length);

    // By the encoded name: escapes start with a backslash, so this differs from Go's order of raw names only for
    // names that need escaping.
    private static int Compare(ReadOnlySpan<byte> text, Member left, int at, int nameLength) =>
        text.Slice(left.At + 1, left.NameLength - 2).SequenceCompareTo(text.Slice(at + 1, nameLength - 2));

    private static void Sort(ByteBuffer output, int start, List<Member> members)
    {
        byte[] text = output.Written[start..].ToArray();
        int[] order = Enumerable.Range(0, members.Count).ToArray();
        Array.Sort(order, (left, right) =>
        {
            int byName = Compare(
                text, members[left] with { At = members[left].At - start }, members[right].At - start, members[right].NameLength);
            return byName != 0 ? byName : left.CompareTo(right);
        });

        output.Truncate(start + 1);
        int written = 0;
        for (int i = 0; i < order.Length; i++)
        {
            Member member = members[order[i]] with { At = members[order[i]].At - start };
            if (i + 1 < order.Length)
            {
                Member next = members[order[i + 1]];
                if (Compare(text, member, next.At - start, next.NameLength) == 0)
                {
                    continue;
                }
            }

            if (written++ > 0)
            {
                output.Write((byte)',');
            }

            output.Write(text.AsSpan(member.At, member.Length));
        }

        output.Write((byte)'}');
    }
}
