using System.Runtime.InteropServices;

namespace JobOrchestrator.Shards;

/// <summary>
/// A digest as it is stored, in bytes: what is known, times, the columns with as many bits as their names need, the keys of labels, the
/// signatures. Little-endian, as every machine is that this runs on.
/// </summary>
internal static class DigestForm
{
    /// <summary>The version of this form; others are not read.</summary>
    public const int Version = 1;

    private const int ColumnsMost = 5;

    /// <summary>The bytes of a digest.</summary>
    public static byte[] Write(PageDigest digest)
    {
        using var stream = new MemoryStream(2_048);
        using (var writer = new BinaryWriter(stream))
        {
            writer.Write(MemoryMarshal.AsBytes(digest.Known.Words));
            foreach (DigestTimes times in (DigestTimes[])[digest.Created, digest.Finished])
            {
                writer.Write(times.From.UtcTicks);
                writer.Write(times.To.UtcTicks);
            }

            foreach (DigestColumn column in digest.Names.Prepend(digest.Status))
            {
                Write(writer, column);
            }

            Write(writer, digest.LabelKeys);
            writer.Write((byte)(digest.Texts.Words is null ? 0 : digest.Texts.Bits));
            writer.Write(MemoryMarshal.AsBytes<ulong>(digest.Texts.Words));
        }

        return stream.ToArray();
    }

    /// <summary>The digest of some bytes; null: they are none of a page with room for so many jobs.</summary>
    public static PageDigest? TryRead(byte[] bytes, int jobs)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            var known = new Places(jobs);
            Fill(reader, MemoryMarshal.AsBytes(known.Words));
            var created = new DigestTimes(Ticks(reader), Ticks(reader));
            var finished = new DigestTimes(Ticks(reader), Ticks(reader));
            DigestColumn[] columns = [.. Enumerable.Range(0, ColumnsMost).Select(_ => ReadColumn(reader, jobs))];
            IReadOnlyList<string>? labelKeys = ReadNames(reader)?.ConvertAll(static name => name ?? throw new FormatException());
            Signatures texts = ReadSignatures(reader, jobs);
            return columns[0].Names.All(static name => name is { Length: 1 } && char.IsAsciiDigit(name[0]))
                ? new PageDigest(known, columns[0], columns[1..], labelKeys, texts) { Created = created, Finished = finished }
                : null;
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void Write(BinaryWriter writer, DigestColumn column)
    {
        Write(writer, column.IsOpen ? null : column.Names);
        byte[]? indices = column.Indices;
        int bits = indices is null ? 0 : BitsFor(column.Names.Count);
        if (bits == 0)
        {
            return;
        }

        byte[] packed = new byte[((indices!.Length * bits) + 7) / 8];
        for (int place = 0; place < indices.Length; place++)
        {
            packed[place * bits / 8] |= (byte)(indices[place] << (place * bits % 8));
        }

        writer.Write(packed);
    }

    private static DigestColumn ReadColumn(BinaryReader reader, int jobs)
    {
        List<string?>? names = ReadNames(reader);
        int bits = BitsFor(names?.Count ?? 0);
        if (bits == 0)
        {
            return new DigestColumn([.. names ?? []], null, isOpen: names is null);
        }

        byte[] packed = new byte[((jobs * bits) + 7) / 8];
        Fill(reader, packed);
        byte[] indices = new byte[jobs];
        for (int place = 0; place < jobs; place++)
        {
            indices[place] = (byte)((packed[place * bits / 8] >> (place * bits % 8)) & ((1 << bits) - 1));
            if (indices[place] >= names!.Count)
            {
                throw new FormatException("A name that is not there.");
            }
        }

        return new DigestColumn([.. names!], indices, isOpen: false);
    }

    /// <summary>One more than they are, and each with a mark that it is one; 0: they are not told.</summary>
    private static void Write(BinaryWriter writer, IReadOnlyList<string?>? names)
    {
        writer.Write((byte)(names is null ? 0 : names.Count + 1));
        foreach (string? name in names ?? [])
        {
            writer.Write(name is not null);
            if (name is not null)
            {
                writer.Write(name);
            }
        }
    }

    private static List<string?>? ReadNames(BinaryReader reader)
    {
        int names = reader.ReadByte() - 1;
        if (names < 0)
        {
            return null;
        }

        var read = new List<string?>(names);
        for (int i = 0; i < names; i++)
        {
            read.Add(reader.ReadBoolean() ? reader.ReadString() : null);
        }

        return read;
    }

    private static Signatures ReadSignatures(BinaryReader reader, int jobs)
    {
        int bits = reader.ReadByte();
        if (bits == 0)
        {
            return new Signatures();
        }

        if (bits is not (32 or 64 or Signatures.BitsMost))
        {
            throw new FormatException("Signatures of another width.");
        }

        ulong[] words = new ulong[Signatures.WordsOf(bits, jobs)];
        Fill(reader, MemoryMarshal.AsBytes(words.AsSpan()));
        return new Signatures(bits, words);
    }

    /// <summary>1, 2, 4 or 8, so that none lies in two bytes; 0 where there is nothing to tell apart.</summary>
    private static int BitsFor(int names) => names switch { < 2 => 0, 2 => 1, <= 4 => 2, <= 16 => 4, _ => 8 };

    private static long Ticks(BinaryReader reader) =>
        reader.ReadInt64() is var ticks && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? ticks
            : throw new FormatException("No instant.");

    private static void Fill(BinaryReader reader, Span<byte> bytes) => reader.BaseStream.ReadExactly(bytes);
}
