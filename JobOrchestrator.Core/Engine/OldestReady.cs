namespace JobOrchestrator.Core;

/// <summary>
/// Since when the job is ready that has been for longest, of all queues: told of what becomes ready, it looks at what has left when it is
/// asked. So a lease costs it nothing, and a question about as much as there were new oldest jobs in between.
/// </summary>
internal sealed class OldestReady
{
    // Keys that are no queue's any more come to the front and go; a few more than that are swept at once.
    private const int SpareMax = 64;

    private readonly PriorityQueue<QueueLine, long> _queues = new();
    private int _known; // queues that have a key

    /// <summary>A job of a queue is ready.</summary>
    public void Add(QueueLine queue, Job job)
    {
        long since = (job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt).UtcTicks;
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
