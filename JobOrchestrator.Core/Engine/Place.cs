namespace JobOrchestrator.Core;

/// <summary>
/// A job's place in line: priority (higher first), then runAt, then arrival. Ticks and a reference rather than an instant and an id:
/// there is one of these for each waiting job.
/// </summary>
internal readonly record struct Place(int Priority, long RunAtTicks, Job Job)
{
    /// <summary>The job's arrival; a place that is no job's comes before all of its time.</summary>
    private long Order => Job?.Order ?? long.MinValue;

    public static Place Of(Job job) => new(job.Priority, job.RunAt.UtcTicks, job);

    /// <summary>In front of all of a priority; no job's.</summary>
    public static Place FirstOf(int priority) => new(priority, long.MinValue, null!);

    /// <summary>By time in front of all from an instant on; no job's.</summary>
    public static Place FirstAt(long ticks) => new(0, ticks, null!);

    /// <summary>The order in which a queue hands out.</summary>
    public static IComparer<Place> InLine { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = b.Priority.CompareTo(a.Priority);
        order = order != 0 ? order : a.RunAtTicks.CompareTo(b.RunAtTicks);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });

    /// <summary>The order in which scheduled jobs become ready.</summary>
    public static IComparer<Place> ByTime { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = a.RunAtTicks.CompareTo(b.RunAtTicks);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });
}
