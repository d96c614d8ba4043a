using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What becomes of a batch that the store refuses while it takes others, or that is too large to be sent: it is halved until what cannot
/// be stored is alone. A caller is told so; what time did to a job is stored in a smaller form; and what cannot be stored in any form is
/// set aside, so that nothing stands in front of everything else for ever.
/// </summary>
internal sealed partial class CommitLoop
{
    private const int SmallerFormTries = 3;

    private readonly Sieve _sieve;
    private readonly AsideJobs _aside;
    private Turn _turn;
    private int _due; // jobs that time has changed in this batch
    private int _extrasMax; // operations that commits of everybody's take besides what callers and time want
    private double _rendered = 1; // bytes that were sent for each that was reckoned, of the last large batch

    /// <summary>For whom a batch is.</summary>
    private enum Turn
    {
        /// <summary>For everybody.</summary>
        Everybody = 1,

        /// <summary>For an errand alone.</summary>
        Errand = 2,

        /// <summary>For a group of what the store refused before.</summary>
        Group = 3,
    }

    private Turn NextTurn() =>
        _errands.TakesBatchAlone() ? Turn.Errand
        : _sieve.TakesTurn() ? Turn.Group
        : Turn.Everybody;

    /// <summary>Reads back what the commands of a group are about; those that are over are left out.</summary>
    private async Task<List<Envelope>> RecallGroupAsync(CancellationToken stopping)
    {
        var group = new List<Envelope>();
        foreach (Envelope envelope in _sieve.Take())
        {
            if (!envelope.IsOver && await RecallAsync(envelope, stopping))
            {
                group.Add(envelope);
            }
        }

        return group;
    }

    private void DecideGroup(List<Envelope> group)
    {
        foreach (Envelope envelope in group)
        {
            if (envelope.TryTake())
            {
                if (envelope.Command is Command.SettleJob { JobId: var due })
                {
                    // Time passed over it meanwhile.
                    _shard.Apply(new Command.SetAside(due, IsAside: false), _now);
                }

                Decide(envelope);
            }
        }
    }

    /// <summary>Bytes by the reckoning of documents that a commit may have, so that what is rendered of them fits.</summary>
    private long ReckonedBytesMax => (long)(_limits.BytesMax / _rendered);

    /// <summary>Whether a plan is more than one commit sends, and could be less.</summary>
    private bool IsToBeDivided(CommitPlan plan)
    {
        // What is rendered beside the documents, as events, is much where names are long: the next batch reckons with it.
        _rendered = plan.Bytes > _limits.BytesMax / 2 ? Math.Max(1, (double)plan.Bytes / Math.Max(1, _shard.PendingBytes)) : 1;
        return plan.Bytes > _limits.BytesMax
            && (_decided.Count + (_due > 0 ? 1 : 0) > 1 || (_decided.Count == 1 && IsDivisible(_decided[0].Envelope, plan)) || _due > 1);
    }

    private static bool IsDivisible(Envelope envelope, CommitPlan plan) =>
        envelope.Command is Command.Lease or Command.Tick && plan.Changes.Jobs.Count > 1;

    /// <summary>Takes a batch back and tries it again in parts.</summary>
    /// <param name="plan">What the batch would have written.</param>
    /// <param name="refusal">Why the store has refused it; null: it was not sent.</param>
    private void Divide(CommitPlan plan, CallException? refusal)
    {
        _shard.Rollback();
        bool hadErrands = _errands.HaveRun;
        if (refusal is not null)
        {
            _errands.Refused(plan.Changes.Jobs.Count);
        }
        else
        {
            _errands.NotSent();
        }

        var batch = new List<Envelope>();
        if (_due > 0)
        {
            batch.Add(new Envelope(new Command.Tick(_due)));
        }

        batch.AddRange(_decided.Select(decided => decided.Envelope).Where(envelope => envelope.TryReturn()));
        _decided.Clear();
        if (batch.Count > 1)
        {
            _sieve.AddHalves(batch);
        }
        else if (batch.Count == 1 && _turn == Turn.Everybody && refusal is not null)
        {
            // Whatever went with it is to blame as well: now it goes alone.
            _sieve.AddLast(batch);
        }
        else if (batch.Count == 1)
        {
            DivideOne(batch[0], plan, refusal);
        }
        else if (_turn == Turn.Everybody && !hadErrands && plan.Documents.Count > 0)
        {
            _extrasMax = Math.Max(1, Math.Min(_extrasMax, plan.Documents.Count) / 2);
        }
    }

