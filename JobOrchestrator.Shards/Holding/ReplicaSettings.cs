using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What a replica is told: the service makes it from its options, once, at the start.</summary>
internal sealed record ReplicaSettings
{
    /// <summary>The state store component's name, for the log.</summary>
    public required string StoreName { get; init; }

    /// <summary>How many shards a store that is used for the first time gets; null: by what the store is.</summary>
    public int? Shards { get; init; }

    /// <summary>Most operations in one transaction; null: by what the store is.</summary>
    public int? OperationsMax { get; init; }

    /// <summary>Most bytes in one transaction; null: by what the store is.</summary>
    public long? BytesMax { get; init; }

    /// <summary>Whether commits are written in two steps; null: the store is asked whether it rolls back.</summary>
    public bool? TwoStep { get; init; }

    /// <summary>When a request to the sidecar is given up and settled by reading.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>How long a shard stays with a silent holder.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How often an idle holder commits.</summary>
    public required TimeSpan Renew { get; init; }

    /// <summary>How long a caller waits for a commit at most.</summary>
    public required TimeSpan Answer { get; init; }

    /// <summary>Commands that wait for one shard at most.</summary>
    public required int MailboxMax { get; init; }

    /// <summary>How long published events stay in the feed.</summary>
    public required TimeSpan EventRetention { get; init; }

    /// <summary>Bytes of events that a shard keeps at most.</summary>
    public required long EventBytesMax { get; init; }

    /// <summary>The source of the CloudEvents.</summary>
    public required string EventSource { get; init; }

    /// <summary>The topic of each kind of event, as <see cref="Shards.Topics"/> reads them.</summary>
    public required IReadOnlyDictionary<JobEventKind, string> Topics { get; init; }

    /// <summary>
    /// Of a job's progress one event in so long is published, the last one in any case; zero: each of them.
    /// </summary>
    public TimeSpan EventCoalesce { get; init; }

    /// <summary>An owner's events on their way to one topic go in one message, as <see cref="EventPack"/> writes them.</summary>
    public bool PackEvents { get; init; }

    /// <summary>Bytes that the histories of all shards take at most, about.</summary>
    public long HistoryBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>The bounds that no setting of the service names.</summary>
    public ShardBounds Bounds { get; init; } = ShardBounds.Usual;

    /// <summary>The limits of the jobs.</summary>
    public required ShardSettings Jobs { get; init; }
}
