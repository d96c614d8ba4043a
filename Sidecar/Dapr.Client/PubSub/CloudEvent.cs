using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>
/// An event whose envelope the publisher makes. Derive from it for members beyond these (<c>id</c>, <c>time</c>): what
/// is derived from it is published as the whole event.
/// </summary>
public class CloudEvent
{
    /// <summary>Who published it; null leaves it to the sidecar.</summary>
    [JsonPropertyName("source")]
    public Uri? Source { get; init; }

    /// <summary>What happened; null leaves it to the sidecar.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>What it happened to.</summary>
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }
}

/// <summary>An event with JSON data.</summary>
/// <typeparam name="TData">The type of the data.</typeparam>
/// <param name="data">The data.</param>
public class CloudEvent<TData>(TData data) : CloudEvent
{
    /// <summary>The data.</summary>
    public TData Data { get; } = data;

    /// <summary>Always <c>application/json</c>.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = "application/json";
}
