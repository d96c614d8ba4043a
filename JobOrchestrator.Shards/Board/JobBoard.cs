using System.Collections.Concurrent;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What one shard has committed, for everyone who reads or waits: every live job, the most recently finished ones, and who watches which
/// job. Who loads the shard, then its commit loop, which writes only after the commit, and then who lets it go write to it, one after the
/// other; all others read.
/// </summary>
/// <param name="finishedBytesMax">Finished jobs that are kept, in bytes.</param>
/// <param name="bounds">And in numbers.</param>
internal sealed class JobBoard(long finishedBytesMax, ShardBounds bounds)
{
    private readonly JobTable _jobs = new();
    private readonly ConcurrentDictionary<JobId, Watchers> _watchers = new();
    private readonly ConcurrentQueue<Job> _finished = new();
    private readonly ConcurrentDictionary<string, bool> _paused = new();
    private long _finishedBytes;
    private volatile UnderWay _underWay = UnderWay.Nothing;

    /// <summary>How many jobs are in memory.</summary>
    public int Jobs => _jobs.Count;

    /// <summary>How many live ones each owner has.</summary>
    public LiveOwners Owners { get; } = new();

    /// <summary>How many jobs are watched.</summary>
    public int Watched => _watchers.Count;

    /// <summary>The committed job, if it is in memory.</summary>
    public Job? Find(JobId id) => _jobs.Find(id);

    /// <summary>
    /// The committed job, if memory is sure of it: the commit that is under way may be stored already, and then whoever asks another
    /// replica is told of it before its answer is here. A job that only lives in memory is nowhere newer.
    /// </summary>
    public Job? FindSure(JobId id) => Find(id) is { } job && (!job.Durable || !IsUnderWay(id)) ? job : null;

    /// <summary>A commit is under way.</summary>
    public bool IsAnyUnderWay => _underWay.Jobs.Count > 0;

    /// <summary>
    /// Ends once it is clear what became of the commit that is under way now. Until then the store may tell of a job what its events do
    /// not tell yet.
    /// </summary>
    public Task CaughtUp => _underWay.Over;

    /// <summary>A commit is sent that changes these jobs; none: it is clear what became of the last one, and told.</summary>
    public void Send(IReadOnlyList<Job> jobs)
    {
        UnderWay last = _underWay;
        _underWay = jobs.Count > 0 ? new UnderWay(jobs) : UnderWay.Nothing;
        last.End();
    }

    /// <summary>Whether a queue is paused.</summary>
    public bool IsPaused(string queue) => _paused.ContainsKey(queue);

    /// <summary>
    /// Live jobs that fit, perhaps without their inputs, in the order of their arrival: a look at each job in memory, and no more of them
    /// are ever at hand than are wanted.
    /// </summary>
    /// <param name="wanted">Which, and whether the first to arrive comes first.</param>
    /// <param name="beyond">
    /// Only those that arrived before this number; where the first comes first, with it or after. What is passed is not looked at.
    /// </param>
    /// <param name="limit">Most jobs.</param>
    public IReadOnlyList<Job> Live(JobFilter wanted, long beyond, int limit)
    {
        // By what leaves first: the one that is the furthest from the beginning.
        var nearest = new PriorityQueue<Job, long>();
        foreach (Job job in _jobs)
        {
            long away = wanted.OldestFirst ? job.Order : -job.Order;
            bool isBeyond = wanted.OldestFirst ? job.Order >= beyond : job.Order < beyond;
            if (!isBeyond || job.IsFinished || (nearest.Count == limit && nearest.TryPeek(out _, out long furthest) && away > -furthest)
                || (!wanted.Fits(job) && !(wanted.WithUnderWay && IsUnderWay(job.Id))))
            {
                continue;
            }

            if (nearest.Count == limit)
            {
                nearest.DequeueEnqueue(job, -away);
            }
            else
            {
                nearest.Enqueue(job, -away);
            }
        }

        var jobs = new List<Job>(nearest.Count);
        while (nearest.TryDequeue(out Job? job, out _))
        {
            jobs.Add(job);
        }

        jobs.Reverse();
        return jobs;
    }

    /// <summary>Enters what is set of a queue as it was stored.</summary>
    public void Load(QueueSettings settings)
    {
        if (settings.Paused)
        {
            _paused[settings.Name] = true;
        }
        else
        {
            _paused.TryRemove(settings.Name, out _);
        }
    }

    /// <summary>Enters a job as it was stored.</summary>
    public void Load(Job job)
    {
        Owners.Replace(Find(job.Id), job);
        _jobs.Set(job);
    }

