using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Cel;
using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>Asks an app over gRPC. It is the one call that does not carry the app's token.</summary>
internal sealed class GrpcQuestion(GrpcAppChannel app) : ISubscriptionQuestion
{
    public string Name => "ListTopicSubscriptions";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SubscriptionDeclaration>?> AskAsync(Action<string> refuse, CancellationToken cancellationToken)
    {
        GrpcAnswer<ListTopicSubscriptionsResponse> answer =
            await app.AskAsync(AppCallbackMethods.ListTopicSubscriptions, new Empty(), showsToken: false, cancellationToken);
        if (answer.IsUnanswered)
        {
            throw new IOException(answer.Status.Detail);
        }

        // Without this method an app subscribes to nothing by its code, which is no mistake.
        if (answer.Response is null && answer.Status.StatusCode != StatusCode.Unimplemented)
        {
            refuse($"it answered {GrpcCode.NameOf(answer.Status.StatusCode)}: {answer.Status.Detail}");
        }

        return answer.Response is { } response ? Read(response, refuse) : null;
    }

    /// <summary>Reads an answer. Paths stay as they are written, and a subscription without routes has the empty path.</summary>
    public static IReadOnlyList<SubscriptionDeclaration> Read(ListTopicSubscriptionsResponse answer, Action<string> refuse)
    {
        var subscriptions = new List<SubscriptionDeclaration>();
        foreach (TopicSubscription entry in answer.Subscriptions)
        {
            IReadOnlyList<Rule> rules = Rules(entry);
            string? broken = rules.Select(Problem).FirstOrDefault(static problem => problem is not null);
            if (entry.PubsubName.Length == 0 || entry.Topic.Length == 0)
            {
                refuse($"the entry for topic '{entry.Topic}' lacks a pubsub_name or a topic");
            }
            else if (broken is not null)
            {
                refuse(broken);
            }
            else if (!subscriptions.Exists(other => other.PubSub == entry.PubsubName && other.Topic == entry.Topic))
            {
                subscriptions.Add(new SubscriptionDeclaration(
                    entry.PubsubName,
                    entry.Topic,
                    rules,
                    entry.DeadLetterTopic,
                    new SortedDictionary<string, string>(entry.Metadata, StringComparer.Ordinal),
                    entry.BulkSubscribe is { } bulk
                        ? BulkSubscribe.From(bulk.Enabled, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs)
                        : BulkSubscribe.Off,
                    SubscriptionKind.Programmatic));
            }
        }

        return subscriptions;
    }

    private static string? Problem(Rule rule) =>
        CelExpression.TryParse(rule.Match, out _) is { } problem ? $"the rule '{rule.Match}' cannot be read: {problem}" : null;

    private static List<Rule> Rules(TopicSubscription entry)
    {
        if (entry.Routes is not { } routes)
        {
            return [new Rule("", "")];
        }

        List<Rule> rules = [.. routes.Rules.Select(static rule => new Rule(rule.Match, rule.Path))];
        if (routes.Default.Length > 0 || rules.Count == 0)
        {
            rules.Add(new Rule("", routes.Default));
        }

        return rules;
    }
}
