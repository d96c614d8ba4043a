using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace JobOrchestrator.Core;

/// <summary>
/// A job's id: a UUID version 7 (RFC 9562) whose 12 bits after the version carry the shard number, so that an id says where its job lives.
/// </summary>
/// <param name="Value">The UUID.</param>
public readonly record struct JobId(Guid Value)
{
    /// <summary>The highest number of shards that an id can name.</summary>
    public const int ShardsMax = 4096;

    private static readonly long LastMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>The shard that the job lives in, 0 to 4095.</summary>
    public int Shard
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF;
        }
    }

    /// <summary>When the id was made, to the millisecond; the end of time where its first 48 bits say more: a stranger made it.</summary>
    public DateTimeOffset CreatedAt
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            long milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, LastMilliseconds));
        }
    }

    /// <summary>Makes an id from its three parts.</summary>
    /// <param name="createdAt">The instant in the first 48 bits, to the millisecond.</param>
    /// <param name="shard">0 to 4095.</param>
    /// <param name="random">Eight random bytes, of which 62 bits are used.</param>
    public static JobId Create(DateTimeOffset createdAt, int shard, ulong random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardsMax);

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)createdAt.ToUnixTimeMilliseconds() << 16 | 0x7000UL | (uint)shard);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], random & 0x3FFF_FFFF_FFFF_FFFFUL | 0x8000_0000_0000_0000UL);
        return new JobId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads the 36-character form; anything else is no job's id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        // Guid takes surrounding white space and groups such as "+1941f29" or "0x941f29" too.
        bool isId = Guid.TryParseExact(text, "D", out Guid value) && text.Length == 36 && !text.AsSpan().ContainsAnyExcept(Letters);
        id = new JobId(value);
        return isId;
    }

    /// <summary>The 36-character lower-case form.</summary>
    public override string ToString() => Value.ToString("D");
}
