using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>One request for work, as the orchestrator answered it. A job document never changes: ask again for a newer one.</summary>
public record Job
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>Which processor works it.</summary>
    public string? Type { get; init; }

    /// <summary>Where it waits.</summary>
    public string? Queue { get; init; }

    /// <summary>The service that the job belongs to; its events go there.</summary>
    public string? Owner { get; init; }

    /// <summary>The caller's own id, unique within the queue while the job is live.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What it was filed under, by key; none: empty.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } =
        ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where the job stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>
    /// Where it is on its way, as the orchestrator knew when it answered; it changes with the time, and when its queue is paused, without
    /// <see cref="Sequence"/>. Null: one that this version does not know, or the orchestrator says none.
    /// </summary>
    [JsonConverter(typeof(JobPhaseConverter))]
    public JobPhase? Phase { get; init; }

    /// <summary>
    /// What the caller handed in, as written. Null: nothing, or the key may not read payloads; then <see cref="InputBytes"/> is there.
    /// </summary>
    public JsonElement? Input { get; init; }

    /// <summary>The worker's checkpoint: what the last attempt saved is what the next one reads.</summary>
    public JsonElement? State { get; init; }

    /// <summary>The outcome of a completed job; null when its processor returned nothing.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>How long <see cref="Input"/> is, for a key that may not read payloads. Null: it may, or there is none.</summary>
    public int? InputBytes { get; init; }

    /// <summary>How long <see cref="State"/> is, for a key that may not read payloads. Null: it may, or there is none.</summary>
    public int? StateBytes { get; init; }

    /// <summary>How long <see cref="Result"/> is, for a key that may not read payloads. Null: it may, or there is none.</summary>
    public int? ResultBytes { get; init; }

    /// <summary>How far a worker says it is.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Why the job failed or was cancelled; while it is retried, the last attempt's error.</summary>
    public JobError? Error { get; init; }

    /// <summary>The number of the last attempt, from 1; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>N means N + 1 attempts; null means no limit.</summary>
    [JsonConverter(typeof(JobRetriesConverter))]
    public int? MaxRetries { get; init; }

    /// <summary>The pause before a failed attempt is repeated.</summary>
    public JobBackoff? Backoff { get; init; }

    /// <summary>Seconds of silence allowed between two heartbeats.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>Seconds allowed in all; null means no limit.</summary>
    public int? TimeLimitSeconds { get; init; }

    /// <summary>Not handed to a worker before this instant (UTC).</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Higher first.</summary>
    public int Priority { get; init; }

    /// <summary>No second job with this key in this queue while the job is live.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>How long after creation <see cref="UniqueKey"/> stays taken although the job has ended, in seconds.</summary>
    public int? UniqueSeconds { get; init; }

    /// <summary>A cooperative cancel is under way.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The last attempts, oldest first.</summary>
    // A document without them sets null (System.Text.Json's generated code), and there is none then.
    public IReadOnlyList<JobAttempt> Attempts { get; init => field = value ?? []; } = [];

    /// <summary>Grows by one with every change that is published.</summary>
    public long Sequence { get; init; }

    /// <summary>False: the job lives in memory only and may be lost with the orchestrator's process.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The W3C trace context that submitted it.</summary>
    public string? Traceparent { get; init; }

    /// <summary>What the vendors of that trace keep beside it; null without <see cref="Traceparent"/>.</summary>
    public string? Tracestate { get; init; }

    /// <summary>The finished job that this one runs again.</summary>
    public string? RetryOf { get; init; }

    /// <summary>The job that runs this finished one again.</summary>
    public string? RetriedAs { get; init; }

    /// <summary>When it was accepted (UTC).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its first attempt began (UTC).</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When its status became final (UTC).</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the finished job may be forgotten (UTC).</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True once the status is final: Completed, Failed or Cancelled.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>
    /// The attempt that runs, or the last one that did; null: none was begun. Refused late reports of earlier ones may stand behind it in
    /// <see cref="Attempts"/>.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public JobAttempt? LastAttempt => Attempts.LastOrDefault(attempt => attempt.Outcome != JobAttemptOutcome.Refused);

    /// <summary>Reads <see cref="Input"/> as a type of your own.</summary>
    /// <param name="json">How to read it; web defaults (camelCase) when null.</param>
    /// <exception cref="JsonException">The input is not of that shape.</exception>
    public T? ReadInput<T>(JsonSerializerOptions? json = null) => PayloadJson.Read<T>(Input, json);

    /// <summary>Reads <see cref="Result"/> as a type of your own; default when there is none.</summary>
    /// <param name="json">How to read it; web defaults (camelCase) when null.</param>
    /// <exception cref="JsonException">The result is not of that shape.</exception>
    public T? ReadResult<T>(JsonSerializerOptions? json = null) => PayloadJson.Read<T>(Result, json);

    /// <summary>Reads <see cref="State"/>, the checkpoint, as a type of your own; default when there is none.</summary>
    /// <param name="json">How to read it; web defaults (camelCase) when null.</param>
    /// <exception cref="JsonException">The state is not of that shape.</exception>
    public T? ReadState<T>(JsonSerializerOptions? json = null) => PayloadJson.Read<T>(State, json);
}

/// <summary>How far a worker says it is.</summary>
/// <param name="Percent">0 to 100, or null when unknown.</param>
/// <param name="Message">One line for people.</param>
public sealed record JobProgress(double? Percent = null, string? Message = null);

/// <summary>Why a job or an attempt did not succeed, in the terms of RFC 9457.</summary>
/// <param name="Title">One line for people.</param>
/// <param name="Type">A URI reference that names the kind of error.</param>
/// <param name="Status">An HTTP status that fits the error, if there is one.</param>
/// <param name="Detail">Whatever the worker added.</param>
public sealed record JobError(string Title, string? Type = null, int? Status = null, JsonElement? Detail = null)
{
    /// <summary>How long <see cref="Detail"/> is, for a key that may not read payloads. Null: it may, or there is none.</summary>
    public int? DetailBytes { get; init; }
}

/// <summary>One attempt, or a refused late report of one.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="StartedAt">When it was leased (UTC).</param>
/// <param name="EndedAt">When it ended (UTC); null while it runs.</param>
/// <param name="Outcome">How it ended; null while it runs.</param>
/// <param name="Error">The error's title, if there was one.</param>
public sealed record JobAttempt(
    int Number,
    string? Worker = null,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? EndedAt = null,
    JobAttemptOutcome? Outcome = null,
    string? Error = null)
{
    /// <summary>How many heartbeats extended its lease or brought something.</summary>
    public int Heartbeats { get; init; }

    /// <summary>When the last of them came (UTC); null: there was none.</summary>
    public DateTimeOffset? LastHeartbeatAt { get; init; }

    /// <summary>
    /// The longest that the worker was silent, in seconds, between the begin, the heartbeats and the end; while it runs, until the last of
    /// them. Null: there was no heartbeat.
    /// </summary>
    public double? LongestGapSeconds { get; init; }

    /// <summary>
    /// Of a late report that was refused: how many seconds after its attempt had ended it came. Null: it is none, or that attempt is not
    /// kept any more.
    /// </summary>
    public double? AfterSeconds { get; init; }
}
