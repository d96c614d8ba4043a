using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Publishes to topics until everything is out or set aside. While the broker is away it waits. What the broker refuses for
/// good is found by halves and set aside after some tries, for no event may stop the others: the feed has it.
/// </summary>
internal sealed partial class TopicPublisher(
    int shard, IEventBus bus, StoreCalls calls, ShardBounds bounds, SetAside aside, TimeProvider time, ILogger logger)
{
    private const int RefusingMax = 1_000;

    // Topics whose last single event was refused: the next one is tried once. Also its own lock: topics are published to side by side.
    private readonly HashSet<string> _refusing = [];

    /// <summary>Publishes events, none of which has to come before another.</summary>
    public async Task PublishAsync(string topic, IReadOnlyList<OutboxEvent> events, CancellationToken stopping)
    {
        foreach (IReadOnlyList<OutboxEvent> part in Parts(events, bounds.PublishedBytesMax))
        {
            await PublishPartAsync(topic, part, stopping);
        }
    }

    /// <summary>The events in parts of so many bytes at most, or of one event.</summary>
    internal static List<List<OutboxEvent>> Parts(IReadOnlyList<OutboxEvent> events, long bytesMax)
    {
        var parts = new List<List<OutboxEvent>>();
        long bytes = 0;
        foreach (OutboxEvent item in events)
        {
            if (parts.Count == 0 || bytes + item.CloudEvent.Memory.Length > bytesMax)
            {
                parts.Add([]);
                bytes = 0;
            }

            parts[^1].Add(item);
            bytes += item.CloudEvent.Memory.Length;
        }

        return parts;
    }

    private async Task PublishPartAsync(string topic, IReadOnlyList<OutboxEvent> events, CancellationToken stopping)
    {
        var pause = new Pause(bounds.BrokerAway, time);
        int refusals = 0;
        while (true)
        {
            try
            {
                IReadOnlyList<OutboxEvent> left = events;
                events = await calls.TimedAsync(bounds.PublishTimeout, token => bus.PublishAsync(topic, left, token), stopping);
                if (events.Count < left.Count)
                {
                    lock (_refusing)
                    {
                        _refusing.Remove(topic);
                    }
                }

                if (events.Count == 0)
                {
                    return;
                }

                LogPublishFailed(logger, shard, $"The broker did not take {events.Count} events of topic {topic}.");
            }
            catch (RefusedException refused) when (!refused.IsForNow && !stopping.IsCancellationRequested)
            {
                if (events.Count > 1)
                {
                    int half = events.Count / 2;
                    await PublishPartAsync(topic, [.. events.Take(half)], stopping);
                    await PublishPartAsync(topic, [.. events.Skip(half)], stopping);
                    return;
                }

                // A size changes as little as the topic's second refusal.
                if (refused.IsTooLarge || IsRefusing(topic) || ++refusals >= bounds.RefusedTries)
                {
                    SetAsideNow(events[0], topic, refused);
                    return;
                }

                LogPublishFailed(logger, shard, refused.Message);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogPublishFailed(logger, shard, exception.Message);
            }

            await pause.WaitAsync(stopping);
        }
    }

    private bool IsRefusing(string topic)
    {
        lock (_refusing)
        {
            return _refusing.Contains(topic);
        }
    }

    private void SetAsideNow(OutboxEvent item, string topic, RefusedException refused)
    {
        if (!refused.IsTooLarge)
        {
            lock (_refusing)
            {
                if (_refusing.Count == RefusingMax)
                {
                    _refusing.Clear();
                }

                _refusing.Add(topic);
            }
        }

        aside.Add();
        LogSetAside(logger, shard, item.Kind, item.Job, topic, refused.Message);
    }

    [LoggerMessage(20, LogLevel.Warning, "Shard {Shard}: publishing waits and tries again. {Reason}")]
    private static partial void LogPublishFailed(ILogger logger, int shard, string reason);

    [LoggerMessage(
        22,
        LogLevel.Error,
        "Shard {Shard}: the broker refuses event {Kind} of job {JobId} for topic {Topic}; only the feed has it. {Reason}")]
    private static partial void LogSetAside(ILogger logger, int shard, JobEventKind kind, Guid jobId, string topic, string reason);
}
