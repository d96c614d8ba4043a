namespace JobOrchestrator.Core;

/// <summary>
/// An instant or none in eight bytes, always UTC. A job has eight instants, and a shard a million waiting jobs: as
/// <see cref="DateTimeOffset"/> they would be two fifths of a job's bytes.
/// </summary>
internal readonly record struct Instant
{
    // One more than the UTC ticks, so that nought is none.
    private readonly long _ticks;

    private Instant(long ticks) => _ticks = ticks;

    /// <summary>The instant, or null.</summary>
    public DateTimeOffset? OrNull => _ticks == 0 ? null : At;

    /// <summary>The instant, which has to be there.</summary>
    public DateTimeOffset At => new(_ticks - 1, TimeSpan.Zero);

    public static Instant Of(DateTimeOffset? at) => at is { } time ? new Instant(time.UtcTicks + 1) : default;

    /// <summary>The end of time instead of an overflow.</summary>
    public static DateTimeOffset Later(DateTimeOffset from, TimeSpan by) =>
        DateTimeOffset.MaxValue - from < by ? DateTimeOffset.MaxValue : from + by;
}
