namespace Dapr.Client;

/// <summary>One event of a bulk publish as it was sent.</summary>
/// <typeparam name="TValue">The type of the events.</typeparam>
/// <param name="entryId">Unique in the request: the event's index.</param>
/// <param name="eventData">The event.</param>
/// <param name="contentType">What it was sent as.</param>
/// <param name="metadata">Its own metadata.</param>
public class BulkPublishEntry<TValue>(
    string entryId,
    TValue eventData,
    string contentType,
    IReadOnlyDictionary<string, string>? metadata = default)
{
    /// <summary>Unique in the request: the event's index.</summary>
    public string EntryId { get; } = entryId;

    /// <summary>The event.</summary>
    public TValue EventData { get; } = eventData;

    /// <summary>What it was sent as.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>Its own metadata.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}

/// <summary>The outcome of a bulk publish.</summary>
/// <typeparam name="TValue">The type of the events.</typeparam>
/// <param name="failedEntries">What was not published.</param>
public class BulkPublishResponse<TValue>(List<BulkPublishResponseFailedEntry<TValue>> failedEntries)
{
    /// <summary>What was not published; everything else was.</summary>
    public List<BulkPublishResponseFailedEntry<TValue>> FailedEntries { get; } = failedEntries;
}

/// <summary>An event that was not published.</summary>
/// <typeparam name="TValue">The type of the events.</typeparam>
/// <param name="entry">The event as it was sent.</param>
/// <param name="errorMessage">What the broker said.</param>
public class BulkPublishResponseFailedEntry<TValue>(BulkPublishEntry<TValue> entry, string errorMessage)
{
    /// <summary>The event as it was sent.</summary>
    public BulkPublishEntry<TValue> Entry { get; } = entry;

    /// <summary>What the broker said.</summary>
    public string ErrorMessage { get; } = errorMessage;
}
