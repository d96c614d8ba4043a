using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a shard's jobs did over time, for plots: in all, by queue, type and owner, in bounded memory. Fed by each commit once it is
/// stored, so that nothing is counted that is not there, and nothing twice. It stays with the replica when the shard goes. Thread-safe.
/// </summary>
/// <param name="bytesMax">How many bytes it may take, about; beyond, what the least busy names have by seconds goes first.</param>
internal sealed class ShardHistory(long bytesMax)
{
    /// <summary>How many queues have a series of their own.</summary>
    public const int QueuesMax = 64;

    /// <summary>How many types.</summary>
    public const int TypesMax = 64;

    /// <summary>How many owners.</summary>
    public const int OwnersMax = 32;

    private readonly Lock _lock = new(); // guards everything
    private readonly NamedSeries _queues = new(QueuesMax);
    private readonly NamedSeries _types = new(TypesMax);
    private readonly NamedSeries _owners = new(OwnersMax);
    private Series? _all;
    private long _tidied; // the minute

    /// <summary>The shard is held from now on, as full as it is.</summary>
    public void Begin(Backlog backlog, DateTimeOffset now)
    {
        lock (_lock)
        {
            _all ??= new Series(now);
            _all.At(now).Set(backlog, now.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>A commit is stored.</summary>
    /// <param name="events">What it tells.</param>
    /// <param name="shard">How full it is now.</param>
    /// <param name="now">The time.</param>
    public void Stored(IReadOnlyList<JobEvent> events, Shard shard, DateTimeOffset now)
    {
        lock (_lock)
        {
            long at = now.ToUnixTimeMilliseconds();
            Cell all = (_all ??= new Series(now)).At(now);
            foreach (JobEvent happened in events)
            {
                Job job = happened.Job;
                Cell queue = _queues.Of(job.Queue, now).At(now);
                Cell? owner = job.Owner is { } name ? _owners.Of(name, now).At(now) : null;
                Count(happened, all, queue, _types.Of(job.Type, now).At(now), owner);
                if (_queues.All.ContainsKey(job.Queue))
                {
                    queue.Set(shard.BacklogOf(job.Queue), at);
                }
            }

            all.Set(shard.Backlog, at);
            Tidy(now);
        }
    }

    /// <summary>A heartbeat came after two thirds of its lease.</summary>
    public void Late(Job job, DateTimeOffset now) => Count(Columns.Late, job, now);

    /// <summary>A worker's report was refused.</summary>
    /// <param name="job">The job that it was about; null: there is none such.</param>
    /// <param name="now">The time.</param>
    public void Refused(Job? job, DateTimeOffset now) => Count(Columns.Refused, job, now);

    /// <summary>What happened, by steps.</summary>
    public HistoryAnswer Read(HistoryAsk ask, DateTimeOffset now)
    {
        lock (_lock)
        {
            var steps = new Steps(ask, now);
            return new HistoryAnswer(
                _all?.SinceOf(ask.Fineness) ?? now,
                [.. Asked(ask).Select(series => new HistoryPart(series.Name, steps.Read(series.Series)))]);
        }
    }

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return Everything().Sum(series => series.Bytes);
            }
        }
    }

    private IEnumerable<(string Name, Series Series)> Asked(HistoryAsk ask)
    {
        NamedSeries? named = ask.By switch
        {
            HistoryBy.Queue => _queues,
            HistoryBy.Type => _types,
            HistoryBy.Owner => _owners,
            HistoryBy.All => null,
        };
        if (named is null)
        {
            return _all is null ? [] : [(NamedSeries.Other, _all)];
        }

        return named.All.Where(series => ask.Names?.Contains(series.Key) != false).Select(series => (series.Key, series.Value));
    }

    private static void Count(JobEvent happened, Cell all, Cell queue, Cell type, Cell? owner)
    {
        if (happened.Kind == JobEventKind.Created)
        {
            Count(Columns.Submitted);
        }

        if (AttemptTimes.EndedIn(happened) is { Outcome: { } outcome } ended)
        {
            Count(Columns.Attempts(ended.Number, outcome));
            if (AttemptTimes.RunOf(ended) is { } ran)
            {
                Count(Columns.Run + RootTwoBuckets.Of(ran));
            }

            if (outcome == AttemptOutcome.LeaseLost)
            {
                Count(Columns.Lost);
            }

            if (happened.Job.Status == JobStatus.New && outcome != AttemptOutcome.Released)
            {
                Count(Columns.Retried);
            }
        }
        else if (AttemptTimes.BegunIn(happened) is { } begun)
        {
            Count(Columns.Started);
            Count(Columns.Wait + RootTwoBuckets.Of(AttemptTimes.WaitOf(happened.Job, begun)));
        }

        switch (happened.Kind)
        {
            case JobEventKind.Completed:
                Count(Columns.Completed);
                break;
            case JobEventKind.Failed:
                Count(Columns.Failed);
                break;
            case JobEventKind.Cancelled:
                Count(Columns.Cancelled);
                break;
        }

        void Count(int column)
        {
            all.Count(column);
            queue.Count(column);
            type.Count(column);
            owner?.Count(column);
        }
    }

    private void Count(int column, Job? job, DateTimeOffset now)
    {
        lock (_lock)
        {
            (_all ??= new Series(now)).At(now).Count(column);
            if (job is not null)
            {
                _queues.Of(job.Queue, now).At(now).Count(column);
                _types.Of(job.Type, now).At(now).Count(column);
                if (job.Owner is { } owner)
                {
                    _owners.Of(owner, now).At(now).Count(column);
                }
            }
        }
    }

    private IEnumerable<Series> Everything() =>
        (_all is null ? [] : new[] { _all }).Concat(_queues.All.Values).Concat(_types.All.Values).Concat(_owners.All.Values);

    /// <summary>Once a minute: keeps to the bound.</summary>
    private void Tidy(DateTimeOffset now)
    {
        long minute = Fineness.OfMinutes.PlaceOf(now);
        if (minute == _tidied)
        {
            return;
        }

        _tidied = minute;
        long over = Everything().Sum(series => series.Bytes) - bytesMax;
        foreach (Series series in Everything().Skip(1).OrderBy(series => series.LastAt))
        {
            if (over <= 0)
            {
                break;
            }

            long before = series.SecondsBytes;
            series.ForgetSeconds(now);
            over -= before - series.SecondsBytes;
        }
    }
}
