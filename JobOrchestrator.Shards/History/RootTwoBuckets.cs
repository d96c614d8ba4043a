namespace JobOrchestrator.Shards;

/// <summary>
/// Durations by 54 buckets, each √2 wider than the one before, from 1 ms to 26 h: whatever is in one lies within 19 % of its middle. Those
/// of several shards are added up, which percentiles are not.
/// </summary>
public static class RootTwoBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 54;

    private static readonly long[] Bounds =
        [.. Enumerable.Range(0, Count).Select(bucket => (long)(TimeSpan.TicksPerMillisecond * Math.Pow(2, bucket / 2.0)))];

    /// <summary>The bucket of a duration; what is longer than all is in the last.</summary>
    public static int Of(TimeSpan duration)
    {
        int found = Array.BinarySearch(Bounds, duration.Ticks);
        return Math.Min(found < 0 ? ~found : found, Count - 1);
    }

    /// <summary>The longest that is in a bucket, in seconds.</summary>
    public static double BoundOf(int bucket) => (double)Bounds[bucket] / TimeSpan.TicksPerSecond;

    /// <summary>What so great a part of all durations does not exceed, in seconds, within 19 %; null: there are none.</summary>
    /// <param name="counts">How many are in each bucket.</param>
    /// <param name="part">Which part, over 0 and up to 1.</param>
    public static double? Quantile(ReadOnlySpan<int> counts, double part)
    {
        long all = 0;
        foreach (int count in counts)
        {
            all += count;
        }

        long rank = Math.Max(1, (long)Math.Ceiling(all * part));
        for (int bucket = 0; all > 0; bucket++)
        {
            rank -= counts[bucket];
            if (rank <= 0)
            {
                return bucket == 0 ? BoundOf(0) : Math.Sqrt(BoundOf(bucket - 1) * BoundOf(bucket));
            }
        }

        return null;
    }
}
