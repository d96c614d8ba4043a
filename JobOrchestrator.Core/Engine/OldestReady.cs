namespace JobOrchestrator.Core;

/// <summary>
/// Since when the job is ready that has been for longest, of all queues: told of queues that change, it brings those up to date of which
/// the oldest has left when it is asked. So a lease costs it next to nothing.
/// </summary>
internal sealed class OldestReady
{
    // Keys that are no queue's any more come to the front and go; a few more than that are swept at once.
    private const int SpareMax = 64;

    private readonly PriorityQueue<QueueLine, long> _queues = new();
    private int _known; // queues that have a key

    /// <summary>
    /// Jobs of a queue are ready, or others than before: with the one that stood in front another may go that hid an older one.
    /// </summary>
    public void Look(QueueLine queue)
    {
        long since = queue.Ready.ReadySince?.UtcTicks ?? long.MaxValue;
        if (since < queue.OldestKey)
        {
            _known += queue.OldestKey == long.MaxValue ? 1 : 0;
            queue.OldestKey = since;
            _queues.Enqueue(queue, since);
            if (_queues.Count > (2 * _known) + SpareMax)
            {
                Sweep();
            }
        }
    }

    /// <summary>Since when; null: no job is ready.</summary>
    public DateTimeOffset? Find()
    {
        while (_queues.TryPeek(out QueueLine? queue, out long key))
        {
            long since = queue.Ready.ReadySince?.UtcTicks ?? long.MaxValue;
            if (key == queue.OldestKey && since <= key)
            {
                return new DateTimeOffset(since, TimeSpan.Zero);
            }

            if (key != queue.OldestKey)
            {
                _queues.Dequeue();
            }
            else if (since == long.MaxValue)
            {
                Forget(queue);
            }
            else
            {
                queue.OldestKey = since;
                _queues.DequeueEnqueue(queue, since);
            }
        }

        return null;
    }

    private void Forget(QueueLine queue)
    {
        queue.OldestKey = long.MaxValue;
        _known--;
        _queues.Dequeue();
    }

    private void Sweep()
    {
        (QueueLine Queue, long Key)[] valid = [.. _queues.UnorderedItems.Where(item => item.Priority == item.Element.OldestKey)];
        _queues.Clear();
        _queues.EnqueueRange(valid);
    }
}
