using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace Dapr.AspNetCore;

/// <summary>Gathers what endpoints say of topics: all rules of one topic become one subscription.</summary>
internal static partial class Subscriptions
{
    public static IReadOnlyList<Subscription> Of(IEnumerable<RouteEndpoint> endpoints, bool rawPayload, ILogger logger) =>
    [
        .. endpoints
            .SelectMany(Topics)
            .GroupBy(topic => (topic.PubsubName, topic.Name))
            .OrderBy(group => group.Key.PubsubName, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => Merge([.. group.Distinct().OrderBy(topic => topic.Priority)], rawPayload, logger)),
    ];

    private static IEnumerable<Topic> Topics(RouteEndpoint endpoint)
    {
        var metadata = endpoint.Metadata.GetOrderedMetadata<IOriginalTopicMetadata>();
        var bulk = endpoint.Metadata.GetOrderedMetadata<IBulkSubscribeMetadata>();
        foreach (var topic in endpoint.Metadata.GetOrderedMetadata<ITopicMetadata>())
        {
            var owned = topic as IOwnedOriginalTopicMetadata;
            yield return new Topic(
                topic.PubsubName,
                topic.Name,
                topic.Match,
                topic.Priority,
                Path(endpoint.RoutePattern),
                (topic as IDeadLetterTopicMetadata)?.DeadLetterTopic,
                (topic as IRawTopicMetadata)?.EnableRawPayload is true,
                owned?.MetadataSeparator,
                [.. metadata
                    .Where(entry => string.IsNullOrEmpty(entry.Id) || owned?.OwnedMetadatas?.Contains(entry.Id) is true)
                    .Select(entry => (entry.Name, entry.Value))],
                bulk.Where(entry => entry.TopicName == topic.Name)
                    .Select(entry => new BulkSubscription(Enabled: true, entry.MaxMessagesCount, entry.MaxAwaitDurationMs))
                    .FirstOrDefault());
        }
    }

    private static Subscription Merge(IReadOnlyList<Topic> topics, bool rawPayload, ILogger logger)
    {
        var first = topics[0];
        var rules = topics.Where(topic => !string.IsNullOrEmpty(topic.Match)).ToList();
        var others = topics.Where(topic => string.IsNullOrEmpty(topic.Match)).Select(topic => topic.Path).Distinct().ToList();
        if (others.Count > 1)
            LogSecondDefault(logger, first.Name, first.PubsubName, others[1], others[0]);
        foreach (var equal in rules.GroupBy(rule => rule.Priority).Where(group => group.Count() > 1))
            LogEqualPriorities(logger, first.Name, first.PubsubName, equal.Key, equal.Count());

        var separator = topics.Select(topic => topic.Separator).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? ",";
        var metadata = topics
            .SelectMany(topic => topic.Metadata)
            .GroupBy(entry => entry.Name)
            .ToDictionary(group => group.Key, group => string.Join(separator, group.Select(entry => entry.Value).Distinct()));
        if (rawPayload || topics.Any(topic => topic.RawPayload))
            metadata["rawPayload"] = "true";

        var path = others.FirstOrDefault();
        return new Subscription(
            first.PubsubName,
            first.Name,
            rules.Count == 0 ? path : null,
            rules.Count == 0 ? null : new Routes([.. rules.Select(rule => new RouteRule(rule.Match!, rule.Path))], path),
            metadata.Count == 0 ? null : metadata,
            topics.Select(topic => topic.DeadLetterTopic).FirstOrDefault(topic => topic is not null),
            topics.Select(topic => topic.Bulk).FirstOrDefault(bulk => bulk is not null));
    }

    /// <summary>The sidecar posts to a fixed path, so a route with parameters cannot take a topic.</summary>
    private static string Path(RoutePattern pattern) =>
        pattern.Parameters.Count == 0
            ? "/" + string.Join('/', pattern.PathSegments.Select(segment =>
                string.Concat(segment.Parts.OfType<RoutePatternLiteralPart>().Select(part => part.Content))))
            : throw new InvalidOperationException($"The route '{pattern.RawText}' takes a topic, so it may not have parameters.");

    [LoggerMessage(1, LogLevel.Error, "Topic {Topic} of {Pubsub}: {Path} gets no events, as {Other} takes all that no rule takes.")]
    private static partial void LogSecondDefault(ILogger logger, string topic, string pubsub, string path, string other);

    [LoggerMessage(2, LogLevel.Error, "Topic {Topic} of {Pubsub}: {Count} rules have priority {Priority}; their order is undefined.")]
    private static partial void LogEqualPriorities(ILogger logger, string topic, string pubsub, int priority, int count);

    private sealed record Topic(
        string PubsubName,
        string Name,
        string? Match,
        int Priority,
        string Path,
        string? DeadLetterTopic,
        bool RawPayload,
        string? Separator,
        IReadOnlyList<(string Name, string Value)> Metadata,
        BulkSubscription? Bulk)
    {
        /// <summary>Two of an endpoint are the same subscription when nothing that is sent for them differs.</summary>
        public bool Equals(Topic? other) =>
            other is not null
            && (PubsubName, Name, Match, Priority, Path) == (other.PubsubName, other.Name, other.Match, other.Priority, other.Path)
            && (DeadLetterTopic, RawPayload, Separator, Bulk) == (other.DeadLetterTopic, other.RawPayload, other.Separator, other.Bulk)
            && Metadata.SequenceEqual(other.Metadata);

        public override int GetHashCode() => HashCode.Combine(PubsubName, Name, Match, Priority, Path);
    }
}
