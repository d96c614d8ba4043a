using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a shard's jobs did over time, for plots: in all, by queue, type and owner, in bounded memory. Fed by each commit once it is
/// stored, so that nothing is counted that is not there, and nothing twice. It stays with the replica when the shard goes. Thread-safe.
/// </summary>
internal sealed partial class ShardHistory
{
    /// <summary>How many queues have a series of their own.</summary>
    public const int QueuesMax = 64;

    /// <summary>How many types.</summary>
    public const int TypesMax = 64;

    /// <summary>How many owners.</summary>
    public const int OwnersMax = 32;

    private const int AbsentMax = 64;
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly Lock _lock = new(); // guards everything
    private readonly long _bytesMax;
    private readonly TimeSpan _storedEvery;
    private readonly NamedSeries _queues;
    private readonly NamedSeries _types;
    private readonly NamedSeries _owners;
    private readonly WorkerBook _workers = new();
    private ShardErrors? _errors;
    private DateTimeOffset? _errorsFrom;
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _absent = [];
    private DateTimeOffset? _droppedAt;
    private DateTimeOffset _lookedAt;
    private Series? _all;
    private long _tidied; // the minute

    /// <param name="bytesMax">How many bytes it may take, about; beyond, what the least busy names have by seconds goes first.</param>
    /// <param name="storedEvery">How often hours are stored.</param>
    public ShardHistory(long bytesMax, TimeSpan storedEvery)
    {
        _bytesMax = bytesMax;
        _storedEvery = storedEvery;
        _queues = new NamedSeries(QueuesMax, (name, series) => Fold(HistoryBy.Queue, name, series, series.LastAt));
        _types = new NamedSeries(TypesMax, (name, series) => Fold(HistoryBy.Type, name, series, series.LastAt));
        _owners = new NamedSeries(OwnersMax, (name, series) => Fold(HistoryBy.Owner, name, series, series.LastAt));
    }

