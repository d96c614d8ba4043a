namespace JobOrchestrator.Search;

/// <summary>A moment as somebody wrote it. It is as wide as what was written: a day, a minute, a second.</summary>
public abstract record QueryMoment
{
    private QueryMoment()
    {
    }

    /// <summary>What it means for who asks now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="zone">Where the days and clocks of the asker are.</param>
    /// <returns>Its first instant, and the first one behind it. Ends that no calendar has are the calendar's.</returns>
    public (DateTimeOffset From, DateTimeOffset Before) Resolve(DateTimeOffset now, TimeZoneInfo zone) => this switch
    {
        Ago ago => Wide(now.UtcTicks - ago.Age.Ticks, 1),
        Instant instant => Wide(instant.At.UtcTicks, instant.Step.Ticks),
        Day day => (InZone(day.Date.ToDateTime(TimeOnly.MinValue), zone),
            day.Date == DateOnly.MaxValue ? DateTimeOffset.MaxValue : InZone(day.Date.AddDays(1).ToDateTime(TimeOnly.MinValue), zone)),
        Clock clock => Wide(InZone(clock.Local, zone).UtcTicks, clock.Step.Ticks),
        _ => throw new System.Diagnostics.UnreachableException($"No meaning for {GetType().Name}."),
    };

    private static (DateTimeOffset From, DateTimeOffset Before) Wide(long ticks, long step) => (Utc(ticks), Utc(ticks + step));

    private static DateTimeOffset Utc(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary>A local time that a clock has skipped is the one it went on with; of one that it has shown twice, the first.</summary>
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return Utc(local.Ticks - offset.Ticks);
    }

    /// <summary>So long ago: <c>3h</c>.</summary>
    /// <param name="Age">How long.</param>
    public sealed record Ago(TimeSpan Age) : QueryMoment;

    /// <summary>A day of the asker's: <c>2026-11-26</c>.</summary>
    /// <param name="Date">The day.</param>
    public sealed record Day(DateOnly Date) : QueryMoment;

    /// <summary>What a clock of the asker's showed: <c>2026-11-26T14:10</c>.</summary>
    /// <param name="Local">Date and time.</param>
    /// <param name="Step">How wide it is: a minute, a second, or 100 ns where a fraction was written.</param>
    public sealed record Clock(DateTime Local, TimeSpan Step) : QueryMoment;

    /// <summary>An instant: <c>2026-11-26T14:10:00Z</c>.</summary>
    /// <param name="At">The instant, UTC.</param>
    /// <param name="Step">How wide it is: a minute, a second, or 100 ns where a fraction was written.</param>
    public sealed record Instant(DateTimeOffset At, TimeSpan Step) : QueryMoment;
}
