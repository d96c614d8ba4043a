namespace LocalSidecar.PubSub;

/// <content>Several messages in one request, for subscriptions that ask for it.</content>
internal sealed partial class Delivery
{
    /// <returns>False: this instance did not answer, and the messages are left to another.</returns>
    private async Task<bool> DeliverBatchAsync(CancellationToken cancellationToken)
    {
        var batch = topics.Bus.Peek(queue, subscription.Bulk.MaxMessagesCount);
        if (batch.Count < subscription.Bulk.MaxMessagesCount)
        {
            await WaitForBatchAsync(cancellationToken);
            batch = topics.Bus.Peek(queue, subscription.Bulk.MaxMessagesCount);
        }

        var routed = new List<(Message Message, string Path)>();
        foreach (var message in batch.Select(topics.Bus.Read))
        {
            if (IsExpired(message))
            {
                await DropAsync(message, "it has expired");
            }
            else if (Route(message) is { } path)
            {
                routed.Add((message, path));
            }
            else
            {
                await DropAsync(message, "no rule matches", LogLevel.Debug);
            }
        }

        foreach (var group in routed.GroupBy(static entry => entry.Path))
        {
            if (!await DeliverGroupAsync([.. group.Select(static entry => entry.Message)], group.Key, cancellationToken))
            {
                return false;
            }
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

    private async Task<bool> DeliverGroupAsync(IReadOnlyList<Message> messages, string path, CancellationToken cancellationToken)
    {
        for (var retry = 0; ; retry++)
        {
            var (status, outcomes) = await _requests.SendBatchAsync(messages, path, _policy.Timeout, cancellationToken);
            if (status == 0 && topics.App.HasOtherInstances)
            {
                return false;
            }

            var failed = new List<Message>();
            for (var i = 0; i < messages.Count; i++)
            {
                if (outcomes[i] == DeliveryOutcome.Dropped)
                {
                    await DropAsync(messages[i], status == 404 ? $"{path} answered 404" : $"{path} answered DROP");
                }
                else if (outcomes[i] == DeliveryOutcome.Failed)
                {
                    failed.Add(messages[i]);
                }
            }

            if (failed.Count == 0)
            {
                return true;
            }

            if (!await MayRetryAsync(retry, status, cancellationToken))
            {
                foreach (var message in failed)
                {
                    await DropAsync(message, $"{path} failed {retry + 1} times");
                }

                return true;
            }

            messages = failed;
        }
    }
}
