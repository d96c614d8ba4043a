using System.Text.Json;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// What is stored, by its own small reader: a head written is a commit, and the documents of the same moment, or the batch inside the
/// head, are its content. So the order of commits is known, and whatever is said to anybody can be held against it.
/// </summary>
internal sealed class Ledger(IReadOnlyList<ILedgerWatcher> watchers)
{
    private readonly Dictionary<string, DocumentKey> _keys = [];
    private readonly SortedDictionary<int, LedgerShard> _shards = [];
    private readonly Dictionary<Guid, JobRecord> _jobs = [];
    private readonly Dictionary<string, StoredDocument> _stored = [];
    private readonly HashSet<string> _seconds = [];

    public IReadOnlyCollection<LedgerShard> Shards => _shards.Values;

    public IReadOnlyCollection<JobRecord> Jobs => _jobs.Values;

    /// <summary>The documents as they lie in the store, heads apart.</summary>
    public IReadOnlyDictionary<string, StoredDocument> Stored => _stored;

    /// <summary>A job that a commit has named; null: none has.</summary>
    public JobRecord? Find(Guid id) => _jobs.GetValueOrDefault(id);

    /// <summary>A shard, whether or not it has a head yet.</summary>
    public LedgerShard Shard(int number)
    {
        if (!_shards.TryGetValue(number, out LedgerShard? shard))
        {
            _shards.Add(number, shard = new LedgerShard(number));
        }

        return shard;
    }

    /// <summary>A second process begins under a name whose first one runs.</summary>
    public void SecondBegan(string lane) => _seconds.Add(lane);

    /// <summary>
    /// The sequence of a job that whoever is asked must know, because anybody had been told of it; 0: none. What a second process of a
    /// name wrote does not count while its first one may not have noticed.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="order">When he was asked, in the history's order.</param>
    /// <param name="step">When he was asked, in the world's steps.</param>
    public long KnownTo(JobRecord job, long order, long step)
    {
        return Math.Min(job.KnownAt(order), HiddenFrom(job, step) - 1);
    }

    /// <summary>
    /// The first sequence of a job that was written by a second process of a name and need not be known to whoever is asked, who may be
    /// its first one; <see cref="long.MaxValue"/>: none.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="step">When he was asked, in the world's steps.</param>
    /// <param name="lane">The process that was asked; null: it is not known.</param>
    public long HiddenFrom(JobRecord job, long step, string? lane = null)
    {
        LedgerShard shard = Shard(job.Shard);
        string? name = lane?.Split('#')[0];
        return _seconds.Count > 0 && (lane is null || !_seconds.Contains(lane))
            && job.Events.FirstOrDefault(item => shard.IsBesideTheFirst(item.Step, step, name)) is { } hidden
            ? hidden.Event.Sequence
            : long.MaxValue;
    }

    /// <summary>Reads what the store changed in one moment.</summary>
    public void Apply(AppliedWrites writes)
    {
        Commit? commit = null;
        foreach (AppliedWrite write in writes.Writes)
        {
            if (KeyOf(write.Key) is { Kind: DocumentKind.Head } key)
            {
                commit = ApplyHead(Shard(key.Shard), write.Value, writes) ?? commit;
            }
        }

        foreach (AppliedWrite write in writes.Writes)
        {
            if (KeyOf(write.Key) is { Kind: not (DocumentKind.Head or DocumentKind.Other) } key)
            {
                ApplyDocument(write, key, commit, writes);
            }
        }

        if (commit is not null)
        {
            foreach (ILedgerWatcher watcher in watchers)
            {
                watcher.Committed(commit);
            }
        }
    }

    private DocumentKey KeyOf(string key)
    {
        if (!_keys.TryGetValue(key, out DocumentKey parsed))
        {
            _keys.Add(key, parsed = DocumentKey.Parse(key));
        }

        return parsed;
    }

    private Commit? ApplyHead(LedgerShard shard, byte[]? value, AppliedWrites writes)
    {
        HeadRead? before = shard.Head;
        HeadRead? after = value is null ? null : HeadRead.Read(value, before);
        foreach (ILedgerWatcher watcher in watchers)
        {
            watcher.HeadWritten(shard, after, writes);
        }

        if (after is null)
        {
            return null;
        }

        if (before is null || after.Stamp.Epoch != before.Stamp.Epoch)
        {
            shard.Take(writes, _seconds.Contains(writes.Lane));
        }

        bool isCommit = after.Stamp.Commit != (before?.Stamp.Commit ?? 0);
        Commit? commit = isCommit ? ReadCommit(shard, after, writes) : null;
        shard.Head = after;
        shard.HeadAt = writes.At;
        return commit;
    }

