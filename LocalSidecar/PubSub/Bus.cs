using LocalSidecar.Log;

namespace LocalSidecar.PubSub;

/// <summary>
/// Topics and the queues behind them. A message is stored once, with the numbers of the subscriptions that are to have
/// it; without any it is not stored at all. It is needed until the last of them has dealt with it.
/// </summary>
internal sealed partial class Bus(CommitLog log, TimeProvider time)
{
    // How far a subscription has got is written soon, not at once: what is lost in between is delivered once more.
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromMilliseconds(20);

    // A subscription that is asked for again and again is written down as such once an hour.
    private const long ConfirmationInterval = 3_600_000;

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<long, StoredMessage> _messages = [];
    private readonly SortedDictionary<int, SubscriptionQueue> _queues = [];
    private readonly Dictionary<(string PubSub, string Topic), List<SubscriptionQueue>> _targets = [];
    private readonly HashSet<SubscriptionQueue> _progressed = [];

    // A queue is there once it is durable: two instances of an app that ask at once must not make two.
    private readonly Dictionary<(string App, string PubSub, string Topic, bool IsStream), Task> _subscribing = [];
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
            List<SubscriptionQueue> targets = Targets(pubsub, topic);
            Task committed = Task.CompletedTask;
            if (targets.Count > 0)
            {
                TimeSpan linger = log.CompanyLinger();
                foreach (ref readonly OutgoingMessage message in messages)
                {
                    MessageRecord.Write(log.Begin(RecordKind.Message), ++_lastId, pubsub, topic, message, targets);
                    committed = log.End(linger);
                }
            }

            return committed;
        }
    }

    /// <summary>
    /// The queue of an app for a topic; made now if the app never asked for the topic before, and then it starts with what is published
    /// from now on.
    /// </summary>
    public async Task<SubscriptionQueue> SubscribeAsync(string app, string pubsub, string topic, bool isStream = false)
    {
        Task? committed;
        (string app, string pubsub, string topic, bool isStream) key = (app, pubsub, topic, isStream);
        lock (log.Gate)
        {
            if (Find(app, pubsub, topic, isStream) is { } known)
            {
                Confirm(known);
                return known;
            }

            if (!_subscribing.TryGetValue(key, out committed))
            {
                WriteSubscription(new SubscriptionQueue(++_lastNumber, app, pubsub, topic, _lastId, isStream) { ConfirmedAt = Now });
                _subscribing[key] = committed = log.End();
            }
        }

        try
        {
            await committed;
        }
        finally
        {
            lock (log.Gate)
            {
                // Another caller may have begun anew after a failure.
                if (_subscribing.TryGetValue(key, out Task? current) && current == committed)
                {
                    _subscribing.Remove(key);
                }
            }
        }

        lock (log.Gate)
        {
            return Find(app, pubsub, topic, isStream)!;
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

    /// <summary>Subscriptions that their app has not asked for in longer than the given time.</summary>
    public IReadOnlyList<SubscriptionQueue> UnconfirmedFor(TimeSpan longerThan)
    {
        lock (log.Gate)
        {
            return [.. _queues.Values.Where(queue => SinceAsked(queue) > longerThan)];
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
                byte[] record = new byte[place.Length];
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
            Progress(queue, message.Id);
        }
    }

    private void Progress(SubscriptionQueue queue, long doneThrough)
    {
        Advance(queue, doneThrough);
        if (log.Durable && _progressed.Add(queue))
        {
            log.Nudge(ProgressDelay);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private SubscriptionQueue? Find(string app, string pubsub, string topic, bool isStream) =>
        _queues.Values.FirstOrDefault(
            queue => queue.App == app && queue.PubSub == pubsub && queue.Topic == topic && queue.IsStream == isStream);

    private List<SubscriptionQueue> Targets(string pubsub, string topic)
    {
        if (!_targets.TryGetValue((pubsub, topic), out List<SubscriptionQueue>? targets))
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
        queue.AskedAt = time.GetTimestamp();

        // Either way: the clock may have been set back.
        if (Math.Abs(Now - queue.ConfirmedAt) >= ConfirmationInterval)
        {
            queue.ConfirmedAt = Now;
            if (log.Durable && _progressed.Add(queue))
            {
                log.Nudge(ProgressDelay);
            }
        }
    }

    /// <summary>
    /// How long ago the app asked: by timestamps, since somebody may set the clock. For one that has not asked since the start the clock
    /// has to do; but it may have been wrong at the start, or be wrong now, so the shorter time counts.
    /// </summary>
    private TimeSpan SinceAsked(SubscriptionQueue queue)
    {
        if (queue.AskedAt is { } asked)
        {
            return time.GetElapsedTime(asked);
        }

        TimeSpan up = time.GetElapsedTime(_start);
        var confirmedAt = DateTimeOffset.FromUnixTimeMilliseconds(queue.ConfirmedAt);
        TimeSpan atStart = _startedAt - confirmedAt;
        TimeSpan now = time.GetUtcNow() - confirmedAt;
        TimeSpan sinceStart = up + (atStart > TimeSpan.Zero ? atStart : TimeSpan.Zero);

        // Written down under a clock that ran ahead: the time since the start is all that is known.
        return now < TimeSpan.Zero || sinceStart < now ? sinceStart : now;
    }
}
