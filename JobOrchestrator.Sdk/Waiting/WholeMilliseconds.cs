namespace JobOrchestrator.Sdk;

/// <summary>Timers cut off what is less than a millisecond: the last bit of a pause would not be waited for, but spun away.</summary>
internal static class WholeMilliseconds
{
    /// <summary>The pause, up to the next whole millisecond; an endless one stays so.</summary>
    public static TimeSpan Of(TimeSpan pause) => TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
}
