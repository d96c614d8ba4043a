namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I3: no lease ends before its length of time in which a report could have been taken, nor while a report waits that was there in time;
/// a worker stops an attempt only if the ledger says so; no attempt is spent that no worker saw, unless the answer to it was lost.
/// </summary>
internal sealed class LeasesOracle(Ledger ledger, Availability availability, JudgeRules rules, Verdicts verdicts)
    : ILedgerWatcher, IHistoryWatcher
{
    // A lease whose worker has given up may still be served, by a process that was frozen with the request in its hands.
    private static readonly TimeSpan ServedLate = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Held> _held = [];
    private readonly Dictionary<string, List<Request>> _asking = []; // leases that may yet be given something, by worker

    public void Asked(Request request)
    {
        if (request.Call is { Verb: Verb.Lease, Worker: { } worker })
        {
            if (!_asking.TryGetValue(worker, out List<Request>? asking))
            {
                _asking.Add(worker, asking = []);
            }

            asking.Add(request);
        }
        else if (request.Call.Token is { } token && _held.TryGetValue(token, out Held? held))
        {
            held.Reports.Add(request);
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Call is { Verb: Verb.Lease, Worker: { } worker })
        {
            if (!request.Answer!.LeavesOpen)
            {
                _asking[worker].Remove(request);
            }

            foreach (JobSeen seen in request.Answer.Jobs)
            {
                if (seen.Token is { } given && _held.TryGetValue(given, out Held? told))
                {
                    told.IsTold = true;
                }
            }
        }
        else if (request is { Call: { Verb: Verb.Heartbeat, Token: { } token }, Answer.Kind: AnswerKind.Extended }
            && _held.TryGetValue(token, out Held? held) && ledger.Find(held.Job.Id)?.Current is { CancelRequested: false }
            && (held.ExtendedAt is null || request.SentAt > held.ExtendedAt))
        {
            // Once a cancel has been told no heartbeat extends the lease any more.
            held.ExtendedAt = request.SentAt;
        }
    }

    public void Committed(Commit commit)
    {
        foreach (JobChange change in commit.Changes)
        {
            foreach (EventRead told in Deeds.EventsOf(change))
            {
                string? token = change.After.AttemptNumbered(told.Attempt)?.Token;
                switch (Deeds.Of(told, change.After))
                {
                    case Deed.Leased when token is not null:
                        Begin(commit, change, told.Attempt, token);
                        break;
                    case Deed.Touched:
                        break;
                    case Deed.LeaseLost when token is not null && _held.Remove(token, out Held? lost):
                        CheckLost(commit, lost);
                        break;
                    case not Deed.Created and not Deed.Moved when token is not null:
                        _held.Remove(token);
                        break;
                }
            }
        }
    }

    public void Stopped(Stop stop)
    {
        if (!_held.TryGetValue(stop.Token, out Held? held))
        {
            return;
        }

        if (stop.IsCancel)
        {
            if (ledger.Find(stop.Job)?.Current is { CancelRequested: false })
            {
                verdicts.Add(
                    OracleNames.Leases,
                    stop.Step,
                    stop.At,
                    $"{stop.Lane} stopped attempt {held.Attempt} of job {held.Job} as if it were cancelled, which nobody has asked for.",
                    stop.Job.ToString());
            }

            return;
        }

        DateTimeOffset end = held.From + TimeSpan.FromSeconds(held.Seconds);
        if (end - rules.ClockError > stop.At)
        {
            verdicts.Add(
                OracleNames.Leases,
                stop.Step,
                stop.At,
                $"{stop.Lane} stopped attempt {held.Attempt} of job {held.Job} as if its lease were over; by the ledger it is in force, "
                    + $"{(held.ExtendedAt is { } at ? $"extended by the heartbeat of {at:HH:mm:ss.fff}" : "as handed out")} until "
                    + $"{end:HH:mm:ss.fff} at least.",
                stop.Job.ToString());
        }
    }

    private void Begin(Commit commit, JobChange change, int attempt, string token)
    {
        AttemptRead entry = change.After.AttemptNumbered(attempt)!.Value;
        List<Request> asking = _asking.GetValueOrDefault(entry.Worker, []);
        asking.RemoveAll(lease => lease.AnsweredAt + ServedLate < commit.At);

        // The lease runs from the time that the batch was stamped with: after the head before it, and not long before this one, for a
        // commit that takes long excuses.
        DateTimeOffset stamped = commit.At - rules.StallNotExcused;
        _held[token] = new Held(
            commit.Lane,
            change.Job,
            attempt,
            Math.Max(1, change.After.LeaseSeconds),
            stamped > commit.NotBefore ? stamped : commit.NotBefore,
            [.. asking]);
    }

    private void CheckLost(Commit commit, Held held)
    {
        DateTimeOffset end = held.From + TimeSpan.FromSeconds(held.Seconds);
        DateTimeOffset inTime = end - rules.ClockError;
        TimeSpan served = availability.Time(commit.Shard.Number, held.From, commit.At, TurnedAway(held, commit.Lane));
        if (served < TimeSpan.FromSeconds(held.Seconds) - rules.ClockError)
        {
            Report(
                commit,
                held,
                $"the lease of {held.Seconds} s, last extended at {held.From:HH:mm:ss.fff}, was ended after "
                    + $"{(commit.At - held.From).TotalSeconds:0.0} s, of which a report could have been taken for "
                    + $"{served.TotalSeconds:0.0} s");
        }
        else if (held.Reports.Find(Waits) is { } waiting)
        {
            Report(
                commit,
                held,
                $"the lease was ended while {waiting} waited, which had arrived at {waiting.ArrivedAt:HH:mm:ss.fff}, in time");
        }

        bool Waits(Request report) =>
            report is { IsServed: false, ArrivedAt: { } at } && at < inTime && !report.IsElsewhere(commit.Lane);

        // Whoever is stopped between the commit and the answer cannot take the attempt back.
        if (!held.IsTold && held.MayHaveBeenTold.Count > 0 && held.Lane == commit.Lane
            && held.MayHaveBeenTold.TrueForAll(lease => lease.Answer is { LeavesOpen: false }))
        {
            string answers = string.Join(", ", held.MayHaveBeenTold.Select(lease => $"{lease}: {lease.Answer}"));
            Report(commit, held, $"the attempt is spent, and no worker ever saw it ({answers})");
        }
    }

    /// <summary>
    /// When the worker tried to report to the shard's holder and was told in the end that it could not be done. That somebody else was
    /// asked, who could not know, is no fault of the holder's.
    /// </summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> TurnedAway(Held held, string holder) =>
        from report in held.Reports
        where report is { Answer.Kind: AnswerKind.NothingWritten or AnswerKind.Busy or AnswerKind.OutcomeUnknown, ArrivedAt: not null }
            && !report.IsElsewhere(holder)
        select (report.ArrivedAt!.Value, report.AnsweredAt!.Value);

    private void Report(Commit commit, Held held, string sentence) =>
        verdicts.Add(
            OracleNames.Leases,
            commit.Step,
            commit.At,
            $"In commit {commit.Stamp} of {commit.Lane}, attempt {held.Attempt} of job {held.Job}: {sentence}.",
            held.Job.ToString());

    private sealed class Held(
        string lane, JobRecord job, int attempt, int seconds, DateTimeOffset begunAt, List<Request> mayHaveBeenTold)
    {
        /// <summary>Who handed it out.</summary>
        public string Lane { get; } = lane;

        public JobRecord Job { get; } = job;

        public int Attempt { get; } = attempt;

        public int Seconds { get; } = seconds;

        public List<Request> MayHaveBeenTold { get; } = mayHaveBeenTold;

        public List<Request> Reports { get; } = [];

        public DateTimeOffset? ExtendedAt { get; set; }

        public bool IsTold { get; set; }

        /// <summary>From when it runs for its length at least.</summary>
        public DateTimeOffset From => ExtendedAt is { } at && at > begunAt ? at : begunAt;
    }
}
