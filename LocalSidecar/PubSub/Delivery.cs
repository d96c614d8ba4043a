using System.Text.Json;
using LocalSidecar.Cel;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>
/// Hands one app the messages of one topic, in order: the next one only after the one before is dealt with. A failure
/// is tried again as the resiliency policy says, or without end where there is none; then the dead-letter topic gets
/// it, if there is one. Where the app runs several times, its instances take turns, and one that does not answer leaves
/// the message to the next.
/// </summary>
internal sealed partial class Delivery(AppTopics topics, SubscriptionDeclaration subscription, SubscriptionQueue queue, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AbsencePause = TimeSpan.FromMilliseconds(500);

    private readonly DeliveryPolicy _policy = topics.PolicyFor(subscription.PubSub);
    private readonly DeliveryRequests _requests = new(topics, subscription);
    private readonly IReadOnlyList<(CelExpression Match, string Path)> _rules = [.. subscription.Rules.Select(static rule =>
    {
        _ = CelExpression.TryParse(rule.Match, out var expression);
        return (expression, rule.Path);
    })];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await topics.Bus.WaitForMoreAsync(queue, 0, cancellationToken);
                if (_rules.Count == 0)
                {
                    return;
                }

                try
                {
                    await TakeTurnAsync(cancellationToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    // The log could not take a dead letter, say: the message stays where it is until it can.
                    LogPaused(topics.App.Id, subscription.Topic, problem);
                    await Task.Delay(RetryPolicy.Default.Max, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped; what was under way is delivered again later.
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (topics.App.HasOtherInstances)
        {
            await topics.App.Channel.WhenUp.WaitAsync(cancellationToken);
        }

        bool dealtWith;
        await queue.Turn.WaitAsync(cancellationToken);
        try
        {
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

    /// <returns>False: this instance did not answer, and the message is left to another.</returns>
    private async Task<bool> DeliverNextAsync(CancellationToken cancellationToken)
    {
        if (topics.Bus.Peek(queue, 1) is not [var stored])
        {
            return true;
        }

        var message = topics.Bus.Read(stored);
        if (Route(message) is { } path)
        {
            for (var retry = 0; ; retry++)
            {
                if (IsExpired(message))
                {
                    await DropAsync(message, "it has expired");
                    break;
                }

                var (status, outcome) = await _requests.SendAsync(message, path, _policy.Timeout, cancellationToken);
                if (outcome == DeliveryOutcome.Done)
                {
                    break;
                }

                if (status == 0 && topics.App.HasOtherInstances)
                {
                    return false;
                }

                if (outcome == DeliveryOutcome.Dropped)
                {
                    await DropAsync(message, status == 404 ? $"{path} answered 404" : $"{path} answered DROP");
                    break;
                }

                if (!await MayRetryAsync(retry, status, cancellationToken))
                {
                    await DropAsync(message, $"{path} failed {retry + 1} times");
                    break;
                }
            }
        }
        else
        {
            await DropAsync(message, "no rule matches", LogLevel.Debug);
        }

        topics.Bus.Done(queue, stored);
        return true;
    }

    /// <summary>Waits before the next try. False when there is to be none.</summary>
    private async Task<bool> MayRetryAsync(int retries, int status, CancellationToken cancellationToken)
    {
        if (_policy.Retry is null && subscription.DeadLetterTopic.Length > 0)
        {
            // As daprd: without a policy the dead-letter topic gets it at the first failure.
            return false;
        }

        var policy = _policy.Retry ?? RetryPolicy.Default;
        if (!policy.Covers(status) || (policy.MaxRetries is { } max && retries >= max))
        {
            return false;
        }

        var wait = Task.Delay(policy.Wait(retries + 1, Random.Shared.NextDouble()), time, cancellationToken);
        if (status == 0 && policy.MaxRetries is null)
        {
            // Nobody answered: the app's return ends the wait early. It may not have been noticed as gone yet.
            await Task.WhenAny(wait, topics.App.Channel.WhenUp.IsCompleted ? wait : topics.App.Channel.WhenUp);
        }
        else
        {
            await wait;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    private bool IsExpired(Message message) =>
        message.ExpiresAt != 0 && message.ExpiresAt < time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Where the message goes; null when no rule matches or none can be evaluated.</summary>
    private string? Route(Message message)
    {
        if (_rules is [({ }, var only)] && subscription.Rules[0].Match.Length == 0 && (subscription.IsRaw || !message.IsRaw))
        {
            return only;
        }

        try
        {
            using var json = JsonDocument.Parse(subscription.IsRaw ? DeliveryRequests.Wrap(message) : message.Bytes, new JsonDocumentOptions { MaxDepth = GoJson.DepthMax });
            return _rules.FirstOrDefault(rule => rule.Match.Matches(json.RootElement)).Path;
        }
        catch (Exception problem) when (problem is CelException or JsonException)
        {
            LogUnroutable(topics.App.Id, subscription.Topic, problem.Message);
            return null;
        }
    }

    /// <param name="message">The message.</param>
    /// <param name="reason">Why.</param>
    /// <param name="level">Debug where the subscriber wanted it so: rules that match nothing are how it filters.</param>
    private async Task DropAsync(Message message, string reason, LogLevel level = LogLevel.Warning)
    {
        if (subscription.DeadLetterTopic.Length > 0)
        {
            await topics.Bus.Publish(
                message.PubSub,
                subscription.DeadLetterTopic,
                [new OutgoingMessage(message.Bytes, message.IsRaw, 0, message.TraceParent, message.Metadata)]);
            LogDeadLettered(topics.App.Id, subscription.Topic, reason, subscription.DeadLetterTopic);
        }
        else
        {
            LogDropped(level, topics.App.Id, subscription.Topic, reason);
        }
    }

    [LoggerMessage(EventId = 40, Message = "{App}: a message of topic '{Topic}' is dropped: {Reason}")]
    private partial void LogDropped(LogLevel level, string app, string topic, string reason);

    [LoggerMessage(41, LogLevel.Warning, "{App}: a message of topic '{Topic}' goes to '{DeadLetterTopic}': {Reason}")]
    private partial void LogDeadLettered(string app, string topic, string reason, string deadLetterTopic);

    [LoggerMessage(42, LogLevel.Warning, "{App}: a message of topic '{Topic}' cannot be routed: {Reason}")]
    private partial void LogUnroutable(string app, string topic, string reason);

    [LoggerMessage(43, LogLevel.Warning, "{App}: deliveries of topic '{Topic}' pause")]
    private partial void LogPaused(string app, string topic, Exception problem);
}
