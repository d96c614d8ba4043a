using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I8: a report or command that a service could take sees only so many commits pass; nobody is turned away while the shard is served, nor
/// for an outage shorter than the time that he gave.
/// </summary>
internal sealed class WaitsOracle(Ledger ledger, Availability availability, JudgeRules rules, Verdicts verdicts)
    : ILedgerWatcher, IHistoryWatcher
{
    // Once commits come again, whoever has left is in line for no longer than this: it is the longest stall that worlds have, and what is
    // left to do after it. A store may be away for longer, and all who have left meanwhile are in line then.
    private static readonly TimeSpan LeftFor = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, List<Waiting>> _waiting = [];
    private readonly Dictionary<int, HashSet<Request>> _asking = []; // who are nowhere in line yet: their process may be about to hold it
    private readonly Dictionary<int, List<Request>> _turnedAway = [];
    private readonly Dictionary<int, List<Leaver>> _left = []; // askers who left and whose commands may be in line yet

    public void Asked(Request request)
    {
        if ((IsReport(request) || IsCommand(request)) && request.Call.Shard is { } shard)
        {
            if (!_asking.TryGetValue(shard, out HashSet<Request>? asking))
            {
                _asking.Add(shard, asking = []);
            }

            asking.Add(request);
        }
    }

    public void Arrived(Request request)
    {
        bool isReport = IsReport(request);
        if ((isReport || IsCommand(request)) && request.Call.Shard is { } shard)
        {
            HashSet<Request> asking = _asking[shard];
            asking.Remove(request);

            // Those who came before it go first, also where they have left meanwhile, and a commit may be small.
            List<Waiting> waiting = Of(_waiting, shard);
            List<Leaver> left = Of(_left, shard);
            left.RemoveAll(one => one.CommitAt + LeftFor < request.ArrivedAt);
            int max = isReport ? rules.ReportWaitsCommitsMax : rules.CommandWaitsCommitsMax;
            if (isReport)
            {
                LetPass(waiting);
            }

            waiting.Add(new Waiting(request, ledger.Shard(shard).Commits, max + waiting.Count + left.Count + asking.Count));
        }
    }

    /// <summary>A report goes before every other command, also before those that have been in line for longer.</summary>
    private static void LetPass(List<Waiting> waiting)
    {
        for (int i = 0; i < waiting.Count; i++)
        {
            if (!IsReport(waiting[i].Request))
            {
                waiting[i] = waiting[i] with { Max = waiting[i].Max + 1 };
            }
        }
    }

    /// <summary>
    /// A batch that failed is tried again in parts, with others between them: whoever is in it waits for those as well; and for no fewer
    /// than were in front of him, who may be many when workers have reported again and again.
    /// </summary>
    public void StoreFailed(string lane, int shard)
    {
        List<Waiting> waiting = Of(_waiting, shard);
        for (int i = 0; i < waiting.Count; i++)
        {
            if (!waiting[i].Request.IsElsewhere(lane))
            {
                int max = Math.Max(rules.TriedAgainCommitsMax, waiting[i].Max);
                waiting[i] = waiting[i] with { Since = ledger.Shard(shard).Commits, Max = max };
            }
        }
    }

    public void HeadWritten(LedgerShard shard, HeadRead? after, AppliedWrites writes)
    {
        if (after?.Stamp.Epoch != shard.Head?.Stamp.Epoch)
        {
            // Whoever waited at the former holder is turned away; it is not kept waiting by the new one's commits. Where the new one is
            // the same process, it goes before those who come now.
            List<Waiting> waiting = Of(_waiting, shard.Number);
            Of(_left, shard.Number).AddRange(waiting.Where(one => !one.Request.IsServed).Select(_ => new Leaver()));
            waiting.Clear();
        }
    }

    public void Committed(Commit commit)
    {
        foreach (Leaver one in Of(_left, commit.Shard.Number))
        {
            one.CommitAt ??= commit.At;
        }

        List<Waiting> waiting = Of(_waiting, commit.Shard.Number);
        for (int i = waiting.Count - 1; i >= 0; i--)
        {
            Waiting one = waiting[i];
            long passed = commit.Shard.Commits - one.Since;
            if (one.Request.IsServed || one.Request.IsElsewhere(commit.Lane))
            {
                // Whoever is with one that has lost the shard and has not seen it yet waits for that one's end, not for his turn.
                waiting.RemoveAt(i);
            }
            else if (passed > one.Max)
            {
                waiting.RemoveAt(i);
                verdicts.Add(
                    OracleNames.Waits,
                    commit.Step,
                    commit.At,
                    $"I8: {one.Request} arrived at {one.Request.ArrivedAt:HH:mm:ss.fff} and has seen {passed} commits of shard "
                        + $"{commit.Shard.Number} pass without an answer.",
                    About(one.Request));
            }
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Call.Shard is { } at && _asking.TryGetValue(at, out HashSet<Request>? asking))
        {
            asking.Remove(request);
        }

        // Where it has not arrived yet it may be on its way to a process that stands still, which takes all of them up when it goes on.
        if (request is { Answer.Kind: AnswerKind.Lost or AnswerKind.Left, Call.Shard: { } of })
        {
            Of(_left, of).Add(new Leaver());
        }

        if (request is not { Answer.Kind: AnswerKind.NothingWritten, Call: { Shard: { } shard, Patience: { } patience } })
        {
            return;
        }

        if (availability.IsServed(shard, request.ArrivedAt ?? request.SentAt, request.AnsweredAt!.Value))
        {
            TurnedAway(request, request.AnsweredStep, request.AnsweredAt.Value, "and the shard was served all the while");
        }
        else if (request.AnsweredAt < request.SentAt + patience - rules.ClockError)
        {
            Of(_turnedAway, shard).Add(request);
        }
    }

    public void Served(int shard, bool isServed, long step, DateTimeOffset at)
    {
        if (!isServed)
        {
            return;
        }

        List<Request> turnedAway = Of(_turnedAway, shard);
        foreach (Request request in turnedAway)
        {
            if (at < request.SentAt + request.Call.Patience - rules.ClockError)
            {
                TurnedAway(request, step, at, $"and the shard is served again {(at - request.SentAt).TotalSeconds:0.0} s after he asked");
            }
        }

        turnedAway.Clear();
    }

    private static bool IsCommand(Request request) =>
        request.Call.Verb is Verb.Submit or Verb.Cancel or Verb.Retry or Verb.Reprioritise or Verb.Forget or Verb.Pause
            or Verb.Resume or Verb.Choose or Verb.Requeue or Verb.Reschedule;

    private static bool IsReport(Request request) =>
        request.Call.Verb is Verb.Heartbeat or Verb.Complete or Verb.Fail or Verb.Release;

    private void TurnedAway(Request request, long step, DateTimeOffset at, string why) =>
        verdicts.Add(
            OracleNames.Waits,
            step,
            at,
            $"I8: {request} gave {request.Call.Patience!.Value.TotalSeconds:0} s and was answered {request.Answer} after "
                + $"{(request.AnsweredAt - request.SentAt)!.Value.TotalSeconds:0.0} s, {why} ({request.Answer!.Detail}).",
            About(request));

    private static string[] About(Request request) => request.Call.Job is { } job ? [job.ToString()] : [];

    private static List<T> Of<T>(Dictionary<int, List<T>> lists, int shard)
    {
        if (!lists.TryGetValue(shard, out List<T>? list))
        {
            lists.Add(shard, list = []);
        }

        return list;
    }

    private sealed class Leaver
    {
        /// <summary>When the first commit after it came; null: none yet.</summary>
        public DateTimeOffset? CommitAt { get; set; }
    }

    private sealed record Waiting(Request Request, long Since, int Max);
}
