namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Whoever looks for jobs, page by page, is shown each job that he means from begin to end, if somebody had been told of it before he
/// began and it is kept until he has the last page; each once, in the order of arrival in its shard, and none that he does not mean.
/// </summary>
internal sealed class SearchesOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<Sought, Reading> _open = [];
    private readonly HashSet<Guid> _aside = []; // whose documents cannot be had

    public void SetAside(Guid job) => _aside.Add(job);

    public void Answered(Request request, long order)
    {
        if (request is not { Call.Sought: { } sought, Answer: { Kind: AnswerKind.Found } answer })
        {
            return;
        }

        if (!_open.TryGetValue(sought, out Reading? reading))
        {
            _open.Add(sought, reading = new Reading(request));
        }

        foreach (JobSeen seen in answer.Jobs)
        {
            if (ledger.Find(seen.Id) is { } job)
            {
                CheckMeant(request, sought, job, seen);
                CheckPlace(request, sought, reading, job, seen);
            }
        }

        if (answer.IsEnd)
        {
            _open.Remove(sought);
            CheckAll(request, sought, reading);
        }
    }

    private void CheckMeant(Request request, Sought sought, JobRecord job, JobSeen seen)
    {
        List<JobVersion> shown = [.. job.Versions.Where(version => version.Sequence == seen.Sequence)];
        if (shown.Count > 0 && !shown.Exists(version => sought.Fits(job.Id, version)))
        {
            Report(request, sought, $"it shows job {job}, {Describe(shown[0])}, which is not meant", job);
        }
    }

    private void CheckPlace(Request request, Sought sought, Reading reading, JobRecord job, JobSeen seen)
    {
        if (reading.Shown.TryGetValue(job.Id, out Standing before)
            && !(sought.IsLiveFirst && !before.IsFinal() && seen.Status.IsFinal()))
        {
            Report(request, sought, $"it shows job {job} again: {before} before, {seen.Status} now", job);
        }

        reading.Shown[job.Id] = seen.Status;
        if (sought.IsLiveFirst || job.Current is not { Order: var arrival })
        {
            return;
        }

        if (reading.Places.TryGetValue(job.Shard, out long last) && (sought.OldestFirst ? arrival < last : arrival > last))
        {
            Report(request, sought, $"it shows job {job}, arrival {arrival} of shard {job.Shard}, behind arrival {last}", job);
        }

        reading.Places[job.Shard] = arrival;
    }

    private void CheckAll(Request last, Sought sought, Reading reading)
    {
        foreach (JobRecord job in ledger.Jobs)
        {
            long known = ledger.KnownTo(job, reading.First.Order, reading.First.SentStep);
            if (known == 0 || reading.Shown.ContainsKey(job.Id) || job.Gone is not null || _aside.Contains(job.Id)
                || job.Current is not { } current || current.ExpiresAt - rules.ClockError <= last.AnsweredAt)
            {
                continue;
            }

            // Of what nobody had been told yet he may be shown the version before it.
            List<JobVersion> versions =
                [.. job.Versions.Where(version => version.Sequence >= known && version.Step <= last.AnsweredStep)];
            if (versions.Count > 0 && versions.TrueForAll(version => sought.Fits(job.Id, version)))
            {
                Report(
                    last,
                    sought,
                    $"it has come to its end and has not shown job {job}, {Describe(current)}, which somebody was told of before "
                        + $"{reading.First.SentAt:HH:mm:ss.fff}",
                    job);
            }
        }
    }

    private static string Describe(JobVersion job) =>
        $"{job.Status}, queue {job.Queue}, type {job.Type}, arrival {job.Order}, since {job.At:HH:mm:ss.fff}";

    private void Report(Request request, Sought sought, string sentence, JobRecord about) =>
        verdicts.Add(
            OracleNames.Searches,
            request.AnsweredStep,
            request.AnsweredAt!.Value,
            $"{request} looks for {sought}: {sentence}.",
            about.ToString());

    /// <summary>How far somebody is.</summary>
    private sealed record Reading(Request First)
    {
        /// <summary>What he was shown, and as what.</summary>
        public Dictionary<Guid, Standing> Shown { get; } = [];

        /// <summary>The arrival that he was shown last, by shard.</summary>
        public Dictionary<int, long> Places { get; } = [];
    }
}
