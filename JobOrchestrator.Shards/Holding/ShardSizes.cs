namespace JobOrchestrator.Shards;

/// <summary>What a shard has in a process's memory.</summary>
/// <param name="Jobs">Jobs that can be read from it: the live ones and those finished last, while the shard is held.</param>
/// <param name="Watched">Jobs that somebody follows.</param>
/// <param name="Waiting">Commands that wait for their turn, or for a job that can be handed out.</param>
/// <param name="Unpublished">Outbox documents that the broker has not got whole.</param>
internal readonly record struct ShardSizes(int Jobs, int Watched, int Waiting, long Unpublished);
