using System.Diagnostics;

namespace JobOrchestrator.Core.Tests.Model;

internal sealed partial class PlainModel
{
    public Outcome Apply(Command command) => command switch
    {
        Command.OnJob onJob => Find(onJob.JobId) is { } job ? ApplyTo(Settle(job), onJob) : Refuse(new Refusal.UnknownJob(onJob.JobId)),
        Command.Enqueue enqueue => Enqueue(enqueue.Job),
        Command.EnqueueMany many => EnqueueMany(many.Jobs),
        Command.Find find => Find(find),
        Command.CountQueue count => Count(count.Queue),
        Command.CountQueues count => Count(name => StringComparer.Ordinal.Compare(name, count.After) > 0, count.Limit),
        Command.Locate locate => Locate(locate),
        Command.Survey survey => Survey(survey),
        Command.Lease lease => Lease(lease),
        Command.PauseQueue pause => Pause(pause),
        Command.ResumeQueue resume => Done(_memory.Paused.Remove(resume.Queue) ? 0 : 0),
        Command.ChooseEvents choose => Choose(choose),
        Command.ReleaseWorker worker =>
            Done(Live.Where(job => job.Lease?.Worker == worker.Worker).OrderBy(job => job.Order).Take(worker.Max).ToList()
                .Select(job => GiveBack(job, null)).Count()),
        Command.Excuse => Excuse(),
        Command.Tick tick => Tick(tick),
        _ => throw new UnreachableException(),
    };

    private Outcome.Done Pause(Command.PauseQueue pause)
    {
        QueuePause? before = _memory.Paused.GetValueOrDefault(pause.Queue);
        if (before is null || pause.Reason is not null)
        {
            _memory.Paused[pause.Queue] = new QueuePause(before?.Since ?? Now, pause.By, pause.Reason);
        }

        return Done(0);
    }

    private Outcome.Done Choose(Command.ChooseEvents choose)
    {
        _memory.Unpublished.Remove(choose.Queue);
        if (choose.Unpublished != EventKinds.None)
        {
            _memory.Unpublished.Add(choose.Queue, choose.Unpublished);
        }

        return Done(0);
    }

    private Outcome.Counted Count(string queue)
    {
        Look();
        return new Outcome.Counted([Statistics(queue)]);
    }

    private Outcome.Counted Count(Func<string, bool> wanted, int limit)
    {
        Look();
        return new Outcome.Counted([.. Statistics().Where(queue => wanted(queue.Name)).Take(limit)]);
    }

    private Outcome Locate(Command.Locate locate)
    {
        Look();
        if (Find(locate.JobId) is not { } job)
        {
            return Refuse(new Refusal.UnknownJob(locate.JobId));
        }

        Job[] before = [.. Live
            .Where(other => other.Queue == job.Queue && IsReady(other) && locate.Types?.Contains(other.Type) != false)
            .Where(other => (-other.Priority, other.RunAt, other.Order).CompareTo((-job.Priority, job.RunAt, job.Order)) < 0)];
        return new Outcome.Located(
            job,
            Statistics(job.Queue),
            Live.Where(other => other.Queue == job.Queue && other.Lease is not null)
                .GroupBy(other => other.Lease!.Worker).ToDictionary(worker => worker.Key, worker => worker.Count()),
            job.Status == JobStatus.New
                ? new Ahead(
                    before.Length, before.Count(other => other.Type == job.Type), before.Count(other => other.Priority > job.Priority))
                : null,
            job.Status == JobStatus.New && job.RunAt > Now ? [.. DueBefore(job, locate.Types)] : []);
    }

    /// <summary>What is ready by then and is not yet, within one second before it, two, four and so on.</summary>
    private IEnumerable<DueBefore> DueBefore(Job job, IReadOnlySet<string>? types)
    {
        Job[] due = [.. Live
            .Where(other => other.Queue == job.Queue && other.Status == JobStatus.New && !IsReady(other))
            .Where(other => other.RunAt <= job.RunAt && types?.Contains(other.Type) != false)
            .Where(other => (-other.Priority, other.RunAt, other.Order).CompareTo((-job.Priority, job.RunAt, job.Order)) < 0)];
        TimeSpan left = job.RunAt - Now;
        for (var within = TimeSpan.FromSeconds(1); within < left; within *= 2)
        {
            yield return new DueBefore(within, due.Count(other => job.RunAt - other.RunAt <= within));
        }

        yield return new DueBefore(left, due.Length);
    }

