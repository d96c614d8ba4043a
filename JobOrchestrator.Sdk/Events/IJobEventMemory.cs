namespace JobOrchestrator.Sdk;

/// <summary>What an owner remembers over restarts: how far it has read the feed, and which events were handled.</summary>
/// <remarks>
/// The default is <see cref="FileJobEventMemory"/>: one folder for one process. Several replicas of one owner need a shared implementation
/// (a database, a state store); with a folder each, every one of them handles every event that it finds in the feed.
/// Calls come one at a time.
/// </remarks>
public interface IJobEventMemory
{
    /// <summary>Reads what is remembered; called once, first.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Remembers that an event was handled. Once this returns, no restart of the process forgets it.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="sequence">The event's sequence.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken);

    /// <summary>Remembers how far the feed was read. Called only when everything before it was handled.</summary>
    /// <param name="cursor">The feed's cursor.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    Task MoveCursorAsync(string cursor, CancellationToken cancellationToken);
}

/// <summary>What an owner remembered.</summary>
/// <param name="Cursor">How far the feed was read; null when it never was.</param>
/// <param name="Handled">The events handled, oldest first.</param>
public sealed record RememberedEvents(string? Cursor, IReadOnlyList<HandledEvent> Handled);

/// <summary>An event that was handled.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Sequence">The event's sequence.</param>
public readonly record struct HandledEvent(string JobId, long Sequence);
