namespace JobOrchestrator.Core;

/// <summary>What is set of a queue, beside its jobs. Immutable; a change is a new record.</summary>
public sealed record QueueSettings
{
    // The names of all fields, and the stamp of the commit.
    private const int Fixed = 256;

    /// <summary>The queue.</summary>
    public required string Name { get; init; }

    /// <summary>Nothing is handed out; false by default.</summary>
    public bool Paused { get; init; }

    /// <summary>Since when, by whom and why; null: it is not paused, or has been since before this was kept.</summary>
    public QueuePause? Pause { get; init; }

    /// <summary>Kinds of its jobs' events that are not published; none by default.</summary>
    public EventKinds Unpublished { get; init; }

    /// <summary>Nothing is set: a queue of which nothing was ever said behaves the same, so this needs no document.</summary>
    public bool IsDefault => this is { Paused: false, Unpublished: EventKinds.None };

    /// <summary>A bound on the bytes of its document, by the reckoning of <see cref="Job.DocumentBytesMax"/>.</summary>
    public int DocumentBytesMax => BytesMaxFor(Name, Pause?.By, Pause?.Reason);

    /// <summary>The same bound, by its texts.</summary>
    internal static int BytesMaxFor(string name, string? by = null, string? reason = null) =>
        Fixed + DocumentSize.Of(name) + DocumentSize.Of(by) + DocumentSize.Of(reason);
}

/// <summary>That a queue is paused.</summary>
/// <param name="Since">Since when.</param>
/// <param name="By">The name of the key by which it was asked for; null: there are no keys.</param>
/// <param name="Reason">Why, for people; null: nothing was said.</param>
public sealed record QueuePause(DateTimeOffset Since, string? By, string? Reason);
