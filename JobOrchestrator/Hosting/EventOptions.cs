using System.ComponentModel.DataAnnotations;
using JobOrchestrator.Core;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Events out; configuration section <c>Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>The pub/sub component. Default <c>jobs-pubsub</c>.</summary>
    [Required]
    public string PubSub { get; set; } = "jobs-pubsub";

    /// <summary>The <c>source</c> of every CloudEvent. Default <c>job-orchestrator</c>.</summary>
    [Required]
    public string Source { get; set; } = "job-orchestrator";

    /// <summary>
    /// The topic of each kind of event; <c>{owner}</c> stands for the job's owner. Several kinds may share a topic, which some brokers
    /// need for order. An empty name: that kind is not published (the feed has it all the same).
    /// </summary>
    public Dictionary<JobEventKind, string> Topics { get; set; } = new()
    {
        [JobEventKind.Created] = "job-created",
        [JobEventKind.Updated] = "job-updated",
        [JobEventKind.Completed] = "job-completed",
        [JobEventKind.Failed] = "job-failed",
        [JobEventKind.Cancelled] = "job-cancelled",
    };

    /// <summary>Seconds that published events stay in the feed. Default 3,600.</summary>
    [Range(1, 30 * 86_400)]
    public int RetentionSeconds { get; set; } = 3_600;

    /// <summary>Bytes of events that a shard keeps for the feed. Default 64 MB.</summary>
    [Range(1_000_000, 10_000_000_000)]
    public long RetentionBytes { get; set; } = 64_000_000;
}

[OptionsValidator]
internal sealed partial class EventOptionsValidator : IValidateOptions<EventOptions>;
