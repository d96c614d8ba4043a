using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>Where a job stands. The last three are final and never left.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobStatus>))]
public enum JobStatus
{
    /// <summary>Waits in its queue: new, scheduled for later, or between two attempts.</summary>
    New = 1,

    /// <summary>A worker holds its lease.</summary>
    InProgress = 2,

    /// <summary>A worker reported success.</summary>
    Completed = 3,

    /// <summary>A worker reported an error that ends the job, or the retries are used up.</summary>
    Failed = 4,

    /// <summary>Cancelled by request or by its time limit.</summary>
    Cancelled = 5,
}

/// <summary>How one attempt ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobAttemptOutcome>))]
public enum JobAttemptOutcome
{
    /// <summary>The worker reported success.</summary>
    Completed = 1,

    /// <summary>The worker reported an error.</summary>
    Failed = 2,

    /// <summary>The worker fell silent: it crashed, froze or was cut off.</summary>
    LeaseLost = 3,

    /// <summary>The worker gave the job back; the attempt does not count against the retries.</summary>
    Released = 4,

    /// <summary>The job was cancelled while it ran.</summary>
    Cancelled = 5,

    /// <summary>The job's time limit was reached while it ran.</summary>
    TimedOut = 6,

    /// <summary>Not an attempt of its own: a report that came after its lease had ended and was refused.</summary>
    Refused = 7,

    /// <summary>A new submission took the job's place while it ran.</summary>
    Replaced = 8,
}
