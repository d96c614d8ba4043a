using System.Diagnostics;

namespace JobOrchestrator.Core;

/// <summary>
/// The rules: one shard's live jobs, queues, leases and limits. Deterministic and single-threaded: the same commands at the same
/// times give the same outcomes, for ever. Nothing of it leaks out but immutable values.
/// </summary>
public sealed partial class Shard
{
    private readonly ShardSettings _settings;
    private readonly JobTable _jobs = new();
    private readonly KeyBook _keys = new();
    private readonly Answers _answers = new();
    private readonly LiveBytes _live;
    private readonly Lines _lines = new();
    private readonly Pending _pending = new();
    private readonly TermsBook _terms = new();
    private DateTimeOffset _now = DateTimeOffset.MinValue;
    private DateTimeOffset _heard = DateTimeOffset.MinValue; // leases are judged by it
    private DateTimeOffset _promotedAt = DateTimeOffset.MinValue;
    private long _nextOrder;

    /// <param name="settings">The limits.</param>
    /// <param name="nextOrder">The arrival number of the next new job.</param>
    public Shard(ShardSettings settings, long nextOrder = 0)
    {
        _settings = settings;
        _live = new LiveBytes(settings.InputInMemoryBytesMax);
        _nextOrder = nextOrder;
    }

    /// <summary>
    /// Applies one command. Never fails: what may not be done comes back as a refusal. A clock that goes backwards is held at the
    /// latest time seen.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="now">The time.</param>
    /// <param name="heard">
    /// When the command was there, if it has waited for its turn: leases that ran then run for it. For a tick: leases that ran then are
    /// not ended. Null: just now.
    /// </param>
    public Outcome Apply(Command command, DateTimeOffset now, DateTimeOffset? heard = null)
    {
        _now = now > _now ? now : _now;
        _heard = heard < _now ? heard.Value : _now;
        return command switch
        {
            Command.OnJob onJob => ApplyToJob(onJob),
            Command.Enqueue enqueue => Enqueue(enqueue.Job),
            Command.EnqueueMany many => EnqueueMany(many.Jobs),
            Command.Find find => FindLive(find),
            Command.CountQueue count => new Outcome.Counted([Statistics(count.Queue, _now)]),
            Command.CountQueues count => new Outcome.Counted(Statistics(_now, count.After, count.Limit)),
            Command.Locate locate => Locate(locate),
            Command.Survey survey => Survey(survey),
            Command.Lease lease => LeaseJobs(lease),
            Command.PauseQueue pause => Pause(pause),
            Command.ResumeQueue resume => Resume(resume.Queue),
            Command.ChooseEvents choose => ChooseEvents(choose),
            Command.ReleaseWorker worker => ReleaseWorker(worker),
            Command.Excuse excuse => Excuse(excuse.By),
            Command.SettleJob settle => SettleIn(settle.JobId, settle.Form),
            Command.GiveUp giveUp => GiveUp(giveUp.JobId),
            Command.SetAside aside => SetAside(aside.JobId, aside.IsAside),
            Command.Tick tick => Tick(tick),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    private Outcome ApplyToJob(Command.OnJob command)
    {
        if (!_jobs.TryFind(command.JobId, out Job? job))
        {
            return new Outcome.Refused(new Refusal.UnknownJob(command.JobId));
        }

        job = Settle(job, evenAside: true);
        return command switch
        {
            Command.Heartbeat heartbeat => Heartbeat(job, heartbeat),
            Command.Complete complete => Complete(job, complete),
            Command.Fail fail => Fail(job, fail),
            Command.Release release => Release(job, release),
            Command.Cancel cancel => Unless(job, cancel.IfSequence) ?? Cancel(job, cancel.AtOnce),
            Command.Requeue requeue => Requeue(job, requeue),
            Command.Reschedule reschedule => Reschedule(job, reschedule),
            Command.Retry retry => Retry(job, retry.NewId),
            Command.Reprioritise move => Unless(job, move.IfSequence) ?? Reprioritise(job, move),
            Command.Forget forget => Unless(job, forget.IfSequence) ?? Forget(job),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    /// <summary>Whether the shard holds this job in memory: every live one, and finished ones until their changes are taken.</summary>
    public bool Holds(JobId id) => _jobs.Has(id);

    /// <summary>
    /// The finished jobs that a command is about and that are no longer in memory: they have to be recalled from the store before
    /// the command is applied. A recalled one can name further ones (the holder of its key, for a retry), so this is asked again
    /// after a recall; ids that the store does not know stay in the answer and count as forgotten.
    /// </summary>
    public IEnumerable<JobId> Missing(Command command) => command switch
    {
        Command.Enqueue { Job: var submitted } => MissingHolders(submitted),
        Command.OnJob onJob and not (Command.Retry or Command.Reprioritise or Command.Requeue) when _jobs.Has(onJob.JobId) => [],
        Command.OnJob or Command.EnqueueMany => MissingFor(command),
        _ => [],
    };

    private IEnumerable<JobId> MissingFor(Command command)
    {
        switch (command)
        {
            case Command.OnJob onJob when !_jobs.Has(onJob.JobId):
                yield return onJob.JobId;
                break;
            case Command.Retry retry when _jobs[retry.JobId] is { IsFinished: true, RetriedAs: null } finished:
                foreach (JobId holder in MissingHolders(Resubmission(finished, retry.NewId)))
                {
                    yield return holder;
                }

                break;
            case Command.Reprioritise { Queue: { } queue } move when _jobs[move.JobId] is { IsFinished: false } moving:
                foreach (JobId holder in queue == moving.Queue ? [] : MissingHolders(Arrival(moving, queue)))
                {
                    yield return holder;
                }

                break;
            case Command.Requeue requeue:
                foreach (JobId holder in requeue.Jobs.SelectMany(MissingHolders))
                {
                    yield return holder;
                }

                break;
            case Command.EnqueueMany many:
                foreach (JobId holder in many.Jobs.SelectMany(MissingHolders))
                {
                    yield return holder;
                }

                break;
        }
    }

    /// <summary>
    /// Brings a finished job back into memory until the next <see cref="TakeChanges"/>. One that was forgotten since the last stays so,
    /// though the store still has it.
    /// </summary>
    /// <returns>Whether it is back by this call.</returns>
    public bool Recall(Job job)
    {
        bool isBack = job.IsFinished && !_pending.IsForgotten(job.Id) && !_jobs.Has(job.Id);
        if (isBack)
        {
            _jobs.Set(job);
            _pending.Visit(job.Id);
        }

        return isBack;
    }

    /// <summary>Takes over a job as it was stored; for start and takeover, before the first command.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">The time of the load: windows that have closed by then are not opened again.</param>
    /// <returns>The job as memory keeps it: perhaps without its input.</returns>
    public Job Load(Job job, DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        _nextOrder = Math.Max(_nextOrder, job.Order + 1);
        if (job.IsFinished)
        {
            _keys.Enter(job, _now);
            return job;
        }

        job.Spec.ShareTerms(_terms);
        Job kept = Kept(job);
        Add(kept);
        return kept;
    }

    /// <summary>Takes over a key that stays taken for a while, as it was stored; before the first command.</summary>
    /// <param name="guard">The key.</param>
    /// <param name="now">The time of the load: what is over by then is not taken again.</param>
    public void Load(KeyGuard guard, DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        _keys.Enter(guard, _now);
    }

    /// <summary>Takes over a queue's settings as they were stored; for start and takeover, before the first command.</summary>
    public void Load(QueueSettings settings) => _lines.Set(settings);

    /// <summary>When something becomes due without any command, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = _lines.NextDue;
            DateTimeOffset? end = _keys.NextWindowEnd;
            return due is null || end < due ? end : due;
        }
    }

    /// <summary>Whether any job is leased.</summary>
    public bool HasLeases => _lines.Running.Count > 0;

    /// <summary>How many bytes of live jobs are in memory, by the reckoning of <see cref="Job.DocumentBytesMax"/>.</summary>
    public long LiveBytes => _live.Total;

    /// <inheritdoc cref="LiveBytes.WaitingInputs"/>
    internal long WaitingInputBytes => _live.WaitingInputs;

    /// <summary>How many jobs are live.</summary>
    public int LiveJobs => _jobs.Count - _pending.Finishing.Count - _pending.Visitors.Count;

    /// <summary>How many of the live jobs are in memory only.</summary>
    public int LiveInMemory => _live.InMemory;
}
