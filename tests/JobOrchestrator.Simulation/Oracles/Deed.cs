namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What happened to a job between two sequences.</summary>
internal enum Deed
{
    Created = 1,
    Leased,
    Completed,
    Failed,
    Released,

    /// <summary>Its attempt, or it while it waited, was cancelled.</summary>
    Cancelled,

    /// <summary>Its worker was silent for too long.</summary>
    LeaseLost,

    /// <summary>Its time limit was reached.</summary>
    TimedOut,

    /// <summary>A new submission took its place while it ran.</summary>
    Superseded,

    /// <summary>It waits elsewhere in line, or a new submission took its place while it waited.</summary>
    Moved,

    /// <summary>Progress, or a cancel was asked for while it ran.</summary>
    Touched,

    /// <summary>Its attempt is no longer among those that are kept.</summary>
    NoLongerKnown,
}

internal static class Deeds
{
    /// <summary>What an event tells, with the help of the version that the same commit stored.</summary>
    public static Deed Of(EventRead told, JobVersion? after) => (told.Before, told.Status) switch
    {
        (null, _) => Deed.Created,
        (Standing.New, Standing.InProgress) => Deed.Leased,
        (Standing.New, Standing.New) => Deed.Moved,
        (Standing.New, _) when after is { DeadlineAt: { } deadline, FinishedAt: { } end } && end >= deadline => Deed.TimedOut,
        (Standing.New, _) => Deed.Cancelled,
        (Standing.InProgress, Standing.InProgress) => Deed.Touched,
        _ => after?.AttemptNumbered(told.Attempt)?.Outcome switch
        {
            "Completed" => Deed.Completed,
            "Failed" => Deed.Failed,
            "Released" => Deed.Released,
            "Cancelled" => Deed.Cancelled,
            "LeaseLost" => Deed.LeaseLost,
            "TimedOut" => Deed.TimedOut,
            "Replaced" => Deed.Superseded,
            _ => Deed.NoLongerKnown,
        },
    };

    /// <summary>The events of a job in the commit that changed it, in order.</summary>
    public static IEnumerable<EventRead> EventsOf(JobChange change)
    {
        IReadOnlyList<LoggedEvent> events = change.Job.Events;
        long before = change.Before?.Sequence ?? 0;
        int first = events.Count;
        while (first > 0 && events[first - 1].Step == change.After.Step && events[first - 1].Event.Sequence > before)
        {
            first--;
        }

        for (int i = first; i < events.Count; i++)
        {
            yield return events[i].Event;
        }
    }
}
