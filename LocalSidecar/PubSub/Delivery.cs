using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>
/// Hands one app the messages of one topic, in order: the next one only after the one before is dealt with. Where the
/// app runs several times, its instances take turns, and one that does not answer leaves the message to the next.
/// </summary>
internal sealed partial class Delivery(
    AppTopics topics, SubscriptionDeclaration subscription, SubscriptionQueue queue, IReceiver receiver, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AbsencePause = TimeSpan.FromMilliseconds(500);

    private readonly Handover _handover = new(topics, subscription, receiver, time, logger);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await TakeTurnAsync(cancellationToken);
                    if (subscription.Rules.Count == 0)
                    {
                        return;
                    }
                }
                catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
                {
                    // The log could not take a dead letter, say: the message stays where it is until it can.
                    LogPaused(logger, topics.App.Id, subscription.Topic, problem);
                    await Task.Delay(RetryPolicy.Default.Max, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped; what was under way is delivered again later.
        }
    }

    /// <summary>
    /// Waits for a message with the turn in its hands, so that what comes one by one goes to the instances in turn as well.
    /// </summary>
    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (topics.App.HasOtherInstances)
        {
            await topics.App.Channel.WhenUp.WaitAsync(cancellationToken);

            // An unwell instance leaves the turn to the others.
            await topics.App.Channel.WhenWell.WaitAsync(cancellationToken);
        }

        bool dealtWith;
        await queue.Turn.WaitAsync(cancellationToken);
        try
        {
            await topics.Bus.WaitForMoreAsync(queue, 0, cancellationToken);
            if (subscription.Rules.Count == 0
                || (topics.App.HasOtherInstances && !(topics.App.Channel.WhenUp.IsCompleted && topics.App.Channel.WhenWell.IsCompleted)))
            {
                return;
            }

            dealtWith = subscription.Bulk.Enabled ? await DeliverBatchAsync(cancellationToken) : await DeliverNextAsync(cancellationToken);
        }
        finally
        {
            queue.Turn.Release();
        }

        if (!dealtWith)
        {
            // Long enough for another instance to take the message, and to notice that this one is gone.
            await Task.Delay(AbsencePause, time, cancellationToken);
        }
    }

    private async Task<bool> DeliverNextAsync(CancellationToken cancellationToken)
    {
        if (topics.Bus.Peek(queue, 1) is not [var stored])
        {
            return true;
        }

        if (!await _handover.DeliverAsync(topics.Bus.Read(stored), cancellationToken))
        {
            return false;
        }

        topics.Bus.Done(queue, stored);
        return true;
    }

    private async Task<bool> DeliverBatchAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredMessage> batch = topics.Bus.Peek(queue, subscription.Bulk.MaxMessagesCount);
        if (batch.Count < subscription.Bulk.MaxMessagesCount)
        {
            await WaitForBatchAsync(cancellationToken);
            batch = topics.Bus.Peek(queue, subscription.Bulk.MaxMessagesCount);
        }

        if (!await _handover.DeliverAsync([.. batch.Select(topics.Bus.Read)], cancellationToken))
        {
            return false;
        }

        if (batch.Count > 0)
        {
            topics.Bus.Done(queue, batch[^1]);
        }

        return true;
    }

    private async Task WaitForBatchAsync(CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(subscription.Bulk.MaxAwait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await topics.Bus.WaitForMoreAsync(queue, subscription.Bulk.MaxMessagesCount - 1, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Waited long enough: it goes with what is there.
        }
    }

    [LoggerMessage(43, LogLevel.Warning, "{App}: deliveries of topic '{Topic}' pause")]
    private static partial void LogPaused(ILogger logger, string app, string topic, Exception problem);
}