    /// <summary>A commit that changes the job is under way. Safe for readers.</summary>
    public bool IsUnderWay(JobId id) => _underWay.Has(id);

    /// <summary>Shows a commit: first the jobs, then the news of them.</summary>
    public void Show(Changes changes)
    {
        foreach (Job job in changes.Jobs)
        {
            Load(job);
            if (job.IsFinished)
            {
                _finished.Enqueue(job);
                Interlocked.Add(ref _finishedBytes, job.DocumentBytesMax);
            }
        }

        foreach (QueueSettings settings in changes.Settings)
        {
            Load(settings);
        }

        foreach (ForgottenJob gone in changes.Forgotten)
        {
            Owners.Replace(Find(gone.Id), null);
            _jobs.Remove(gone.Id);
        }

        while ((_finished.Count > bounds.FinishedJobsMax || Interlocked.Read(ref _finishedBytes) > finishedBytesMax)
            && _finished.TryDequeue(out Job? oldest))
        {
            Interlocked.Add(ref _finishedBytes, -oldest.DocumentBytesMax);
            _jobs.Remove(oldest);
        }

        if (!_watchers.IsEmpty)
        {
            Tell(changes.Events);
        }
    }

    /// <summary>Forgets the jobs, for the shard is held no more.</summary>
    public void Clear()
    {
        Send([]);
        _jobs.Clear();
        Owners.Clear();
        _paused.Clear();
        EndWatches();
    }

    /// <summary>Whoever watches a job is told no more: what becomes of it may be committed elsewhere.</summary>
    public void EndWatches()
    {
        if (!_watchers.IsEmpty)
        {
            // In an order that is the same everywhere.
            foreach ((_, Watchers watchers) in _watchers.OrderBy(pair => pair.Key.Value))
            {
                watchers.End();
            }
        }
    }

    /// <summary>Follows one job from now on; dispose to stop.</summary>
    /// <param name="id">The job.</param>
    /// <param name="eventsOnly">For what is told of it alone: while it lives its state and its error's detail are left out.</param>
    public Watch Follow(JobId id, bool eventsOnly = false)
    {
        var watch = new Watch(bounds.WatchEventsMax, left => Leave(id, left), eventsOnly);
        Join(id, watch);
        return watch;
    }

    /// <summary>Follows leases from now on; dispose to stop.</summary>
    public LeaseWatch Follow(IReadOnlyList<NamedLease> leases)
    {
        var watch = new LeaseWatch(leases, Leave);
        foreach (JobId id in watch.Jobs)
        {
            Join(id, watch);
        }

        return watch;
    }

    private void Join(JobId id, IJobListener listener)
    {
        while (!_watchers.GetOrAdd(id, static _ => new Watchers()).TryAdd(listener))
        {
            // The last has just left: the list is about to be dropped.
        }
    }

    private void Leave(JobId id, IJobListener listener)
    {
        // The list is dropped once it is empty, so as long as somebody is in it, it is this one.
        if (_watchers.TryGetValue(id, out Watchers? watchers) && watchers.Remove(listener))
        {
            _watchers.TryRemove(KeyValuePair.Create(id, watchers));
        }
    }

    private void Tell(IReadOnlyList<JobEvent> events)
    {
        foreach (JobEvent jobEvent in events)
        {
            if (_watchers.TryGetValue(jobEvent.Job.Id, out Watchers? watchers))
            {
                watchers.Tell(jobEvent);
            }
        }
    }

    /// <summary>Those who watch one job. Closed once the last has left, so that nobody joins a list that is being dropped.</summary>
    private sealed class Watchers
    {
        private readonly List<IJobListener> _listeners = []; // also the lock that guards it and _closed
        private bool _closed;

        public bool TryAdd(IJobListener listener)
        {
            lock (_listeners)
            {
                if (!_closed)
                {
                    _listeners.Add(listener);
                }

                return !_closed;
            }
        }

        public bool Remove(IJobListener listener)
        {
            lock (_listeners)
            {
                _listeners.Remove(listener);
                _closed |= _listeners.Count == 0;
                return _closed;
            }
        }

        public void End()
        {
            lock (_listeners)
            {
                foreach (IJobListener listener in _listeners)
                {
                    listener.End();
                }
            }
        }

        public void Tell(JobEvent jobEvent)
        {
            lock (_listeners)
            {
                foreach (IJobListener listener in _listeners)
                {
                    listener.Hear(jobEvent);
                }
            }
        }
    }
}
