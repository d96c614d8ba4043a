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

    /// <summary>Nothing is set: a queue of which nothing was ever said behaves the same, so this needs no document.</summary>
    public bool IsDefault => !Paused;

    /// <summary>A bound on the bytes of its document, by the reckoning of <see cref="Job.DocumentBytesMax"/>.</summary>
    public int DocumentBytesMax => BytesMaxFor(Name);

    /// <summary>The same bound, by the queue's name alone.</summary>
    internal static int BytesMaxFor(string name) => Fixed + DocumentSize.Of(name);
}
