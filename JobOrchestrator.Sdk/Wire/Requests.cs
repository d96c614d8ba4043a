using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>The body of POST /jobs.</summary>
internal sealed record SubmitRequest
{
    public string? Owner { get; init; }
    public string? Type { get; init; }
    public string? Queue { get; init; }
    public JsonElement? Input { get; init; }
    public JsonElement? State { get; init; }
    public string? ExternalId { get; init; }

    /// <summary>Null says nothing, and the orchestrator's default holds; less than 0 is no limit.</summary>
    [JsonConverter(typeof(RetriesConverter))]
    public int? MaxRetries { get; init; }

    public JobBackoff? Backoff { get; init; }
    public int? LeaseSeconds { get; init; }
    public int? TimeLimitSeconds { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public double? DelaySeconds { get; init; }
    public int? Priority { get; init; }
    public string? UniqueKey { get; init; }
    public int? UniqueSeconds { get; init; }
    public bool? Durable { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>The body of PATCH /jobs/{id}.</summary>
internal sealed record MoveRequest(
    int? Priority, DateTimeOffset? RunAt, IReadOnlyDictionary<string, string?>? Labels = null, string? Queue = null);

/// <summary>The body of POST /jobs/actions.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Q">To which jobs.</param>
internal sealed record ActionRequest(string Action, string Q)
{
    public string? Tz { get; init; }
    public string? Reason { get; init; }
    public bool? DryRun { get; init; }
    public int? Expect { get; init; }
    public string? Queue { get; init; }
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }
    public string? Id { get; init; }
    public string? Cursor { get; init; }
}

/// <summary>The answer of GET /actions.</summary>
internal sealed record ActionList(IReadOnlyList<JobAction> Actions);

/// <summary>The body of POST /queues/{queue}/pause.</summary>
internal sealed record PauseRequest(string Reason);

/// <summary>The body by which a queue is set.</summary>
internal sealed record QueueChange(IReadOnlyList<JobEventKind> Events);

/// <summary>The body of POST /marks.</summary>
internal sealed record MarkRequest(string Text, string? Queue = null);

/// <summary>The answer of GET /marks.</summary>
internal sealed record MarkList(IReadOnlyList<JobMark> Marks);

/// <summary>What one request did to a queue's finished jobs.</summary>
internal interface ITurn
{
    /// <summary>How many jobs it changed.</summary>
    int Done { get; }

    /// <summary>Whether others are left.</summary>
    bool More { get; }

    /// <summary>Where the next request goes on; null: at the beginning.</summary>
    string? Cursor { get; }
}

/// <summary>The answer of POST /queues/{q}/retry.</summary>
internal sealed record RetryCount(int Retried, int Skipped, bool More, string? Cursor) : ITurn
{
    int ITurn.Done => Retried;
}

/// <summary>The answer of POST /queues/{q}/purge.</summary>
internal sealed record PurgeCount(int Purged, bool More, string? Cursor) : ITurn
{
    int ITurn.Done => Purged;
}

/// <summary>The body of POST /queues/{q}/lease.</summary>
/// <param name="Worker">Who asks.</param>
/// <param name="Max">At most this many jobs.</param>
/// <param name="Wait">Seconds to wait for the first one.</param>
/// <param name="Types">Only these types; null means any.</param>
/// <param name="Queues">Further queues, in order of preference.</param>
/// <param name="Version">The version of what the worker runs.</param>
/// <param name="Slots">How many jobs it runs at once at most, in all its pools.</param>
internal sealed record LeaseRequest(
    string Worker,
    int Max,
    int Wait,
    IReadOnlyList<string>? Types = null,
    IReadOnlyList<string>? Queues = null,
    string? Version = null,
    int? Slots = null);

/// <summary>A job that this worker holds.</summary>
internal sealed record LeasedJob : Job
{
    public required string LeaseToken { get; init; }
    public DateTimeOffset? LeaseExpiresAt { get; init; }
}

/// <summary>The body of POST /jobs/report.</summary>
internal sealed record ReportRequest(IReadOnlyList<Report> Reports);

/// <summary>One report: what the single call of that name takes.</summary>
internal sealed record Report
{
    public const string Heartbeat = "heartbeat";
    public const string Complete = "complete";
    public const string Fail = "fail";
    public const string Release = "release";

    public required string JobId { get; init; }
    public required string Action { get; init; }
    public required string LeaseToken { get; init; }
    public JobProgress? Progress { get; init; }
    public JsonElement? State { get; init; }
    public int? StateNumber { get; init; }
    public JsonElement? Result { get; init; }
    public ReportedError? Error { get; init; }
    public bool? Retry { get; init; }
    public double? Delay { get; init; }
}

/// <summary>What went wrong in an attempt.</summary>
internal sealed record ReportedError(string Title, string? Type = null, JsonElement? Detail = null, int? Status = null);

/// <summary>The answer of POST /jobs/report, outcomes in the order of the reports.</summary>
internal sealed record ReportResponse(IReadOnlyList<ReportOutcome> Outcomes);

/// <summary>What became of one report.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Status">The HTTP status that the single call would have had.</param>
/// <param name="LeaseExpiresAt">After a heartbeat: when the lease ends without another one.</param>
/// <param name="CancelRequested">After a heartbeat: the attempt should end.</param>
/// <param name="Problem">Why it was refused.</param>
internal sealed record ReportOutcome(
    string JobId,
    int Status,
    DateTimeOffset? LeaseExpiresAt = null,
    bool CancelRequested = false,
    JobProblem? Problem = null);

/// <summary>
/// The body of POST /jobs/cancels; its answer is a <see cref="ReportResponse"/> of those leases alone of which there is news.
/// </summary>
/// <param name="Leases">The leases, each job once.</param>
/// <param name="Wait">Seconds to wait for news.</param>
internal sealed record CancelsRequest(IReadOnlyList<NamedLease> Leases, int Wait);

/// <summary>A lease that this worker holds.</summary>
internal sealed record NamedLease(string JobId, string LeaseToken);

/// <summary>One page of GET /events. Its events are read one by one: an odd one among them spoils nothing but itself.</summary>
internal sealed record FeedPage(IReadOnlyList<JsonElement> Events, string Cursor)
{
    // However deep one event is, the page can be taken apart; what reads the event has a limit.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <exception cref="Exception">It is no page.</exception>
    public static FeedPage Of(ReadOnlyMemory<byte> utf8)
    {
        using var page = JsonDocument.Parse(utf8, AnyDepth);
        return new FeedPage(
            [.. page.RootElement.GetProperty("events"u8).EnumerateArray().Select(one => one.Clone())],
            page.RootElement.GetProperty("cursor"u8).GetString() ?? throw new JsonException("The page has no cursor."));
    }
}

/// <summary>One event of the feed or of the broker: a CloudEvent with thin data.</summary>
internal sealed record FeedEvent
{
    public string? Id { get; init; }
    public string? Type { get; init; }
    public string? Subject { get; init; }
    public DateTimeOffset? Time { get; init; }
    public string? Traceparent { get; init; }
    public string? Tracestate { get; init; }
    public JobEventData? Data { get; init; }
}

/// <summary>What an event tells.</summary>
internal sealed record JobEventData
{
    public string? JobId { get; init; }
    public string? Owner { get; init; }
    public string? Type { get; init; }
    public string? Queue { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public JobStatus? Status { get; init; }
    public JobStatus? PreviousStatus { get; init; }
    public long Sequence { get; init; }
    public int Attempt { get; init; }
    public JobProgress? Progress { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public double? DurationSeconds { get; init; }

    /// <summary>A title alone, or the whole error.</summary>
    [JsonConverter(typeof(EventErrorConverter))]
    public JobError? Error { get; init; }

    public string? PayloadUri { get; init; }

    /// <summary>Kinds of the job's events that the broker does not bring.</summary>
    public IReadOnlyList<string>? Unpublished { get; init; }

    /// <summary>The broker does not bring every report of progress.</summary>
    public bool Coalesced { get; init; }
}

/// <summary>The body by which one attempt is reported on.</summary>
internal sealed record LeaseReport(string LeaseToken)
{
    public JobProgress? Progress { get; init; }
    public JsonElement? State { get; init; }
    public JsonElement? Result { get; init; }
    public ReportedError? Error { get; init; }
    public bool? Retry { get; init; }
    public double? Delay { get; init; }
}
