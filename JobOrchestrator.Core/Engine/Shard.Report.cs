namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome Heartbeat(Job job, Command.Heartbeat heartbeat)
    {
        if (!HoldsLease(job, heartbeat.Token))
        {
            return RefuseStale(job, heartbeat.Token, "heartbeat");
        }

        // Once a cancel has been told, one lease's time is left to obey: a worker that only keeps beating cannot put it off.
        Lease lease = job.Lease!;
        DateTimeOffset expiresAt = lease.CancelTold ? lease.ExpiresAt : LeaseEnd(job);
        bool isOvertaken = heartbeat.StateNumber is { } number && number < lease.StateNumber;
        JsonText? state = isOvertaken ? null : heartbeat.State;
        Refusal.BytesFull? full = state is null ? null : Full(job with { State = state }, job);
        if (full is not null)
        {
            // It stays what it was. The rest counts: an attempt does not end for a checkpoint that finds no room.
            heartbeat = heartbeat with { State = null };
            state = null;
        }

        Job after = job with
        {
            Lease = lease with
            {
                ExpiresAt = expiresAt,
                CancelTold = job.CancelRequested,
                IsUnseen = false,
                StateNumber = heartbeat.State is null ? lease.StateNumber : Math.Max(heartbeat.StateNumber ?? 0, lease.StateNumber),
            },
            Progress = heartbeat.Progress?.Over(job.Progress) ?? job.Progress,
            State = state ?? job.State,
        };
        bool isTold = after.Progress != job.Progress;
        if (isTold || after.Lease != job.Lease || !Equals(after.State, job.State))
        {
            // Counted with what has to be stored anyhow: one that changes nothing is not stored for being counted.
            lease = after.Lease!;
            after = after with { Lease = lease with { Heartbeats = Heartbeats.After(lease.Heartbeats, LeasedAt(job), _heard) } };
            _ = isTold ? Publish(after, JobEventKind.Updated, job.Status) : Put(after);
        }

        // A cancel goes first: it is to be heard, and the state is of no more use.
        return full is not null && !job.CancelRequested
            ? new Outcome.Refused(new Refusal.NoRoomForState(full.Owner, full.Bound))
            : new Outcome.Extended(expiresAt, job.CancelRequested);
    }

    private Outcome Complete(Job job, Command.Complete complete)
    {
        if (!HoldsLease(job, complete.Token))
        {
            return RepeatOrStale(job, complete.Token, AttemptOutcome.Completed, "complete");
        }

        return new Outcome.Changed(Complete(job, complete.Result));
    }

    private Job Complete(Job job, JsonText? result) => Finish(
        EndAttempt(job, AttemptOutcome.Completed, null) with { Result = result, Error = null, Progress = job.Progress?.ToDone() },
        JobStatus.Completed);

    private Outcome Fail(Job job, Command.Fail fail)
    {
        if (!HoldsLease(job, fail.Token))
        {
            return RepeatOrStale(job, fail.Token, AttemptOutcome.Failed, "fail");
        }

        return new Outcome.Changed(EndInError(job, AttemptOutcome.Failed, fail.Error, fail.TryAgain));
    }

    private Outcome Release(Job job, Command.Release release)
    {
        if (!HoldsLease(job, release.Token))
        {
            return RepeatOrStale(job, release.Token, AttemptOutcome.Released, "release");
        }

        if (release.IsUnseen)
        {
            job = Unseen(job);
        }

        return new Outcome.Changed(GiveBack(job, release.Delay));
    }

    /// <summary>
    /// Nobody has seen that the job was leased, and a <see cref="Command.Release"/> that says so waits for its turn: a lease that ends
    /// before costs no attempt. In memory alone.
    /// </summary>
    public void NoteUnseen(Command.Release release)
    {
        if (release.IsUnseen && _jobs.TryFind(release.JobId, out Job? job) && job.Lease?.Token == release.Token)
        {
            Unseen(job);
        }
    }

    /// <summary>No rollback takes it back: it is so, whether the store takes what follows from it or not.</summary>
    private Job Unseen(Job job)
    {
        Job unseen = job with { Lease = job.Lease! with { IsUnseen = true } };
        Swap(job, unseen);
        _pending.AmendBefore(before => before.Id == job.Id && before.Lease?.Token == job.Lease!.Token
            ? before with { Lease = before.Lease with { IsUnseen = true } }
            : before);
        return unseen;
    }

    private Job GiveBack(Job job, TimeSpan? delay)
    {
        if (job.CancelRequested)
        {
            return FinishCancelled(EndAttempt(job, AttemptOutcome.Cancelled, null));
        }

        Job waiting = EndAttempt(job, AttemptOutcome.Released, null) with { Status = JobStatus.New };
        waiting = delay is { } pause ? waiting with { RunAt = Instant.Later(_now, pause) } : waiting;
        return Publish(waiting, JobEventKind.Updated, job.Status);
    }

    /// <summary>An attempt ended badly: again after a pause, or no more.</summary>
    private Job EndInError(Job job, AttemptOutcome outcome, JobError error, bool retry)
    {
        if (job.CancelRequested)
        {
            AttemptOutcome cancelled = outcome == AttemptOutcome.LeaseLost ? outcome : AttemptOutcome.Cancelled;
            return FinishCancelled(EndAttempt(job, cancelled, error.Title));
        }

        int failures = job.Failures + 1;
        Job ended = EndAttempt(job, outcome, error.Title) with { Failures = failures, Error = error };
        if (!retry || failures > job.MaxRetries)
        {
            return Finish(ended, JobStatus.Failed);
        }

        // Without a pause the job goes back to its old place: it had been first in line.
        TimeSpan pause = job.Backoff.After(job.Id, failures);
        Job again = ended with
        {
            Status = JobStatus.New,
            RunAt = pause == TimeSpan.Zero ? job.RunAt : Instant.Later(_now, pause)
        };

        // The attempt is over, whatever there is room for; why in all its length is what can be done without.
        again = Full(again, job) is null ? again : again with { Error = error with { Detail = null } };
        return Publish(again, JobEventKind.Updated, job.Status);
    }

    private Job EndAttempt(Job job, AttemptOutcome outcome, string? error)
    {
        int running = IndexOfRunning(job);
        Attempt[] attempts = [.. job.Attempts];
        attempts[running] = attempts[running] with
        {
            EndedAt = _now,
            Outcome = outcome,
            Error = error,
            Heartbeats = job.Lease?.Heartbeats?.Until(_now),
        };
        return job with { Lease = null, Attempts = attempts };
    }

    /// <summary>Not always the last: refused reports of earlier attempts may have been noted behind it.</summary>
    private static int IndexOfRunning(Job job)
    {
        for (int i = job.Attempts.Count - 1; i >= 0; i--)
        {
            if (job.Attempts[i] is { Outcome: null } attempt && attempt.Number == job.Attempt)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"Job {job.Id} is in progress without a running attempt.");
    }

    private Job Finish(Job job, JobStatus status) =>
        Publish(
            job with
            {
                Status = status,
                FinishedAt = _now,
                ExpiresAt = Instant.Later(_now, _settings.Retention),
            },
            status switch
            {
                JobStatus.Completed => JobEventKind.Completed,
                JobStatus.Failed => JobEventKind.Failed,
                JobStatus.Cancelled => JobEventKind.Cancelled,
                JobStatus.New or JobStatus.InProgress => throw new ArgumentOutOfRangeException(nameof(status)),
            },
            _jobs[job.Id].Status);

    private bool HoldsLease(Job job, string token) =>
        job is { Status: JobStatus.InProgress, Lease: { } lease } && lease.Token == token && _heard < lease.ExpiresAt;

    /// <summary>A report that arrived twice is answered like the first; any other without a current token is refused.</summary>
    private Outcome RepeatOrStale(Job job, string token, AttemptOutcome outcome, string report) =>
        job.Attempts.Any(attempt => attempt.Token == token && WasEndedBy(attempt, outcome))
            ? new Outcome.Unchanged(job)
            : RefuseStale(job, token, report);

    /// <summary>With a cancel under way, a failure or release has ended its attempt as Cancelled; only the failure had an error.</summary>
    private static bool WasEndedBy(Attempt attempt, AttemptOutcome report) =>
        attempt.Outcome == report
        || (attempt.Outcome == AttemptOutcome.Cancelled
            && report == (attempt.Error is null ? AttemptOutcome.Released : AttemptOutcome.Failed));

    /// <summary>Refuses, and notes it in the job's history: once per attempt, and only for tokens that were once valid.</summary>
    private Outcome.Refused RefuseStale(Job job, string token, string report)
    {
        if (job.Attempts.FirstOrDefault(attempt => attempt.Token == token && attempt.Outcome != AttemptOutcome.Refused) is { } late
            && !job.Attempts.Any(attempt => attempt.Token == token && attempt.Outcome == AttemptOutcome.Refused))
        {
            job = Put(job with { Attempts = WithRefusal(job, late, report) });
        }

        return new Outcome.Refused(new Refusal.StaleLease(job));
    }

    private Attempt[] WithRefusal(Job job, Attempt late, string report)
    {
        string error = $"A late {report} was refused.";
        var refusal = new Attempt(late.Number, late.Worker, _now, late.Token, _now, AttemptOutcome.Refused, error);
        IReadOnlyList<Attempt> kept = job.Attempts;
        if (kept.Count >= Job.AttemptsKept && kept[0].Outcome is null)
        {
            // Refused reports fill the list behind a running attempt: that one stays.
            return [kept[0], .. kept.Skip(2), refusal];
        }

        return WithEntry(kept, refusal);
    }
}
