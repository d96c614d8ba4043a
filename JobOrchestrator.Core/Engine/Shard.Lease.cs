namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome.Leased LeaseJobs(Command.Lease lease)
    {
        PromoteOnce();
        var leased = new List<Job>();
        long bytes = 0;
        int settled = 0, from = 0;
        while (leased.Count + settled < lease.Max && _lines.FirstReady(lease, ref from) is { } first)
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
        SeeTime(now);
        return _lines.FirstReady(lease) is not null;
    }

    /// <summary>
    /// The queues in which a lease may find what it did not find when this was asked last; one may stand there twice. No other lease finds
    /// anything.
    /// </summary>
    public IReadOnlyList<string> TakeStirred(DateTimeOffset now)
    {
        SeeTime(now);
        return _lines.TakeStirred();
    }

    /// <summary>Callers name queues as they like, and a paused one stays until it is resumed: not any number of them.</summary>
    private Outcome Pause(Command.PauseQueue command)
    {
        QueueSettings before = _lines.SettingsOf(command.Queue);
        if (!before.Paused && _lines.Paused >= _settings.PausedQueuesMax)
        {
            return new Outcome.Refused(new Refusal.QueueFull(command.Queue, _settings.PausedQueuesMax));
        }

        if (!before.Paused || command.Reason is not null)
        {
            var pause = new QueuePause(before.Pause?.Since ?? _now, command.By, command.Reason);
            Put(before, before with { Paused = true, Pause = pause });
        }

        return new Outcome.Done(0);
    }

    private Outcome.Done Resume(string queue)
    {
        QueueSettings before = _lines.SettingsOf(queue);
        Put(before, before with { Paused = false, Pause = null });
        return new Outcome.Done(0);
    }

    /// <summary>As with those that are paused, not any number.</summary>
    private Outcome ChooseEvents(Command.ChooseEvents command)
    {
        QueueSettings before = _lines.SettingsOf(command.Queue);
        bool isOneMore = before.Unpublished == EventKinds.None && command.Unpublished != EventKinds.None;
        if (isOneMore && _lines.Choosy >= _settings.PausedQueuesMax)
        {
            return new Outcome.Refused(new Refusal.QueueFull(command.Queue, _settings.PausedQueuesMax));
        }

        Put(before, before with { Unpublished = command.Unpublished });
        return new Outcome.Done(0);
    }

    private static Attempt[] WithEntry(IReadOnlyList<Attempt> attempts, Attempt entry) =>
        attempts.Count == 0 ? [entry] : [.. attempts.Skip(Math.Max(0, attempts.Count - Job.AttemptsKept + 1)), entry];
}
