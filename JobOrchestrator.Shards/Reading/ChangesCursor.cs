namespace JobOrchestrator.Shards;

/// <summary>Where a page of a job's events ended, as an opaque text.</summary>
internal static class ChangesCursor
{
    private const char Kind = 'c';

    public static string Write(ChangesPlace place) =>
        Cursor.Write(Kind, [(place.Number, 0), (place.Sequence, 0), (place.At.UtcTicks, 0)]);

    /// <exception cref="FormatException">It is none of ours.</exception>
    public static ChangesPlace Read(string cursor)
    {
        (long Number, int Offset)[] parts = Cursor.Read(Kind, cursor, 3);
        long ticks = parts[2].Number;
        return ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new ChangesPlace(parts[0].Number, parts[1].Number, new DateTimeOffset(ticks, TimeSpan.Zero))
            : throw new FormatException("The cursor is none of ours.");
    }
}