    private Commit ReadCommit(LedgerShard shard, HeadRead head, AppliedWrites writes)
    {
        var reading = new CommitReading(this, shard, head.Stamp, writes);
        shard.Unwritten.Clear();
        if (head.HasBatch)
        {
            foreach (BatchDocument document in head.ReadBatch())
            {
                shard.Unwritten[document.Key] = head.Stamp;
                shard.InBatch[document.Key] = head.Stamp;
                reading.Read(KeyOf(document.Key), document.Value);
            }
        }
        else
        {
            foreach (AppliedWrite write in writes.Writes)
            {
                reading.Read(KeyOf(write.Key), write.Value);
            }
        }

        shard.Commits++;
        return reading.ToCommit();
    }

    internal JobRecord Record(Guid id, int shard)
    {
        if (!_jobs.TryGetValue(id, out JobRecord? record))
        {
            _jobs.Add(id, record = new JobRecord(id, shard));
        }

        return record;
    }

    private void ApplyDocument(AppliedWrite write, DocumentKey key, Commit? commit, AppliedWrites writes)
    {
        StoredDocument? before = _stored.GetValueOrDefault(write.Key);
        if (key.Kind == DocumentKind.Hours)
        {
            Shard(key.Shard).SubmittedByHours[key.Number] = write.Value is { } hours ? HoursReading.SubmittedIn(hours) : 0;
        }

        bool inCommit = commit is not null && commit.Shard.Number == key.Shard;
        StoredDocument? after = write.Value is { } value ? ReadStored(write.Key, key, value, inCommit) : null;
        foreach (ILedgerWatcher watcher in watchers)
        {
            watcher.DocumentWritten(key, before, after, inCommit, writes);
        }

        if (after is null)
        {
            _stored.Remove(write.Key);
        }
        else
        {
            _stored[write.Key] = after;
        }

        LedgerShard shard = Shard(key.Shard);
        if (shard.Unwritten.TryGetValue(write.Key, out Stamp expected) && (after?.Stamp is null || after.Stamp == expected))
        {
            shard.Unwritten.Remove(write.Key);
        }
    }

    private StoredDocument ReadStored(string name, DocumentKey key, byte[] value, bool inCommit)
    {
        switch (key.Kind)
        {
            case DocumentKind.Job:
                // Together with its commit it has just been read.
                Stamp? stamp = inCommit && Find(key.Job) is { Gone: null, Current: { } current }
                    ? current.Stamp
                    : JobReading.ReadStamp(value);
                return new StoredDocument(name, key, stamp, stamp is null, value.Length, 0);
            case DocumentKind.Settings:
                return new StoredDocument(name, key, JobReading.ReadStamp(value), false, value.Length, 0);
            default:
                bool isMark = value.Length < 32 && value.AsSpan().IndexOf("\"deleted\""u8) >= 0;
                int places = key.Kind == DocumentKind.Page && !isMark ? PlacesOf(value) : 0;
                return new StoredDocument(name, key, null, isMark, value.Length, places);
        }
    }

    private static int PlacesOf(byte[] page)
    {
        var reader = new Utf8JsonReader(page);
        reader.Read();
        int places = 0;
        bool isRetired = false;
        while (reader.NextMember(out ReadOnlySpan<byte> member))
        {
            isRetired |= member.SequenceEqual("expiresAt"u8);
            if (!member.SequenceEqual("ids"u8))
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                places++;
            }
        }

        return places == 0 && isRetired ? int.MaxValue : places;
    }

    /// <summary>Whether a document of settings says that its queue is paused.</summary>
    internal static (string? Queue, bool Paused) ReadSettings(byte[] value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        string? name = null;
        bool paused = false;
        while (reader.NextMember(out ReadOnlySpan<byte> member))
        {
            if (member.SequenceEqual("name"u8))
            {
                name = reader.GetString();
            }
            else if (member.SequenceEqual("paused"u8))
            {
                paused = reader.GetBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        return (name, paused);
    }
}
