namespace JobOrchestrator.Shards;

/// <summary>
/// What both clocks of this process say at a moment: while a machine sleeps the monotonic one may stand still, and the wall clock leaps
/// when it wakes.
/// </summary>
/// <param name="Timestamp">By the monotonic clock.</param>
/// <param name="Wall">By the wall clock.</param>
internal readonly record struct ClockReading(long Timestamp, DateTimeOffset Wall)
{
    // A wall clock that is only drawn nearer to the right time is not so far off between two renewals of a lease.
    private static readonly TimeSpan SetBack = TimeSpan.FromSeconds(1);

    /// <summary>Now.</summary>
    public static ClockReading Of(TimeProvider time) => new(time.GetTimestamp(), WallOf(time));

    /// <summary>
    /// The wall clock alone, which may leap: for people who read it in the store, and for comparing it with the monotonic one. No job goes
    /// by it.
    /// </summary>
#pragma warning disable RS0030 // The one place that asks it.
    public static DateTimeOffset WallOf(TimeProvider time) => time.GetUtcNow();
#pragma warning restore RS0030

    /// <summary>
    /// The most that can have passed since: by the clock that says more; and where the wall clock has been set back nobody knows, for the
    /// machine may have slept besides.
    /// </summary>
    public TimeSpan ElapsedAtMost(TimeProvider time)
    {
        TimeSpan elapsed = time.GetElapsedTime(Timestamp);
        TimeSpan byWall = WallOf(time) - Wall;
        return byWall > elapsed ? byWall : elapsed - byWall < SetBack ? elapsed : TimeSpan.MaxValue;
    }
}
