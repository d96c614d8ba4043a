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

    // Commands in front of each lane for which what they are about is read back together: no more than twice as many as the last batch
    // has decided, for what it does not get to is read again by the next one.
    private const int AheadMax = 100;
    private const int AheadMin = 8;

    private readonly List<Envelope> _ahead = [];
    private readonly HashSet<JobId> _readBack = []; // in this round: those that exist are in memory
    private long _readBackBytes; // of these
    private int _documentsInOneRead; // by what they weighed last
    private int _lastDecided; // commands, by the last batch of everybody's
    private int _aheadMax = AheadMax; // less after a read of several that failed

    /// <summary>
    /// Reads back what the commands in front are about, before there is a time: a slow store takes nothing from the leases of its batch.
    /// Together, so that a thousand reports on jobs that ended long ago cost a few reads and not a thousand.
    /// </summary>
    private async Task RecallAheadAsync(CancellationToken stopping)
    {
        int most = Math.Min(Math.Clamp(2 * _lastDecided, AheadMin, AheadMax), Math.Min(_aheadMax, _limits.Bounds.CommandsMax));
        _aheadMax = Math.Min(AheadMax, _aheadMax + 1);
        _ahead.Clear();
        foreach (Mailbox.Lane lane in Lanes)
        {
            _mailbox.Look(lane, most, _ahead);
        }

        while (_readBack.Count < _limits.Bounds.DocumentsInOneRead && _readBackBytes < _limits.Bounds.ReadAheadBytesMax
            && ToBeRead(_ahead) is { Ids.Count: > 0 } asked)
        {
            try
            {
                await ReadBackAsync(asked.Ids, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                if (asked.IsForOne)
                {
                    TurnAway(asked.First!, exception);
                }

                // Else it is one of theirs, or too much for a slow store: fewer are asked for together from now on, down to each alone
                // once it is in front.
                _aheadMax = Math.Max(1, most / 4);
                break;
            }
        }

        // Whatever it takes, this batch decides those in front.
        foreach (Mailbox.Lane lane in Lanes)
        {
            while (_mailbox.Peek(lane) is { } envelope && (envelope.IsOver || !await RecallAsync(envelope, stopping)))
            {
                _mailbox.Take(lane);
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
        long? waiting = _mailbox.ReportWaitsSince;
        return (_sieve.FirstReport is { } tried && !(waiting <= tried) ? tried : waiting) is { } posted
            ? _now - _time.GetElapsedTime(posted, _stampedAt)
            : _now;
    }

    /// <summary>What waits to be given back, as nobody has seen it, loses no attempt to a lease that ends before its turn.</summary>
    private void NoteUnseen()
    {
        _ahead.Clear();
        _mailbox.Look(Mailbox.Lane.Reports, _limits.Bounds.CommandsMax, _ahead);
        foreach (Command.Release release in _ahead.Select(envelope => envelope.Command).OfType<Command.Release>())
        {
            _shard.NoteUnseen(release);
        }
    }

    private void RunErrands(int max)
    {
        for (int i = 0; i < max && _errands.Next is { } errand && HasRoomFor(errand); i++)
        {
            _errands.Ran(_shard.Apply(Fitting(errand), _now));
        }
    }

    private void Drain()
    {
        bool doOthersWait = _mailbox.Peek(Mailbox.Lane.Others) is not null || _parked.Count > 0;
        Drain(Mailbox.Lane.Reports, doOthersWait ? ReportsShare : 1);
        if (_errands.GoWithOthers)
        {
            RunErrands(_limits.Bounds.CommandsMax);
        }

        Drain(Mailbox.Lane.Others, 1);
        Drain(Mailbox.Lane.Reports, 1);
        _lastDecided = _decided.Count;
    }

    /// <summary>
    /// Decides what waits in a lane, until the batch is full to a share of it, or something has to be read first: the next batch begins
    /// with that.
    /// </summary>
    private void Drain(Mailbox.Lane lane, double share)
    {
        while (!IsFull(share) && _mailbox.Peek(lane) is { } envelope
            && (envelope.IsOver || (HasRoomFor(envelope.Command) && TryRecall(envelope.Command))))
        {
            _mailbox.Take(lane);
            if (envelope.TryTake())
            {
                Decide(envelope);
            }
        }
    }

    private bool IsFull(double share) =>
        _decided.Count >= share * _limits.Bounds.CommandsMax
        || _shard.PendingDocuments >= Math.Max(1, share * _limits.JobsMax)
        || _shard.PendingBytes >= share * ReckonedBytesMax;

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
    /// False when the store did not answer, or they are more than are held at one time, and the caller has been told.
    /// </summary>
    private async Task<bool> RecallAsync(Envelope envelope, CancellationToken stopping)
    {
        long before = _readBackBytes;
        try
        {
            while (ToBeRead([envelope]) is { Ids.Count: > 0 } asked)
            {
                if (_readBackBytes - before > _limits.Bounds.ReadBackBytesMax)
                {
                    LogNotStorable(
                        _logger, _loaded.Number, envelope.Command.GetType().Name, "The jobs of long ago that it names are too large.");
                    envelope.TurnAway(new Outcome.Refused(new Refusal.NotStorable()));
                    return false;
                }

                await ReadBackAsync(asked.Ids, stopping);
            }

            return true;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            TurnAway(envelope, exception);
            return false;
        }
    }

    private static void TurnAway(Envelope envelope, Exception why) =>
        envelope.TurnAway(new StoreUnavailableException("The state store does not answer.", why));

    /// <summary>What has to be read before these commands are decided: for the first ones, where it is much.</summary>
    private ToRead ToBeRead(IReadOnlyList<Envelope> envelopes)
    {
        ToRead read = default;
        foreach (Envelope envelope in envelopes)
        {
            if (read.Ids?.Count >= _limits.Bounds.DocumentsInOneRead)
            {
                break;
            }

            if (!envelope.IsOver && !TryRecall(envelope.Command))
            {
                read = new ToRead(read.Ids ?? [], read.First ?? envelope, read.Ids is null);
                read.Ids.AddRange(_shard.Missing(envelope.Command).Where(id => _board.Find(id) is null && !_readBack.Contains(id)));
            }
        }

        return read;
    }

    /// <summary>Brings back what is at hand. False: something has to be read from the store first.</summary>
    private bool TryRecall(Command command)
    {
        bool isMore;
        do
        {
            isMore = false;
            foreach (JobId id in _shard.Missing(command))
            {
                if (_board.Find(id) is { } recent)
                {
                    // Past its time it is as unknown as its document, which may have gone.
                    isMore |= IsKept(recent) && _shard.Recall(recent);
                }
                else if (!_readBack.Contains(id))
                {
                    return false;
                }
            }
        }
        while (isMore);

        return true;
    }

    /// <summary>
    /// Reads back the first of these, as many as weigh about what one read may bring: a batch can name a thousand that have a megabyte.
    /// </summary>
    private async Task ReadBackAsync(List<JobId> ids, CancellationToken stopping)
    {
        JobId[] some = [.. ids.Distinct().Take(_documentsInOneRead)];
        string[] keys = [.. some.Select(id => id.ToString())];
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

        long largest = 1;
        foreach (StoredItem item in found.Values)
        {
            _readBackBytes += item.Value.Length;
            largest = Math.Max(largest, item.Value.Length);
            if (JobDocument.Read(item.Value) is JobLookup.Found { Job: var job } && IsKept(job))
            {
                _shard.Recall(job);
            }
        }

        _readBack.UnionWith(some);
        _documentsInOneRead = (int)Math.Clamp(_limits.Bounds.JobBytesInOneRead / largest, 1, _limits.Bounds.DocumentsInOneRead);
    }

    /// <summary>Past its retention a job is gone for every command, whether its document is deleted yet or not.</summary>
    private bool IsKept(Job job) => !(job.ExpiresAt <= _loaded.Time.Now);

    private void Decide(Envelope envelope)
    {
        Job? beating = envelope.Command is Command.Heartbeat beat ? _board.Find(beat.JobId) : null;
        Outcome outcome = _shard.Apply(Fitting(envelope.Command, envelope.JobsMax ?? int.MaxValue), _now, HeardAt(envelope));
        bool isExtended = outcome is Outcome.Extended { CancelRequested: false };
        envelope.LateBeatOf = isExtended && beating is not null && beating.IsOverdue(HeardAt(envelope)) ? beating : null;
        if (envelope.Waits && outcome is Outcome.Leased { Jobs.Count: 0 })
        {
            if (envelope.TryPark())
            {
                _parked.Add(envelope);
            }

            return;
        }

        _decided.Add((envelope, outcome));
    }

    /// <summary>Leases that waited are served by the very batch that makes a job ready, first come first served.</summary>
    private void ServeParked()
    {
        var left = new Queue<long>(_parked.MayFind(_shard.TakeStirred(_now)));
        while (left.Count > 0 && Room > 0 && _shard.PendingBytes < ReckonedBytesMax)
        {
            long number = left.Dequeue();
            if (_parked.Find(number) is not { } envelope
                || !_shard.HasReady((Command.Lease)envelope.Command, _now)
                || !envelope.TryTake())
            {
                continue;
            }

            _parked.Remove(number);
            Decide(envelope);

            // What it came upon may have been over, all of it, and then it is parked again behind the others.
            foreach (long again in _parked.MayFind([]))
            {
                left.Enqueue(again);
            }
        }

        _parked.LookAgain(left);
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
            Outcome told = outcome is Outcome.Leased leased ? InForce(leased) : outcome;
            Measure(envelope, outcome);
            if (!envelope.TryAnswer(told))
            {
                GiveBack(told);
            }
        }

        _decided.Clear();
    }

    private void Measure(Envelope envelope, Outcome outcome)
    {
        if (outcome is Outcome.Refused { Why: var why } && Mailbox.IsReport(envelope.Command))
        {
            _instruments.ReportRefused(why);
            _history.Refused(envelope.Command is Command.OnJob { JobId: var id } ? _board.Find(id) : null, _now);
        }
        else if (envelope.LateBeatOf is { } late)
        {
            _history.Late(late, _now);
        }

        if (envelope.PostedAt is { } posted)
        {
            _instruments.Answered(envelope.Command, _time.GetElapsedTime(posted));
        }
    }

    /// <summary>
    /// Without the jobs whose leases the same commit has ended, as where another job has taken their place: nobody is to work on them, and
    /// their inputs may be gone.
    /// </summary>
    private Outcome.Leased InForce(Outcome.Leased leased) =>
        leased.Jobs.All(IsInForce) ? leased : new Outcome.Leased([.. leased.Jobs.Where(IsInForce)]);

    private bool IsInForce(Job job) => _board.Find(job.Id)?.Lease?.Token == job.Lease!.Token;

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
            var release = new Command.Release(job.Id, job.Lease!.Token, IsUnseen: true);
            _shard.NoteUnseen(release);
            _errands.Add(release);
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

    /// <summary>What has to be read.</summary>
    /// <param name="Ids">The jobs; one may stand there twice. Null: none.</param>
    /// <param name="First">The first command that needs one.</param>
    /// <param name="IsForOne">No other command does.</param>
    private readonly record struct ToRead(List<JobId> Ids, Envelope? First, bool IsForOne);
}
