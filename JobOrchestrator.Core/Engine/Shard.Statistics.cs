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

    /// <summary>How many jobs of a queue could be handed out, as of the last look.</summary>
    public int Ready(string queue) => _lines.Ready(queue);

    /// <summary>How full all queues are together, as of the last look.</summary>
    public Backlog Backlog => _lines.Backlog;

    /// <summary>How full a queue is, as of the last look.</summary>
    public Backlog BacklogOf(string queue) => _lines.BacklogOf(queue);

    private Outcome Locate(Command.Locate command)
    {
        SeeTime(_now);
        if (!_jobs.TryFind(command.JobId, out Job? job))
        {
            return new Outcome.Refused(new Refusal.UnknownJob(command.JobId));
        }

        bool waits = job.Status == JobStatus.New && !job.IsSetAside;
        return new Outcome.Located(
            job,
            _lines.Statistics(job.Queue, _now),
            _lines.Held(job.Queue),
            waits ? _lines.AheadOf(job, command.Types) : null,
            waits && job.RunAt > _now ? _lines.DueBefore(job, command.Types, _now) : []);
    }

    private void SeeTime(DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        PromoteOnce();
    }
}
