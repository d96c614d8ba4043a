namespace JobOrchestrator.Core;

/// <summary>Some kinds of events.</summary>
[Flags]
public enum EventKinds
{
    None = 0,
    Created = 1,
    Updated = 2,
    Completed = 4,
    Failed = 8,
    Cancelled = 16,
}

/// <summary>Sets of kinds.</summary>
public static class EventKindSets
{
    /// <summary>Every kind.</summary>
    public const EventKinds All =
        EventKinds.Created | EventKinds.Updated | EventKinds.Completed | EventKinds.Failed | EventKinds.Cancelled;

    /// <summary>The set of some kinds.</summary>
    public static EventKinds Of(IEnumerable<JobEventKind> kinds) =>
        kinds.Aggregate(EventKinds.None, (all, kind) => all | kind.Alone());

    /// <summary>The set of one kind.</summary>
    public static EventKinds Alone(this JobEventKind kind) => (EventKinds)(1 << ((int)kind - 1));

    /// <summary>Whether a kind is in a set.</summary>
    public static bool Has(this EventKinds kinds, JobEventKind kind) => (kinds & kind.Alone()) != 0;
}