    private Outcome.Surveyed Survey(Command.Survey survey)
    {
        Look();
        return new Outcome.Surveyed(
            [
                .. Live.Where(job => job.Lease is not null)
                    .GroupBy(job => (job.Lease!.Worker, job.Queue, job.Type))
                    .OrderBy(held => held.Key.Worker, StringComparer.Ordinal)
                    .ThenBy(held => held.Key.Queue, StringComparer.Ordinal)
                    .ThenBy(held => held.Key.Type, StringComparer.Ordinal)
                    .Select(held => (held, First: held.OrderBy(Since).ThenBy(job => job.Id.Value).First()))
                    .Select(of => new HeldJobs(
                        of.held.Key.Worker, of.held.Key.Queue, of.held.Key.Type, of.held.Count(), of.held.Count(IsSilent), of.First.Id,
                        Since(of.First), of.held.Max(job => job.Lease!.Heartbeats?.LastAt))),
            ],
            [
                .. Live.Where(job => IsReady(job) && !_memory.Paused.ContainsKey(job.Queue))
                    .GroupBy(job => (job.Queue, job.Type))
                    .OrderBy(ready => ready.Key.Queue, StringComparer.Ordinal)
                    .ThenBy(ready => ready.Key.Type, StringComparer.Ordinal)
                    .Select(ready => (ready, First: ready.OrderBy(job => job.RunAt).ThenBy(job => job.Order).First()))
                    .Select(of => new ReadyType(
                        of.ready.Key.Queue, of.ready.Key.Type, of.ready.Count(),
                        of.First.RunAt > of.First.CreatedAt ? of.First.RunAt : of.First.CreatedAt))
                    .Take(survey.TypesMax),
            ]);

        static DateTimeOffset Since(Job job) => job.Attempts.Single(attempt => attempt.Outcome is null).StartedAt;
        bool IsSilent(Job job) => job.Lease!.ExpiresAt - Now < TimeSpan.FromSeconds(Math.Max(1, job.LeaseSeconds) / 3.0);
    }

    private DateTimeOffset LeaseEnd(Job job) => Now.AddSeconds(job.LeaseSeconds == 0 ? 1 : job.LeaseSeconds);

    private static Outcome.Refused Refuse(Refusal why) => new(why);

    private static Outcome.Done Done(int jobs) => new(jobs);

    private Outcome ApplyTo(Job job, Command.OnJob command)
    {
        bool holds = job.Lease is { } lease && command switch
        {
            Command.Heartbeat report => report.Token == lease.Token,
            Command.Complete report => report.Token == lease.Token,
            Command.Fail report => report.Token == lease.Token,
            Command.Release report => report.Token == lease.Token,
            Command.Requeue report => report.Token == lease.Token,
            Command.Reschedule report => report.Token == lease.Token,
            _ => false,
        };
        return command switch
        {
            Command.Heartbeat beat => holds ? Heartbeat(job, beat) : Late(job, beat.Token, "heartbeat", _ => false),
            Command.Complete done => holds
                ? new Outcome.Changed(Complete(job, done.Result))
                : Late(job, done.Token, "complete", attempt => attempt.Outcome == AttemptOutcome.Completed),
            Command.Fail fail => holds
                ? new Outcome.Changed(EndInError(job, AttemptOutcome.Failed, fail.Error, fail.TryAgain))
                : Late(job, fail.Token, "fail", attempt => attempt is { Outcome: AttemptOutcome.Failed }
                    or { Outcome: AttemptOutcome.Cancelled, Error: not null }),
            Command.Release release => holds
                ? new Outcome.Changed(GiveBack(job, release.Delay))
                : Late(job, release.Token, "release", attempt => attempt is { Outcome: AttemptOutcome.Released }
                    or { Outcome: AttemptOutcome.Cancelled, Error: null }),
            Command.Cancel cancel => Cancel(job, cancel.AtOnce),
            Command.Requeue requeue => holds
                ? Requeue(job, requeue.Jobs)
                : Late(job, requeue.Token, "requeue", attempt => attempt.Outcome == AttemptOutcome.Completed),
            Command.Reschedule reschedule => holds
                ? Reschedule(job, reschedule.Job with
                {
                    Queue = job.Queue,
                    Owner = job.Owner,
                    ExternalId = job.ExternalId,
                    UniqueKey = job.UniqueKey,
                    UniqueSeconds = job.UniqueSeconds,
                    Labels = job.Labels,
                    IdempotencyKey = null,
                })
                : Late(job, reschedule.Token, "reschedule", _ => false),
            Command.Retry retry => Retry(job, retry),
            Command.Reprioritise move => Reprioritise(job, move),
            Command.Forget => Forget(job),
            _ => throw new UnreachableException(),
        };
    }

