using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>What became of a job; one topic each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEventKind>))]
public enum JobEventKind
{
    /// <summary>It was accepted.</summary>
    Created = 1,

    /// <summary>Its status changed without being final, or its progress did.</summary>
    Updated = 2,

    /// <summary>It succeeded.</summary>
    Completed = 3,

    /// <summary>It failed for good.</summary>
    Failed = 4,

    /// <summary>It was cancelled, by request or by its time limit.</summary>
    Cancelled = 5,
}
