using LocalSidecar.Http;

namespace LocalSidecar.PubSub;

/// <summary>The publish API's error answers.</summary>
internal static class PubSubErrors
{
    public static ApiError NotFound(string pubsub, IReadOnlyDictionary<string, string> metadata) => ApiError.Detailed(
        404, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubsub} is not found",
        Detail.ErrorInfo("DAPR_PUBSUB_NOT_FOUND", metadata));

    public static ApiError Forbidden(string pubsub, string topic, string appId)
    {
        var message = $"topic {topic} is not allowed for app id {appId}";
        return ApiError.Detailed(
            403, "ERR_PUBSUB_FORBIDDEN", message,
            Detail.ResourceInfo("pubsub", pubsub, message),
            Detail.ErrorInfo("DAPR_PUBSUB_FORBIDDEN", new Dictionary<string, string> { ["topic"] = topic, ["error"] = message }));
    }

    public static ApiError Metadata(string pubsub, string problem, IReadOnlyDictionary<string, string> metadata)
    {
        var message = $"failed deserializing metadata. Error: {problem}";
        return ApiError.Detailed(
            400, "ERR_PUBSUB_REQUEST_METADATA", message,
            Detail.ResourceInfo("pubsub", pubsub, message),
            Detail.ErrorInfo("DAPR_PUBSUB_METADATA_DESERIALIZATION", metadata));
    }

    public static ApiError Publish(string pubsub, string topic, string problem)
    {
        var message = $"error when publishing to topic {topic} in pubsub {pubsub}: {problem}";
        return ApiError.Detailed(
            500, "ERR_PUBSUB_PUBLISH_MESSAGE", message,
            Detail.ResourceInfo("pubsub", pubsub, message),
            Detail.ErrorInfo("DAPR_PUBSUB_PUBLISH_MESSAGE", new Dictionary<string, string> { ["topic"] = topic, ["error"] = problem }));
    }

    public static ApiError CloudEvent(string pubsub, string appId, string problem) => ApiError.Detailed(
        500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent",
        Detail.ResourceInfo("pubsub", pubsub, "cannot create cloudevent"),
        Detail.ErrorInfo("DAPR_PUBSUB_CLOUD_EVENT_CREATION", new Dictionary<string, string> { ["appID"] = appId, ["error"] = problem }));

    /// <summary>A bulk publish whose entries cannot be used.</summary>
    /// <param name="pubsub">The component.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="appId">The publisher.</param>
    /// <param name="reason">The last part of the stable word.</param>
    /// <param name="problem">What is wrong.</param>
    public static ApiError Events(string pubsub, string topic, string appId, string reason, string problem)
    {
        var message = reason == "UNMARSHAL_EVENTS"
            ? $"error when unmarshaling the request for topic {topic} pubsub {pubsub}: {problem}"
            : $"error marshaling events to bytes for topic {topic} pubsub {pubsub}. error: {problem}";
        return ApiError.Detailed(
            400, "ERR_PUBSUB_EVENTS_SER", message,
            Detail.ResourceInfo("pubsub", pubsub, message),
            Detail.ErrorInfo($"DAPR_PUBSUB_{reason}", new Dictionary<string, string> { ["appID"] = appId, ["error"] = problem }));
    }
}
