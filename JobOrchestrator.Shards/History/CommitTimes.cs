namespace JobOrchestrator.Shards;

/// <summary>
/// How long the commits of the last minutes took, by half minutes, in rows that are overwritten as time goes by. Thread-safe.
/// </summary>
internal sealed class CommitTimes
{
    private const int SecondsInARow = 30;
    private const int Rows = 10;

    private readonly int[][] _rows = [.. Enumerable.Range(0, Rows).Select(_ => new int[RootTwoBuckets.Count])]; // also the lock
    private long _last;

    /// <summary>How far it looks back; what is left of the row that begins is in it.</summary>
    public static TimeSpan Window => TimeSpan.FromSeconds(SecondsInARow * Rows);

    /// <summary>A commit is stored.</summary>
    public void Count(TimeSpan took, DateTimeOffset now)
    {
        lock (_rows)
        {
            GoTo(now);
            _rows[_last % Rows][RootTwoBuckets.Of(took)]++;
        }
    }

    /// <summary>How many there were, by buckets of their length.</summary>
    public int[] Read(DateTimeOffset now)
    {
        lock (_rows)
        {
            GoTo(now);
            int[] sum = new int[RootTwoBuckets.Count];
            foreach (int[] row in _rows)
            {
                Cell.Add(sum, row);
            }

            return sum;
        }
    }

    private void GoTo(DateTimeOffset now)
    {
        long row = Math.Max(_last, now.ToUnixTimeSeconds() / SecondsInARow);
        for (long next = Math.Max(_last + 1, row - Rows + 1); next <= row; next++)
        {
            Array.Clear(_rows[next % Rows]);
        }

        _last = row;
    }
}
