namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I6: an owner's handler is called for each event of his, and as new only once, unless he has lost his memory in between.
/// </summary>
internal sealed class HandlersOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<(string Owner, Guid Job, long Sequence), long> _asNew = [];
    private readonly HashSet<(string Owner, Guid Job, long Sequence)> _handled = [];
    private readonly Dictionary<string, long> _forgotAt = [];

    public void Handled(Handling handling)
    {
        (string, Guid, long) what = (handling.Owner, handling.Job, handling.Sequence);
        _handled.Add(what);
        if (ledger.Find(handling.Job)?.Events.Any(item => item.Event.Sequence == handling.Sequence) != true)
        {
            Report(handling, "which no commit has");
        }

        if (!handling.AsNew)
        {
            return;
        }

        if (_asNew.TryGetValue(what, out long before) && before >= _forgotAt.GetValueOrDefault(handling.Owner, -1))
        {
            Report(handling, $"as new, and had it as new at step {before} already");
        }

        _asNew[what] = handling.Step;
    }

    public void Forgot(string owner, long step, DateTimeOffset at) => _forgotAt[owner] = step + 1;

    /// <summary>Once all is calm, each owner has had all of his events.</summary>
    public void AtCalm(CalmState calm)
    {
        foreach (JobRecord job in ledger.Jobs)
        {
            foreach (LoggedEvent logged in job.Events)
            {
                if (logged.Event.Owner is { } owner && calm.Owners.Contains(owner)
                    && (rules.PublishedKinds is null || rules.PublishedKinds.Contains(logged.Event.Kind))
                    && !_handled.Contains((owner, job.Id, logged.Event.Sequence)))
                {
                    verdicts.Add(
                        OracleNames.Events,
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

    private void Report(Handling handling, string sentence) =>
        verdicts.Add(
            OracleNames.Events,
            handling.Step,
            handling.At,
            $"I6: the handler of {handling.Owner} got event {handling.Sequence} of job {handling.Job} {sentence}.",
            handling.Job.ToString());
}
