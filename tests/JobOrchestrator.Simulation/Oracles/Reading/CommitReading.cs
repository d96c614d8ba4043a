using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Reads the documents of one commit into the ledger.</summary>
internal sealed class CommitReading(Ledger ledger, LedgerShard shard, Stamp stamp, AppliedWrites writes)
{
    private readonly List<JobChange> _changes = [];
    private readonly List<JobRecord> _gone = [];
    private readonly List<LoggedEvent> _events = [];
    private readonly List<DocumentKey> _deleted = [];
    private readonly List<(DocumentKey Key, byte[] Value)> _pages = [];
    private readonly List<long> _outboxWritten = [];

    /// <summary>Reads one document; null: the commit deletes it.</summary>
    public void Read(DocumentKey key, byte[]? value)
    {
        if (key.Shard != shard.Number)
        {
            return;
        }

        switch (key.Kind)
        {
            case DocumentKind.Job:
                ReadJob(key, value);
                break;
            case DocumentKind.Outbox:
                ReadOutbox(key, value);
                break;
            case DocumentKind.Page when value is null || IsMark(value):
                _deleted.Add(key);
                break;
            case DocumentKind.Page:
                _pages.Add((key, value!));
                break;
            case DocumentKind.Settings when value is not null && Ledger.ReadSettings(value) is { Queue: { } queue, Paused: var paused }:
                shard.Pause(writes.Step, queue, paused);
                break;
        }
    }

    public Commit ToCommit() => new()
    {
        Shard = shard,
        Stamp = stamp,
        Step = writes.Step,
        At = writes.At,
        NotBefore = shard.HeadAt - writes.Behind,
        OutboxBytesBefore = shard.Head?.OutboxBytes ?? 0,
        Lane = writes.Lane,
        Changes = _changes,
        Gone = _gone,
        Events = _events,
        OutboxWritten = _outboxWritten,
        Deleted = _deleted,
        Pages = _pages,
    };

    private static bool IsMark(byte[] value) => value.Length < 32 && value.AsSpan().IndexOf("\"deleted\""u8) >= 0;

    private void ReadJob(DocumentKey key, byte[]? value)
    {
        JobRecord record = ledger.Record(key.Job, shard.Number);
        JobVersion? before = record.Current;
        JobDocumentKind kind = JobDocumentKind.Deleted;
        JobVersion? version = null;
        if (value is not null)
        {
            kind = JobReading.Read(value, before, out version);
        }

        if (version is null)
        {
            record.End(new JobEnd(kind == JobDocumentKind.Purged, writes.Step, writes.At));
            _gone.Add(record);
            return;
        }

        version.Step = writes.Step;
        version.At = writes.At;
        version.NotBefore = shard.HeadAt - writes.Behind;
        record.Add(version);
        _changes.Add(new JobChange(record, before, version));
    }

    private void ReadOutbox(DocumentKey key, byte[]? value)
    {
        if (value is null || EventReading.Read(value) is not { } events)
        {
            _deleted.Add(key);
            return;
        }

        _outboxWritten.Add(key.Number);
        foreach (EventRead read in events)
        {
            var logged = new LoggedEvent(read, shard.Number, shard.Events.Count, key.Number, writes.Step, writes.At);
            shard.Add(logged);
            ledger.Record(read.Job, shard.Number).Add(logged);
            _events.Add(logged);
        }
    }
}
