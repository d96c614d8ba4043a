namespace LocalSidecar.PubSub;

/// <content>Queues that several take from at one time. Each message goes to one of them, in the queue's order.</content>
internal sealed partial class Bus
{
    // What is dealt with behind a message that is not comes again after a crash, and is looked through for the next one.
    private const int TakenMax = 100;

    /// <summary>Takes the next message that nobody has taken. It comes again, here or after a restart, unless it is finished.</summary>
    public async Task<StoredMessage> TakeAsync(SubscriptionQueue queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (log.Gate)
            {
                if (queue.Take(TakenMax) is { } message)
                {
                    return message;
                }

                change = queue.WaitAsync();
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Messages that were taken are to be taken by another.</summary>
    public void GiveBack(SubscriptionQueue queue, IReadOnlyList<StoredMessage> messages)
    {
        lock (log.Gate)
        {
            queue.GiveBack(messages);
        }
    }

    /// <summary>A message that was taken is dealt with. It is remembered soon after all in front of it are, too.</summary>
    public void Finish(SubscriptionQueue queue, StoredMessage message)
    {
        lock (log.Gate)
        {
            if (queue.Finish(message) is { } doneThrough)
            {
                Progress(queue, doneThrough);
            }
        }
    }
}
