using System.Collections.Concurrent;
using System.Reflection;

namespace JobOrchestrator.Sdk;

/// <summary>What a <see cref="JobTypeAttribute"/> says.</summary>
internal sealed record JobDefinition(
    string Name,
    string? Queue = null,
    int? MaxRetries = null,
    JobBackoff? Backoff = null,
    int? LeaseSeconds = null,
    int? TimeLimitSeconds = null,
    int? Priority = null)
{
    private static readonly ConcurrentDictionary<Type, JobDefinition?> Known = new();

    /// <summary>The definition that stands on a type; null when there is none.</summary>
    public static JobDefinition? On(Type type) =>
        Known.GetOrAdd(type, static declared => declared.GetCustomAttribute<JobTypeAttribute>() is { } attribute ? From(attribute) : null);

    private static JobDefinition From(JobTypeAttribute attribute) => new(
        attribute.Name,
        attribute.Queue,
        attribute.MaxRetries == JobTypeAttribute.Unsaid ? null : attribute.MaxRetries,
        attribute.Backoff == JobBackoffKind.Default
            ? null
            : new JobBackoff(
                attribute.Backoff, attribute.BackoffSeconds, attribute.BackoffMaxSeconds > 0 ? attribute.BackoffMaxSeconds : null),
        attribute.LeaseSeconds > 0 ? attribute.LeaseSeconds : null,
        attribute.TimeLimitSeconds > 0 ? attribute.TimeLimitSeconds : null,
        attribute.Priority != 0 ? attribute.Priority : null);
}
