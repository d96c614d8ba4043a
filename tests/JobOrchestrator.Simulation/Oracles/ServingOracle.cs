using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// A shard stays with whoever serves it: nobody takes it from a holder whose last word is younger than a lease, but a process that begins
/// under its name, until it has served; and in the calm no shard is without a server for long.
/// </summary>
internal sealed class ServingOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : ILedgerWatcher
{
    private readonly HashSet<(string Lane, int Shard)> _haveServed = [];
    private readonly Dictionary<int, DateTimeOffset> _unservedSince = [];

    public void HeadWritten(LedgerShard shard, HeadRead? after, AppliedWrites writes)
    {
        if (after is null || after.Stamp.Epoch == (shard.Head?.Stamp.Epoch ?? 0))
        {
            // A take whose answer never came is none that its process knows of.
            _haveServed.Add((writes.Lane, shard.Number));
            return;
        }

        if (shard is not { Head.Holder.Length: > 0, Lane: { } holder } || holder == writes.Lane)
        {
            return;
        }

        TimeSpan silence = writes.At - shard.HeadAt;
        bool beginsUnderItsName = !_haveServed.Contains((writes.Lane, shard.Number)) && NameOf(holder) == NameOf(writes.Lane);
        if (silence < rules.ShardLease - rules.ClockError && !beginsUnderItsName)
        {
            Report(
                writes.Step,
                writes.At,
                $"{writes.Lane} took shard {shard.Number} from {holder}, whose head was written {silence.TotalSeconds:0.0} s before");
        }
    }

    /// <summary>It is calm.</summary>
    /// <param name="served">The shards that somebody serves.</param>
    /// <param name="step">The world's step.</param>
    /// <param name="at">The world's time.</param>
    public void InCalm(IReadOnlySet<int> served, long step, DateTimeOffset at)
    {
        foreach (LedgerShard shard in ledger.Shards)
        {
            if (served.Contains(shard.Number))
            {
                _unservedSince.Remove(shard.Number);
            }
            else if (!_unservedSince.TryAdd(shard.Number, at) && at - _unservedSince[shard.Number] > rules.ServedWithin)
            {
                Report(
                    step, at, $"nobody has served shard {shard.Number} for {rules.ServedWithin.TotalSeconds:0} s, and no fault is left");
            }
        }
    }

    private static string NameOf(string lane) => lane.Split('#')[0];

    private void Report(long step, DateTimeOffset at, string sentence) => verdicts.Add(OracleNames.Serving, step, at, $"{sentence}.");
}
