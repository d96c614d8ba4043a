using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Where a job is on its way: its status, and where that says too little, what it waits for. The orchestrator says it, for it depends on
/// the time and on whether the job's queue is paused.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobPhase>))]
public enum JobPhase
{
    /// <summary>New: its <c>runAt</c> lies ahead, and it has had no attempt yet.</summary>
    Scheduled = 1,

    /// <summary>New: a worker that asks may get it.</summary>
    Ready = 2,

    /// <summary>New: it could be handed out, but its queue is paused.</summary>
    Held = 3,

    /// <summary>New: it pauses between two attempts.</summary>
    Retrying = 4,

    /// <summary>InProgress: a worker has it.</summary>
    Running = 5,

    /// <summary>InProgress: a worker has it and is asked to stop.</summary>
    Cancelling = 6,

    /// <summary>Completed.</summary>
    Completed = 7,

    /// <summary>Failed: no attempt is left, or the worker has said that another one cannot help.</summary>
    Failed = 8,

    /// <summary>Cancelled.</summary>
    Cancelled = 9,
}
