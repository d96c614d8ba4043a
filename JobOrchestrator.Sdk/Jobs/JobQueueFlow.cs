namespace JobOrchestrator.Sdk;

/// <summary>What a queue did lately, by what <see cref="IJobOperations.StatsAsync"/> says to <see cref="Asked"/>.</summary>
/// <param name="In">Jobs that came, a second, over the last minute or two; null: nothing is known of that time.</param>
/// <param name="Out">Jobs that ended, in the same way.</param>
/// <param name="Failed">Jobs that failed for good in the last hour.</param>
/// <param name="Ready">The most that were ready in each minute of it, as far back as that is known without a gap.</param>
public sealed record JobQueueFlow(double? In, double? Out, long Failed, IReadOnlyList<long> Ready)
{
    /// <summary>Queues that are told of at most, the busiest; one less, where all others have a line together.</summary>
    public const int Most = 32;

    private const int Minute = 60;
    private const string ComeIn = "submitted";
    private const string GoneOut = "finished";
    private const string HaveFailed = "failed";
    private const string WereReady = "ready";

    /// <summary>What to ask for: all queues in one answer, so few steps that it has many of them.</summary>
    public static JobStatsQuery Asked { get; } = new()
    {
        Metrics = [ComeIn, GoneOut, HaveFailed, WereReady],
        By = "queue",
        Window = TimeSpan.FromMinutes(Minute - 1),
        Step = TimeSpan.FromSeconds(Minute),
    };

    /// <summary>By the queues' names; one of which nothing is told is not among them.</summary>
    public static IReadOnlyDictionary<string, JobQueueFlow> Of(JobStats stats)
    {
        // All others together are no queue, whatever one is called.
        ILookup<string, JobStatsSeries> byQueue = stats.Series.Where(line => !line.Rest)
            .ToLookup(line => line.Labels["queue"], StringComparer.Ordinal);
        return byQueue.ToDictionary(
            queue => queue.Key,
            queue => new JobQueueFlow(
                Rate(stats, Line(queue, ComeIn)),
                Rate(stats, Line(queue, GoneOut)),
                (long)Line(queue, HaveFailed).Sum(value => value ?? 0),
                [.. Line(queue, WereReady).Reverse().SkipWhile(IsAhead).TakeWhile(IsKnown).Reverse().Select(value => (long)value!.Value)]),
            StringComparer.Ordinal);
    }

    /// <summary>A second, over the last minute that is over and the one that is not.</summary>
    private static double? Rate(JobStats stats, IReadOnlyList<double?> values)
    {
        int open = Math.Min((int)((stats.AsOf - stats.From).TotalSeconds / stats.Step), values.Count - 1);
        int first = Math.Max(0, open - 1);
        double?[] last = [.. values.Skip(first).Take(open - first + 1)];
        if (!last.Any(IsKnown))
        {
            return null;
        }

        // All shards tell of the time from Since on. This line was told of before, where only another shard came late.
        DateTimeOffset begin = stats.From.AddSeconds((double)first * stats.Step);
        DateTimeOffset since = begin > stats.Since || values.Take(first).Any(IsKnown) ? begin : stats.Since;
        return last.Sum(value => value ?? 0) / Math.Max(1, (stats.AsOf - since).TotalSeconds);
    }

    private static IReadOnlyList<double?> Line(IEnumerable<JobStatsSeries> queue, string metric) =>
        queue.FirstOrDefault(line => line.Metric == metric)?.Values ?? [];

    private static bool IsKnown(double? value) => value is not null;

    private static bool IsAhead(double? value) => value is null;
}
