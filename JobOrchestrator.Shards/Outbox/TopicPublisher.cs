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
    /// <param name="taken">Told of each part of which all went.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>False: some were set aside.</returns>
    public async Task<bool> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, Func<Task<bool>> isGivenUp, Action taken, CancellationToken stopping)
    {
        bool areOut = true;
        List<List<OutboxEvent>> rounds = isPacked ? EventPack.Rounds(events, _sizes.Of(topic)) : [[.. events]];
        foreach (IReadOnlyList<OutboxEvent> whole in rounds.SelectMany(round => EventParts.Of(round, bounds.PublishedBytesMax)))
        {
            bool isOut = await PublishPieceAsync(new Part(topic, isGivenUp), whole, stopping);
            if (isOut)
            {
                taken();
            }

            areOut &= isOut;
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

    /// <summary>Publishes a part, or a piece of one: false, and some of it was set aside.</summary>
    private async Task<bool> PublishPieceAsync(Part part, IReadOnlyList<OutboxEvent> piece, CancellationToken stopping)
    {
        string topic = part.Topic;
        IReadOnlyList<OutboxEvent> events = piece;
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
                    part.Went();
                    lock (_refusing)
                    {
                        _refusing.Remove(topic);
                    }
                }

                if (events.Count == 0)
                {
                    _sizes.Went(topic, piece.Max(message => message.CloudEvent.Memory.Length));
                    return true;
                }

                failures = events.Count < left.Count ? 0 : failures + 1;
                LogPublishFailed(logger, shard, $"The broker did not take {events.Count} events of topic {topic}.");
            }
            catch (RefusedException refused) when (!refused.IsForNow && !stopping.IsCancellationRequested)
            {
                if (!EventPieces.IsSingle(events))
                {
                    return await PublishInPiecesAsync(part, events, refused.IsTooLarge, isOver: false, stopping);
                }

                // A size changes as little as the topic's second refusal.
                if (refused.IsTooLarge || IsRefusing(topic) || ++refusals >= bounds.RefusedTries)
                {
                    SetAsideNow(events[0], topic, refused);
                    return false;
                }

                LogPublishFailed(logger, shard, refused.Message);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogPublishFailed(logger, shard, exception.Message);
                failures += exception is NeverSentException ? 0 : 1;
            }

            if (await part.IsGivenUpAsync())
            {
                if (isPacked && !part.IsHopeless && !EventPieces.IsSingle(events))
                {
                    return await PublishInPiecesAsync(part, events, isOfSize: true, isOver: true, stopping);
                }

                GiveUp(part, events);
                return false;
            }

            // A message that is too large for a broker often fails as if that were away: smaller ones may go.
            if (failures >= bounds.RefusedTries && events.Any(message => message.Packed.Count > 1))
            {
                return await PublishInPiecesAsync(part, events, isOfSize: true, isOver: false, stopping);
            }

            await pause.WaitAsync(stopping);
        }
    }

    /// <summary>Publishes by halves what is not taken together, each tried whole first.</summary>
    /// <param name="part">What it is of.</param>
    /// <param name="events">More than one event.</param>
    /// <param name="isOfSize">They may be too large together.</param>
    /// <param name="isOver">
    /// The topic is not waited for any more: while nothing of the part went, some single events go first, and tell whether it is at fault.
    /// </param>
    /// <param name="stopping">Ends it.</param>
    private async Task<bool> PublishInPiecesAsync(
        Part part, IReadOnlyList<OutboxEvent> events, bool isOfSize, bool isOver, CancellationToken stopping)
    {
        bool areOut = true;
        int singles = 0;
        foreach (OutboxEvent single in isOver ? EventPieces.Singles(events) : [])
        {
            if (part.HasGone || part.IsHopeless)
            {
                break;
            }

            areOut &= await PublishPieceAsync(part, [single], stopping);
            singles++;
        }

        foreach (IReadOnlyList<OutboxEvent> half in EventPieces.Halves(EventPieces.Behind(events, singles)))
        {
            areOut &= await PublishPieceAsync(part, half, stopping);
        }

        // Where one of them is not taken even alone, that may be all that was wrong.
        if (isOfSize && areOut && events.Count == 1)
        {
            _sizes.WentInPieces(part.Topic, events[0].CloudEvent.Memory.Length);
        }

        return areOut;
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

    private void GiveUp(Part part, IReadOnlyList<OutboxEvent> events)
    {
        if (EventPieces.IsSingle(events))
        {
            part.FailedAlone();
        }

        foreach (OutboxEvent item in events)
        {
            Tell(item, part.Topic, "The broker has not taken the topic for long, and takes others.");
        }
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

    /// <summary>What is published at once, or by pieces: what is beside an event that fails may be taken.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isGivenUp">Asked after each failure: whether the topic is not waited for any more.</param>
    private sealed class Part(string topic, Func<Task<bool>> isGivenUp)
    {
        // So many one after the other are not each at fault: halves without end would hold up others.
        private const int FailedAloneMax = 4;

        private int _failedAlone; // single events that were given up since something went

        public string Topic => topic;

        /// <summary>Some of it was taken.</summary>
        public bool HasGone { get; private set; }

        /// <summary>The topic is at fault: of a piece that is given up there are no smaller ones.</summary>
        public bool IsHopeless => _failedAlone >= FailedAloneMax;

        public Task<bool> IsGivenUpAsync() => isGivenUp();

        public void Went() => (HasGone, _failedAlone) = (true, 0);

        public void FailedAlone() => _failedAlone++;
    }
}
