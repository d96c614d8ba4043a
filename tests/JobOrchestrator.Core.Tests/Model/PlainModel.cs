namespace JobOrchestrator.Core.Tests.Model;

/// <summary>
/// What a shard has to do, in the plainest form: one list of jobs, live and finished, searched and sorted on each use. No indexes, no
/// undo logs: a batch or a rollback that fails goes back to a copy.
/// </summary>
/// <param name="settings">The limits.</param>
/// <param name="bytesOf">What a live job counts.</param>
internal sealed partial class PlainModel(ShardSettings settings, Func<Job, long> bytesOf)
{
    private readonly HashSet<JobId> _scheduled = []; // waiting, and not ready as far as has been looked
    private DateTimeOffset _lookedAt;
    private Memory _memory = new([], new(StringComparer.Ordinal), [], [], [], [], [], 0);
    private Memory _stored = new([], [], [], [], [], [], [], 0);

    /// <summary>Everything that a rollback brings back.</summary>
    private sealed record Memory(
        List<Job> Jobs,
        SortedDictionary<string, QueuePause> Paused,
        Dictionary<string, EventKinds> Unpublished,
        List<JobEvent> Events,
        List<JobId> Forgotten,
        List<KeyGuard> KeysLeft,
        List<(NewJob Request, JobId Answer, DateTimeOffset Until)> Answers,
        long NextOrder)
    {
        public Memory Copy() => this with
        {
            Jobs = [.. Jobs],
            Paused = new(Paused, StringComparer.Ordinal),
            Unpublished = new(Unpublished),
            Events = [.. Events],
            Forgotten = [.. Forgotten],
            KeysLeft = [.. KeysLeft],
            Answers = [.. Answers],
        };
    }

    public DateTimeOffset Now { get; set; }

    public IReadOnlyList<Job> Jobs => _memory.Jobs;

    public IEnumerable<string> Paused => _memory.Paused.Keys;

    /// <summary>The settings that are not as they were stored, by queue.</summary>
    public IEnumerable<QueueSettings> UnstoredSettings =>
        _memory.Paused.Keys.Union(_stored.Paused.Keys).Union(_memory.Unpublished.Keys).Union(_stored.Unpublished.Keys)
            .Where(queue => _memory.Paused.GetValueOrDefault(queue) != _stored.Paused.GetValueOrDefault(queue)
                || _memory.Unpublished.GetValueOrDefault(queue) != _stored.Unpublished.GetValueOrDefault(queue))
            .Order(StringComparer.Ordinal)
            .Select(queue => new QueueSettings
            {
                Name = queue,
                Paused = _memory.Paused.ContainsKey(queue),
                Pause = _memory.Paused.GetValueOrDefault(queue),
                Unpublished = _memory.Unpublished.GetValueOrDefault(queue),
            });

    public IReadOnlyList<JobEvent> Events => _memory.Events;

    public IReadOnlyList<JobId> Forgotten => _memory.Forgotten;

    public long NextOrder => _memory.NextOrder;

    /// <summary>The jobs that are not as they were stored.</summary>
    public IEnumerable<Job> Unstored => _memory.Jobs.Where(job => Stored(job.Id) is not { } stored || !ReferenceEquals(stored, job));

    public Job? Find(JobId id) => _memory.Jobs.Find(job => job.Id == id);

    private Job? Stored(JobId id) => _stored.Jobs.Find(job => job.Id == id);

    public void Store()
    {
        // Past their time, finished jobs go from the store: nobody can ask for them any more.
        _memory.Jobs.Where(job => job.ExpiresAt <= Now).ToList().ForEach(Remove);
        _memory.Events.Clear();
        _memory.Forgotten.Clear();
        _stored = _memory.Copy();
    }

    /// <summary>What a shard that is loaded does not know any more.</summary>
    public void Reload()
    {
        _memory.Answers.Clear();
        _stored.Answers.Clear();
        _memory.Jobs.ForEach(Place);
    }

    public void Rollback() => GoBackTo(_stored.Copy());

    private void GoBackTo(Memory before)
    {
        (Memory after, _memory) = (_memory, before);
        foreach (Job job in before.Jobs.Except(after.Jobs, ReferenceEqualityComparer.Instance).Cast<Job>())
        {
            Place(job);
        }
    }

    /// <summary>Jobs that have come in by now are ready at once; those that were to come later when somebody looks.</summary>
    private void Place(Job job)
    {
        if (job.Status == JobStatus.New && job.RunAt > Now)
        {
            _scheduled.Add(job.Id);
        }
        else
        {
            _scheduled.Remove(job.Id);
        }
    }

    private void Promote(int max)
    {
        _lookedAt = Now;
        IEnumerable<Job> due = Live.Where(job => _scheduled.Contains(job.Id) && job.RunAt <= Now)
            .OrderBy(job => job.RunAt)
            .ThenBy(job => job.Order);
        _scheduled.ExceptWith(due.Take(max).Select(job => job.Id).ToList());
    }

