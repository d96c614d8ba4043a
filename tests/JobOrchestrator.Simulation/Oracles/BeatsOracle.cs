namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// The SDK's worker keeps its leases: a process that runs reports on each attempt in time, again until it is answered or its lease is
/// over; no lease is lost where nothing went wrong; an attempt is let go when it is told that its lease is over; and who stops in order
/// leaves nothing unsaid.
/// </summary>
internal sealed class BeatsOracle(Availability availability, JudgeRules rules, Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    // Longer than this no request takes when all is well; and so long at least a worker may take to see what it was told.
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(2);

    // A pause after what failed is a third of a lease or 5 s, moved by up to half; then another request may be waited for, for up to 1 s,
    // or for up to a third of the lease where it is of the same queue. Time is told by the second.
    private static readonly TimeSpan PauseMost = TimeSpan.FromSeconds(5 * 1.5);
    private const int ManyRequests = 7;
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(1 + 2);

    private readonly Dictionary<string, Held> _held = [];
    private readonly Dictionary<string, DateTimeOffset> _leasedAt = []; // by token
    private readonly Dictionary<string, string> _queues = []; // by token
    private readonly List<Request> _underWay = []; // of leases that are held, or were

    public void Holds(Holding holding)
    {
        // What was long on its way may be over before it is there.
        bool isLate = _leasedAt.TryGetValue(holding.Token, out DateTimeOffset at) && holding.At - at > Prompt;
        _queues[holding.Token] = holding.Queue;
        _held[holding.Token] = new Held(holding) { From = holding.At, IsExcused = isLate };
    }

    public void Asked(Request request)
    {
        if (request.Call.Token is { } token && _queues.ContainsKey(token))
        {
            _underWay.Add(request);
        }

        if (Of(request) is { } held)
        {
            held.UnderWay = request;
            held.Silence = TimeSpan.Zero;
            held.HasLastWord |= request.Call.Verb != Verb.Heartbeat;
        }
    }

    public void Answered(Request request, long order)
    {
        _underWay.Remove(request);
        if (Of(request) is not { } held)
        {
            return;
        }

        held.UnderWay = null;
        held.Silence = TimeSpan.Zero;
        bool isWell = request.AnsweredAt - request.SentAt < Prompt
            && request.Answer!.Kind is AnswerKind.Extended or AnswerKind.Changed or AnswerKind.Unchanged or AnswerKind.Refused;
        if (!isWell)
        {
            Excuse(held.Holding.Lane);
        }

        if (request.Answer!.Kind == AnswerKind.Left || request.Answer.Detail is ConnectionException.Refused or ConnectionException.Broke)
        {
            // Nobody is there: one of them tries for all.
            OfLane(held.Holding.Lane).ForEach(other => other.Silence = TimeSpan.Zero);
        }

        switch (request.Answer!.Kind)
        {
            case AnswerKind.Extended:
                held.From = request.SentAt;
                held.IsExcused = !isWell;
                break;
            case AnswerKind.Refused when request.Call.Verb == Verb.Heartbeat:
                held.IsOver |= request.Answer.Refusal != RefusalKind.Other;
                held.RefusedAt ??= request.AnsweredAt;
                break;
            case AnswerKind.Refused when request.Answer.Refusal == RefusalKind.Other:
                // It is told in other words.
                held.HasLastWord = false;
                break;
            case AnswerKind.Changed or AnswerKind.Unchanged or AnswerKind.Refused:
                _held.Remove(held.Holding.Token);
                break;
        }
    }

    public void Committed(Commit commit)
    {
        foreach (JobChange change in commit.Changes)
        {
            foreach (EventRead told in Deeds.EventsOf(change))
            {
                string? token = change.After.AttemptNumbered(told.Attempt)?.Token;
                if (token is null)
                {
                    continue;
                }

                switch (Deeds.Of(told, change.After))
                {
                    case Deed.Leased:
                        _leasedAt[token] = commit.At;
                        break;
                    case Deed.LeaseLost when _held.TryGetValue(token, out Held? held):
                        CheckLost(commit, change, held);
                        break;
                }
            }
        }
    }

    public void Ending(string lane, string? token) =>
        OfLane(lane).FindAll(held => token is null || held.Holding.Token == token).ForEach(held => held.IsEnding = true);

    public void LetGo(string lane, string token) => _held.Remove(token);

    public void GivenUp(string lane, string token, bool isStopping, long step, DateTimeOffset at)
    {
        if (_held.Remove(token, out Held? held) && !isStopping
            && held.From + held.Holding.Length + held.Holding.CarriesOnFor - rules.ClockError > at)
        {
            Report(held, step, at, $"gave up its report {(at - held.From).TotalSeconds:0.0} s after its lease was last extended");
        }
    }

    public void Stalled(string lane) => Excuse(lane);

    public void Drained(string lane, long step, DateTimeOffset at)
    {
        foreach (Held held in OfLane(lane).Where(held => !held.HasLastWord && !IsExcused(held, at)))
        {
            Report(held, step, at, "stopped in order and said nothing of its attempt");
        }
    }

    public void Gone(string lane)
    {
        foreach (Held held in OfLane(lane))
        {
            _held.Remove(held.Holding.Token);
        }
    }

    /// <summary>Time has passed, for those processes that run.</summary>
    public void Passed(TimeSpan time, Func<string, bool> isRunning, long step, DateTimeOffset at)
    {
        foreach (Held held in _held.Values.Where(held => isRunning(held.Holding.Lane)))
        {
            TimeSpan third = held.Holding.Length / 3;
            held.Silence += MayWait(held, third, at) ? TimeSpan.Zero : time;
            TimeSpan most = third + (third * 1.5 < PauseMost ? third * 1.5 : PauseMost) + Spare;
            if (held.Silence > most && !held.IsOver)
            {
                Report(
                    held,
                    step,
                    at,
                    $"has been silent for {held.Silence.TotalSeconds:0} s, and its lease is of {held.Holding.Length.TotalSeconds:0} s");
                held.Silence = TimeSpan.Zero;
            }

            held.AfterRefusal += held.IsOver ? time : TimeSpan.Zero;
            if (held.AfterRefusal > SeenWithin)
            {
                Report(held, step, at, $"goes on with an attempt that was refused at {held.RefusedAt:HH:mm:ss.fff}");
                held.AfterRefusal = TimeSpan.Zero;
            }
        }
    }

    private void CheckLost(Commit commit, JobChange change, Held held)
    {
        // Where the commit took long that handed it out, the lease is older than it looks.
        bool isOfItsLength = commit.At - held.From >= held.Holding.Length - rules.ClockError / 2;
        if (isOfItsLength && !IsExcused(held, commit.At)
            && change.Before is { CancelRequested: false }
            && availability.IsServed(commit.Shard.Number, held.From, commit.At))
        {
            Report(
                held,
                commit.Step,
                commit.At,
                $"lost its lease of {held.Holding.Length.TotalSeconds:0} s, last extended at {held.From:HH:mm:ss.fff}, while everything "
                    + "was well");
        }
    }

    /// <summary>
    /// It is being sent, or waits for another that is of the same queue or one of too many. What ends an attempt may be large, and waits
    /// for its like as long as they take.
    /// </summary>
    private bool MayWait(Held held, TimeSpan third, DateTimeOffset at)
    {
        List<Request> sent = _underWay.FindAll(request => request.Call.Lane == held.Holding.Lane);
        return held.UnderWay is not null
            || sent.Exists(other =>
                _queues[other.Call.Token!] == held.Holding.Queue && (held.IsEnding || at - other.SentAt <= third))
            || sent.Select(other => other.SentStep).Distinct().Count() >= ManyRequests;
    }

    /// <summary>Something went wrong since the lease was extended last, with this process or on its way.</summary>
    private bool IsExcused(Held held, DateTimeOffset at) =>
        held.IsExcused
        || _underWay.Exists(request => request.Call.Lane == held.Holding.Lane && request.SentAt < at - Prompt);

    private void Excuse(string lane) => OfLane(lane).ForEach(held => held.IsExcused = true);

    private List<Held> OfLane(string lane) => [.. _held.Values.Where(held => held.Holding.Lane == lane)];

    private Held? Of(Request request) =>
        request.Call.Token is { } token && _held.TryGetValue(token, out Held? held) && held.Holding.Lane == request.Call.Lane
            ? held
            : null;

    private void Report(Held held, long step, DateTimeOffset at, string sentence) =>
        verdicts.Add(
            OracleNames.Beats,
            step,
            at,
            $"{held.Holding.Lane}, which has job {held.Holding.Job}, {sentence}.",
            held.Holding.Job.ToString());

    private sealed class Held(Holding holding)
    {
        public Holding Holding { get; } = holding;

        /// <summary>From when the lease runs at least.</summary>
        public DateTimeOffset From { get; set; }

        /// <summary>The report that is not answered yet.</summary>
        public Request? UnderWay { get; set; }

        /// <summary>How long nothing was under way, while the process ran.</summary>
        public TimeSpan Silence { get; set; }

        /// <summary>How long it has run since it was told that the lease is over.</summary>
        public TimeSpan AfterRefusal { get; set; }

        public DateTimeOffset? RefusedAt { get; set; }

        /// <summary>It was told so.</summary>
        public bool IsOver { get; set; }

        /// <summary>A report that ends the attempt has been made.</summary>
        public bool HasLastWord { get; set; }

        /// <summary>The attempt has ended, or was asked to.</summary>
        public bool IsEnding { get; set; }

        public bool IsExcused { get; set; }
    }
}
