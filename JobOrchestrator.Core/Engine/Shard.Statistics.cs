namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    /// <summary>
    /// One queue; one of which nothing was ever said is empty. It costs the same however many queues and jobs there are.
    /// </summary>
    public QueueStatistics Statistics(string queue, DateTimeOffset now)
    {
        SeeTime(now);
        return _lines.Statistics(queue, _now);
    }

    /// <summary>The queues that hold a job or are paused, by name.</summary>
    /// <param name="now">The time.</param>
    /// <param name="after">Only those behind this name, in the order of its characters' numbers; null: from the first.</param>
    /// <param name="limit">Most queues; each costs the same however many jobs it has.</param>
    public IReadOnlyList<QueueStatistics> Statistics(DateTimeOffset now, string? after = null, int limit = int.MaxValue)
    {
        SeeTime(now);
        return [.. _lines.NamesAfter(after).Take(limit).Select(queue => _lines.Statistics(queue, _now))];
    }

    private void SeeTime(DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        PromoteOnce();
    }
}
