using System.Text.Json.Serialization;

namespace Dapr.AspNetCore;

/// <summary>One entry of the answer to <c>GET /dapr/subscribe</c>: one per component and topic.</summary>
internal sealed record Subscription(
    [property: JsonPropertyName("pubsubname")] string PubsubName,
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("route")] string? Route,
    [property: JsonPropertyName("routes")] Routes? Routes,
    [property: JsonPropertyName("metadata")] Dictionary<string, string>? Metadata,
    [property: JsonPropertyName("deadLetterTopic")] string? DeadLetterTopic,
    [property: JsonPropertyName("bulkSubscribe")] BulkSubscription? BulkSubscribe);

internal sealed record Routes(
    [property: JsonPropertyName("rules")] IReadOnlyList<RouteRule> Rules,
    [property: JsonPropertyName("default")] string? Default);

internal sealed record RouteRule(
    [property: JsonPropertyName("match")] string Match,
    [property: JsonPropertyName("path")] string Path);

internal sealed record BulkSubscription(
    [property: JsonPropertyName("enabled")] bool Enabled,
    [property: JsonPropertyName("maxMessagesCount")] int MaxMessagesCount,
    [property: JsonPropertyName("maxAwaitDurationMs")] int MaxAwaitDurationMs);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Subscription>))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
