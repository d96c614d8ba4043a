namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Once all is calm: every accepted job has ended or waits lawfully and can be found, every caller, watcher and stream has been answered,
/// every shard is served, nothing is left half written.
/// </summary>
internal sealed class CalmOracle(Ledger ledger, History history, LostOracle lost, Verdicts verdicts)
{
    // One of a kind tells the story; a thousand do not tell it better.
    private const int ToldMax = 3;

    // Documents that are past their retention are deleted all the time.
    private static readonly TimeSpan SecondStepWithin = TimeSpan.FromSeconds(5);

    public void AtCalm(CalmState calm)
    {
        foreach (Request request in history.Requests.Where(request => request.Answer is null).Take(ToldMax))
        {
            Report(
                calm,
                $"{request} has never been answered, {(calm.At - request.SentAt).TotalSeconds:0} s after it was sent",
                request.Call.Job);
        }

        foreach (LedgerShard shard in ledger.Shards)
        {
            if (shard.Head is not null && !calm.Served.Contains(shard.Number))
            {
                Report(calm, $"nobody serves shard {shard.Number}, last taken by {shard.Lane} as epoch {shard.Head.Stamp.Epoch}", null);
            }

            if (shard.Unwritten.Count > 0 && shard.HeadAt + SecondStepWithin < calm.At)
            {
                Report(calm, $"{shard.Unwritten.Count} documents of the last commit of shard {shard.Number} are not written", null);
            }
        }

        foreach (JobRecord job in ledger.Jobs.Where(job => job.Current is { } current && !MayBe(job, current, calm)).Take(ToldMax))
        {
            JobVersion current = job.Current!;
            Report(
                calm,
                $"job {job} of queue {current.Queue} is still {current.Status}, attempt {current.Attempt}, since {current.At:HH:mm:ss}, "
                    + $"not before {current.RunAt:HH:mm:ss}",
                job.Id);
        }

        CheckFound(calm);
    }

    private bool MayBe(JobRecord job, JobVersion current, CalmState calm) =>
        job.Gone is not null
        || current.Status.IsFinal()
        || (current.Status == Standing.New && (current.RunAt > calm.At || ledger.Shard(job.Shard).IsPaused(current.Queue)))
        || calm.MayGoOn?.Invoke(job) == true;

    /// <summary>I1: what the ledger has is in the store, as the ledger has it.</summary>
    private void CheckFound(CalmState calm)
    {
        var live = new Dictionary<int, HashSet<long>>();
        int told = 0;
        foreach (JobRecord job in ledger.Jobs)
        {
            if (job.Gone is not null || job.Current is not { } current || told == ToldMax)
            {
                continue;
            }

            StoredDocument? stored = ledger.Stored.GetValueOrDefault(job.ToString());
            if (stored is null || stored.Stamp != current.Stamp)
            {
                told++;
                string where = stored is null
                    ? "is not in the store"
                    : $"is in the store as of {stored.Stamp?.ToString() ?? "a job that is gone"}";
                Lost(calm, job, $"I1: job {job}, {current.Status} of {current.Stamp}, {where}");
            }
            else if (!current.Status.IsFinal())
            {
                if (!live.TryGetValue(job.Shard, out HashSet<long>? pages))
                {
                    live.Add(job.Shard, pages = ledger.Shard(job.Shard).Head?.ReadLivePages() ?? []);
                }

                if (lost.PageOf(job.Id) is not { } page || !pages.Contains(page))
                {
                    told++;
                    Lost(calm, job, $"I1: job {job}, {current.Status}, stands in no page that a start loads");
                }
            }
        }
    }

    private void Lost(CalmState calm, JobRecord job, string sentence) =>
        verdicts.Add(OracleNames.Lost, calm.Step, calm.At, $"{sentence}.", job.ToString());

    private void Report(CalmState calm, string sentence, Guid? about) =>
        verdicts.Add(OracleNames.Calm, calm.Step, calm.At, $"All is calm, but {sentence}.", about is { } job ? [job.ToString()] : []);
}
