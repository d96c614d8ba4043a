using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Heads never go back in epoch and commit, an epoch has one process, commits have no gap (takings, renewals and fences keep the number),
/// no document goes back, none is written but as part of a commit, and no commit is left half written.
/// </summary>
internal sealed class ChainOracle(Ledger ledger, Verdicts verdicts) : ILedgerWatcher
{
    public void HeadWritten(LedgerShard shard, HeadRead? after, AppliedWrites writes)
    {
        string key = $"shard-{shard.Number}";
        if (after is null)
        {
            Report(writes, $"The head of shard {shard.Number} was deleted.", key);
            return;
        }

        Stamp before = shard.Head?.Stamp ?? default;
        if (after.Stamp.Epoch < before.Epoch || (after.Stamp.Epoch == before.Epoch && after.Stamp.Commit < before.Commit))
        {
            Report(
                writes,
                $"The head of shard {shard.Number} went back from {before} of {shard.Lane} to {after.Stamp}, written by {writes.Lane}: "
                    + "it committed with an ETag that was not read together with its own epoch.",
                key);
            return;
        }

        if (after.Stamp.Epoch == before.Epoch)
        {
            CheckSameEpoch(shard, before, after, writes, key);
        }
        else if (after.Stamp.Epoch != before.Epoch + 1 || after.Stamp.Commit != before.Commit)
        {
            Report(
                writes,
                $"{writes.Lane} took shard {shard.Number} from {before} to {after.Stamp}: a taking moves the epoch by one and leaves the "
                    + "commit.",
                key);
        }

        CheckNumbers(shard, after, writes, key);
        if (after.Stamp.Commit != before.Commit)
        {
            CheckNothingLeft(shard, after, writes);
        }
    }

    public void DocumentWritten(DocumentKey key, StoredDocument? before, StoredDocument? after, bool inCommit, AppliedWrites writes)
    {
        if (before is not null && after is not null && GoesBack(before, after))
        {
            Report(
                writes,
                $"{writes.Lane} wrote {after.Name} of {Of(after)} over {Of(before)}: a document went back, and with it what was "
                    + "acknowledged.",
                after.Name);
        }
        else if (after is not null && !inCommit && !IsOfACommit(key, after))
        {
            Report(
                writes,
                $"{writes.Lane} wrote {after.Name} of {Of(after)}, and no head says so: the documents of a refused or unfinished commit "
                    + "are in the store (does it count as one that rolls back?).",
                after.Name);
        }
        else if (after is null && before is { IsMark: false } && !inCommit)
        {
            Report(writes, $"{writes.Lane} deleted {before.Name} outside of any commit.", before.Name);
        }
    }

    private void CheckSameEpoch(LedgerShard shard, Stamp before, HeadRead after, AppliedWrites writes, string key)
    {
        if (writes.Lane != shard.Lane)
        {
            Report(
                writes,
                $"{writes.Lane} wrote the head of shard {shard.Number} at {after.Stamp}, but epoch {before.Epoch} is of {shard.Lane}.",
                key);
        }
        else if (after.Stamp.Commit > before.Commit + 1)
        {
            Report(writes, $"Shard {shard.Number} went from {before} to {after.Stamp}: a commit is missing.", key);
        }
        else if (after.Holder != shard.Head?.Holder && after.Holder.Length > 0)
        {
            Report(
                writes,
                $"The holder of shard {shard.Number} went from {shard.Head?.Holder} to {after.Holder} within epoch {before.Epoch}.",
                key);
        }
    }

    private void CheckNumbers(LedgerShard shard, HeadRead after, AppliedWrites writes, string key)
    {
        if (shard.Head is not { } before)
        {
            return;
        }

        if (after.NextOutbox < before.NextOutbox || after.NextPage < before.NextPage || after.Published < before.Published)
        {
            Report(
                writes,
                $"In shard {shard.Number} the next page, the next outbox document or what is published went back: "
                    + $"{before.NextPage}, {before.NextOutbox}, {before.Published} to "
                    + $"{after.NextPage}, {after.NextOutbox}, {after.Published}.",
                key);
        }
        else if (after.Published > after.NextOutbox)
        {
            Report(
                writes,
                $"Shard {shard.Number} calls outbox documents up to {after.Published} published, and has written {after.NextOutbox}.",
                key);
        }
    }

    /// <summary>On a store that does not roll back the next head overwrites the batch: it must have been written by then.</summary>
    private void CheckNothingLeft(LedgerShard shard, HeadRead after, AppliedWrites writes)
    {
        if (shard.Unwritten.Count > 0)
        {
            (string left, Stamp of) = shard.Unwritten.First();
            Report(
                writes,
                $"{writes.Lane} committed {after.Stamp} while {shard.Unwritten.Count} documents of {of} were not written, {left} among "
                    + "them: with the batch they are gone.",
                [.. shard.Unwritten.Keys]);
        }
    }

    private static bool GoesBack(StoredDocument before, StoredDocument after) =>
        (before.Stamp is { } old && after.Stamp is { } now && now.CompareTo(old) < 0)
        || (before.IsMark && !after.IsMark)
        || (!after.IsMark && after.Places < before.Places);

    private bool IsOfACommit(DocumentKey key, StoredDocument document)
    {
        LedgerShard shard = ledger.Shard(key.Shard);
        if (document.Stamp is not { } stamp)
        {
            return shard.InBatch.ContainsKey(document.Name);
        }

        return key.Kind == DocumentKind.Job
            ? ledger.Find(key.Job) is { } job && job.Versions.Any(version => version.Stamp == stamp)
            : shard.InBatch.TryGetValue(document.Name, out Stamp last) && stamp.CompareTo(last) <= 0;
    }

    private static string Of(StoredDocument document) =>
        document.Stamp is { } stamp ? stamp.ToString() : document.IsMark ? "one that is gone" : $"{document.Bytes} bytes";

    private void Report(AppliedWrites writes, string sentence, params IReadOnlyList<string> about) =>
        verdicts.Add(OracleNames.Chain, writes.Step, writes.At, sentence, about);
}
