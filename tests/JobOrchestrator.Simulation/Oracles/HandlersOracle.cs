namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I6: an owner's handlers are called for each event of his, and only once but as a repeat, unless he has forgotten that he handled it;
/// a repeat is one. What the feed no longer had when he came for it, and the broker did not bring, he may miss: he says so. Where progress
/// is coalesced, a report that a later event has overtaken may be missing; if the broker brings it after all, it is a repeat.
/// </summary>
internal sealed class HandlersOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<(string Owner, Guid Job, long Sequence), long> _asNew = [];
    private readonly HashSet<(string Owner, Guid Job, long Sequence)> _handled = [];
    private readonly Dictionary<(string Owner, int Shard), long> _missed = []; // outbox documents before this one

    public void Handled(Handling handling)
    {
        (string, Guid, long) what = (handling.Owner, handling.Job, handling.Sequence);
        JobRecord? job = ledger.Find(handling.Job);
        LoggedEvent? logged = job?.Events.FirstOrDefault(item => item.Event.Sequence == handling.Sequence);
        if (logged is null)
        {
            Report(handling, "which no commit has");
        }

        bool isFirst = _handled.Add(what);
        if (!handling.AsNew)
        {
            if (isFirst && !(logged is not null && MayBeOvertaken(job!, logged)))
            {
                Report(handling, "as a repeat, and never had it before");
            }

            return;
        }

        if (_asNew.TryGetValue(what, out long before))
        {
            Report(handling, $"as new, and had it as new at step {before} already");
        }

        _asNew[what] = handling.Step;
    }

    public void Forgot(string owner, Guid job, long sequence) => _asNew.Remove((owner, job, sequence));

    public void Missed(string owner)
    {
        foreach (LedgerShard shard in ledger.Shards.Where(shard => shard.Head is not null))
        {
            _missed[(owner, shard.Number)] = shard.Head!.ReadOutbox() is { Count: > 0 } kept ? kept[0].From : shard.Head.NextOutbox;
        }
    }

    /// <summary>Once all is calm, each owner has had all of his events.</summary>
    public void AtCalm(CalmState calm)
    {
        foreach (JobRecord job in ledger.Jobs)
        {
            foreach (LoggedEvent logged in job.Events)
            {
                if (logged.Event.Owner is { } owner && calm.Owners.Contains(owner)
                    && (rules.PublishedKinds is null || rules.PublishedKinds.Contains(logged.Event.Kind))
                    && !_handled.Contains((owner, job.Id, logged.Event.Sequence))
                    && !MayBeOvertaken(job, logged)
                    && logged.Outbox >= _missed.GetValueOrDefault((owner, logged.Shard)))
                {
                    verdicts.Add(
                        OracleNames.Hears,
                        calm.Step,
                        calm.At,
                        $"I6: owner {owner} has never heard of event {logged.Event.Sequence} ('{logged.Event.Kind}') of job {job}, "
                            + $"committed at {logged.At:HH:mm:ss.fff}.",
                        job.ToString());
                    break;
                }
            }
        }
    }

    private bool MayBeOvertaken(JobRecord job, LoggedEvent logged) =>
        rules.CoalescesProgress && logged.Event.IsProgress && job.Events[^1] != logged;

    private void Report(Handling handling, string sentence) =>
        verdicts.Add(
            OracleNames.Hears,
            handling.Step,
            handling.At,
            $"I6: the handler of {handling.Owner} got event {handling.Sequence} of job {handling.Job} {sentence}.",
            handling.Job.ToString());
}
