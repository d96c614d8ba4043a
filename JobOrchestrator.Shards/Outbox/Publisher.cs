using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// Publishes the outbox in commit order, behind the commits and off the callers' path. The first event goes at once; whatever is
/// committed while a publish is under way is the next one. What the head calls unpublished is published again after a crash: at least
/// once, with ids by which a subscriber drops repeats. What the broker refuses for good counts as published: the feed has it.
/// </summary>
internal sealed partial class Publisher(
    int shard,
    Outbox outbox,
    OutboxReader reader,
    TopicPublisher publishing,
    Topics topics,
    StoreCalls calls,
    ShardBounds bounds,
    ILogger logger)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        long next = outbox.Published;
        var grown = new Signal();
        using IDisposable following = outbox.Follow(next, grown);
        while (true)
        {
            OutboxView view = outbox.View(next);
            if (view.Next <= next)
            {
                await grown.WaitAsync(stopping);
                continue;
            }

            OutboxRead read = await calls.InsistAsync(
                token => reader.ReadAsync(view, next, bounds.PublishedMax, token),
                exception => LogReadFailed(logger, shard, exception.Message),
                stopping);
            if (read.Missing.Count > 0)
            {
                // What is not published is never deleted: these are lost.
                LogLost(logger, shard, string.Join(", ", read.Missing));
            }

            foreach (IReadOnlyList<OutboxEvent> wave in Waves(read.Entries.SelectMany(entry => entry.Events)))
            {
                await PublishAsync(wave, stopping);
            }

            next = read.End;
            outbox.MarkPublished(next, read.Entries);
        }
    }

    /// <summary>
    /// Events in waves that hold each job at most once: the sidecar sends the entries of one bulk publish in no order, and one job's
    /// events may not overtake each other.
    /// </summary>
    internal static List<List<OutboxEvent>> Waves(IEnumerable<OutboxEvent> events)
    {
        var waves = new List<List<OutboxEvent>>();
        var waveOfJob = new Dictionary<Guid, int>();
        foreach (OutboxEvent item in events)
        {
            int wave = waveOfJob.TryGetValue(item.Job, out int last) ? last + 1 : 0;
            waveOfJob[item.Job] = wave;
            if (wave == waves.Count)
            {
                waves.Add([]);
            }

            waves[wave].Add(item);
        }

        return waves;
    }

    private Task PublishAsync(IReadOnlyList<OutboxEvent> wave, CancellationToken stopping)
    {
        IGrouping<string, OutboxEvent>[] byTopic = [.. wave.Where(item => topics.Of(item) is not null).GroupBy(item => topics.Of(item)!)];
        return Together.AllAsync(byTopic.Select(group => publishing.PublishAsync(group.Key, [.. group], stopping)));
    }

    [LoggerMessage(20, LogLevel.Warning, "Shard {Shard}: publishing waits and tries again. {Reason}")]
    private static partial void LogReadFailed(ILogger logger, int shard, string reason);

    [LoggerMessage(
        21,
        LogLevel.Error,
        "Shard {Shard}: outbox documents {Numbers} have not been published and are not in the store. Their events are lost.")]
    private static partial void LogLost(ILogger logger, int shard, string numbers);
}
