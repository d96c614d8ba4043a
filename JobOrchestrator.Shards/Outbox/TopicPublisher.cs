namespace JobOrchestrator.Shards;

/// <summary>
/// Publishes to topics until everything is out or set aside. While the broker is away it waits. What the broker refuses for
/// good is found by halves and set aside after some tries, for no event may stop the others: the feed has it.
/// </summary>
internal sealed partial class TopicPublisher(
    int shard, IEventBus bus, StoreCalls calls, ShardBounds bounds, bool isPacked, SetAside aside, TimeProvider time, ILogger logger)
{
    private const int RefusingMax = 1_000;

    // Topics whose last single event was refused: the next one is tried once. Also its own lock: topics are published to side by side.
    private readonly HashSet<string> _refusing = [];
    private readonly RareLines _lines = new(time);

    private readonly MessageSizes _sizes = new(bounds.PackedBytesMax, time);

    /// <summary>Publishes events, none of which has to come before another unless they are packed.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="events">The events.</param>
    /// <param name="isGivenUp">Asked after each failure: true, and what is left is set aside.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>False: some were set aside.</returns>
    public async Task<bool> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, Func<Task<bool>> isGivenUp, CancellationToken stopping)
    {
        bool areOut = true;
        Went went = Went.Whole;
        List<List<OutboxEvent>> rounds = isPacked ? EventPack.Rounds(events, _sizes.Of(topic)) : [[.. events]];
        foreach (IReadOnlyList<OutboxEvent> part in rounds.SelectMany(round => EventParts.Of(round, bounds.PublishedBytesMax)))
        {
            went = await PublishPartAsync(topic, new Part(part, went == Went.GivenUp), isGivenUp, stopping);
            areOut &= went == Went.Whole;
        }

        return areOut;
    }

    /// <summary>Whether the broker takes an event at this moment.</summary>
    public async Task<bool> TryOnceAsync(string topic, OutboxEvent item, TimeSpan limit, CancellationToken stopping)
    {
        try
        {
            OutboxEvent message = isPacked && item.Owner is not null ? EventPack.Of([item]) : item;
            return (await calls.TimedAsync(limit, token => bus.PublishAsync(topic, [message], token), stopping)).Count == 0;
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<Went> PublishPartAsync(string topic, Part part, Func<Task<bool>> isGivenUp, CancellationToken stopping)
    {
        IReadOnlyList<OutboxEvent> events = part.Events;
        var pause = new Pause(bounds.BrokerAway, time);
        int refusals = 0, failures = 0;
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
                    if (part.Of is { } halved)
                    {
                        halved.BytesWent = Math.Max(halved.BytesWent, part.Events[0].CloudEvent.Memory.Length);
                        _sizes.Note(topic, halved.BytesWent);
                    }

                    return Went.Whole;
                }

                failures = events.Count < left.Count ? 0 : failures + 1;
                LogPublishFailed(logger, shard, $"The broker did not take {events.Count} events of topic {topic}.");
            }
            catch (RefusedException refused) when (!refused.IsForNow && !stopping.IsCancellationRequested)
            {
                if (Halves(events) is { } halves)
                {
                    HalvedMessage? of = events.Count == 1 && refused.IsTooLarge ? part.Of ?? new HalvedMessage() : null;
                    return await PublishHalvesAsync(topic, halves, of, isGivenUp, stopping);
                }

                // A size changes as little as the topic's second refusal.
                if (refused.IsTooLarge || IsRefusing(topic) || ++refusals >= bounds.RefusedTries)
                {
                    SetAsideNow(events[0], topic, refused);
                    return Went.NotWhole;
                }

                LogPublishFailed(logger, shard, refused.Message);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogPublishFailed(logger, shard, exception.Message);
                failures += exception is NeverSentException ? 0 : 1;
            }

            bool isOver = await isGivenUp();

            // A message that is too large for a broker often fails as if that were away: smaller ones may go.
            if ((isOver ? !part.IsAfterNone : failures >= bounds.RefusedTries) && events.Any(item => item.Packed.Count > 1)
                && Halves(events) is { } smaller)
            {
                HalvedMessage? of = events.Count == 1 ? part.Of ?? new HalvedMessage() : null;
                return await PublishHalvesAsync(topic, smaller, of, isGivenUp, stopping);
            }

            if (isOver)
            {
                foreach (OutboxEvent item in events)
                {
                    Tell(item, topic, "The broker has not taken the topic for long, and takes others.");
                }

                return events.Count < part.Events.Count ? Went.NotWhole : Went.GivenUp;
            }

            await pause.WaitAsync(stopping);
        }
    }

    private async Task<Went> PublishHalvesAsync(
        string topic,
        (IReadOnlyList<OutboxEvent> First, IReadOnlyList<OutboxEvent> Second) halves,
        HalvedMessage? of,
        Func<Task<bool>> isGivenUp,
        CancellationToken stopping)
    {
        Went first = await PublishPartAsync(topic, new Part(halves.First) { Of = of }, isGivenUp, stopping);
        Went second = await PublishPartAsync(
            topic, new Part(halves.Second, first == Went.GivenUp) { Of = of }, isGivenUp, stopping);
        return first == second ? first : Went.NotWhole;
    }

    /// <summary>Half of it each: of the messages, or of what is packed in the only one; null: it is one event.</summary>
    private static (IReadOnlyList<OutboxEvent> First, IReadOnlyList<OutboxEvent> Second)? Halves(IReadOnlyList<OutboxEvent> events)
    {
        int half = events.Count / 2;
        if (half > 0)
        {
            return ([.. events.Take(half)], [.. events.Skip(half)]);
        }

        IReadOnlyList<OutboxEvent> packed = events[0].Packed;
        half = packed.Count / 2;
        return half > 0 ? ([EventPack.Of([.. packed.Take(half)])], [EventPack.Of([.. packed.Skip(half)])]) : null;
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

        Tell(item, topic, refused.Message);
    }

    private void Tell(OutboxEvent item, string topic, string reason)
    {
        if (item.Packed.Count > 0)
        {
            foreach (OutboxEvent one in item.Packed)
            {
                Tell(one, topic, reason);
            }

            return;
        }

        string id = item.Id;
        aside.Add(id);
        (bool isNews, int unsaid) = _lines.Next(topic);
        if (unsaid > 0)
        {
            LogMoreSetAside(logger, shard, unsaid, topic);
        }

        LogSetAside(logger, isNews ? LogLevel.Error : LogLevel.Debug, shard, id, topic, reason);
    }

    [LoggerMessage(20, LogLevel.Warning, "Shard {Shard}: publishing waits and tries again. {Reason}")]
    private static partial void LogPublishFailed(ILogger logger, int shard, string reason);

    // At Error once a minute for a topic; at Debug each of them.
    [LoggerMessage(
        EventId = 22,
        Message = "Shard {Shard}: the broker does not take event {EventId} for topic {Topic}; only the feed has it. {Reason}")]
    private static partial void LogSetAside(
        ILogger logger, LogLevel level, int shard, string eventId, string topic, string reason);

    [LoggerMessage(
        23, LogLevel.Error, "Shard {Shard}: {Count} more events for topic {Topic} were set aside since the last line about it.")]
    private static partial void LogMoreSetAside(ILogger logger, int shard, int count, string topic);

    /// <summary>What is published at once.</summary>
    /// <param name="Events">One message or more.</param>
    /// <param name="IsAfterNone">
    /// What stands before it was given up down to a single event. If this is too, then whole, for the topic is what is not taken: halves
    /// without end would hold up others.
    /// </param>
    private readonly record struct Part(IReadOnlyList<OutboxEvent> Events, bool IsAfterNone = false)
    {
        /// <summary>The message whose half it is, or the half of a half, for that failed as if it were too large; null: of none.</summary>
        public HalvedMessage? Of { get; init; }
    }

    /// <summary>A message that is sent by halves.</summary>
    private sealed class HalvedMessage
    {
        /// <summary>Bytes of the largest piece of it that went. The last one may be the one event beside another that fails.</summary>
        public int BytesWent { get; set; }
    }

    /// <summary>What became of it.</summary>
    private enum Went
    {
        Whole = 1,

        /// <summary>Some, or one that was refused, was set aside.</summary>
        NotWhole,

        /// <summary>All was set aside, for the topic is not waited for any more.</summary>
        GivenUp,
    }
}
