namespace JobOrchestrator.Shards;

/// <summary>Events that the broker refuses for good and that only the feed has, of all shards since the process began.</summary>
internal sealed class SetAside
{
    private long _events;

    /// <summary>How many.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>What a person should know of them; null: there are none.</summary>
    public string? Warning => Events is > 0 and long events
        ? $"The broker refuses events for good: {events} were set aside since the start. The feed has them, the log the reasons."
        : null;

    /// <summary>One more.</summary>
    public void Add() => Interlocked.Increment(ref _events);
}
