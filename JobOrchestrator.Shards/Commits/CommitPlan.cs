using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Everything that one commit writes and, once it is stored, changes in memory.</summary>
/// <param name="Head">The head as it will be.</param>
/// <param name="Documents">The other documents, in the order of the transaction: pages, outbox, settings, deletions, jobs, hours.</param>
/// <param name="Changes">The shard's changes.</param>
/// <param name="Settings">What becomes of the settings' documents.</param>
/// <param name="Outbox">The commit's events; null when it has none.</param>
/// <param name="OutboxBytes">Their document's bytes.</param>
/// <param name="OutboxDeleted">The keys of the oldest outbox documents, which it deletes.</param>
/// <param name="Retired">Pages that are live no more.</param>
/// <param name="Swept">What it deletes because it is past its retention.</param>
internal sealed record CommitPlan(
    Head Head,
    IReadOnlyList<StateOperation> Documents,
    Changes Changes,
    SettingsPlan Settings,
    OutboxEntry? Outbox,
    long OutboxBytes,
    IReadOnlyList<string> OutboxDeleted,
    IReadOnlyList<long> Retired,
    Swept Swept)
{
    /// <summary>Pages that it writes as they were before: what had ended by then, a start need not read.</summary>
    public IReadOnlyList<long> Marked { get; init; } = [];

    /// <summary>Retired pages that no start has to load any more.</summary>
    public IReadOnlyList<long> Free { get; init; } = [];

    /// <summary>Days of which it writes what happened by hours.</summary>
    public IReadOnlyList<DateOnly> HistoryDays { get; init; } = [];

    /// <summary>The head as rendered, without a batch.</summary>
    public required byte[] HeadUtf8 { get; init; }

    /// <summary>Bytes of what the commit sends, as rendered.</summary>
    public long Bytes { get; init; }
}

/// <summary>What became of a commit.</summary>
internal enum CommitResult
{
    /// <summary>It is stored.</summary>
    Stored = 1,

    /// <summary>It is certain that nothing was written, and why says nothing of what was to be.</summary>
    NothingWritten = 2,

    /// <summary>The store has refused it and takes other writes: nothing was written, and the same commit may be refused again.</summary>
    Refused = 4,

    /// <summary>The shard belongs to someone else now.</summary>
    Lost = 3,
}
