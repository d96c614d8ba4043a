using LocalSidecar.Errors;

namespace LocalSidecar.PubSub;

/// <summary>What can go wrong with publishing, in daprd's words.</summary>
internal static class PubSubFailures
{
    public static Failure NotFound(string pubsub, IReadOnlyDictionary<string, string> metadata) =>
        new(FailureKind.PubSubNotFound, $"pubsub {pubsub} is not found") { Reason = "DAPR_PUBSUB_NOT_FOUND", Facts = metadata };

    public static Failure EmptyName() =>
        About("", FailureKind.PubSubNameEmpty, "pubsub name is empty", "DAPR_PUBSUB_NAME_EMPTY", null);

    public static Failure EmptyTopic(string pubsub) =>
        About(pubsub, FailureKind.TopicEmpty, $"topic is empty in pubsub {pubsub}", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", null);

    public static Failure Forbidden(string pubsub, string topic, string appId)
    {
        string message = $"topic {topic} is not allowed for app id {appId}";
        return About(
            pubsub, FailureKind.TopicForbidden, message,
            "DAPR_PUBSUB_FORBIDDEN", new Dictionary<string, string> { ["topic"] = topic, ["error"] = message });
    }

    public static Failure Metadata(string pubsub, string problem, IReadOnlyDictionary<string, string> metadata) => About(
        pubsub, FailureKind.PublishMetadata, $"failed deserializing metadata. Error: {problem}",
        "DAPR_PUBSUB_METADATA_DESERIALIZATION", metadata);

    public static Failure Publish(string pubsub, string topic, string problem) => About(
        pubsub, FailureKind.Publish, $"error when publishing to topic {topic} in pubsub {pubsub}: {problem}",
        "DAPR_PUBSUB_PUBLISH_MESSAGE", new Dictionary<string, string> { ["topic"] = topic, ["error"] = problem });

    public static Failure CloudEvent(string pubsub, string appId, string problem) => About(
        pubsub, FailureKind.CloudEvent, "cannot create cloudevent",
        "DAPR_PUBSUB_CLOUD_EVENT_CREATION", new Dictionary<string, string> { ["appID"] = appId, ["error"] = problem });

    /// <summary>The entries of a bulk publish cannot be read at all.</summary>
    public static Failure UnreadableEntries(string pubsub, string topic, string appId, string problem) => Entries(
        pubsub, appId, "DAPR_PUBSUB_UNMARSHAL_EVENTS", problem,
        $"error when unmarshaling the request for topic {topic} pubsub {pubsub}: {problem}");

    /// <summary>An entry's data do not go with its content type.</summary>
    public static Failure EntryData(string pubsub, string topic, string appId, string problem) =>
        Entries(pubsub, appId, "DAPR_PUBSUB_MARSHAL_ENVELOPE", problem, EntryMessage(pubsub, topic, problem));

    /// <summary>An entry's id is missing, or another entry has it.</summary>
    public static Failure EntryId(string pubsub, string topic, string appId)
    {
        const string Problem = "entryId is duplicated or not present for entry";
        return Entries(pubsub, appId, "DAPR_PUBSUB_MARSHAL_EVENTS", Problem, EntryMessage(pubsub, topic, Problem));
    }

    private static string EntryMessage(string pubsub, string topic, string problem) =>
        $"error marshaling events to bytes for topic {topic} pubsub {pubsub}. error: {problem}";

    private static Failure Entries(string pubsub, string appId, string reason, string problem, string message) =>
        About(pubsub, FailureKind.BulkPublish, message, reason, new Dictionary<string, string> { ["appID"] = appId, ["error"] = problem });

    private static Failure About(
        string pubsub, FailureKind kind, string message, string reason, IReadOnlyDictionary<string, string>? facts) => new(kind, message)
        {
            Reason = reason,
            Facts = facts,
            Resource = new FailedResource("pubsub", pubsub, message),
        };
}