    private Outcome.Leased Lease(Command.Lease lease)
    {
        Look();
        var leased = new List<Job>();
        for (int looked = 0; looked < lease.Max && InLine(lease).FirstOrDefault() is { } first; looked++)
        {
            if (Settle(first).Status != JobStatus.New)
            {
                continue;
            }

            string token = $"{lease.TokenSeed}.{leased.Count}";
            var attempt = new Attempt(first.Attempt + 1, lease.Worker, Now, token);
            leased.Add(Publish(
                first with
                {
                    Status = JobStatus.InProgress,
                    Attempt = first.Attempt + 1,
                    Lease = new Lease(token, lease.Worker, LeaseEnd(first)),
                    Attempts = [.. first.Attempts.Append(attempt).TakeLast(Job.AttemptsKept)],
                    StartedAt = first.StartedAt ?? Now,
                },
                JobEventKind.Updated,
                JobStatus.New));
        }

        return new Outcome.Leased(leased);
    }

    private Outcome Heartbeat(Job job, Command.Heartbeat beat)
    {
        DateTimeOffset end = job.Lease!.CancelTold ? job.Lease.ExpiresAt : LeaseEnd(job);
        var full = (TooLarge(job with { State = beat.State ?? job.State }, job) as Outcome.Refused)?.Why as Refusal.BytesFull;
        Job after = job with
        {
            Lease = job.Lease with { ExpiresAt = end, CancelTold = job.CancelRequested },
            Progress = beat.Progress ?? job.Progress,
            State = full is null ? beat.State ?? job.State : job.State,
        };
        Attempt running = job.Attempts.Single(attempt => attempt.Outcome is null);
        Heartbeats before = job.Lease.Heartbeats ?? new Heartbeats(0, running.StartedAt, TimeSpan.Zero);
        var beats = new Heartbeats(before.Count + 1, Now, Longer(before.LongestGap, Now - before.LastAt));
        Job counted = after with { Lease = after.Lease with { Heartbeats = beats } };
        if (after.Progress != job.Progress)
        {
            Publish(counted, JobEventKind.Updated, job.Status);
        }
        else if (after != job)
        {
            Put(counted);
        }

        return full is not null && !job.CancelRequested
            ? Refuse(new Refusal.NoRoomForState(full.Owner, full.Bound))
            : new Outcome.Extended(end, job.CancelRequested);
    }

    private Outcome Late(Job job, string token, string report, Func<Attempt, bool> isRepeat)
    {
        Attempt[] same = [.. job.Attempts.Where(attempt => attempt.Token == token)];
        if (same.Any(isRepeat))
        {
            return new Outcome.Unchanged(job);
        }

        if (same.Length > 0 && same.All(attempt => attempt.Outcome != AttemptOutcome.Refused))
        {
            Attempt late = same[0];
            var refusal = new Attempt(late.Number, late.Worker, Now, token, Now, AttemptOutcome.Refused, $"A late {report} was refused.");
            List<Attempt> attempts = [.. job.Attempts, refusal];
            if (attempts.Count > Job.AttemptsKept)
            {
                attempts.RemoveAt(attempts.FindIndex(attempt => attempt.Outcome is not null));
            }

            job = Put(job with { Attempts = attempts });
        }

        return Refuse(new Refusal.StaleLease(job));
    }

