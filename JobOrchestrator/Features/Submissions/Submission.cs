using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Submissions;

/// <summary>A submission as read: what the caller said, with the defaults for the rest.</summary>
internal sealed class Submission
{
    public string Type { get; set; } = JobDefaults.Type;

    public string Queue { get; set; } = JobDefaults.Queue;

    public string? Owner { get; set; }

    public string? ExternalId { get; set; }

    public JsonText? Input { get; set; }

    public JsonText? State { get; set; }

    public int? MaxRetries { get; set; } = JobDefaults.MaxRetries;

    public Backoff Backoff { get; set; } = Backoff.Default;

    public int LeaseSeconds { get; set; } = JobDefaults.LeaseSeconds;

    public int? TimeLimitSeconds { get; set; }

    /// <summary>Not before. A time that is past is now: it is no way to the front of the line (Go's zero is in the year 1).</summary>
    public DateTimeOffset? RunAt { get; set; }

    public TimeSpan? Delay { get; set; }

    public int Priority { get; set; }

    public JobLabels Labels { get; set; } = JobLabels.None;

    public string? UniqueKey { get; set; }

    public int? UniqueSeconds { get; set; }

    public bool Durable { get; set; } = true;

    /// <summary>How long StartJobWithTimeout waits.</summary>
    public TimeSpan? InitialTimeout { get; set; }

    /// <summary>The new job that it asks for.</summary>
    public NewJob ToNewJob(JobId id, DateTimeOffset now, SubmissionHeaders headers, SubmissionTrace trace) => new()
    {
        Id = id,
        Spec = new JobSpec
        {
            Type = Type,
            Queue = Queue,
            Owner = Owner,
            ExternalId = ExternalId,
            Input = Input,
            MaxRetries = MaxRetries,
            Backoff = Backoff,
            LeaseSeconds = LeaseSeconds,
            TimeLimitSeconds = TimeLimitSeconds,
            UniqueKey = UniqueKey,
            UniqueSeconds = UniqueSeconds,
            Durable = Durable,
            Traceparent = trace.Traceparent,
            Tracestate = trace.Tracestate,
        },
        State = State,
        RunAt = Delay is { } delay ? now + delay : RunAt is { } at && at > now ? at : null,
        Priority = Priority,
        Labels = Labels,
        IdempotencyKey = headers.IdempotencyKey,
        Fingerprint = headers.Fingerprint,
        OnDuplicate = headers.OnDuplicate,
    };
}
