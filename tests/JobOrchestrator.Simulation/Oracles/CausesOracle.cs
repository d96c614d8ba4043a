namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I1, I9, I4: whatever is in the ledger was asked for by somebody who has not been told that nothing was written; and what a worker
/// caused carried the token of the lease in force.
/// </summary>
internal sealed class CausesOracle(History history, Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    private readonly Dictionary<Guid, List<Request>> _byJob = [];
    private readonly Dictionary<Guid, List<Request>> _bySubmission = [];
    private readonly Dictionary<(string Queue, string Key), List<Request>> _byKey = [];
    private readonly Dictionary<string, List<Request>> _unnamed = []; // submissions without id or key, by queue
    private readonly Dictionary<string, List<Request>> _byWorker = [];
    private readonly Dictionary<Request, List<Cause>> _caused = [];
    private readonly List<Request> _found = [];
    private readonly HashSet<string> _told = []; // tokens that somebody was given

    public void Asked(Request request)
    {
        Call call = request.Call;
        if (call.Job is { } job)
        {
            Enter(_byJob, job, request);
        }

        if (call.NewId is { } id)
        {
            Enter(_bySubmission, id, request);
        }

        if (call.Verb is Verb.Lease or Verb.ReleaseWorker && call.Worker is { } worker)
        {
            Enter(_byWorker, worker, request);
        }

        foreach (Submission submission in call.Submissions)
        {
            EnterSubmission(submission, request);
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Answer!.Kind == AnswerKind.Leased)
        {
            _told.UnionWith(request.Answer.Jobs.Select(job => job.Token).OfType<string>());
        }

        if (request.Answer.SaysNothingWritten && request.Call.Verb != Verb.Lease && _caused.Remove(request, out List<Cause>? causes))
        {
            foreach (Cause cause in causes)
            {
                cause.Candidates.Remove(request);
                if (cause.Candidates.Count == 0)
                {
                    verdicts.Add(
                        OracleNames.Answers,
                        request.AnsweredStep,
                        request.AnsweredAt!.Value,
                        $"{request} was answered {request.Answer}: nothing written. But commit {cause.Stamp} holds it: "
                            + $"job {cause.Job} was {cause.Deed} by it.",
                        cause.Job.ToString());
                }
            }
        }
    }

    public void Committed(Commit commit)
    {
        foreach (JobChange change in commit.Changes)
        {
            foreach (EventRead told in Deeds.EventsOf(change))
            {
                Explain(commit, change, told, Deeds.Of(told, change.After));
            }
        }

        foreach (JobRecord gone in commit.Gone)
        {
            // What stays of a purged job goes later, by retention; that is nobody's wish any more.
            if (gone.Gone is { Purged: true } end && end.Step == commit.Step)
            {
                _found.Clear();
                Find(_byJob, gone.Id, request => request.Call.Verb == Verb.Forget);
                Settle(commit, gone.Id, "forgotten", null);
            }
        }
    }

    private void Explain(Commit commit, JobChange change, EventRead told, Deed deed)
    {
        AttemptRead? attempt = change.After.AttemptNumbered(told.Attempt);
        if (attempt is { } known && !history.Knows(known.Worker))
        {
            // Whoever works here says nothing of what he asks.
            return;
        }

        // The token in force while the attempt ran: as it was handed out.
        string? token = change.Before is { Token: { } inForce } before && before.Attempt == told.Attempt ? inForce : attempt?.Token;
        _found.Clear();
        switch (deed)
        {
            case Deed.Created:
                FindSubmissions(change.Job.Id, told.Queue, change.After);
                break;
            case Deed.Completed:
                Find(_byJob, told.Job, request => request.Call.Verb is Verb.Complete or Verb.Requeue && request.Call.Token == token);
                break;
            case Deed.Failed:
                Find(_byJob, told.Job, request => request.Call.Verb == Verb.Fail && request.Call.Token == token);
                break;
            case Deed.Released when attempt is { } given && !_told.Contains(given.Token):
                // Nobody was told of this lease: the service itself has given it back.
                return;
            case Deed.Released when attempt is { } given:
                Find(_byJob, told.Job, request => request.Call.Verb == Verb.Release && request.Call.Token == token);
                Find(_byWorker, given.Worker, _ => true);
                break;
            case Deed.Cancelled when change.Before?.CancelRequested != true:
                Find(_byJob, told.Job, request => request.Call.Verb == Verb.Cancel);
                break;
            case Deed.Moved:
                string? left = QueueBefore(change, told);
                Find(_byJob, told.Job, request =>
                    request.Call.Verb == Verb.Reprioritise && (told.Queue == left || request.Call.ToQueue == told.Queue));
                FindSubmissions(default, told.Queue, change.After);
                break;
            case Deed.Superseded:
                Find(_byJob, told.Job, request => request.Call.Verb == Verb.Reschedule && request.Call.Token == token);
                FindSubmissions(default, told.Queue, change.After);
                break;
            case Deed.Touched:
                Find(_byJob, told.Job, request =>
                    request.Call.Verb is Verb.Cancel or Verb.Reprioritise
                        || (request.Call.Verb == Verb.Heartbeat && request.Call.Token == token));
                break;
            default:
                // Time alone, or a lease, of which the answer alone can say more.
                return;
        }

        Settle(commit, told.Job, deed.ToString().ToLowerInvariant(), token);
    }

    /// <summary>The queue in which a job was before an event; null: it is the first.</summary>
    private static string? QueueBefore(JobChange change, EventRead told) =>
        told.Sequence > 1 && told.Sequence - 2 < change.Job.Events.Count ? change.Job.Events[(int)told.Sequence - 2].Event.Queue : null;

    /// <summary>Keeps who may have caused a change; nobody is a violation.</summary>
    private void Settle(Commit commit, Guid job, string deed, string? token)
    {
        List<Request> open = _found.FindAll(request => request.IsOpen);
        if (open.Count > 0)
        {
            var cause = new Cause(commit.Stamp, job, deed, open);
            foreach (Request request in open.Where(request => request.Answer is null))
            {
                Enter(_caused, request, cause);
            }
        }
        else if (_found.Find(request => request.Answer!.SaysNothingWritten) is { } denied)
        {
            verdicts.Add(
                OracleNames.Answers,
                commit.Step,
                commit.At,
                $"{denied} was answered {denied.Answer}: nothing written. But later {commit.Lane} committed {commit.Stamp} with it: "
                    + $"job {job} is {deed}.",
                job.ToString());
        }
        else if (token is not null && _byJob.TryGetValue(job, out List<Request>? reports)
            && reports.Find(report => report.Call.Token is { } other && other != token && report.IsOpen) is { } stale)
        {
            verdicts.Add(
                OracleNames.Tokens,
                commit.Step,
                commit.At,
                $"I4: in commit {commit.Stamp} job {job} is {deed}, and only {stale} can have done it, with the token {stale.Call.Token} "
                    + $"while {token} was in force.",
                job.ToString());
        }
        else
        {
            verdicts.Add(
                OracleNames.Answers,
                commit.Step,
                commit.At,
                $"In commit {commit.Stamp} of {commit.Lane} job {job} is {deed}, and nobody who still waits for an answer asked for it.",
                job.ToString());
        }
    }

    /// <summary>Those who submitted into the queue in which the job was then: it may have left it with the same commit.</summary>
    private void FindSubmissions(Guid id, string queue, JobVersion job)
    {
        Find(_bySubmission, id, _ => true);
        if (job.RetryOf is { } first)
        {
            Find(_byJob, first, request => request.Call.Verb == Verb.Retry);
        }

        if (job.IdempotencyKey is { } idempotency)
        {
            Find(_byKey, (queue, idempotency), _ => true);
        }

        if (job.ExternalId is { } external)
        {
            Find(_byKey, (queue, external), _ => true);
        }

        if (job.UniqueKey is { } unique)
        {
            Find(_byKey, (queue, unique), _ => true);
        }

        Find(_unnamed, queue, _ => true);
    }

    private void Find<TKey>(Dictionary<TKey, List<Request>> among, TKey key, Predicate<Request> fits)
        where TKey : notnull
    {
        if (among.TryGetValue(key, out List<Request>? requests))
        {
            foreach (Request request in requests)
            {
                if (fits(request) && !_found.Contains(request))
                {
                    _found.Add(request);
                }
            }
        }
    }

    private void EnterSubmission(Submission submission, Request request)
    {
        if (submission.Id is { } id)
        {
            Enter(_bySubmission, id, request);
        }

        string?[] keys = [submission.IdempotencyKey, submission.ExternalId, submission.UniqueKey];
        foreach (string key in keys.OfType<string>().Distinct())
        {
            Enter(_byKey, (submission.Queue, key), request);
        }

        if (submission.Id is null && keys.All(key => key is null))
        {
            Enter(_unnamed, submission.Queue, request);
        }
    }

    private static void Enter<TKey, TValue>(Dictionary<TKey, List<TValue>> among, TKey key, TValue value)
        where TKey : notnull
    {
        if (!among.TryGetValue(key, out List<TValue>? values))
        {
            among.Add(key, values = []);
        }

        values.Add(value);
    }

    /// <summary>A change, and who may have caused it.</summary>
    private sealed record Cause(Stamp Stamp, Guid Job, string Deed, List<Request> Candidates);
}
