namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private readonly Dictionary<string, JobQueue> _queues = [];
    private readonly Dictionary<string, HashSet<string>> _readyByType = []; // which queues have a ready job of a type
    private readonly SortedSet<Place> _scheduled = new(Place.ByTime);
    private readonly SortedSet<Due> _due = [];
    private readonly HashSet<JobId> _running = [];

    private enum DueKind
    {
        LeaseEnd = 1,
        Deadline = 2,
    }

    /// <summary>Something that happens to a job at a time by itself.</summary>
    private readonly record struct Due(DateTimeOffset At, DueKind Kind, JobId Job) : IComparable<Due>
    {
        public int CompareTo(Due other)
        {
            int order = At.CompareTo(other.At);
            order = order != 0 ? order : Kind.CompareTo(other.Kind);
            return order != 0 ? order : Job.Value.CompareTo(other.Job.Value);
        }
    }

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
            queue.Hold(job.Lease!.Worker);
            _running.Add(job.Id);
            _due.Add(new Due(job.Lease.ExpiresAt, DueKind.LeaseEnd, job.Id));
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
        UnindexKeys(job);
        if (job.IsFinished)
        {
            return;
        }

        JobQueue queue = QueueNamed(job.Queue);
        if (job.Status == JobStatus.InProgress)
        {
            queue.Unhold(job.Lease!.Worker);
            _running.Remove(job.Id);
            _due.Remove(new Due(job.Lease.ExpiresAt, DueKind.LeaseEnd, job.Id));
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
    }

    /// <summary>Puts one version of a job in the place of another.</summary>
    private void Swap(Job before, Job after)
    {
        Unindex(before);
        if (before.IdempotencyKey != after.IdempotencyKey || before.IdempotencyUntil != after.IdempotencyUntil)
        {
            DropIdempotencyKey(before);
        }

        _jobs[after.Id] = after;
        Index(after);
        DropIfIdle(before.Queue);
    }

    /// <summary>Takes a new job out as if it had never been.</summary>
    private void Remove(Job job)
    {
        Unindex(job);
        DropIdempotencyKey(job);
        DropIfIdle(job.Queue);
        _jobs.Remove(job.Id);
        _finishing.Remove(job.Id);
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
    private void DropIfIdle(string name)
    {
        if (_queues.TryGetValue(name, out JobQueue? queue) && queue is { Waiting: 0, InProgress: 0, Paused: false })
        {
            _queues.Remove(name);
        }
    }
}
