namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private readonly Dictionary<string, JobQueue> _queues = [];
    private readonly Dictionary<string, HashSet<string>> _readyByType = []; // which queues have a ready job of a type
    private readonly SortedSet<Place> _scheduled = new(Place.ByTime);
    private readonly SortedSet<Due> _due = [];
    private readonly Dictionary<(string Queue, string Key), JobId> _externalIds = [];
    private readonly Dictionary<(string Queue, string Key), KeyHold> _uniqueKeys = [];
    private readonly Dictionary<(string Queue, string Key), KeyHold> _idempotencyKeys = [];

    private enum DueKind
    {
        LeaseEnd = 1,
        Deadline = 2,
        UniqueWindow = 3,
        IdempotencyWindow = 4,
    }

    /// <summary>Something that happens at a time by itself. Windows outlive their job's stay in memory, so they carry their key.</summary>
    private readonly record struct Due(DateTimeOffset At, DueKind Kind, JobId Job, string Queue = "", string Key = "") : IComparable<Due>
    {
        public int CompareTo(Due other)
        {
            int order = At.CompareTo(other.At);
            order = order != 0 ? order : Kind.CompareTo(other.Kind);
            return order != 0 ? order : Job.Value.CompareTo(other.Job.Value);
        }
    }

    /// <summary>Who has a key; <paramref name="Until"/> is null while the holder is live.</summary>
    private readonly record struct KeyHold(JobId Holder, DateTimeOffset? Until, UInt128 Fingerprint = default);

    /// <summary>Enters a job everywhere that its fields say it belongs. Every change of a job goes through Unindex and Index.</summary>
    private void Index(Job job)
    {
        IndexKeys(job);
        if (job.IsFinished)
        {
            return;
        }

        JobQueue queue = QueueNamed(job.Queue);
        if (job.Status == JobStatus.InProgress)
        {
            queue.InProgress++;
            _due.Add(new Due(job.Lease!.ExpiresAt, DueKind.LeaseEnd, job.Id));
        }
        else
        {
            queue.Waiting++;
            if (job.RunAt <= _now)
            {
                AddReady(queue, job);
            }
            else
            {
                _scheduled.Add(Place.Of(job));
            }
        }

        if (job.DeadlineAt is { } deadline)
        {
            _due.Add(new Due(deadline, DueKind.Deadline, job.Id));
        }
    }

    private void Unindex(Job job)
    {
        if (job.IsFinished)
        {
            return;
        }

        JobQueue queue = QueueNamed(job.Queue);
        if (job.Status == JobStatus.InProgress)
        {
            queue.InProgress--;
            _due.Remove(new Due(job.Lease!.ExpiresAt, DueKind.LeaseEnd, job.Id));
        }
        else
        {
            queue.Waiting--;
            // Scheduled until promoted: which of the two holds it depends on the time of the last promotion, not on the job.
            if (!_scheduled.Remove(Place.Of(job)))
            {
                RemoveReady(queue, job);
            }
        }

        if (job.DeadlineAt is { } deadline)
        {
            _due.Remove(new Due(deadline, DueKind.Deadline, job.Id));
        }

        UnindexKeys(job);
        DropIfIdle(queue);
    }

    private void IndexKeys(Job job)
    {
        if (job is { ExternalId: { } externalId, IsFinished: false })
        {
            _externalIds[(job.Queue, externalId)] = job.Id;
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            DateTimeOffset windowEnd = Later(job.CreatedAt, TimeSpan.FromSeconds(job.UniqueSeconds ?? 0));
            if (!job.IsFinished)
            {
                _uniqueKeys[(job.Queue, uniqueKey)] = new KeyHold(job.Id, null);
            }
            else if (windowEnd > _now && _uniqueKeys.TryAdd((job.Queue, uniqueKey), new KeyHold(job.Id, windowEnd)))
            {
                _due.Add(new Due(windowEnd, DueKind.UniqueWindow, job.Id, job.Queue, uniqueKey));
            }
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > _now
            && _idempotencyKeys.TryAdd((job.Queue, key), new KeyHold(job.Id, until, job.Fingerprint)))
        {
            _due.Add(new Due(until, DueKind.IdempotencyWindow, job.Id, job.Queue, key));
        }
    }

    /// <summary>The keys of a live job; windows and idempotency keys outlive it.</summary>
    private void UnindexKeys(Job job)
    {
        if (job.ExternalId is { } externalId
            && _externalIds.TryGetValue((job.Queue, externalId), out JobId live) && live == job.Id)
        {
            _externalIds.Remove((job.Queue, externalId));
        }

        if (job.UniqueKey is { } uniqueKey
            && _uniqueKeys.TryGetValue((job.Queue, uniqueKey), out KeyHold hold) && hold.Holder == job.Id)
        {
            _uniqueKeys.Remove((job.Queue, uniqueKey));
        }
    }

    /// <summary>Takes a new job out as if it had never been.</summary>
    private void Remove(Job job)
    {
        Unindex(job);
        _jobs.Remove(job.Id);
        _finishing.Remove(job.Id);
        if (_before.Remove(job.Id))
        {
            _touchedInOrder.Remove(job.Id);
            PendingBytes -= job.DocumentBytesMax;
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until }
            && _idempotencyKeys.TryGetValue((job.Queue, key), out KeyHold hold) && hold.Holder == job.Id)
        {
            _idempotencyKeys.Remove((job.Queue, key));
            _due.Remove(new Due(until, DueKind.IdempotencyWindow, job.Id, job.Queue, key));
        }
    }

    private void AddReady(JobQueue queue, Job job)
    {
        if (queue.Ready.Add(job))
        {
            if (!_readyByType.TryGetValue(job.Type, out HashSet<string>? queues))
            {
                _readyByType.Add(job.Type, queues = []);
            }

            queues.Add(queue.Name);
        }
    }

    private void RemoveReady(JobQueue queue, Job job)
    {
        if (queue.Ready.Remove(job) && _readyByType.TryGetValue(job.Type, out HashSet<string>? queues) && queues.Remove(queue.Name) && queues.Count == 0)
        {
            _readyByType.Remove(job.Type);
        }
    }

    private JobQueue QueueNamed(string name)
    {
        if (!_queues.TryGetValue(name, out JobQueue? queue))
        {
            _queues.Add(name, queue = new JobQueue(name));
        }

        return queue;
    }

    /// <summary>Callers name queues as they like, so an idle one may not stay for ever.</summary>
    private void DropIfIdle(JobQueue queue)
    {
        if (queue is { Waiting: 0, InProgress: 0, Paused: false })
        {
            _queues.Remove(queue.Name);
        }
    }
}
