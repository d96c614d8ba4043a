namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I7: at every commit one live job at most of an owner has an external id or a unique key in a queue; a unique key stays taken for its
/// window, and an idempotency key makes no second job while it is remembered, whatever became of the job that brought it: a key outlives
/// its job's retention, a purge, and a submission that took the job's place.
/// </summary>
internal sealed class KeysOracle(JudgeRules rules, Verdicts verdicts) : ILedgerWatcher
{
    private readonly Dictionary<KeyPlace, JobRecord> _external = [];
    private readonly Dictionary<KeyPlace, JobRecord> _unique = [];
    private readonly Dictionary<KeyPlace, JobRecord> _guards = []; // finished jobs whose unique key had a window
    private readonly Dictionary<KeyPlace, (JobRecord Job, DateTimeOffset Until)> _idempotency = [];

    public void Committed(Commit commit)
    {
        // All that give a key up go first: in one commit a key can change hands.
        foreach ((JobRecord job, JobVersion? before, _) in commit.Changes)
        {
            if (before is not null)
            {
                Leave(_external, before, before.ExternalId, job);
                Leave(_unique, before, before.UniqueKey, job);
            }
        }

        foreach ((JobRecord job, JobVersion? before, JobVersion after) in commit.Changes)
        {
            if (before is null || before.Queue != after.Queue)
            {
                CheckWindows(commit, job, after);
            }
        }

        foreach ((JobRecord job, _, JobVersion after) in commit.Changes)
        {
            if (!after.Status.IsFinal())
            {
                Enter(commit, _external, after, after.ExternalId, job, "external id");
                Enter(commit, _unique, after, after.UniqueKey, job, "unique key");
            }
            else if (after is { UniqueKey: { } key, UniqueSeconds: > 0 })
            {
                _guards[Of(after, key)] = job;
            }

            if (after is { IdempotencyKey: { } idempotency, IdempotencyUntil: { } until })
            {
                _idempotency[Of(after, idempotency)] = (job, until);
            }
        }
    }

    private void CheckWindows(Commit commit, JobRecord job, JobVersion after)
    {
        if (after.UniqueKey is { } key && _guards.TryGetValue(Of(after, key), out JobRecord? guard)
            && guard is { Current: { RetriedAs: null } guarding } && guard.Id != after.RetryOf && guard != job)
        {
            // By the world's time, so that a clock that is wrong frees nothing.
            DateTimeOffset until = guard.Versions[0].NotBefore.AddSeconds(guarding.UniqueSeconds ?? 0);
            if (until - rules.ClockError > commit.At)
            {
                Report(
                    commit,
                    $"job {job} has the unique key {key} of queue {after.Queue}, which job {guard} guards until {until:HH:mm:ss}",
                    job,
                    guard);
            }
        }

        if (after.IdempotencyKey is { } idempotency
            && _idempotency.TryGetValue(Of(after, idempotency), out (JobRecord Job, DateTimeOffset Until) first)
            && first.Job != job && first.Until > after.CreatedAt)
        {
            Report(
                commit,
                $"job {job} came in with the idempotency key {idempotency}, which made job {first.Job} before and is remembered until "
                    + $"{first.Until:HH:mm:ss}",
                job,
                first.Job);
        }
    }

    private static KeyPlace Of(JobVersion version, string key) => new(version.Queue, version.Owner, key);

    private void Enter(
        Commit commit, Dictionary<KeyPlace, JobRecord> holders, JobVersion version, string? key, JobRecord job, string what)
    {
        if (key is null)
        {
            return;
        }

        if (holders.TryGetValue(Of(version, key), out JobRecord? other) && other != job && other.Gone is null)
        {
            Report(commit, $"I7: jobs {other} and {job} are live, both with the {what} {key} of queue {version.Queue}", job, other);
        }

        holders[Of(version, key)] = job;
    }

    private static void Leave(Dictionary<KeyPlace, JobRecord> holders, JobVersion version, string? key, JobRecord job)
    {
        if (key is not null && holders.TryGetValue(Of(version, key), out JobRecord? holder) && holder == job)
        {
            holders.Remove(Of(version, key));
        }
    }

    private void Report(Commit commit, string sentence, params IReadOnlyList<JobRecord> about) =>
        verdicts.Add(
            OracleNames.Keys,
            commit.Step,
            commit.At,
            $"In commit {commit.Stamp} of {commit.Lane}, {sentence}.",
            [.. about.Select(job => job.ToString())]);
}
