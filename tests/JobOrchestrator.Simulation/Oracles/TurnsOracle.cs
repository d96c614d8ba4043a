namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I8: a lease takes what was first in line of its queue, by priority, time and arrival, among those that the ledger has waiting before
/// and after the commit. Of what else the same commit moved nobody can say where it stood.
/// </summary>
internal sealed class TurnsOracle(Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    private static readonly Comparer<(JobVersion Version, JobRecord Job)> InLine =
        Comparer<(JobVersion Version, JobRecord Job)>.Create(static (a, b) =>
        {
            int order = b.Version.Priority.CompareTo(a.Version.Priority);
            order = order != 0 ? order : a.Version.RunAt.CompareTo(b.Version.RunAt);
            order = order != 0 ? order : a.Version.Order.CompareTo(b.Version.Order);
            return order != 0 ? order : a.Job.Id.CompareTo(b.Job.Id);
        });

    private readonly Dictionary<string, SortedSet<(JobVersion Version, JobRecord Job)>> _waiting = [];
    private readonly Dictionary<string, List<Request>> _leases = []; // not answered, by worker
    private readonly HashSet<Guid> _aside = []; // jobs that the store does not hand out, or takes no change of: others go on

    public void SetAside(Guid job) => _aside.Add(job);

    public void Asked(Request request)
    {
        if (request.Call is { Verb: Verb.Lease, Worker: { } worker })
        {
            if (!_leases.TryGetValue(worker, out List<Request>? leases))
            {
                _leases.Add(worker, leases = []);
            }

            leases.Add(request);
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Call is { Verb: Verb.Lease, Worker: { } worker } && !request.Answer!.LeavesOpen)
        {
            _leases[worker].Remove(request);
        }
    }

    public void Committed(Commit commit)
    {
        foreach ((JobRecord job, JobVersion? before, _) in commit.Changes)
        {
            if (before is { Status: Standing.New })
            {
                Line(before.Queue).Remove((before, job));
            }
        }

        foreach ((JobRecord job, JobVersion? before, JobVersion after) in commit.Changes)
        {
            if (after.Status == Standing.InProgress && after.Attempt > (before?.Attempt ?? 0))
            {
                Check(commit, job, after);
            }
        }

        foreach ((JobRecord job, _, JobVersion after) in commit.Changes)
        {
            if (after.Status == Standing.New)
            {
                Line(after.Queue).Add((after, job));
            }
        }

        foreach (JobRecord gone in commit.Gone)
        {
            if (gone.Current is { Status: Standing.New } last)
            {
                Line(last.Queue).Remove((last, gone));
            }
        }
    }

    private void Check(Commit commit, JobRecord job, JobVersion leased)
    {
        if (leased.AttemptNumbered(leased.Attempt) is not { } attempt)
        {
            return;
        }

        foreach ((JobVersion first, JobRecord passed) in Line(leased.Queue))
        {
            if (InLine.Compare((first, passed), (leased, job)) >= 0)
            {
                return;
            }

            if (!_aside.Contains(passed.Id)
                && first.RunAt <= attempt.StartedAt && !(first.DeadlineAt <= attempt.StartedAt) && IsForAll(attempt.Worker, first.Type))
            {
                verdicts.Add(
                    OracleNames.Turns,
                    commit.Step,
                    commit.At,
                    $"I8: commit {commit.Stamp} of {commit.Lane} gave {attempt.Worker} job {job} of queue {leased.Queue} "
                        + $"({Place(leased)}), and passed over job {passed} ({Place(first)}), which was ready before it.",
                    job.ToString(),
                    passed.ToString());
                return;
            }
        }
    }

    /// <summary>Whether whatever the worker may have asked for would have taken this type.</summary>
    private bool IsForAll(string worker, string type) =>
        _leases.TryGetValue(worker, out List<Request>? leases)
        && leases.Count > 0
        && leases.TrueForAll(lease => lease.Call.Types is null || lease.Call.Types.Contains(type));

    private static string Place(JobVersion job) => $"priority {job.Priority}, {job.RunAt:HH:mm:ss.fff}, arrival {job.Order}";

    private SortedSet<(JobVersion Version, JobRecord Job)> Line(string queue)
    {
        if (!_waiting.TryGetValue(queue, out SortedSet<(JobVersion Version, JobRecord Job)>? line))
        {
            _waiting.Add(queue, line = new SortedSet<(JobVersion Version, JobRecord Job)>(InLine));
        }

        return line;
    }
}