    /// <summary>A commit of everybody's is stored: a little more may ride along again.</summary>
    private void AllowExtras()
    {
        if (_turn == Turn.Everybody)
        {
            _extrasMax = Math.Min(_limits.OperationsMax, _extrasMax + (_extrasMax / 16) + 1);
        }
    }

    private void DivideOne(Envelope envelope, CommitPlan plan, CallException? refusal)
    {
        if (IsDivisible(envelope, plan))
        {
            envelope.JobsMax = plan.Changes.Jobs.Count / 2;
            _sieve.AddFirst([envelope]);
            return;
        }

        JobId? job = plan.Changes.Jobs.Count > 0 ? plan.Changes.Jobs[0].Id : null;
        if (refusal is not RefusedException { IsTooLarge: true } && envelope.Refusals + 1 < _limits.Bounds.RefusedAloneTries)
        {
            PutOff(envelope, job);
            return;
        }

        string reason = refusal?.Message ?? string.Empty;
        switch (envelope.Command)
        {
            case Command.Tick when job is { } due:
                Next(new Command.SettleJob(due, JobForm.Small));
                break;
            case Command.SettleJob { Form: JobForm.Whole } settle:
                Next(settle with { Form = JobForm.Small });
                break;
            case Command.SettleJob { Form: JobForm.Small } settle:
                Next(settle with { Form = JobForm.Smallest });
                break;
            case Command.SettleJob settle:
                SetAside(settle.JobId, reason);
                break;
            case Command.GiveUp giveUp:
                SetAside(giveUp.JobId, reason);
                break;
            case Command.Lease when job is { } first:
                // Its worker asks for any job, and this one would be first for ever.
                LogNotLeased(_logger, _loaded.Number, first, reason);
                envelope.Refusals = 0;
                _sieve.AddFirst([envelope]);
                Next(plan.Changes.Jobs[0].IsFinished ? new Command.SettleJob(first, JobForm.Small) : new Command.GiveUp(first));
                break;
            default:
                LogNotStorable(_logger, _loaded.Number, envelope.Command.GetType().Name, reason);
                envelope.TryAnswer(new Outcome.Refused(new Refusal.NotStorable()));
                break;
        }

        // Of a smaller form a few refusals are enough: it is the whole one that could have met a bad moment.
        void Next(Command command) => _sieve.AddFirst(
            [new Envelope(command) { Refusals = Math.Max(0, _limits.Bounds.RefusedAloneTries - SmallerFormTries) }]);
    }

    /// <summary>It could be the store's bad moment: the same is tried again after a pause, in which all others go on.</summary>
    private void PutOff(Envelope envelope, JobId? job)
    {
        PauseBounds pauses = _limits.Bounds.AfterRefusal;
        TimeSpan pause = pauses.First * (1L << Math.Min(envelope.Refusals, 16));
        Envelope next = envelope;
        switch (envelope.Command)
        {
            case Command.Tick when job is { } due:
                next = new Envelope(new Command.SettleJob(due, JobForm.Whole));
                _shard.Apply(new Command.SetAside(due), _now);
                break;
            case Command.SettleJob settle:
                _shard.Apply(new Command.SetAside(settle.JobId), _now);
                break;
        }

        next.Refusals = envelope.Refusals + 1;
        _sieve.AddLater(next, pause < pauses.Longest ? pause : pauses.Longest);
    }

    /// <summary>What was set aside long enough ago is as any other job again.</summary>
    private void TakeBackAside()
    {
        foreach (JobId job in _aside.TakeDue().Concat(_withoutInput.TakeDue()))
        {
            _shard.Apply(new Command.SetAside(job, IsAside: false), _now);
        }
    }

    private void SetAside(JobId job, string reason)
    {
        _shard.Apply(new Command.SetAside(job), _now);
        _aside.Add(job);
        LogSetAside(_logger, _loaded.Number, job, reason);
    }

    [LoggerMessage(
        12, LogLevel.Warning, "Shard {Shard}: the state store takes others and refuses this {Command}; its caller is told. {Reason}")]
    private static partial void LogNotStorable(ILogger logger, int shard, string command, string reason);

    [LoggerMessage(13, LogLevel.Error, "Shard {Shard}: the state store takes job {JobId} in no worker's hands; it ends. {Reason}")]
    private static partial void LogNotLeased(ILogger logger, int shard, JobId jobId, string reason);

    [LoggerMessage(
        14,
        LogLevel.Error,
        "Shard {Shard}: the state store takes no change of job {JobId}; it is set aside as it is. {Reason}")]
    private static partial void LogSetAside(ILogger logger, int shard, JobId jobId, string reason);
}
