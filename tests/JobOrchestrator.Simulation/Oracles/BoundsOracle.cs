namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I10: once all is calm, the store holds what commits say and nothing that should be gone by then, but for the few that crashes leave;
/// each process holds no more than its bound.
/// </summary>
internal sealed class BoundsOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts)
{
    public void AtCalm(CalmState calm)
    {
        Dictionary<int, (List<NumberRange> Pages, List<NumberRange> Outbox)> heads = ledger.Shards
            .ToDictionary(shard => shard.Number, shard => (shard.Head?.ReadPages() ?? [], shard.Head?.ReadOutbox() ?? []));
        var overdue = new List<StoredDocument>();
        var leftovers = new List<StoredDocument>();
        foreach (StoredDocument document in ledger.Stored.Values.Where(document => !document.IsMark))
        {
            switch (document.Key.Kind)
            {
                case DocumentKind.Job when ledger.Find(document.Key.Job) is { } job:
                    if (IsOverdue(job, calm))
                    {
                        overdue.Add(document);
                    }

                    break;
                case DocumentKind.Page when !IsListed(heads[document.Key.Shard].Pages, document.Key):
                case DocumentKind.Outbox when !IsListed(heads[document.Key.Shard].Outbox, document.Key):
                case DocumentKind.Job:
                    leftovers.Add(document);
                    break;
                case DocumentKind.Outbox when IsOverdue(document.Key, calm):
                    overdue.Add(document);
                    break;
            }
        }

        if (overdue.Count > 0)
        {
            Report(
                calm,
                $"{overdue.Count} documents with {overdue.Sum(document => document.Bytes)} bytes are past their time by more than "
                    + $"{rules.SweepWithin.TotalSeconds:0} s, {overdue[0].Name} among them",
                overdue);
        }

        if (leftovers.Count > rules.LeftoversMax)
        {
            Report(
                calm,
                $"{leftovers.Count} documents with {leftovers.Sum(document => document.Bytes)} bytes are in the store and in no head, "
                    + $"{leftovers[0].Name} among them",
                leftovers);
        }

        foreach (MemorySize size in calm.Sizes.Where(size => size.Count > size.Max))
        {
            Report(calm, $"{size.Lane} holds {size.Count} {size.Name}, and {size.Max} are enough", []);
        }
    }

    /// <summary>A page goes as one where its last job's end is no more than a quarter of its time away from the first one's.</summary>
    private bool IsOverdue(JobRecord job, CalmState calm) =>
        job.Versions.FirstOrDefault(version => version.Status.IsFinal()) is { } ended
        && IsSwept(ledger.Shard(job.Shard), calm)
        && (job.Gone?.At ?? ended.At + rules.Retention + (rules.Retention / 4)) + rules.SweepWithin < calm.At;

    private static bool IsSwept(LedgerShard shard, CalmState calm) => shard.Lane is not { } holder || !calm.ClocksLeapt.Contains(holder);

    private bool IsOverdue(DocumentKey key, CalmState calm)
    {
        LedgerShard shard = ledger.Shard(key.Shard);
        DateTimeOffset? written = shard.Events.FirstOrDefault(logged => logged.Outbox == key.Number)?.At;

        // A start does not know when they were written, and counts from anew.
        DateTimeOffset from = written > shard.TakenAt ? written.Value : shard.TakenAt;
        return written is not null && IsSwept(shard, calm)
            && key.Number < shard.Head!.Published && from + rules.EventRetention + rules.SweepWithin < calm.At;
    }

    private static bool IsListed(List<NumberRange> ranges, DocumentKey key) =>
        ranges.Exists(range => range.Epoch == key.Epoch && key.Number >= range.From && key.Number < range.To);

    private void Report(CalmState calm, string sentence, List<StoredDocument> about) =>
        verdicts.Add(
            OracleNames.Bounds,
            calm.Step,
            calm.At,
            $"I10: all is calm, and {sentence}.",
            [.. about.Take(10).Select(document => document.Name)]);
}
