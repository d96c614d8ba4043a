using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// How a batch comes about: what fits is taken from the mailbox and decided; what is decided is answered once it is stored.
/// </summary>
internal sealed partial class CommitLoop
{
    private Envelope? _recalled; // what it is about is in memory, as far as it exists
    private bool _hasPromised; // this batch says until when a lease runs

    /// <summary>
    /// Reads back what the command in front is about, before there is a time: a slow store takes nothing from the leases of its batch.
    /// </summary>
    private async Task RecallAheadAsync(CancellationToken stopping)
    {
        _hasPromised = false;
        _recalled = null;
        while (_recalled is null && _mailbox.Reader.TryPeek(out Envelope? envelope))
        {
            if (!envelope.IsOver && await RecallAsync(envelope, stopping))
            {
                _recalled = envelope;
            }
            else
            {
                _mailbox.Reader.TryRead(out _);
            }
        }
    }

    private bool DoesAnyoneWait()
    {
        while (_mailbox.Reader.TryPeek(out Envelope? envelope) && envelope.Command is Command.Tick)
        {
            // An alarm, which is nobody.
            _mailbox.Reader.TryRead(out _);
        }

        return _mailbox.Reader.TryPeek(out _) || _parked.Count > 0 || _errands.GoWithOthers;
    }

    /// <summary>When a command came into line: a report that was there in time counts, though its turn came later.</summary>
    private DateTimeOffset HeardAt(Envelope envelope) => _now - _time.GetElapsedTime(envelope.PostedAt, _stampedAt);

    /// <summary>Whatever came into line before this has been decided. No lease ends later than that: a report may wait.</summary>
    private DateTimeOffset HeardUpTo() => _mailbox.Reader.TryPeek(out Envelope? first) ? HeardAt(first) : _now;

    private void RunErrands(int max)
    {
        for (int i = 0; i < max && _errands.Next is { } errand && HasRoomFor(errand); i++)
        {
            _errands.Ran(_shard.Apply(Fitting(errand), _now));
        }
    }

    private async Task DrainAsync(CancellationToken stopping)
    {
        int max = _limits.Bounds.CommandsMax;
        while (_decided.Count < max && _mailbox.Reader.TryPeek(out Envelope? envelope) && HasRoomFor(envelope.Command))
        {
            bool mustRead = envelope != _recalled && IsToBeRead(envelope.Command);
            if (mustRead && _hasPromised)
            {
                // The next batch begins with it: leases that this one hands out would run while it waits for the store.
                break;
            }

            _mailbox.Reader.TryRead(out _);
            if (!envelope.TryTake())
            {
                continue;
            }

            if (envelope.Command is Command.Tick)
            {
                // An alarm: it has woken the loop, which ticks by itself.
                continue;
            }

            bool isHere = envelope == _recalled || await RecallAsync(envelope, stopping);
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

    private bool IsToBeRead(Command command) => _shard.Missing(command).Any(id => _board.Find(id) is null);

    /// <summary>
    /// Whether a command still fits into this commit. The first one always does: what could not fit alone was refused at the door.
    /// </summary>
    private bool HasRoomFor(Command command)
    {
        var more = CommandSize.Of(command);
        return _shard.PendingDocuments == 0
            || _limits.OneWrite.FitsOneWrite(_shard.PendingDocuments + more.Documents, _shard.PendingBytes + more.Bytes);
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
        ServedTime.Moment asked = _served.Begin();
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
        Outcome outcome = _shard.Apply(Fitting(envelope.Command), _now, HeardAt(envelope));
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
        for (int i = 0; i < _parked.Count && Room > 0 && _shard.PendingBytes < _limits.BytesMax; i++)
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

    private Command Fitting(Command command) => command switch
    {
        Command.Lease lease => lease with
        {
            Max = Math.Min(lease.Max, Math.Max(1, Room)),
            BytesMax = Math.Max(0, _limits.BytesMax - _shard.PendingBytes),
        },
        Command.ReleaseWorker worker => worker with { Max = Room, BytesMax = _limits.BytesMax },
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
            _errands.Add(new Command.Release(job.Id, job.Lease!.Token));
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
