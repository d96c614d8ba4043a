using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// How a batch comes about: what fits is taken from the mailbox and decided; what is decided is answered once it is stored.
/// </summary>
internal sealed partial class CommitLoop
{
    // Of a batch that somebody else waits for. Leases run out while reports wait, so they go first; but all of them may be more than a
    // batch, and workers report again and again.
    private const double ReportsShare = 0.75;

    private static readonly Mailbox.Lane[] Lanes = Enum.GetValues<Mailbox.Lane>();

    private readonly HashSet<Envelope> _recalled = []; // what they are about is in memory, as far as it exists
    private bool _hasPromised; // this batch says until when a lease runs

    /// <summary>
    /// Reads back what the commands in front are about, before there is a time: a slow store takes nothing from the leases of its batch.
    /// </summary>
    private async Task RecallAheadAsync(bool isForEverybody, CancellationToken stopping)
    {
        _hasPromised = false;
        _recalled.Clear();
        foreach (Mailbox.Lane lane in isForEverybody ? Lanes : [])
        {
            while (_mailbox.Peek(lane) is { } envelope && !_recalled.Contains(envelope))
            {
                if (!envelope.IsOver && await RecallAsync(envelope, stopping))
                {
                    _recalled.Add(envelope);
                }
                else
                {
                    _mailbox.Take(lane);
                }
            }
        }
    }

    private bool DoesAnyoneWait() => _mailbox.HasAny || _parked.Count > 0 || _errands.GoWithOthers;

    /// <summary>When a command came into line: a report that was there in time counts, though its turn came later.</summary>
    private DateTimeOffset HeardAt(Envelope envelope) =>
        envelope.PostedAt is { } posted ? _now - _time.GetElapsedTime(posted, _stampedAt) : HeardUpTo();

    /// <summary>Whatever came into line before this has been decided. No lease ends later than that: a report may wait.</summary>
    private DateTimeOffset HeardUpTo()
    {
        long? waiting = _mailbox.Peek(Mailbox.Lane.Reports)?.PostedAt;
        return (_sieve.FirstReport is { } tried && !(waiting <= tried) ? tried : waiting) is { } posted
            ? _now - _time.GetElapsedTime(posted, _stampedAt)
            : _now;
    }

    private void RunErrands(int max)
    {
        for (int i = 0; i < max && _errands.Next is { } errand && HasRoomFor(errand); i++)
        {
            _errands.Ran(_shard.Apply(Fitting(errand), _now));
        }
    }

    private async Task DrainAsync(CancellationToken stopping)
    {
        bool doOthersWait = _mailbox.Peek(Mailbox.Lane.Others) is not null || _parked.Count > 0;
        await DrainAsync(Mailbox.Lane.Reports, doOthersWait ? ReportsShare : 1, stopping);
        if (_errands.GoWithOthers)
        {
            RunErrands(_limits.Bounds.CommandsMax);
        }

        await DrainAsync(Mailbox.Lane.Others, 1, stopping);
        await DrainAsync(Mailbox.Lane.Reports, 1, stopping);
    }

    /// <summary>Decides what waits in a lane, until the batch is full to a share of it.</summary>
    private async Task DrainAsync(Mailbox.Lane lane, double share, CancellationToken stopping)
    {
        while (!IsFull(share) && _mailbox.Peek(lane) is { } envelope && HasRoomFor(envelope.Command))
        {
            bool mustRead = !_recalled.Contains(envelope) && IsToBeRead(envelope.Command);
            if (mustRead && _hasPromised)
            {
                // A next batch begins with it: leases that this one hands out would run while it waits for the store.
                break;
            }

            _mailbox.Take(lane);
            if (!envelope.TryTake())
            {
                continue;
            }

            bool isHere = _recalled.Contains(envelope) || await RecallAsync(envelope, stopping);
            if (mustRead)
            {
                StampTime();
            }

            if (isHere)
            {
                Decide(envelope);
            }
        }
    }

    private bool IsFull(double share) =>
        _decided.Count >= share * _limits.Bounds.CommandsMax
        || _shard.PendingDocuments >= Math.Max(1, share * _limits.JobsMax)
        || _shard.PendingBytes >= share * ReckonedBytesMax;

    private bool IsToBeRead(Command command) => _shard.Missing(command).Any(id => _board.Find(id) is null);

    /// <summary>
    /// Whether a command still fits into this commit. The first one always does: what could not fit alone was refused at the door.
    /// </summary>
    private bool HasRoomFor(Command command)
    {
        var more = CommandSize.Of(command);
        return _shard.PendingDocuments == 0
            || (_limits.OneWrite with { BytesMax = ReckonedBytesMax })
                .FitsOneWrite(_shard.PendingDocuments + more.Documents, _shard.PendingBytes + more.Bytes);
    }

