namespace JobOrchestrator.Core;

/// <summary>The jobs of one queue and type that a worker holds.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Type">The type.</param>
/// <param name="Jobs">How many.</param>
/// <param name="Silent">Of these, those of which more than two thirds of the lease are over.</param>
/// <param name="Longest">The one that it holds for longest.</param>
/// <param name="Since">Since when.</param>
/// <param name="LastHeartbeatAt">When the last heartbeat of any of them came; null: there was none.</param>
public sealed record HeldJobs(
    string Worker,
    string Queue,
    string Type,
    int Jobs,
    int Silent,
    JobId Longest,
    DateTimeOffset Since,
    DateTimeOffset? LastHeartbeatAt = null);

/// <summary>The jobs of one queue and type that could be handed out.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Type">The type.</param>
/// <param name="Jobs">How many.</param>
/// <param name="Since">Since when the one that waits for longest is ready.</param>
public sealed record ReadyType(string Queue, string Type, int Jobs, DateTimeOffset Since);
