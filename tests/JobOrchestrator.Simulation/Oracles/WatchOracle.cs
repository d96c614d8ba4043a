namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I8: whoever follows a job is told what is committed of it in good time, or that he has to ask again: a stream of each news, a wait of
/// the job's end. A wait may sit out its time with a process that does not hold the shard; but then it tells how the job is. What a
/// stream tells is in the ledger, and never older than what it told before; but where two processes of one name run, which nobody may
/// have, the first need not know yet what the second wrote.
/// </summary>
internal sealed class WatchOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    private readonly List<Watched> _open = [];
    private readonly Dictionary<Guid, string> _endedBy = [];

    public void Committed(Commit commit)
    {
        foreach (JobChange change in commit.Changes.Where(change => change.After.Status.IsFinal()))
        {
            _endedBy.TryAdd(change.Job.Id, commit.Lane);
        }
    }

    public void Watching(Request request, string lane, long after) => _open.Add(new Watched(request, lane) { Told = after });

    public void Streamed(Request request, JobSeen seen, long step, DateTimeOffset at)
    {
        if (ledger.Find(seen.Id)?.Events.FirstOrDefault(logged => logged.Event.Sequence == seen.Sequence) is not { } logged
            || logged.Event.Status != seen.Status)
        {
            Report(request, step, at, $"was told that the job is {seen.Status} at sequence {seen.Sequence}, which no commit says");
        }

        if (_open.Find(one => one.Request == request) is { } watched)
        {
            if (seen.Sequence <= watched.Told && watched.Told < HiddenFrom(watched, step))
            {
                Report(request, step, at, $"was told of sequence {seen.Sequence} after {watched.Told}");
            }

            watched.Told = Math.Max(watched.Told, seen.Sequence);
            watched.Overdue = default;
        }
    }

    public void Answered(Request request, long order)
    {
        int place = _open.FindIndex(one => one.Request == request);
        if (place < 0)
        {
            return;
        }

        Watched watched = _open[place];
        _open.RemoveAt(place);
        if (request is { Call.Verb: Verb.Read, Answer: { Kind: AnswerKind.Found, Jobs: [var seen, ..] }, AnsweredAt: { } at }
            && !seen.Status.IsFinal() && watched.Overdue > rules.WatchWithin)
        {
            Report(
                request,
                request.AnsweredStep,
                at,
                $"waited for the job's end and was told that it is {seen.Status}, {watched.Overdue.TotalSeconds:0} s after the end was "
                    + "committed");
        }
    }

    /// <summary>Time has passed.</summary>
    /// <param name="time">How much.</param>
    /// <param name="isRunning">Whether a process runs.</param>
    /// <param name="step">The world's step.</param>
    /// <param name="at">The world's time.</param>
    public void Passed(TimeSpan time, Func<string, bool> isRunning, long step, DateTimeOffset at)
    {
        foreach (Watched watched in _open)
        {
            if (watched.Request.IsServed || Due(watched, at - time, step) is not { } due || !isRunning(watched.Lane))
            {
                continue;
            }

            watched.Overdue += time;
            bool mayWait = watched.Request.Call.Verb == Verb.Read && _endedBy.GetValueOrDefault(watched.Job) != watched.Lane;
            if (watched.Overdue > rules.WatchWithin && !mayWait && !watched.IsReported)
            {
                watched.IsReported = true;
                Report(
                    watched.Request,
                    step,
                    at,
                    $"has been with {watched.Lane} for {watched.Overdue.TotalSeconds:0} s since it was committed at "
                        + $"{due.At:HH:mm:ss.fff} that it is {due.Status}, sequence {due.Sequence}, and was not told, nor to ask again");
            }
        }
    }

    /// <summary>What he should have been told of; null: nothing.</summary>
    private JobVersion? Due(Watched watched, DateTimeOffset before, long step) =>
        ledger.Find(watched.Job)?.Versions.FirstOrDefault(version => version.At <= before
            && version.Sequence < HiddenFrom(watched, step)
            && (watched.Request.Call.Verb == Verb.Watch ? version.Sequence > watched.Told : version.Status.IsFinal()));

    private long HiddenFrom(Watched watched, long step) =>
        ledger.Find(watched.Job) is { } job ? ledger.HiddenFrom(job, step, watched.Lane) : long.MaxValue;

    private void Report(Request request, long step, DateTimeOffset at, string sentence) =>
        verdicts.Add(
            OracleNames.Watch, step, at, $"I8: {request}, of job {request.Call.Job}, {sentence}.", request.Call.Job!.Value.ToString());

    /// <summary>One who follows a job.</summary>
    private sealed class Watched(Request request, string lane)
    {
        public Request Request { get; } = request;

        public Guid Job => Request.Call.Job!.Value;

        /// <summary>The process that he is with.</summary>
        public string Lane { get; } = lane;

        /// <summary>The sequence that he was told of last.</summary>
        public long Told { get; set; }

        /// <summary>For how long his process has run while there was something to tell.</summary>
        public TimeSpan Overdue { get; set; }

        public bool IsReported { get; set; }
    }
}
