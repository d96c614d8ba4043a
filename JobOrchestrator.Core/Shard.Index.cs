namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private readonly Dictionary<string, JobQueue> _queues = [];
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
                queue.Ready.Add(job);
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
                queue.Ready.Remove(job);
            }
        }

        if (job.DeadlineAt is { } deadline)
        {
            _due.Remove(new Due(deadline, DueKind.Deadline, job.Id));
        }

        DropIfIdle(queue);
    }

    private void IndexKeys(Job job)
    {
        if (job.ExternalId is { } externalId)
        {
            if (job.IsFinished)
            {
                _externalIds.Remove((job.Queue, externalId), job.Id);
            }
            else
            {
                _externalIds[(job.Queue, externalId)] = job.Id;
            }
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            IndexUniqueKey(job, uniqueKey);
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until } && until > _now
            && _idempotencyKeys.TryAdd((job.Queue, key), new KeyHold(job.Id, until, job.Fingerprint)))
        {
            _due.Add(new Due(until, DueKind.IdempotencyWindow, job.Id, job.Queue, key));
        }
    }

    private void IndexUniqueKey(Job job, string uniqueKey)
    {
        (string, string) key = (job.Queue, uniqueKey);
        DateTimeOffset windowEnd = job.CreatedAt.AddSeconds(job.UniqueSeconds ?? 0);
        if (!job.IsFinished)
        {
            _uniqueKeys[key] = new KeyHold(job.Id, null);
        }
        else if (windowEnd > _now)
        {
            if (_uniqueKeys.TryAdd(key, new KeyHold(job.Id, windowEnd))
                || (_uniqueKeys[key].Holder == job.Id && _uniqueKeys[key].Until is null))
            {
                _uniqueKeys[key] = new KeyHold(job.Id, windowEnd);
                _due.Add(new Due(windowEnd, DueKind.UniqueWindow, job.Id, job.Queue, uniqueKey));
            }
        }
        else if (_uniqueKeys.TryGetValue(key, out KeyHold hold) && hold.Holder == job.Id)
        {
            _uniqueKeys.Remove(key);
        }
    }

    /// <summary>Takes a job out as if it had never been; only for a new job of a batch that is undone.</summary>
    private void Remove(Job job)
    {
        Unindex(job);
        _jobs.Remove(job.Id);
        if (_touched.Remove(job.Id))
        {
            _touchedInOrder.Remove(job.Id);
            PendingBytes -= job.DocumentBytesMax;
        }

        if (job.ExternalId is { } externalId)
        {
            _externalIds.Remove((job.Queue, externalId), job.Id);
        }

        if (job.UniqueKey is { } uniqueKey)
        {
            _uniqueKeys.Remove((job.Queue, uniqueKey));
        }

        if (job is { IdempotencyKey: { } key, IdempotencyUntil: { } until })
        {
            _idempotencyKeys.Remove((job.Queue, key));
            _due.Remove(new Due(until, DueKind.IdempotencyWindow, job.Id, job.Queue, key));
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

internal static class KeyIndexExtensions
{
    /// <summary>Removes a key only if it still belongs to this holder.</summary>
    public static void Remove(this Dictionary<(string Queue, string Key), JobId> index, (string Queue, string Key) key, JobId holder)
    {
        if (index.TryGetValue(key, out JobId current) && current == holder)
        {
            index.Remove(key);
        }
    }
}