    /// <summary>
    /// The shard is held from now on, as full as it is: whoever held it in between may have emptied queues that are known here.
    /// </summary>
    public void Begin(Shard shard, DateTimeOffset now)
    {
        lock (_lock)
        {
            _all ??= new Series(now);
            _errorsFrom = _errors is null ? now : _errorsFrom;
            _errors ??= new ShardErrors(now);
            _all.Begin(shard.Backlog, now);
            foreach ((string queue, Series series) in _queues.All)
            {
                if (queue != NamedSeries.Other)
                {
                    series.Begin(shard.BacklogOf(queue), now);
                }
            }

            if (_droppedAt is { } since)
            {
                _absent.Add((since, now));
                _droppedAt = null;
                if (_absent.Count > AbsentMax)
                {
                    _absent.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>The shard is held here no more.</summary>
    public void End(DateTimeOffset now)
    {
        lock (_lock)
        {
            _droppedAt ??= now;
        }
    }

    /// <summary>Whether queues are to be counted for whoever reads; once a second is enough for all.</summary>
    public bool MayLook(DateTimeOffset now)
    {
        lock (_lock)
        {
            bool may = (now - _lookedAt).Duration() >= LookPause;
            _lookedAt = may ? now : _lookedAt;
            return may;
        }
    }

    /// <summary>
    /// How full queues are, by who has just counted them: jobs whose time has come change no document, and what was there when the shard
    /// was loaded has no event.
    /// </summary>
    /// <param name="queues">Queues, each with its numbers.</param>
    /// <param name="areAll">There are no others.</param>
    /// <param name="now">The time.</param>
    public void Look(IReadOnlyList<QueueStatistics> queues, bool areAll, DateTimeOffset now)
    {
        lock (_lock)
        {
            long at = now.ToUnixTimeMilliseconds();
            foreach (QueueStatistics queue in queues)
            {
                Series series = _queues.Of(queue.Name, now);
                if (_queues.All.ContainsKey(queue.Name))
                {
                    series.At(now).Set(BacklogOf(queue, now), at);
                }
            }

            if (areAll)
            {
                DateTimeOffset? since = queues.Max(queue => queue.OldestAge) is { } oldest ? now - oldest : null;
                (_all ??= new Series(now)).At(now).Set(
                    new Backlog(
                        queues.Sum(queue => queue.Ready),
                        queues.Sum(queue => queue.Scheduled),
                        queues.Sum(queue => queue.InProgress),
                        since),
                    at);
            }
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
            (string Name, Cell Cell)? queue = null;
            foreach (JobEvent happened in events)
            {
                Job job = happened.Job;
                if (queue?.Name != job.Queue)
                {
                    Fill(queue, shard, at);
                    queue = (job.Queue, _queues.Of(job.Queue, now).At(now));
                }

                if (happened.PreviousQueue is { } left)
                {
                    Fill((left, _queues.Of(left, now).At(now)), shard, at);
                }

                Cell? owner = job.Owner is { } name ? _owners.Of(name, now).At(now) : null;
                if (Count(happened, all, queue.Value.Cell, _types.Of(job.Type, now).At(now), owner) is { } ended)
                {
                    Note(ended, job.Queue, now);
                }

                if (happened.Kind == JobEventKind.Failed)
                {
                    (_errors ??= new ShardErrors(now)).Add(job, now);
                }
            }

            Fill(queue, shard, at);

            all.Set(shard.Backlog, at);
            Tidy(now);
        }
    }

    /// <summary>A heartbeat came after two thirds of its lease.</summary>
    public void Late(Job job, DateTimeOffset now)
    {
        Count(Columns.Late, job, now);
        lock (_lock)
        {
            _workers.Late(job.Lease!.Worker, job.Queue, now);
        }
    }

    /// <summary>A worker's report was refused.</summary>
    /// <param name="job">The job that it was about; null: there is none such.</param>
    /// <param name="now">The time.</param>
    public void Refused(Job? job, DateTimeOffset now) => Count(Columns.Refused, job, now);

    /// <summary>How workers kept their leases lately.</summary>
    public IReadOnlyList<WorkerHealth> Workers(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _workers.Read(now);
        }
    }

    /// <summary>The queues that something happened in within a day, or yesterday, as far as that is known.</summary>
    public IReadOnlySet<string> RecentQueues(DateTimeOffset now)
    {
        lock (_lock)
        {
            IEnumerable<string> seen = _queues.All.Where(queue => queue.Value.LastAt > now - Recent).Select(queue => queue.Key);

            // Days have each hour of all that are counted, whether anything happened: they tell of those alone from before the start.
            IEnumerable<string> stored = _days.Values.SelectMany(day => day.NamesOf(HistoryBy.Queue))
                .Where(queue => !_queues.All.ContainsKey(queue));
            return seen.Concat(stored).Where(queue => queue != NamedSeries.Other).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>What failed before this is still to be recalled; null: that was done.</summary>
    public DateTimeOffset? ErrorsFrom
    {
        get
        {
            lock (_lock)
            {
                return _errorsFrom;
            }
        }
    }

    /// <summary>Jobs that failed before the shard was held here are counted too; there may have been more that are not kept.</summary>
    public void RecallErrors(IEnumerable<PastFailure> failed)
    {
        lock (_lock)
        {
            if (_errorsFrom is null || _errors is null)
            {
                return;
            }

            _errorsFrom = null;
            foreach (PastFailure one in failed.OrderBy(one => one.At))
            {
                _errors.Recall(one);
            }
        }
    }

    /// <summary>What jobs failed of.</summary>
    /// <param name="window">In what time.</param>
    /// <param name="owner">This owner's jobs; null: all.</param>
    /// <param name="now">The time.</param>
    public ErrorsAnswer Errors(ErrorWindow window, string? owner, DateTimeOffset now)
    {
        lock (_lock)
        {
            ErrorsAnswer known = _errors?.Read(window, owner) ?? new ErrorsAnswer(now, [], 0);
            return known with { Since = NotBeforeBack(known.Since) };
        }
    }

    /// <summary>How many jobs of each owner failed, and from when on that is known.</summary>
    /// <param name="window">In what time.</param>
    /// <param name="now">The time.</param>
    public (DateTimeOffset Since, IReadOnlyDictionary<string, long> Failed) FailedOfOwners(ErrorWindow window, DateTimeOffset now)
    {
        lock (_lock)
        {
            (DateTimeOffset since, IReadOnlyDictionary<string, long> failed) =
                _errors?.OfOwners(window) ?? (now, new Dictionary<string, long>());
            return (NotBeforeBack(since), failed);
        }
    }

    /// <summary>What happened elsewhere is not known.</summary>
    private DateTimeOffset NotBeforeBack(DateTimeOffset since) => _absent is [.., var last] && last.To > since ? last.To : since;

    /// <summary>What happened, by steps.</summary>
    /// <param name="ask">What of it.</param>
    /// <param name="stored">For hours: the days that are in the store alone.</param>
    /// <param name="now">The time.</param>
    public HistoryAnswer Read(HistoryAsk ask, IReadOnlyCollection<HourDay> stored, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (ask.Fineness == Fineness.OfHours)
            {
                return ReadHours(ask, stored, now);
            }

            var steps = new Steps(ask, now);
            DateTimeOffset since = _all?.SinceOf(ask.Fineness, now) ?? now;
            return new HistoryAnswer(
                since,
                [.. Asked(ask, now).Select(named => new HistoryPart(
                    named.Name,
                    steps.Read(
                        KnownSince(named.Series.SinceOf(ask.Fineness, now), now),
                        tell => named.Series.Read(ask.Fineness, ask.From, now, tell))))])
            {
                Known = KnownSince(since, now),
            };
        }
    }

    /// <summary>From a time on, but for the whiles in which the shard was not held here.</summary>
    private List<(DateTimeOffset From, DateTimeOffset To)> KnownSince(DateTimeOffset since, DateTimeOffset now)
    {
        var known = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach ((DateTimeOffset from, DateTimeOffset to) in _absent)
        {
            if (to > since)
            {
                if (from > since)
                {
                    known.Add((since, from));
                }

                since = to;
            }
        }

        known.Add((since, _droppedAt ?? DateTimeOffset.MaxValue));
        return known;
    }

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return BytesNow();
            }
        }
    }

    private IEnumerable<(string Name, Series Series)> Asked(HistoryAsk ask, DateTimeOffset now)
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

        // Of many the busiest: whoever compares them cannot look at more, and each costs as much as all jobs together.
        (string Name, Series Series)[] asked =
            [.. named.All.Where(series => ask.Names?.Contains(series.Key) != false).Select(series => (series.Key, series.Value))];
        return asked.Length <= ask.NamesMax ? asked : asked
            .OrderByDescending(one => one.Series.JobsIn(ask, now))
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .Take(ask.NamesMax);
    }

