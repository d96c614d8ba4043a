namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome.Leased LeaseJobs(Command.Lease lease)
    {
        PromoteScheduled();
        var leased = new List<Job>();
        long bytes = 0;
        int settled = 0;
        while (leased.Count + settled < lease.Max && FirstReady(lease) is { } first)
        {
            if (Settle(first).Status != JobStatus.New)
            {
                // Its time limit had passed. It counts, so that one command changes no more documents than it says.
                settled++;
                continue;
            }

            Job job = Started(first, lease.Worker, $"{lease.TokenSeed}.{leased.Count}");
            bytes += job.DocumentBytesMax;
            if (leased.Count > 0 && bytes > lease.BytesMax)
            {
                break;
            }

            leased.Add(Publish(job, JobEventKind.Updated, first.Status));
        }

        return new Outcome.Leased(leased);
    }

    /// <summary>The next job to hand out: from the first queue named that has one, or, where none is named, the best of all queues.</summary>
    private Job? FirstReady(Command.Lease lease)
    {
        foreach (string name in lease.Queues)
        {
            if (FirstIn(name, lease) is { } place)
            {
                return place.Job;
            }
        }

        return lease.Queues.Count == 0 ? BestOfAll(lease) : null;
    }

    private Job? BestOfAll(Command.Lease lease)
    {
        Place? best = null;
        IEnumerable<string> names = lease.Types is null
            ? _queues.Keys
            : lease.Types.SelectMany(type => _readyByType.TryGetValue(type, out HashSet<string>? ready) ? ready : []);
        foreach (string name in names)
        {
            if (FirstIn(name, lease) is { } place && (best is null || Place.InLine.Compare(place, best.Value) < 0))
            {
                best = place;
            }
        }

        return best?.Job;
    }

    private Place? FirstIn(string name, Command.Lease lease) =>
        _queues.TryGetValue(name, out JobQueue? queue) && !queue.Paused && !(queue.HeldBy(lease.Worker) >= lease.HeldMax)
            ? queue.Ready.First(lease.Types)
            : null;

    private Job Started(Job job, string worker, string token)
    {
        int number = job.Attempt + 1;
        return job with
        {
            Status = JobStatus.InProgress,
            Attempt = number,
            Lease = new Lease(token, worker, LeaseEnd(job)),
            Attempts = WithEntry(job.Attempts, new Attempt(number, worker, _now, token)),
            StartedAt = job.StartedAt ?? _now,
        };
    }

    /// <summary>A lease that begins now. One of no length could never be reported on, so it lasts a second at least.</summary>
    private DateTimeOffset LeaseEnd(Job job) => Instant.Later(_now, TimeSpan.FromSeconds(Math.Max(1, job.LeaseSeconds)));

    /// <summary>Whether a lease would get anything now.</summary>
    public bool HasReady(Command.Lease lease, DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        PromoteScheduled();
        return FirstReady(lease) is not null;
    }

    private void PromoteScheduled()
    {
        while (_scheduled.Count > 0 && _scheduled.Min is var place && place.RunAtTicks <= _now.UtcTicks)
        {
            _scheduled.Remove(place);
            AddReady(QueueNamed(place.Job.Queue), place.Job);
        }
    }

    private Outcome.Done SetPaused(string name, bool paused)
    {
        JobQueue queue = QueueNamed(name);
        _pausedQueuesChanged |= queue.Paused != paused;
        queue.Paused = paused;
        DropIfIdle(name);
        return new Outcome.Done(0);
    }

    private static Attempt[] WithEntry(IReadOnlyList<Attempt> attempts, Attempt entry) =>
        attempts.Count == 0 ? [entry] : [.. attempts.Skip(Math.Max(0, attempts.Count - Job.AttemptsKept + 1)), entry];
}
