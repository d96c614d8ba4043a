namespace Dapr.AspNetCore;

/// <summary>The answer to a bulk: one status per event. An event without one comes again.</summary>
/// <param name="statuses">One per event.</param>
public class BulkSubscribeAppResponse(List<BulkSubscribeAppResponseEntry> statuses)
{
    /// <summary>One per event.</summary>
    public List<BulkSubscribeAppResponseEntry> Statuses { get; } = statuses;
}

/// <summary>What became of one event.</summary>
/// <param name="entryId">The event's <see cref="BulkSubscribeMessageEntry{TValue}.EntryId"/>.</param>
/// <param name="status">What became of it.</param>
public class BulkSubscribeAppResponseEntry(string entryId, BulkSubscribeAppResponseStatus status)
{
    /// <summary>The event's <see cref="BulkSubscribeMessageEntry{TValue}.EntryId"/>.</summary>
    public string EntryId { get; } = entryId;

    /// <summary>The status word.</summary>
    public string Status { get; } = status.ToString();
}

/// <summary>What became of an event.</summary>
public enum BulkSubscribeAppResponseStatus
{
    /// <summary>Done.</summary>
    SUCCESS,

    /// <summary>To be delivered again.</summary>
    RETRY,

    /// <summary>Not wanted: dropped, or to the dead-letter topic.</summary>
    DROP,
}