    /// <summary>How full a queue is after a commit, if it has a series of its own.</summary>
    private void Fill((string Name, Cell Cell)? queue, Shard shard, long at)
    {
        if (queue is { } touched && _queues.All.ContainsKey(touched.Name))
        {
            touched.Cell.Set(shard.BacklogOf(touched.Name), at);
        }
    }

    private static Backlog BacklogOf(QueueStatistics queue, DateTimeOffset now) =>
        new(queue.Ready, queue.Scheduled, queue.InProgress, now - queue.OldestAge);

    /// <returns>The attempt that has ended; null: none has.</returns>
    private static Attempt? Count(JobEvent happened, Cell all, Cell queue, Cell type, Cell? owner)
    {
        if (happened.Kind == JobEventKind.Created)
        {
            Count(Columns.Submitted);
        }

        Attempt? ended = AttemptTimes.EndedIn(happened);
        if (ended?.Outcome is { } outcome)
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

        return ended;

        void Count(int column)
        {
            all.Count(column);
            queue.Count(column);
            type.Count(column);
            owner?.Count(column);
        }
    }

    /// <summary>What a worker did.</summary>
    private void Note(Attempt ended, string queue, DateTimeOffset now)
    {
        switch (ended.Outcome)
        {
            case AttemptOutcome.Completed or AttemptOutcome.Failed or AttemptOutcome.Released:
                _workers.Reported(ended.Worker, queue, now);
                break;
            case AttemptOutcome.LeaseLost:
                _workers.Lost(ended.Worker, queue, now);
                break;
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

    private long BytesNow() =>
        Everything().Sum(series => series.Bytes) + _days.Values.Sum(day => day.Bytes) + _workers.Bytes + (_errors?.Bytes ?? 0);

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
        long over = BytesNow() - _bytesMax;
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

        // Then what owners' jobs failed of, and then names whole.
        while (over > 0 && _errors?.RemoveIdlest(now) is { } freed)
        {
            over -= freed;
        }

        foreach (NamedSeries named in new[] { _owners, _types, _queues })
        {
            while (over > 0 && named.RemoveIdlest() is { } gone)
            {
                over -= gone.Bytes;
            }
        }
    }
}