    private Outcome Find(Command.Find find)
    {
        Job[] holders = [.. Live.Where(job => job.Queue == find.Queue && job.ExternalId == find.ExternalId).OrderBy(job => job.Order)];
        Job[] found = [.. holders.Select(Settle).Where(job => !job.IsFinished)];
        return found.Length > 0
            ? new Outcome.Found(found)
            : Refuse(new Refusal.UnknownExternalId(find.Queue, find.ExternalId));
    }

    private Outcome Requeue(Job job, IReadOnlyList<NewJob> jobs)
    {
        foreach (NewJob next in jobs)
        {
            SettleHolders(next);
        }

        Memory before = _memory.Copy();
        Job completed = Complete(job, result: null);
        if (EnqueueMany(jobs) is Outcome.Refused refused)
        {
            GoBackTo(before);
            return refused;
        }

        return new Outcome.Changed(completed);
    }

    private Outcome Reschedule(Job job, NewJob next) => job.CancelRequested
        ? new Outcome.Changed(FinishCancelled(End(job, AttemptOutcome.Cancelled), job.Status))
        : TooLarge(next, job) ?? new Outcome.Replaced(Supersede(job, next));

    private Outcome Cancel(Job job, bool atOnce) => job.Status switch
    {
        JobStatus.New => new Outcome.Changed(FinishCancelled(job, job.Status)),
        JobStatus.InProgress when atOnce => new Outcome.Changed(FinishCancelled(End(job, AttemptOutcome.Cancelled), job.Status)),
        JobStatus.InProgress => job.CancelRequested
            ? new Outcome.Unchanged(job)
            : new Outcome.Changed(Publish(job with { CancelRequested = true }, JobEventKind.Updated, job.Status)),
        JobStatus.Cancelled => new Outcome.Unchanged(job),
        JobStatus.Completed or JobStatus.Failed => Refuse(new Refusal.AlreadyFinished(job)),
    };

    private Outcome Reprioritise(Job job, Command.Reprioritise move)
    {
        if (move.IfSequence is { } sequence && sequence != job.Sequence)
        {
            return Refuse(new Refusal.SequenceMismatch(job));
        }

        bool moves = move.Priority is not null || move.RunAt is not null || move.Queue is not null;
        if (moves && job.Status != JobStatus.New)
        {
            return Refuse(new Refusal.NotWaiting(job));
        }

        if (job.IsFinished)
        {
            return Refuse(new Refusal.AlreadyFinished(job));
        }

        string queue = move.Queue ?? job.Queue;
        if (queue != job.Queue && Arrive(job, queue) is { } noPlace)
        {
            return noPlace;
        }

        var labels = job.Labels.All.ToDictionary();
        foreach ((string key, string? value) in move.Labels ?? new Dictionary<string, string?>())
        {
            labels.Remove(key);
            if (value is not null)
            {
                labels.Add(key, value);
            }
        }

        Job moved = InQueue(job, queue) with { Priority = move.Priority ?? job.Priority, Labels = JobLabels.Of(labels) };
        if (moved.Priority == job.Priority && (move.RunAt ?? job.RunAt) == job.RunAt && moved.Labels.Equals(job.Labels)
            && moved.Queue == job.Queue)
        {
            return new Outcome.Unchanged(job);
        }

        if (labels.Count > 16)
        {
            return Refuse(new Refusal.TooManyLabels(job));
        }

        if (TooLarge(moved, job) is { } tooLarge)
        {
            return tooLarge;
        }

        if (move.RunAt is { } runAt)
        {
            moved = moved with { RunAt = runAt, DeadlineAt = Deadline(runAt, job.TimeLimitSeconds) };
        }

        return new Outcome.Changed(Publish(moved, JobEventKind.Updated, job.Status));
    }

