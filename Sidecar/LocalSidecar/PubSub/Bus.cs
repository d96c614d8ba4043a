using LocalSidecar.Log;

namespace LocalSidecar.PubSub;

/// <summary>
/// Topics and the queues behind them. A message is stored once, with the numbers of the subscriptions that are to have
/// it; without any it is not stored at all. It is needed until the last of them has dealt with it.
/// </summary>
internal sealed class Bus(CommitLog log, TimeProvider time)
{
    // How far a subscription has got is written soon, not at once: what is lost in between is delivered once more.
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromMilliseconds(20);

    // A subscription that is asked for again and again is written down as such once an hour.
    private const long ConfirmationInterval = 3_600_000;

    private readonly Dictionary<long, StoredMessage> _messages = [];
    private readonly SortedDictionary<int, SubscriptionQueue> _queues = [];
    private readonly Dictionary<(string PubSub, string Topic), List<SubscriptionQueue>> _targets = [];
    private readonly HashSet<SubscriptionQueue> _progressed = [];
    private List<(StoredMessage Message, int[] Targets)>? _recovering = [];
    private long _lastId;
    private int _lastNumber;

    /// <summary>Messages that someone still waits for.</summary>
    public int MessageCount
    {
        get
        {
            lock (log.Gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>Puts messages into a topic, in this order. The task ends when they are durable.</summary>
    public Task Publish(string pubsub, string topic, ReadOnlySpan<OutgoingMessage> messages)
    {
        lock (log.Gate)
        {
            var targets = Targets(pubsub, topic);
            var committed = Task.CompletedTask;
            if (targets.Count > 0)
            {
                var linger = log.CompanyLinger();
                foreach (ref readonly var message in messages)
                {
                    MessageRecord.Write(log.Begin(RecordKind.Message), ++_lastId, pubsub, topic, message, targets);
                    committed = log.End(linger);
                }
            }

            return committed;
        }
    }

    /// <summary>The queue of an app for a topic; made now if the app never asked for the topic before, and then it starts with what is published from now on.</summary>
    public async Task<SubscriptionQueue> SubscribeAsync(string app, string pubsub, string topic)
    {
        Task committed;
        int number;
        lock (log.Gate)
        {
            if (Find(app, pubsub, topic) is { } known)
            {
                Confirm(known);
                return known;
            }

            number = ++_lastNumber;
            WriteSubscription(new SubscriptionQueue(number, app, pubsub, topic, _lastId) { ConfirmedAt = Now });
            committed = log.End();
        }

        await committed;
        lock (log.Gate)
        {
            return _queues[number];
        }
    }

    /// <summary>Forgets a subscription and whatever waits for it.</summary>
    /// <returns>How many messages nobody will have now.</returns>
    public async Task<int> UnsubscribeAsync(SubscriptionQueue queue)
    {
        Task committed;
        int waiting;
        lock (log.Gate)
        {
            waiting = queue.Messages.Count;
            log.Begin(RecordKind.Unsubscribed).WriteInt32(queue.Number);
            committed = log.End();
        }

        await committed;
        return waiting;
    }

    /// <summary>Every subscription of an app that has ever been asked for and not given up.</summary>
    public IReadOnlyList<SubscriptionQueue> QueuesOf(string app)
    {
        lock (log.Gate)
        {
            return [.. _queues.Values.Where(queue => queue.App == app)];
        }
    }

    /// <summary>The apps that have subscriptions.</summary>
    public IReadOnlyList<string> Apps()
    {
        lock (log.Gate)
        {
            return [.. _queues.Values.Select(static queue => queue.App).Distinct()];
        }
    }

    /// <summary>Subscriptions that their app has not asked for since the given time (milliseconds since 1970).</summary>
    public IReadOnlyList<SubscriptionQueue> UnconfirmedSince(long instant)
    {
        lock (log.Gate)
        {
            return [.. _queues.Values.Where(queue => queue.ConfirmedAt < instant)];
        }
    }

    /// <summary>Up to <paramref name="max"/> messages from the front of a queue.</summary>
    public IReadOnlyList<StoredMessage> Peek(SubscriptionQueue queue, int max)
    {
        lock (log.Gate)
        {
            return [.. queue.Messages.Take(max)];
        }
    }

    /// <summary>Ends when the queue holds more than <paramref name="count"/> messages.</summary>
    public async Task WaitForMoreAsync(SubscriptionQueue queue, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (log.Gate)
            {
                if (queue.Messages.Count > count)
                {
                    return;
                }

                arrival = queue.WaitAsync();
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads a message; the place is taken under the gate, so a compaction meanwhile only makes it try again.</summary>
    public Message Read(StoredMessage stored)
    {
        while (true)
        {
            Place place;
            lock (log.Gate)
            {
                place = stored.Place;
            }

            try
            {
                var record = new byte[place.Length];
                place.Segment.Read(record, place.Offset);
                return MessageRecord.Read(record);
            }
            catch (ObjectDisposedException)
            {
                // Moved between the look-up and the read.
            }
        }
    }

    /// <summary>The message at the front is dealt with. It is remembered soon; a crash before that delivers it again.</summary>
    public void Done(SubscriptionQueue queue, StoredMessage message)
    {
        lock (log.Gate)
        {
            Advance(queue, message.Id);
            if (log.Durable && _progressed.Add(queue))
            {
                log.Nudge(ProgressDelay);
            }
        }
    }

    /// <summary>Takes in a committed record. The gate is held.</summary>
    public void Apply(RecordKind kind, ReadOnlySpan<byte> record, Segment segment, int offset)
    {
        var reader = new RecordReader(record[1..]);
        switch (kind)
        {
            case RecordKind.Message:
                ApplyMessage(ref reader, new Place(segment, offset, record.Length));
                break;
            case RecordKind.Subscription:
                ApplySubscription(ref reader);
                break;
            case RecordKind.Progress:
                for (var count = reader.Int32(); count > 0; count--)
                {
                    var number = reader.Int32();
                    var doneThrough = reader.Int64();
                    var confirmedAt = reader.Int64();
                    if (_queues.TryGetValue(number, out var queue))
                    {
                        queue.ConfirmedAt = Math.Max(queue.ConfirmedAt, confirmedAt);
                        Advance(queue, doneThrough);
                    }
                }

                break;
            case RecordKind.Unsubscribed:
                if (_queues.Remove(reader.Int32(), out var gone))
                {
                    Advance(gone, long.MaxValue);
                    _progressed.Remove(gone);
                    _targets.Clear();
                }

                break;
            case RecordKind.State:
            default:
                throw new InvalidOperationException($"A record of kind {kind} is not the bus's.");
        }
    }

    /// <summary>All records have been read: messages go to their queues, in order. The gate is held.</summary>
    public void Recovered()
    {
        foreach (var (message, targets) in _recovering!)
        {
            Enqueue(message, targets);
        }

        _recovering = null;
        foreach (var queue in _queues.Values)
        {
            queue.Sort();
        }
    }

    /// <summary>Adds how far subscriptions have got to a commit. The gate is held.</summary>
    public void Join()
    {
        if (_progressed.Count == 0)
        {
            return;
        }

        var buffer = log.Begin(RecordKind.Progress);
        buffer.WriteInt32(_progressed.Count);
        foreach (var queue in _progressed)
        {
            buffer.WriteInt32(queue.Number);
            buffer.WriteInt64(queue.DoneThrough);
            buffer.WriteInt64(queue.ConfirmedAt);
        }

        _progressed.Clear();
        log.End(sync: false);
    }

    /// <summary>Appends a message of a segment about to go, if it is still needed. The gate is held.</summary>
    public bool Move(ReadOnlySpan<byte> record, Segment segment, int offset)
    {
        if (!_messages.TryGetValue(new RecordReader(record[1..]).Int64(), out var message)
            || message.Place != new Place(segment, offset, record.Length))
        {
            return false;
        }

        log.Begin(RecordKind.Message).Write(record[1..]);
        log.End(sync: false);
        return true;
    }

    /// <summary>Appends every subscription, whose first record may be in a segment about to go. The gate is held.</summary>
    public void MoveSubscriptions()
    {
        foreach (var queue in _queues.Values)
        {
            WriteSubscription(queue);
            log.End(sync: false);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private SubscriptionQueue? Find(string app, string pubsub, string topic) =>
        _queues.Values.FirstOrDefault(queue => queue.App == app && queue.PubSub == pubsub && queue.Topic == topic);

    private List<SubscriptionQueue> Targets(string pubsub, string topic)
    {
        if (!_targets.TryGetValue((pubsub, topic), out var targets))
        {
            targets = [.. _queues.Values.Where(queue => queue.Takes(pubsub, topic))];

            // Topic names come from publishers: what nobody listens to is looked up each time rather than remembered.
            if (targets.Count > 0)
            {
                _targets[(pubsub, topic)] = targets;
            }
        }

        return targets;
    }

    private void Confirm(SubscriptionQueue queue)
    {
        if (Now - queue.ConfirmedAt >= ConfirmationInterval)
        {
            queue.ConfirmedAt = Now;
            if (log.Durable && _progressed.Add(queue))
            {
                log.Nudge(ProgressDelay);
            }
        }
    }

    private void WriteSubscription(SubscriptionQueue queue)
    {
        var buffer = log.Begin(RecordKind.Subscription);
        buffer.WriteInt32(queue.Number);
        buffer.WriteInt64(queue.DoneThrough);
        buffer.WriteInt64(queue.ConfirmedAt);
        buffer.WriteRun(queue.App);
        buffer.WriteRun(queue.PubSub);
        buffer.WriteRun(queue.Topic);
    }

    private void ApplySubscription(ref RecordReader reader)
    {
        var number = reader.Int32();
        var doneThrough = reader.Int64();
        var confirmedAt = reader.Int64();
        _lastNumber = Math.Max(_lastNumber, number);
        _lastId = Math.Max(_lastId, doneThrough);
        if (_queues.TryGetValue(number, out var known))
        {
            known.ConfirmedAt = Math.Max(known.ConfirmedAt, confirmedAt);
            Advance(known, doneThrough);
            return;
        }

        var app = reader.Text();
        var pubsub = reader.Text();
        _queues[number] = new SubscriptionQueue(number, app, pubsub, reader.Text(), doneThrough) { ConfirmedAt = confirmedAt };
        _targets.Clear();
    }

    private void ApplyMessage(ref RecordReader reader, Place place)
    {
        var id = reader.Int64();
        _ = reader.Int64();
        var targets = new int[reader.Int32()];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = reader.Int32();
            _lastNumber = Math.Max(_lastNumber, targets[i]);
        }

        _lastId = Math.Max(_lastId, id);
        if (_messages.TryGetValue(id, out var moved))
        {
            Release(moved);
            moved.Place = place;
            Hold(moved);
            return;
        }

        var message = new StoredMessage(id, place);
        if (_recovering is null)
        {
            Enqueue(message, targets);
        }
        else
        {
            _recovering.Add((message, targets));
        }
    }

    private void Enqueue(StoredMessage message, int[] targets)
    {
        if (_messages.TryGetValue(message.Id, out var earlier))
        {
            // Read twice at start: a compaction was cut off after it had copied the message. Either place will do.
            Release(earlier);
            earlier.Place = message.Place;
            Hold(earlier);
            return;
        }

        foreach (var number in targets)
        {
            if (_queues.TryGetValue(number, out var queue) && message.Id > queue.DoneThrough)
            {
                message.Waiting++;
                queue.Add(message);
            }
        }

        if (message.Waiting > 0)
        {
            _messages.Add(message.Id, message);
            Hold(message);
        }
    }

    private void Advance(SubscriptionQueue queue, long doneThrough)
    {
        queue.DoneThrough = Math.Max(queue.DoneThrough, doneThrough);
        while (queue.Messages.TryPeek(out var message) && message.Id <= queue.DoneThrough)
        {
            queue.Messages.Dequeue();
            if (--message.Waiting == 0)
            {
                _messages.Remove(message.Id);
                Release(message);
            }
        }
    }

    private static void Hold(StoredMessage message)
    {
        message.Place.Segment.LiveCount++;
        message.Place.Segment.LiveBytes += message.Place.Length;
    }

    private static void Release(StoredMessage message)
    {
        message.Place.Segment.LiveCount--;
        message.Place.Segment.LiveBytes -= message.Place.Length;
    }
}
