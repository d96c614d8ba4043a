using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>How an event stands to those handled before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEventDelivery>))]
public enum JobEventDelivery
{
    /// <summary>Newer than all of its job that were handled before.</summary>
    New = 1,

    /// <summary>Handled before. Handed on only with <see cref="JobEventsOptions.HandOnRepeats"/>.</summary>
    Repeat = 2,

    /// <summary>Not handled before, but a newer one of its job was: what it tells is the past.</summary>
    Stale = 3,
}

/// <summary>Which way an event came.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEventSource>))]
public enum JobEventSource
{
    /// <summary>Delivered by the broker, through the sidecar.</summary>
    Broker = 1,

    /// <summary>Found in the orchestrator's feed, where the broker had not brought it (yet).</summary>
    Feed = 2,
}

/// <summary>Something that became of a job of this owner.</summary>
public sealed record JobEvent
{
    /// <summary>The event's id, the same whichever way it comes: job id, hyphen, sequence.</summary>
    public string Id => $"{JobId}-{Sequence}";

    /// <summary>What became of it.</summary>
    public required JobEventKind Kind { get; init; }

    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Grows by one with every published change of the job: the order in which things really happened.</summary>
    public required long Sequence { get; init; }

    /// <summary>How it stands to those handled before.</summary>
    public JobEventDelivery Delivery { get; init; } = JobEventDelivery.New;

    /// <summary>Which way it came.</summary>
    public JobEventSource Source { get; init; } = JobEventSource.Broker;

    /// <summary>The service that the job belongs to.</summary>
    public string? Owner { get; init; }

    /// <summary>The job's type.</summary>
    public string? Type { get; init; }

    /// <summary>The job's queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The job's labels, by key; none: empty.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The status after the change.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>The status before it; null for a new job.</summary>
    public JobStatus? PreviousStatus { get; init; }

    /// <summary>The number of the job's last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How far the worker says it is.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>When it happened (UTC).</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>For final events, from the job's first attempt to its end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// What went wrong, if anything did. An event has the error's title at least; type, status and detail where the orchestrator sends
    /// them along. The job itself has them all (<see cref="JobClient.GetAsync"/>).
    /// </summary>
    public JobError? Error { get; init; }

    /// <summary>
    /// Where the result can be fetched, relative to the orchestrator's address. With the SDK, go by
    /// <see cref="JobClient.WaitForResultAsync"/> and <see cref="JobId"/>.
    /// </summary>
    public Uri? PayloadUri { get; init; }

    /// <summary>
    /// The W3C trace context that submitted the job, to which the handler's span belongs; null: none, or only the event's data came.
    /// </summary>
    public string? Traceparent { get; init; }

    /// <summary>The broker brings no event of this one's kind of this job, by choice.</summary>
    internal bool IsUnpublished { get; init; }

    /// <summary>The broker need not bring the job's first event.</summary>
    internal bool IsFirstLeftOut { get; init; }

    /// <summary>The broker need not bring every event between the job's first and its last.</summary>
    internal bool AreUpdatesLeftOut { get; init; }

    /// <summary>The broker need not bring every event that only says how far the job is.</summary>
    internal bool IsCoalesced { get; init; }

    /// <summary>Whether the broker may have been left without it, by choice.</summary>
    internal bool MayBeLeftOut => IsUnpublished || IsProgressLeftOut;

    /// <summary>One that only says how far the job is, of which the broker need not have every one.</summary>
    internal bool IsProgressLeftOut =>
        this is { IsCoalesced: true, Kind: JobEventKind.Updated, Status: JobStatus.InProgress, PreviousStatus: JobStatus.InProgress };

    /// <summary>What the vendors of that trace keep beside it.</summary>
    public string? Tracestate { get; init; }
}