    /// <summary>Whoever looks makes what is due ready; a second look at the same time changes nothing.</summary>
    public void Look()
    {
        if (Now > _lookedAt)
        {
            Promote(int.MaxValue);
        }
    }

    /// <summary>Every queue that has a live job or is paused, by name.</summary>
    public IEnumerable<QueueStatistics> Statistics() =>
        Live.Select(job => job.Queue).Concat(Paused).Concat(_memory.Unpublished.Keys)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(Statistics);

    public QueueStatistics Statistics(string name) =>
        new(
            name,
            _memory.Paused.ContainsKey(name),
            Live.Count(job => job.Queue == name && IsReady(job)),
            Live.Count(job => job.Queue == name && job.Status == JobStatus.New && !IsReady(job)),
            Live.Count(job => job.Queue == name && job.Status == JobStatus.InProgress))
        {
            Pause = _memory.Paused.GetValueOrDefault(name),
            Unpublished = _memory.Unpublished.GetValueOrDefault(name),
            OldestAge = Now - Live.Where(job => job.Queue == name && IsReady(job)).OrderBy(job => job.RunAt).ThenBy(job => job.Order)
                .Select(job => (DateTimeOffset?)(job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt)).FirstOrDefault(),
        };

    /// <summary>The next thing that time does by itself, from now on.</summary>
    public DateTimeOffset? NextDue()
    {
        IEnumerable<DateTimeOffset?> times =
        [
            .. Live.Select(job => job.Lease?.ExpiresAt),
            .. Live.Select(job => job.DeadlineAt),
            .. Live.Where(job => job.Status == JobStatus.New && !IsReady(job)).Select(job => (DateTimeOffset?)job.RunAt),
            .. Guards.Select(guard => (DateTimeOffset?)guard.Until),
        ];
        return times.Min();
    }

    /// <summary>The ready jobs of these queues (none: all) and types in the order in which they are handed out.</summary>
    public IEnumerable<Job> InLine(Command.Lease lease) => Live
        .Where(job => IsReady(job) && !_memory.Paused.ContainsKey(job.Queue))
        .Where(job => (lease.Queues.Count == 0 || lease.Queues.Contains(job.Queue)) && lease.Types?.Contains(job.Type) != false)
        .Where(job => lease.HeldMax is null || Held(job.Queue, lease.Worker) < lease.HeldMax)
        .OrderBy(job => lease.Queues.Count == 0 ? 0 : lease.Queues.ToList().IndexOf(job.Queue))
        .ThenByDescending(job => job.Priority)
        .ThenBy(job => job.RunAt)
        .ThenBy(job => job.Order);

    /// <summary>How many jobs of a queue a worker holds.</summary>
    public int Held(string queue, string worker) => Live.Count(job => job.Queue == queue && job.Lease?.Worker == worker);

    private IEnumerable<Job> Live => _memory.Jobs.Where(job => !job.IsFinished);

    private bool IsReady(Job job) => job.Status == JobStatus.New && !_scheduled.Contains(job.Id);

    /// <summary>The keys that are taken for a while, by whoever has them longest.</summary>
    private IEnumerable<KeyGuard> Guards => _memory.Jobs.SelectMany(Taken)
        .Concat(_memory.KeysLeft)
        .Where(guard => guard.Until > Now)
        .GroupBy(guard => guard.Key)
        .Select(same => same.MaxBy(guard => guard.Until));

    /// <summary>A live job has its unique key without a window.</summary>
    private static IEnumerable<KeyGuard> Taken(Job job) =>
        KeyGuard.Of(job.IsFinished ? job : job with { Spec = job.Spec with { UniqueKey = null } });

    private KeyGuard? GuardOf(KeyHash key) =>
        Guards.Where(guard => guard.Key == key).Select(guard => (KeyGuard?)guard).FirstOrDefault();

    private void Remove(Job job)
    {
        _memory.KeysLeft.AddRange(Taken(job));
        _memory.Jobs.Remove(job);
    }

    private Job Publish(Job after, JobEventKind kind, JobStatus? previous)
    {
        after = Put(after with { Sequence = after.Sequence + 1, UpdatedAt = Now });
        _memory.Events.Add(new JobEvent(kind, after, previous) { Unpublished = _memory.Unpublished.GetValueOrDefault(after.Queue) });
        return after;
    }

    private Job Put(Job after)
    {
        int place = _memory.Jobs.FindIndex(job => job.Id == after.Id);
        if (place < 0)
        {
            _memory.Jobs.Add(after);
        }
        else
        {
            _memory.Jobs[place] = after;
        }

        Place(after);

        return after;
    }
}
