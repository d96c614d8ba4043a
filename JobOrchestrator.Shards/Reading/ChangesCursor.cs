using System.Buffers.Binary;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Where a page of a job's events ended, as an opaque text.</summary>
internal static class ChangesCursor
{
    private const char Kind = 'c';

    public static string Write(JobId job, ChangesPlace place) =>
        Cursor.Write(Kind, [(place.Number, 0), (place.Sequence, 0), (place.At.UtcTicks, 0), (MarkOf(job), 0)]);

    /// <exception cref="FormatException">It is none of ours, or of another job.</exception>
    public static ChangesPlace Read(JobId job, string cursor)
    {
        (long Number, int Offset)[] parts = Cursor.Read(Kind, cursor, 4);
        long ticks = parts[2].Number;
        return ticks <= DateTimeOffset.MaxValue.UtcTicks && parts[3].Number == MarkOf(job)
            ? new ChangesPlace(parts[0].Number, parts[1].Number, new DateTimeOffset(ticks, TimeSpan.Zero))
            : throw new FormatException("The cursor is none of ours.");
    }

    /// <summary>What tells a job from others: the half of its id that is random for the most part.</summary>
    private static long MarkOf(JobId job)
    {
        Span<byte> id = stackalloc byte[16];
        job.Value.TryWriteBytes(id, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(id[8..]) & long.MaxValue;
    }
}
