using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// What is kept of what happened, by hours: however often a shard changes hands, a job is counted once, and only one that there was.
/// </summary>
internal sealed class HoursOracle(Ledger ledger, Verdicts verdicts) : ILedgerWatcher
{
    public void DocumentWritten(DocumentKey key, StoredDocument? before, StoredDocument? after, bool inCommit, AppliedWrites writes)
    {
        if (key.Kind != DocumentKind.Hours)
        {
            return;
        }

        LedgerShard shard = ledger.Shard(key.Shard);
        long told = shard.SubmittedByHours.Values.Sum();
        long created = shard.Events.Count(logged => logged.Event.Kind == "created");
        if (told > created)
        {
            verdicts.Add(
                OracleNames.Hours,
                writes.Step,
                writes.At,
                $"{writes.Lane} wrote hours of shard {shard.Number} in which {told} jobs were submitted; {created} have been.",
                [.. writes.Writes.Select(write => write.Key)]);
        }
    }
}
