using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests;

/// <summary>
/// The jobs in memory: the same rules, committed at once. What it cannot do is fail by itself; <see cref="Fault"/> makes it.
/// </summary>
internal sealed class MemoryJobShards : IJobShards, IDisposable
{
    private readonly Lock _lock = new(); // guards every field below
    private readonly TimeProvider _time;
    private readonly Shard[] _shards;
    private readonly Dictionary<JobId, Job> _committed = [];
    private readonly HashSet<JobId> _purged = [];
    private readonly List<JobEvent> _events = [];
    private readonly ITimer _due;
    private TaskCompletionSource _changed = NewSignal();

    public MemoryJobShards(TimeProvider time, int shards = 4, ShardSettings? settings = null)
    {
        _time = time;
        _shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard(settings ?? ShardSettings.Default))];
        _due = time.CreateTimer(_ => TickAll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Thrown by every member while it is set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Thrown by every wait while it is set.</summary>
    public Exception? WaitFault { get; set; }

    /// <summary>Events before this place are no longer kept.</summary>
    public int OldestEvent { get; set; }

    public int BatchMax { get; set; } = 1_000;

    public WriteLimits OneWrite => new(BatchMax, 2_000_000);

    /// <summary>Called before a command is applied.</summary>
    public Action<Command>? Proposed { get; set; }

    /// <summary>How many wait right now: for a job, a lease, an event.</summary>
    public int Waiting { get; private set; }

    public int ShardOf(string queue)
    {
        uint hash = 2_166_136_261;
        foreach (byte b in Encoding.UTF8.GetBytes(queue))
        {
            hash = (hash ^ b) * 16_777_619;
        }

        return (int)(hash % (uint)_shards.Length);
    }

    public JobId NewId(string queue) => JobId.Create(_time.GetUtcNow(), ShardOf(queue), (ulong)Random.Shared.NextInt64());

    public Task<Outcome> ProposeAsync(int shard, Command command, CancellationToken cancellationToken) =>
        Task.FromResult(Apply(shard, command));

    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        DateTimeOffset until = _time.GetUtcNow() + wait;
        while (true)
        {
            Task changed = Changed();
            foreach (IGrouping<int, string> queues in lease.Queues.GroupBy(ShardOf))
            {
                var leased = (Outcome.Leased)Apply(queues.Key, lease with { Queues = [.. queues] });
                if (leased.Jobs.Count > 0)
                {
                    return leased.Jobs;
                }
            }

            if (!await WaitForChangeAsync(changed, until, cancellationToken))
            {
                return [];
            }
        }
    }

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        lock (_lock)
        {
            return ValueTask.FromResult<JobLookup>(
                _committed.TryGetValue(id, out Job? job) ? new JobLookup.Found(job)
                : _purged.Contains(id) ? new JobLookup.Purged()
                : new JobLookup.Unknown());
        }
    }

    public async Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (WaitFault is not null)
        {
            throw WaitFault;
        }

        DateTimeOffset end = _time.GetUtcNow() + atMost;
        while (true)
        {
            Task changed = Changed();
            JobLookup lookup = await FindAsync(id, cancellationToken);
            if (lookup is not JobLookup.Found { Job: var job }
                || until.IsMetBy(job)
                || !await WaitForChangeAsync(changed, end, cancellationToken))
            {
                return lookup;
            }
        }
    }

    public Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        (long, long, Guid)? before = cursor is null ? null : ReadPlace(cursor);
        lock (_lock)
        {
            List<Job> jobs =
            [
                .. _committed.Values
                    .Where(job => (filter.Status is null || job.Status == filter.Status)
                        && (filter.Queue is null || job.Queue == filter.Queue)
                        && (filter.Owner is null || job.Owner == filter.Owner)
                        && (filter.Type is null || job.Type == filter.Type)
                        && (filter.CreatedAfter is null || job.CreatedAt > filter.CreatedAfter)
                        && (filter.CreatedBefore is null || job.CreatedAt < filter.CreatedBefore))
                    // A place and not a count: jobs may be forgotten between two pages.
                    .Where(job => before is null || PlaceOf(job).CompareTo(before.Value) < 0)
                    .OrderByDescending(PlaceOf)
                    .Take(limit + 1),
            ];
            bool more = jobs.Count > limit;
            List<Job> page = [.. jobs.Take(limit)];
            return Task.FromResult(new JobPage(page, more ? string.Create(CultureInfo.InvariantCulture, $"{PlaceOf(page[^1])}") : null));
        }
    }

    private static (long CreatedAt, long Order, Guid Id) PlaceOf(Job job) => (job.CreatedAt.UtcTicks, job.Order, job.Id.Value);

    private static (long CreatedAt, long Order, Guid Id) ReadPlace(string cursor) =>
        cursor.Trim('(', ')').Split(", ") is [var createdAt, var order, var id]
            ? (long.Parse(createdAt, CultureInfo.InvariantCulture), long.Parse(order, CultureInfo.InvariantCulture), Guid.Parse(id))
            : throw new FormatException("No place.");

    public async Task<FeedPage> ReadFeedAsync(
        string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        DateTimeOffset until = _time.GetUtcNow() + wait;
        int? from = after switch
        {
            null => null,
            Feed.Oldest => OldestEvent,
            _ => int.Parse(after, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        while (true)
        {
            Task changed = Changed();
            FeedPage page = Page(from, filter, limit);
            if (page.Events.Count > 0 || after is null || !await WaitForChangeAsync(changed, until, cancellationToken))
            {
                return page;
            }
        }
    }

    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = Changed();
            List<JobEvent> events;
            lock (_lock)
            {
                events = [.. _events.Where(jobEvent => jobEvent.Job.Id == id && jobEvent.Job.Sequence > afterSequence)];
            }

            foreach (JobEvent jobEvent in events)
            {
                yield return jobEvent;
                if (jobEvent.Job.IsFinished)
                {
                    yield break;
                }

                afterSequence = jobEvent.Job.Sequence;
            }

            await WaitForChangeAsync(changed, DateTimeOffset.MaxValue, cancellationToken);
        }
    }

    public Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        lock (_lock)
        {
            return Task.FromResult(_shards[ShardOf(queue)].Statistics(queue, _time.GetUtcNow()));
        }
    }

    public Task<QueuePage> QueuesAsync(IReadOnlySet<string>? among, string? cursor, int limit, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        if (cursor?.StartsWith('!') == true)
        {
            throw new FormatException();
        }

        lock (_lock)
        {
            QueueStatistics[] found =
            [
                .. _shards.SelectMany(shard => shard.Statistics(_time.GetUtcNow(), cursor))
                    .Where(queue => among?.Contains(queue.Name) != false)
                    .OrderBy(queue => queue.Name, StringComparer.Ordinal),
            ];
            return Task.FromResult(new QueuePage(
                [.. found.Take(limit)], found.Length > limit ? found[limit - 1].Name : null));
        }
    }

    public void Dispose() => _due.Dispose();

    /// <summary>Applies a command and commits it, as a test's worker or caller.</summary>
    public Outcome Apply(Command.OnJob command) => Apply(command.JobId.Shard, command);

    private Outcome Apply(int shard, Command command)
    {
        Proposed?.Invoke(command);
        ThrowIfFaulty();
        lock (_lock)
        {
            if (shard >= _shards.Length)
            {
                return new Outcome.Refused(new Refusal.UnknownJob(((Command.OnJob)command).JobId));
            }

            Tick(_shards[shard]);
            foreach (JobId missing in _shards[shard].Missing(command).ToList())
            {
                if (_committed.TryGetValue(missing, out Job? job))
                {
                    _shards[shard].Recall(job);
                }
            }

            Outcome outcome = _shards[shard].Apply(command, _time.GetUtcNow());
            Commit(_shards[shard]);
            return outcome;
        }
    }

    private void TickAll()
    {
        lock (_lock)
        {
            Array.ForEach(_shards, Tick);
            SayChanged();
        }
    }

    private void Tick(Shard shard)
    {
        shard.Apply(new Command.Tick(int.MaxValue), _time.GetUtcNow());
        Commit(shard);
    }

    private void Commit(Shard shard)
    {
        Changes changes = shard.TakeChanges();
        foreach (Job job in changes.Jobs)
        {
            _committed[job.Id] = job;
        }

        foreach (JobId id in changes.Forgotten)
        {
            _committed.Remove(id);
            _purged.Add(id);
        }

        _events.AddRange(changes.Events);
        if (_shards.Min(each => each.NextDue) is { } due)
        {
            TimeSpan wait = due - _time.GetUtcNow();
            _due.Change(
                wait > TimeSpan.Zero ? (wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1)) : TimeSpan.Zero,
                Timeout.InfiniteTimeSpan);
        }

        if (!changes.IsEmpty)
        {
            SayChanged();
        }
    }

    private void SayChanged()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private FeedPage Page(int? from, FeedFilter filter, int limit)
    {
        lock (_lock)
        {
            if (from < OldestEvent)
            {
                throw new CursorExpiredException("Too old.");
            }

            if (from > _events.Count)
            {
                throw new FormatException("No such cursor.");
            }

            var page = new List<FeedEvent>();
            int place = from ?? _events.Count;
            for (; place < _events.Count && page.Count < limit; place++)
            {
                JobEvent jobEvent = _events[place];
                if ((filter.Owner is null || jobEvent.Job.Owner == filter.Owner)
                    && (filter.Queue is null || jobEvent.Job.Queue == filter.Queue))
                {
                    page.Add(new FeedEvent(
                        ToCloudEvent(jobEvent), Words.EventType(jobEvent.Kind), (place + 1).ToString(CultureInfo.InvariantCulture)));
                }
            }

            return new FeedPage(page, place.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static JsonText ToCloudEvent(JobEvent jobEvent)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            EventJson.WriteCloudEvent(writer, jobEvent, "job-orchestrator");
        }

        return new JsonText(stream.ToArray());
    }

    private Task Changed()
    {
        ThrowIfFaulty();
        lock (_lock)
        {
            return _changed.Task;
        }
    }

    private async Task<bool> WaitForChangeAsync(Task changed, DateTimeOffset until, CancellationToken cancellationToken)
    {
        TimeSpan left = until - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1), _time, over.Token);
        CountWaiting(1);
        try
        {
            await Task.WhenAny(changed, pause);
        }
        finally
        {
            CountWaiting(-1);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await over.CancelAsync();
        return changed.IsCompleted;
    }

    private void CountWaiting(int by)
    {
        lock (_lock)
        {
            Waiting += by;
        }
    }

    private void ThrowIfFaulty()
    {
        if (Fault is not null)
        {
            throw Fault;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
