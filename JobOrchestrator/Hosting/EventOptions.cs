using System.ComponentModel.DataAnnotations;
using JobOrchestrator.Core;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Events out; configuration section <c>Events</c>.</summary>
public sealed class EventOptions : IValidatableObject
{
    /// <summary>Stands for the owner in <see cref="Topics"/>.</summary>
    internal const string OwnerPlace = "{owner}";

    /// <summary>The pub/sub component. Default <c>jobs-pubsub</c>.</summary>
    [Required]
    public string PubSub { get; set; } = "jobs-pubsub";

    /// <summary>The <c>source</c> of every CloudEvent. Default <c>job-orchestrator</c>.</summary>
    [Required]
    public string Source { get; set; } = "job-orchestrator";

    /// <summary>
    /// The topic of each kind of event; <c>{owner}</c> stands for the job's owner. Several kinds may share a topic, which some brokers
    /// need for order; names that differ may not become one topic for two owners. An empty name: that kind is not published (the feed
    /// has it all the same).
    /// </summary>
    public Dictionary<JobEventKind, string> Topics { get; set; } = new()
    {
        [JobEventKind.Created] = "job-created",
        [JobEventKind.Updated] = "job-updated",
        [JobEventKind.Completed] = "job-completed",
        [JobEventKind.Failed] = "job-failed",
        [JobEventKind.Cancelled] = "job-cancelled",
    };

    /// <summary>
    /// Seconds, ten at most, in which of a job's progress one event is published: the first at once, then the last of each such
    /// while, unless something else has become of the job meanwhile. Starts, retries and ends are published at once, each.
    /// Default 0: every report. The feed has them all.
    /// </summary>
    [Range(0, 10.0)]
    public double Coalesce { get; set; }

    /// <summary>
    /// An owner's events that are committed together go to a topic as one message, a CloudEvent of type
    /// <c>com.joborchestrator.events.v1</c> whose data is an array of them; kinds that share a topic share the message. For owners with
    /// the SDK, or who read such messages. Default false: a message each.
    /// </summary>
    public bool Packed { get; set; }

    /// <summary>
    /// Bytes of one such message, one event in any case. Default 131,072: half of what the brokers take that take least.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int PackedBytesMax { get; set; } = 131_072;

    /// <summary>Seconds that published events stay in the feed. Default 3,600.</summary>
    [Range(1, 30 * 86_400)]
    public int RetentionSeconds { get; set; } = 3_600;

    /// <summary>Bytes of events that a shard keeps for the feed. Default 64 MB.</summary>
    [Range(1_000_000, 10_000_000_000)]
    public long RetentionBytes { get; set; } = 64_000_000;

    /// <summary>Refuses topics that were mistyped, and those by which one owner's events would come to another's subscribers.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach ((JobEventKind kind, string topic) in Topics)
        {
            if (TopicPattern.FaultOf(topic, OwnerPlace) is { } fault)
            {
                yield return new ValidationResult($"Events:Topics:{kind}: the topic '{topic}' {fault}", [nameof(Topics)]);
            }
        }

        string[] patterns = [.. Topics.Values.Where(topic => topic.Length > 0).Distinct()];
        foreach (string pattern in patterns.Where(TopicPattern.HasOwner))
        {
            foreach (string other in patterns.Where(other => other != pattern && TopicPattern.CanMeet(pattern, other)))
            {
                yield return new ValidationResult(
                    $"Events:Topics: '{pattern}' and '{other}' are one topic for some owners, whose events would meet there. Have them "
                        + "begin differently, as in created-{owner} and updated-{owner}, or be the same.",
                    [nameof(Topics)]);
            }
        }
    }
}

[OptionsValidator]
internal sealed partial class EventOptionsValidator : IValidateOptions<EventOptions>;
