namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome.Leased LeaseJobs(Command.Lease lease)
    {
        PromoteScheduled();
        var leased = new List<Job>();
        long bytes = 0;
        int settled = 0;
        foreach (string name in lease.Queues)
        {
            while (leased.Count + settled < lease.Max
                && _queues.TryGetValue(name, out JobQueue? queue)
                && !queue.Paused
                && queue.Ready.First(lease.Types) is { } first)
            {
                Job job = _jobs[first];
                if (Settle(job).Status != JobStatus.New)
                {
                    // Its time limit had passed. It counts, so that one command changes no more documents than it says.
                    settled++;
                    continue;
                }

                bytes += job.DocumentBytesMax;
                if (leased.Count > 0 && bytes > lease.BytesMax)
                {
                    return new Outcome.Leased(leased);
                }

                leased.Add(LeaseJob(job, lease.Worker, $"{lease.TokenSeed}.{leased.Count}"));
            }
        }

        return new Outcome.Leased(leased);
    }

    private Job LeaseJob(Job job, string worker, string token)
    {
        int number = job.Attempt + 1;
        return Publish(
            job with
            {
                Status = JobStatus.InProgress,
                Attempt = number,
                Lease = new Lease(token, worker, Later(_now, TimeSpan.FromSeconds(job.LeaseSeconds))),
                Attempts = WithEntry(job.Attempts, new Attempt(number, worker, _now, token)),
                StartedAt = job.StartedAt ?? _now,
            },
            JobEventKind.Updated,
            job.Status);
    }

    /// <summary>Whether a lease on these queues and types would get anything now.</summary>
    public bool HasReady(IReadOnlyList<string> queues, IReadOnlySet<string>? types, DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        PromoteScheduled();
        foreach (string name in queues)
        {
            if (_queues.TryGetValue(name, out JobQueue? queue) && !queue.Paused && queue.Ready.First(types) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void PromoteScheduled()
    {
        while (_scheduled.Count > 0 && _scheduled.Min is var place && place.RunAt <= _now)
        {
            _scheduled.Remove(place);
            Job job = _jobs[place.Job];
            QueueNamed(job.Queue).Ready.Add(job);
        }
    }

    private Outcome.Done SetPaused(string name, bool paused)
    {
        JobQueue queue = QueueNamed(name);
        _pausedQueuesChanged |= queue.Paused != paused;
        queue.Paused = paused;
        DropIfIdle(queue);
        return new Outcome.Done(0);
    }

    private static Attempt[] WithEntry(IReadOnlyList<Attempt> attempts, Attempt entry) =>
        [.. attempts.Skip(Math.Max(0, attempts.Count - Job.AttemptsKept + 1)), entry];
}
