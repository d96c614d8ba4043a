using LocalSidecar.Json;
using LocalSidecar.Log;

namespace LocalSidecar.PubSub;

// The bus's records: written, read back, and copied by compactions.
internal sealed partial class Bus
{
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
                for (int count = reader.Int32(); count > 0; count--)
                {
                    int number = reader.Int32();
                    long doneThrough = reader.Int64();
                    long confirmedAt = reader.Int64();
                    if (_queues.TryGetValue(number, out SubscriptionQueue? queue))
                    {
                        Recover(queue, confirmedAt);
                        Advance(queue, doneThrough);
                    }
                }

                break;
            case RecordKind.Unsubscribed:
                if (_queues.Remove(reader.Int32(), out SubscriptionQueue? gone))
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
        foreach ((StoredMessage message, int[] targets) in _recovering!)
        {
            Enqueue(message, targets);
        }

        _recovering = null;
        foreach (SubscriptionQueue queue in _queues.Values)
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

        ByteBuffer buffer = log.Begin(RecordKind.Progress);
        buffer.WriteInt32(_progressed.Count);
        foreach (SubscriptionQueue queue in _progressed)
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
        if (!_messages.TryGetValue(new RecordReader(record[1..]).Int64(), out StoredMessage? message)
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
        foreach (SubscriptionQueue queue in _queues.Values)
        {
            WriteSubscription(queue);
            log.End(sync: false);
        }
    }

    private void WriteSubscription(SubscriptionQueue queue)
    {
        ByteBuffer buffer = log.Begin(RecordKind.Subscription);
        buffer.WriteInt32(queue.Number);
        buffer.WriteInt64(queue.DoneThrough);
        buffer.WriteInt64(queue.ConfirmedAt);
        buffer.WriteRun(queue.App);
        buffer.WriteRun(queue.PubSub);
        buffer.WriteRun(queue.Topic);
        buffer.Write(queue.IsStream ? (byte)1 : (byte)0);
    }

    private void ApplySubscription(ref RecordReader reader)
    {
        int number = reader.Int32();
        long doneThrough = reader.Int64();
        long confirmedAt = reader.Int64();
        _lastNumber = Math.Max(_lastNumber, number);
        _lastId = Math.Max(_lastId, doneThrough);
        if (_queues.TryGetValue(number, out SubscriptionQueue? known))
        {
            Recover(known, confirmedAt);
            Advance(known, doneThrough);
            return;
        }

        string app = reader.Text();
        string pubsub = reader.Text();
        string topic = reader.Text();

        // Logs from before there were streams end here.
        bool isStream = reader.Rest.Length > 0 && reader.Byte() == 1;
        _queues[number] = new SubscriptionQueue(number, app, pubsub, topic, doneThrough, isStream)
        {
            ConfirmedAt = confirmedAt,
            AskedAt = _recovering is null ? time.GetTimestamp() : null,
        };
        _targets.Clear();
    }

    // What is written later counts, be it an earlier time: the clock was set back. What this process wrote, it knows.
    private void Recover(SubscriptionQueue queue, long confirmedAt)
    {
        if (_recovering is not null)
        {
            queue.ConfirmedAt = confirmedAt;
        }
    }

    private void ApplyMessage(ref RecordReader reader, Place place)
    {
        long id = reader.Int64();
        _ = reader.Int64();
        int[] targets = new int[reader.Int32()];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = reader.Int32();
            _lastNumber = Math.Max(_lastNumber, targets[i]);
        }

        _lastId = Math.Max(_lastId, id);
        if (_messages.TryGetValue(id, out StoredMessage? moved))
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
        if (_messages.TryGetValue(message.Id, out StoredMessage? earlier))
        {
            // Read twice at start: a compaction was cut off after it had copied the message. Either place will do.
            Release(earlier);
            earlier.Place = message.Place;
            Hold(earlier);
            return;
        }

        foreach (int number in targets)
        {
            if (_queues.TryGetValue(number, out SubscriptionQueue? queue) && message.Id > queue.DoneThrough)
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
        while (queue.Messages.TryPeek(out StoredMessage? message) && message.Id <= queue.DoneThrough)
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
