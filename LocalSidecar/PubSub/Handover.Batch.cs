namespace LocalSidecar.PubSub;

/// <content>Several messages at once, for subscriptions that ask for it.</content>
internal sealed partial class Handover
{
    /// <summary>Gives several messages, those with one path together.</summary>
    /// <returns>False: nobody answered, and the messages are left to others.</returns>
    /// <exception cref="IOException">The dead-letter topic could not take one; they are not dealt with.</exception>
    public async Task<bool> DeliverAsync(IReadOnlyList<Message> messages, CancellationToken cancellationToken)
    {
        var routed = new List<(Message Message, string Path)>();
        foreach (Message message in messages)
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

        foreach (IGrouping<string, (Message Message, string Path)> group in routed.GroupBy(static entry => entry.Path))
        {
            if (!await DeliverGroupAsync([.. group.Select(static entry => entry.Message)], group.Key, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> DeliverGroupAsync(IReadOnlyList<Message> messages, string path, CancellationToken cancellationToken)
    {
        for (int retry = 0; ; retry++)
        {
            Delivered[] delivered = await receiver.SendBatchAsync(messages, path, _policy.Timeout, cancellationToken);
            if (receiver.HasOthers && delivered.All(static one => one.Outcome == DeliveryOutcome.Unanswered))
            {
                return false;
            }

            var failed = new List<Message>();
            Delivered failure = default;
            for (int i = 0; i < messages.Count; i++)
            {
                if (!await IsOverAsync(messages[i], path, delivered[i]))
                {
                    failed.Add(messages[i]);
                    failure = delivered[i];
                }
            }

            if (failed.Count == 0)
            {
                return true;
            }

            if (!await MayRetryAsync(retry, failure, cancellationToken))
            {
                foreach (Message message in failed)
                {
                    await DropAsync(message, Failed(path, retry));
                }

                return true;
            }

            messages = failed;
        }
    }
}
