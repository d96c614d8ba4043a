using System.Text.Json;
using LocalSidecar.Cel;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>
/// Gives messages to a receiver until they are dealt with. A failure is tried again as the resiliency policy says, or
/// without end where there is none; then the dead-letter topic gets the message, if there is one.
/// </summary>
internal sealed partial class Handover(
    AppTopics topics, SubscriptionDeclaration subscription, IReceiver receiver, TimeProvider time, ILogger logger)
{
    private readonly DeliveryPolicy _policy = topics.PolicyFor(subscription.PubSub);
    private readonly IReadOnlyList<(CelExpression Match, string Path)> _rules = [.. subscription.Rules.Select(static rule =>
    {
        _ = CelExpression.TryParse(rule.Match, out CelExpression expression);
        return (expression, rule.Path);
    })];

    /// <summary>Gives one message.</summary>
    /// <returns>False: nobody answered, and the message is left to others.</returns>
    /// <exception cref="IOException">The dead-letter topic could not take it; it is not dealt with.</exception>
    public async Task<bool> DeliverAsync(Message message, CancellationToken cancellationToken)
    {
        if (Route(message) is not { } path)
        {
            await DropAsync(message, "no rule matches", LogLevel.Debug);
            return true;
        }

        for (int retry = 0; ; retry++)
        {
            if (IsExpired(message))
            {
                await DropAsync(message, "it has expired");
                return true;
            }

            Delivered delivered = await receiver.SendAsync(message, path, _policy.Timeout, cancellationToken);
            if (delivered.Outcome == DeliveryOutcome.Unanswered && receiver.HasOthers)
            {
                return false;
            }

            if (await IsOverAsync(message, path, delivered))
            {
                return true;
            }

            if (!await MayRetryAsync(retry, delivered, cancellationToken))
            {
                await DropAsync(message, Failed(path, retry));
                return true;
            }
        }
    }

    /// <summary>Whether an answer leaves nothing to try again; what it asks for is done then.</summary>
    private async Task<bool> IsOverAsync(Message message, string path, Delivered delivered)
    {
        switch (delivered.Outcome)
        {
            case DeliveryOutcome.Done:
                return true;
            case DeliveryOutcome.Dropped:
                await DropAsync(message, $"{Place(path)} answered {delivered.Said}");
                return true;
            case DeliveryOutcome.Ignored:
                LogDropped(logger, LogLevel.Warning, topics.App.Id, subscription.Topic, $"the app answered {delivered.Said}");
                return true;
            case DeliveryOutcome.Failed or DeliveryOutcome.Unanswered:
            default:
                return false;
        }
    }

    private static string Failed(string path, int retry) => $"{Place(path)} failed {retry + 1} times";

    private static string Place(string path) => path.Length > 0 ? path : "the app";

    /// <summary>Waits before the next try. False when there is to be none.</summary>
    private async Task<bool> MayRetryAsync(int retries, Delivered delivered, CancellationToken cancellationToken)
    {
        if (_policy.Retry is null && subscription.DeadLetterTopic.Length > 0)
        {
            // As daprd: without a policy the dead-letter topic gets it at the first failure.
            return false;
        }

        RetryPolicy policy = _policy.Retry ?? RetryPolicy.Default;
        if (!delivered.IsCoveredBy(policy) || (policy.MaxRetries is { } max && retries >= max))
        {
            return false;
        }

        // An app that is away has been reported as such.
        if (retries == 2 && (delivered.Outcome == DeliveryOutcome.Failed || topics.App.Channel.WhenUp.IsCompleted))
        {
            LogFailing(logger, topics.App.Id, subscription.Topic, retries + 1);
        }

        var wait = Task.Delay(policy.Wait(retries + 1, Random.Shared.NextDouble()), time, cancellationToken);
        if (delivered.Outcome == DeliveryOutcome.Unanswered && policy.MaxRetries is null)
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
        if (_rules is [({ }, string only)] && subscription.Rules[0].Match.Length == 0 && (subscription.IsRaw || !message.IsRaw))
        {
            return only;
        }

        try
        {
            using var json = JsonDocument.Parse(
                subscription.IsRaw ? RawEvent.Wrap(message) : message.Bytes, GoJson.EventOptions);
            return _rules.FirstOrDefault(rule => rule.Match.Matches(json.RootElement)).Path;
        }
        catch (Exception problem) when (problem is CelException or JsonException)
        {
            LogUnroutable(logger, topics.App.Id, subscription.Topic, problem.Message);
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
            LogDeadLettered(logger, topics.App.Id, subscription.Topic, reason, subscription.DeadLetterTopic);
        }
        else
        {
            LogDropped(logger, level, topics.App.Id, subscription.Topic, reason);
        }
    }

    [LoggerMessage(EventId = 40, Message = "{App}: a message of topic '{Topic}' is dropped: {Reason}")]
    private static partial void LogDropped(ILogger logger, LogLevel level, string app, string topic, string reason);

    [LoggerMessage(41, LogLevel.Warning, "{App}: a message of topic '{Topic}' goes to '{DeadLetterTopic}': {Reason}")]
    private static partial void LogDeadLettered(ILogger logger, string app, string topic, string reason, string deadLetterTopic);

    [LoggerMessage(44, LogLevel.Warning, "{App}: a message of topic '{Topic}' has failed {Tries} times and is tried again")]
    private static partial void LogFailing(ILogger logger, string app, string topic, int tries);

    [LoggerMessage(42, LogLevel.Warning, "{App}: a message of topic '{Topic}' cannot be routed: {Reason}")]
    private static partial void LogUnroutable(ILogger logger, string app, string topic, string reason);
}
