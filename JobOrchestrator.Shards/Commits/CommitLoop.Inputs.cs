using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The inputs of waiting jobs are in the store alone where they are long. A batch that writes such jobs anew, as a lease does, reads them
/// back between its decisions and its commit, all together: they are as many bytes as it writes. What cannot be read is nobody else's
/// affair: the batch is taken back and decided again without it.
/// </summary>
internal sealed partial class CommitLoop
{
    private readonly InputReads _inputs;
    private readonly UnreadableDocuments _unreadable;
    private readonly AsideJobs _withoutInput; // set aside, for their inputs cannot be read
    private readonly Dictionary<JobId, int> _failedReads = []; // of documents, in a row

    /// <summary>What became of the inputs that a batch needs.</summary>
    private enum InputsFor
    {
        /// <summary>It needs none.</summary>
        Nothing = 1,

        /// <summary>They are here.</summary>
        TheBatch = 2,

        /// <summary>The batch was taken back, and those of whom it was not are told.</summary>
        NoBatch = 3,

        /// <summary>So it was, and the shard is another's.</summary>
        NoShard = 4,
    }

    /// <summary>Brings the inputs that the batch writes and that were left in the store.</summary>
    private async Task<InputsFor> BringInputsAsync(CancellationToken stopping)
    {
        IReadOnlyList<Job> without = _shard.WithoutInput;
        if (without.Count == 0)
        {
            return InputsFor.Nothing;
        }

        ClockReading asked = _served.Begin();
        InputReads.Brought brought = await _inputs.ReadAsync(without, stopping);
        foreach (JobId document in brought.Inputs.Keys)
        {
            _failedReads.Remove(document);
            _unreadable.Remove(document.ToString());
        }

        if (brought.IsComplete)
        {
            _served.Asked(asked, TimeSpan.Zero);
            if (_served.Settle() is { } owed)
            {
                // A slow store takes nothing from the leases that this batch has handed out already.
                _shard.Apply(owed, _loaded.Time.Now);
            }

            Restore(brought.Inputs);
            return InputsFor.TheBatch;
        }

        Dictionary<JobId, string> unreadable = WithThoseGivenUp(brought);
        _shard.Rollback();
        DecideAgainWithout(without, unreadable, brought.Failed is { } failed ? [failed, .. brought.NotAsked] : []);
        if (brought.Failure is null)
        {
            _served.Asked(asked, TimeSpan.Zero);
            return InputsFor.NoBatch;
        }

        // Whether it is the store that is away, or these documents alone, its head tells: it is waited for as after a commit.
        LogInputsNotRead(_logger, _loaded.Number, brought.NotAsked.Count + 1, brought.Failure.Message);
        _store.Doubt();
        await _afterRefusal.WaitAsync(stopping);
        _served.TurnedAway(asked);
        return await ReadyAsync(stopping) ? InputsFor.NoBatch : InputsFor.NoShard;
    }

    /// <summary>What was decided gets the inputs, and the leases in it their ends as they are by now.</summary>
    private void Restore(IReadOnlyDictionary<JobId, JsonText> inputs)
    {
        _shard.Restore(inputs);
        var leases = _shard.PeekChanges().Jobs.ToDictionary(job => job.Id, job => job.Lease);
        for (int i = 0; i < _decided.Count; i++)
        {
            (Envelope envelope, Outcome outcome) = _decided[i];
            _decided[i] = (envelope, outcome.With(AsItIs));
        }

        Job AsItIs(Job job)
        {
            job = job.WithInputOf(inputs);
            return job.Lease is { } lease && leases.GetValueOrDefault(job.Id) is { } now && now.Token == lease.Token
                ? job with { Lease = lease with { ExpiresAt = now.ExpiresAt } }
                : job;
        }
    }

