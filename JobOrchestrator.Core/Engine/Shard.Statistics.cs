namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    /// <summary>Every queue that holds a job or is paused, by name.</summary>
    public IReadOnlyList<QueueStatistics> Statistics(DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        _lines.Promote(_now);
        return _lines.Statistics();
    }
}