    /// <summary>Another queue takes a job as it takes a submission, but for what the job itself has left taken there.</summary>
    private Outcome.Refused? Arrive(Job job, string queue)
    {
        var arrival = new NewJob { Id = job.Id, Spec = job.Spec with { Queue = queue }, RetryOf = job.Id };
        SettleHolders(arrival);
        return Holders(arrival) is [var holder, ..] ? Refuse(new Refusal.DuplicateJob(holder))
            : UniqueGuard(arrival) is { } gone ? Refuse(new Refusal.KeyOfGoneJob(gone.Holder, gone.Until))
            : Live.Count(other => other.Queue == queue && other.Status == JobStatus.New) >= settings.QueueJobsMax
                ? Refuse(new Refusal.QueueFull(queue, settings.QueueJobsMax))
            : null;
    }

    /// <summary>What it was submitted with stays taken where it was submitted.</summary>
    private Job InQueue(Job job, string queue) => queue == job.Queue ? job : job with
    {
        Spec = job.Spec with { Queue = queue },
        IdempotencyKey = null,
        IdempotencyUntil = null,
        Fingerprint = 0,
        EarlierKeys = [.. KeyGuard.Of(job).Where(guard => guard.Until > Now).Distinct().TakeLast(16)],
    };

    private Outcome Forget(Job job)
    {
        if (Stored(job.Id) is not { IsFinished: true })
        {
            return Refuse(new Refusal.NotFinished(job));
        }

        Remove(Find(job.Id)!);
        _memory.Forgotten.Add(job.Id);
        return new Outcome.Forgotten(job.Id);
    }

    private Outcome Retry(Job job, Command.Retry retry)
    {
        if (!job.IsFinished)
        {
            return Refuse(new Refusal.NotFinished(job));
        }

        if (job.RetriedAs is not null)
        {
            return new Outcome.Unchanged(job);
        }

        Outcome outcome = Enqueue(
            new NewJob
            {
                Id = retry.NewId,
                Spec = job.Spec,
                State = job.State,
                Priority = job.Priority,
                Labels = job.Labels,
                RetryOf = job.Id,
                EarlierKeys = KeyGuard.PassedOn(job, retry.NewId, Now),
            });
        if (outcome is Outcome.Accepted)
        {
            Put(job with { RetriedAs = retry.NewId });
        }

        return outcome;
    }

    private Outcome.Done Excuse()
    {
        foreach (Memory memory in new[] { _memory, _stored })
        {
            // A job that is the same in both has to stay the same object in both.
            for (int i = 0; i < memory.Jobs.Count; i++)
            {
                if (memory.Jobs[i] is { Lease: { } lease } job && lease.ExpiresAt < LeaseEnd(job))
                {
                    Job excused = job with { Lease = lease with { ExpiresAt = LeaseEnd(job) } };
                    memory.Jobs[i] = excused;
                    int other = _stored.Jobs.FindIndex(stored => ReferenceEquals(stored, job));
                    if (other >= 0)
                    {
                        _stored.Jobs[other] = excused;
                    }
                }
            }
        }

        return Done(0);
    }

    private Outcome.Done Tick(Command.Tick tick)
    {
        Promote(tick.StepsMax);
        int changed = 0;
        while (changed < tick.Max && NextEnding() is { } job)
        {
            Settle(job);
            changed++;
        }

        return Done(changed);
    }

    /// <summary>The job whose lease or time limit ended first.</summary>
    private Job? NextEnding() => Live
        .SelectMany(job => new[] { (At: job.Lease?.ExpiresAt, Kind: 1, Job: job), (At: job.DeadlineAt, Kind: 2, Job: job) })
        .Where(end => end.At <= Now)
        .OrderBy(end => end.At).ThenBy(end => end.Kind).ThenBy(end => end.Job.Id.Value)
        .FirstOrDefault().Job;
}