    /// <summary>
    /// What cannot be read; and what was asked for so often, of a store that answered otherwise, that it is waited for no longer.
    /// </summary>
    private Dictionary<JobId, string> WithThoseGivenUp(InputReads.Brought brought)
    {
        var unreadable = new Dictionary<JobId, string>(brought.Unreadable);
        if (brought.Failed is { } document)
        {
            int tries = _failedReads[document] = _failedReads.GetValueOrDefault(document) + 1;
            if (tries >= _limits.Bounds.RefusedAloneTries)
            {
                _failedReads.Remove(document);
                unreadable[document] = "the store does not hand it out.";
            }
        }

        return unreadable;
    }

    /// <summary>
    /// Nothing of the batch is written. Jobs whose inputs cannot be read are set aside; whoever named one is told that there is none, and
    /// whoever came upon one that the store did not hand out that the store is away. Everybody else is decided on anew.
    /// </summary>
    private void DecideAgainWithout(IReadOnlyList<Job> without, Dictionary<JobId, string> unreadable, HashSet<JobId> failed)
    {
        HashSet<JobId> aside = [.. without.Where(job => unreadable.ContainsKey(job.Input!.LeftIn!.Value)).Select(job => job.Id)];
        HashSet<JobId> notHandedOut = [.. without.Where(job => failed.Contains(job.Input!.LeftIn!.Value)).Select(job => job.Id)];
        HashSet<JobId> away = [.. without.Where(job => failed.Contains(job.Input!.LeftIn!.Value)).Select(job => job.Id).Except(aside)];
        HashSet<JobId> dueByTime = [.. away];
        var again = new List<Envelope>();
        foreach ((Envelope envelope, Outcome outcome) in _decided)
        {
            JobId? named = NamedBy(envelope.Command);
            JobId[] wanted = [.. outcome.Shown().Select(job => job.Id), .. named is { } id ? [id] : Array.Empty<JobId>()];
            dueByTime.ExceptWith(wanted);
            if (named is { } lost && aside.Contains(lost) && !notHandedOut.Contains(lost))
            {
                envelope.TryAnswer(new Outcome.Refused(new Refusal.UnknownJob(lost)));
            }
            else if (away.Overlaps(wanted) || (named is { } kept && notHandedOut.Contains(kept)))
            {
                envelope.TryRefuse(new StoreUnavailableException("The state store does not hand out an input; nothing was written."));
            }
            else if (envelope.TryReturn())
            {
                again.Add(envelope);
            }
        }

        _decided.Clear();
        if (again.Count > 0)
        {
            _sieve.AddFirst(again);
        }

        if (away.Count > 0)
        {
            _errands.Refused();
        }

        _errands.NotSent();
        _errands.Drop(errand => NamedBy(errand) is { } id && aside.Contains(id));
        foreach ((JobId document, string reason) in unreadable)
        {
            _unreadable.Add(document.ToString(), reason, isAside: true);
        }

        // What is due by time and cannot be read would be due again at once.
        foreach (JobId job in aside.Concat(dueByTime))
        {
            if (_shard.Apply(new Command.SetAside(job), _now) is Outcome.Done { Jobs: > 0 })
            {
                _withoutInput.Add(job);
            }
        }
    }

    /// <summary>Whatever of these could not be read, as one whose place a new submission has taken, can be now.</summary>
    private void InputsStored(IReadOnlyList<Job> jobs)
    {
        foreach (Job job in jobs.Where(job => _withoutInput.Has(job.Id)))
        {
            _unreadable.Remove(job.Id.ToString());
        }

        _withoutInput.Stored(jobs);
    }

    /// <summary>The one job that a command is about.</summary>
    private static JobId? NamedBy(Command command) => command switch
    {
        Command.OnJob onJob => onJob.JobId,
        Command.SettleJob settle => settle.JobId,
        Command.GiveUp giveUp => giveUp.JobId,
        _ => null,
    };

    [LoggerMessage(
        15, LogLevel.Warning, "Shard {Shard}: the inputs of {Jobs} waiting jobs were not read, and who wanted them is told. {Reason}")]
    private static partial void LogInputsNotRead(ILogger logger, int shard, int jobs, string reason);
}