    /// <summary>
    /// Brings the finished jobs that a command is about back into memory; one that is back can name another (the holder of its key).
    /// False when the store did not answer and the caller has been told.
    /// </summary>
    private async Task<bool> RecallAsync(Envelope envelope, CancellationToken stopping)
    {
        var asked = new HashSet<JobId>();
        while (_shard.Missing(envelope.Command).Where(asked.Add).ToList() is { Count: > 0 } missing)
        {
            missing.RemoveAll(id =>
            {
                Job? recent = _board.Find(id);
                if (recent is not null && IsKept(recent))
                {
                    _shard.Recall(recent);
                }

                // Past its time it is as unknown as its document, which may have gone.
                return recent is not null;
            });
            try
            {
                await RecallFromStoreAsync(missing, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                envelope.TryRefuse(new StoreUnavailableException("The state store does not answer.", exception));
                return false;
            }
        }

        return true;
    }

    private async Task RecallFromStoreAsync(List<JobId> ids, CancellationToken stopping)
    {
        if (ids.Count == 0)
        {
            return;
        }

        string[] keys = [.. ids.Select(id => id.ToString())];
        ClockReading asked = _served.Begin();
        IReadOnlyDictionary<string, StoredItem> found;
        try
        {
            found = await _reads.ReadAsync(keys, stopping);
        }
        finally
        {
            // A read that failed in the end has kept the workers waiting all the same.
            _served.Asked(asked, TimeSpan.Zero);
        }

        foreach (StoredItem item in found.Values)
        {
            if (JobDocument.Read(item.Value) is JobLookup.Found { Job: var job } && IsKept(job))
            {
                _shard.Recall(job);
            }
        }
    }

    /// <summary>Past its retention a job is gone for every command, whether its document is deleted yet or not.</summary>
    private bool IsKept(Job job) => !(job.ExpiresAt <= _loaded.Time.Now);

    private void Decide(Envelope envelope)
    {
        Outcome outcome = _shard.Apply(Fitting(envelope.Command, envelope.JobsMax ?? int.MaxValue), _now, HeardAt(envelope));
        if (envelope.Waits && outcome is Outcome.Leased { Jobs.Count: 0 })
        {
            if (envelope.TryPark())
            {
                _parked.Add(envelope);
            }

            return;
        }

        _hasPromised |= outcome is Outcome.Leased { Jobs.Count: > 0 } or Outcome.Extended;
        _decided.Add((envelope, outcome));
    }

    /// <summary>Leases that waited are served by the very batch that makes a job ready, first come first served.</summary>
    private void ServeParked()
    {
        for (int i = 0; i < _parked.Count && Room > 0 && _shard.PendingBytes < ReckonedBytesMax; i++)
        {
            Envelope envelope = _parked[i];
            var lease = (Command.Lease)envelope.Command;
            if (!_shard.HasReady(lease, _now) || !envelope.TryTake())
            {
                continue;
            }

            _parked.RemoveAt(i--);
            Decide(envelope);
        }
    }

    private int Room => Math.Max(0, _limits.JobsMax - _shard.PendingDocuments);

    private Command Fitting(Command command, int jobsMax = int.MaxValue) => command switch
    {
        Command.Lease lease => lease with
        {
            Max = Math.Min(Math.Min(lease.Max, jobsMax), Math.Max(1, Room)),
            BytesMax = Math.Max(0, ReckonedBytesMax - _shard.PendingBytes),
        },
        Command.Tick tick => tick with { Max = Math.Min(tick.Max, jobsMax), BytesMax = ReckonedBytesMax },
        Command.ReleaseWorker worker => worker with { Max = Math.Min(worker.Max, Math.Max(1, Room / 2)), BytesMax = ReckonedBytesMax },
        _ => command,
    };

    private void AnswerDecided()
    {
        foreach ((Command command, Outcome outcome) in _errands.Stored())
        {
            GoOnReleasing(command, outcome);
        }

        foreach ((Envelope envelope, Outcome outcome) in _decided)
        {
            GoOnReleasing(envelope.Command, outcome);
            if (!envelope.TryAnswer(outcome))
            {
                GiveBack(outcome);
            }
        }

        _decided.Clear();
    }

    /// <summary>What one commit cannot hold is given back by the next; not what the worker is given again meanwhile.</summary>
    private void GoOnReleasing(Command command, Outcome outcome)
    {
        if (command is Command.ReleaseWorker release && outcome is Outcome.Done { Jobs: > 0 })
        {
            _errands.Add(release with { LeasedBefore = release.LeasedBefore ?? _now });
        }
    }

    /// <summary>
    /// The worker has left while its lease was committed, or has been told that its outcome is not known: nobody would run these jobs
    /// until the lease ends.
    /// </summary>
    private void GiveBack(Outcome outcome)
    {
        foreach (Job job in outcome is Outcome.Leased leased ? leased.Jobs : [])
        {
            _errands.Add(new Command.Release(job.Id, job.Lease!.Token, IsUnseen: true));
        }
    }

    private void RefuseDecided(Exception exception)
    {
        _errands.Refused();
        foreach ((Envelope envelope, _) in _decided)
        {
            envelope.TryRefuse(exception);
        }

        _decided.Clear();
    }
}
