namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Nothing goes before its time, by the world's clock: no finished job before its retention, nor one that somebody purges before it has
/// finished; no event before it is published and its time is over, or there are too many bytes of them.
/// </summary>
internal sealed class EarlyOracle(JudgeRules rules, Verdicts verdicts) : ILedgerWatcher
{
    private readonly Dictionary<(int Shard, long Number), DateTimeOffset> _outbox = [];

    public void Committed(Commit commit)
    {
        foreach (long number in commit.OutboxWritten)
        {
            _outbox[(commit.Shard.Number, number)] = commit.NotBefore;
        }

        foreach (JobRecord gone in commit.Gone)
        {
            CheckJob(commit, gone);
        }

        foreach (DocumentKey deleted in commit.Deleted)
        {
            if (deleted.Kind == DocumentKind.Outbox && _outbox.TryGetValue((deleted.Shard, deleted.Number), out DateTimeOffset written))
            {
                CheckOutbox(commit, deleted.Number, written);
            }
        }
    }

    private void CheckJob(Commit commit, JobRecord gone)
    {
        JobVersion? ended = gone.Versions.FirstOrDefault(version => version.Status.IsFinal());
        if (gone.Gone!.Step != commit.Step || gone.Gone.Purged || ended is null)
        {
            // Said of it before, forgotten on request, or lost altogether.
            return;
        }

        if (ended.NotBefore + rules.Retention - rules.ClockError > commit.At)
        {
            Report(
                commit,
                $"job {gone} is deleted {(commit.At - ended.At).TotalSeconds:0.0} s after it ended, and is kept for "
                    + $"{rules.Retention.TotalSeconds:0} s",
                gone.ToString());
        }
    }

    private void CheckOutbox(Commit commit, long number, DateTimeOffset written)
    {
        string key = $"outbox document {number} of shard {commit.Shard.Number}";
        if (number >= commit.Shard.Head!.Published)
        {
            Report(commit, $"{key} is deleted, and only those before {commit.Shard.Head.Published} are published", key);
        }
        else if (written + rules.EventRetention - rules.ClockError > commit.At && commit.OutboxBytesBefore <= rules.EventBytesMax)
        {
            Report(
                commit,
                $"{key} is deleted {(commit.At - written).TotalSeconds:0.0} s after it was written, and is kept for "
                    + $"{rules.EventRetention.TotalSeconds:0} s",
                key);
        }
    }

    private void Report(Commit commit, string sentence, string about) =>
        verdicts.Add(OracleNames.Early, commit.Step, commit.At, $"In commit {commit.Stamp} of {commit.Lane}, {sentence}.", about);
}
