using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>What to do when an external id or a unique key is taken.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobDuplicate>))]
public enum JobDuplicate
{
    /// <summary>Refuse with <see cref="DuplicateJobException"/>.</summary>
    Reject = 1,

    /// <summary>Answer with the job that holds it.</summary>
    Return = 2,

    /// <summary>Take the place of the holder, if that still waits.</summary>
    Replace = 3,
}

/// <summary>
/// What is different about one job. Every member that is null leaves what <see cref="JobTypeAttribute"/> says, else the orchestrator's
/// default.
/// </summary>
public sealed record JobOptions
{
    /// <summary>The type's name.</summary>
    public string? Type { get; init; }

    /// <summary>Where it waits.</summary>
    public string? Queue { get; init; }

    /// <summary>The service whose job it is; its events go there.</summary>
    public string? Owner { get; init; }

    /// <summary>Your own id, unique among the owner's jobs in the queue while the job is live.</summary>
    public string? ExternalId { get; init; }

    /// <summary>N means N + 1 attempts; <see cref="JobTypeAttribute.Endless"/> means no limit.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The pause between attempts.</summary>
    public JobBackoff? Backoff { get; init; }

    /// <summary>Silence allowed before the job is given to another worker; sent in whole seconds, rounded up.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Time allowed in all, after which the job is cancelled; sent in whole seconds, rounded up.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Not before this instant. Give this or <see cref="Delay"/>.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Not before so much time has passed, by the orchestrator's clock.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Higher first.</summary>
    public int? Priority { get; init; }

    /// <summary>No second job of the owner with this key in this queue while the job is live.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>How long after creation <see cref="UniqueKey"/> stays taken although the job has ended.</summary>
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>
    /// What to find it by later, such as <c>tenant</c> and <c>42</c>: at most 16 values of 1 to 128 characters, by keys of 1 to 64 letters
    /// of ASCII, digits, dots, underscores and minus signs. A retry keeps them. Not for secrets: events have them, and lists.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>False: kept in memory only, faster, and lost with the orchestrator's process.</summary>
    public bool? Durable { get; init; }

    /// <summary>The checkpoint that the first attempt finds.</summary>
    public object? State { get; init; }

    /// <summary>
    /// Two submissions with one key make one job. Null (the default) makes a fresh key, so that the SDK's own tries after a lost
    /// answer never make two jobs; set it to make <em>your</em> repetitions safe too. 1 to 255 visible ASCII characters (240 where it
    /// counts for many jobs); anything else is an <see cref="ArgumentException"/>.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// What to do when <see cref="ExternalId"/> or <see cref="UniqueKey"/> is taken; <see cref="JobDuplicate.Reject"/> by default.
    /// </summary>
    public JobDuplicate OnDuplicate { get; init; } = JobDuplicate.Reject;
}

/// <summary>Which jobs to list. Members that are null do not filter.</summary>
public sealed record JobFilter
{
    /// <summary>Only this status.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Only this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Only this owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Only this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only jobs created after this instant.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only jobs created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>
    /// Only jobs that this query finds, such as <c>status:failed,retrying queue:mail older:10m</c>; what else is said holds as well. The
    /// grammar is that of <see cref="JobOrchestrator.Search.JobQuery"/>. One that is none, or too broad, is refused.
    /// </summary>
    public string? Query { get; init; }

    /// <summary>The time zone of days in <see cref="Query"/>, such as Europe/Berlin; UTC when null.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What comes first: <c>-created</c>, the newest, as when null; <c>created</c>, the oldest.</summary>
    public string? Sort { get; init; }

    /// <summary>
    /// How long the orchestrator looks for one page, 50 ms to 10 s, before it answers with what it has; when null 2 s, or 10 s as long as
    /// it has found nothing.
    /// </summary>
    public TimeSpan? Look { get; init; }

    /// <summary>Jobs per page, 100 by default. Pages are fetched as the list is read.</summary>
    public int PageSize { get; init; } = 100;
}
