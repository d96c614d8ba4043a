using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// Commits to a store that does not roll back a refused transaction (Redis): first the head alone, by its ETag, with the whole batch
/// inside; one key, one compare-and-set, and that is the commit. Then the batch's documents, each by its own ETag, before the next
/// commit overwrites the batch. Whoever takes over redoes the batch that the head holds, so a crash in between loses nothing, and a
/// late write of a former holder finds every document changed.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="partition">The shard's.</param>
/// <param name="createsByFirstWrite">New documents are created by first-write; else by an ETag that never matches.</param>
internal sealed class TwoStepDocuments(StoreCalls store, string partition, bool createsByFirstWrite)
{
    /// <summary>An ETag that no document on Redis reaches: an absent key is created by it, an existing one is not touched.</summary>
    public const string NeverETag = "2147483647";

    // A deleted key counts its versions from 1 again, so a deletion leaves a tombstone instead, for as long as a late write could come.
    private const int DeletedTtlSeconds = 3_600;
    private const string Deleted = """{"deleted":true}""";

    private readonly SureReads _reads = new(store, partition);
    private readonly Dictionary<string, string> _etags = []; // of live jobs and live pages; all others are read when they are needed
    private HashSet<string> _writtenAgain = [];
    private volatile IReadOnlyList<BatchEntry> _batch = [];
    private IReadOnlyList<BatchEntry> _sent = [];
    private bool _looksFirst; // some of the batch may be written already

    /// <summary>The last commit's documents are not all written yet.</summary>
    public bool HasWork => _batch.Count > 0;

    /// <summary>What of the last commit may not be written yet; readers may ask at any time.</summary>
    public IReadOnlyList<BatchEntry> Unwritten => _batch;

    public void Loaded(string key, string etag) => _etags[key] = etag;

    /// <summary>The first step.</summary>
    public async Task CommitAsync(CommitPlan plan, string headETag, CancellationToken cancellationToken)
    {
        IReadOnlyList<BatchEntry> batch = await EntriesOfAsync(plan.Documents, cancellationToken);
        _sent = batch;
        _writtenAgain = [.. plan.Documents.Where(operation => operation.IsWrittenAgain).Select(operation => operation.Key)];
        if (!await store.TrySaveAsync(partition, (plan.Head with { Batch = batch }).ToUtf8(), headETag, partition, cancellationToken))
        {
            throw new RefusedException("The head's ETag is another one.");
        }
    }

    /// <summary>Operations as a head holds them, each with the ETag that its document has.</summary>
    public async Task<IReadOnlyList<BatchEntry>> EntriesOfAsync(
        IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        string[] unknown = [
            .. operations.Where(operation => !operation.IsNew && !_etags.ContainsKey(operation.Key)).Select(operation => operation.Key)
        ];
        IReadOnlyDictionary<string, StoredItem> read = await _reads.ReadAsync(unknown, cancellationToken);
        return
        [
            .. operations
                .Select(operation => new BatchEntry(
                    operation.Key,
                    operation.Value is { } value ? Encoding.UTF8.GetString(value) : Deleted,
                    _etags.GetValueOrDefault(operation.Key) ?? (read.TryGetValue(operation.Key, out StoredItem item) ? item.ETag : null),
                    operation.Value is null ? DeletedTtlSeconds : operation.TtlSeconds)),
        ];
    }

    /// <summary>The first step is known to be stored, whether or not its answer came.</summary>
    public void Committed() => Begin(_sent, looksFirst: false);

    /// <summary>
    /// Takes up a former holder's batch, whatever of it that one managed to write itself. Each document by the ETag that it had before, as
    /// he would.
    /// </summary>
    public void Redo(IReadOnlyList<BatchEntry> batch)
    {
        _writtenAgain = [];
        Begin(batch, looksFirst: true);
    }

    /// <summary>The second step; repeated until it succeeds. False: another holder has written since.</summary>
    /// <param name="isStillOurs">
    /// Reads the head. Asked once documents were read that are neither as they were nor as they should be. If it is another's, a later
    /// holder has written them, or taken them away. If it is not, nobody had come when they were read: they are strays, as a late write
    /// to a key whose tombstone was over leaves them, and are written by the ETag that they were read with.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CallException">It has not succeeded yet.</exception>
    public async Task<bool> FinishAsync(Func<CancellationToken, Task<bool>> isStillOurs, CancellationToken cancellationToken)
    {
        (IReadOnlyList<BatchEntry> missing, bool hasStrays) =
            _looksFirst ? await MissingAsync(_batch, cancellationToken) : (_batch, false);
        if (hasStrays && !await isStillOurs(cancellationToken))
        {
            return false;
        }

        if (missing.Count > 0)
        {
            _looksFirst = true;
            CallException? failure = await WriteAsync(missing, cancellationToken);
            (missing, hasStrays) = await MissingAsync(failure is null ? WhatIsWrittenAgain() : _batch, cancellationToken);
            if (hasStrays && !await isStillOurs(cancellationToken))
            {
                return false;
            }

            if (missing.Count > 0)
            {
                throw failure ?? new UnclearException($"{missing.Count} documents of a commit are not written.");
            }
        }

        _batch = [];
        return true;
    }

    private void Begin(IReadOnlyList<BatchEntry> batch, bool looksFirst)
    {
        _batch = batch;
        _looksFirst = looksFirst;
    }

    /// <summary>
    /// Once the store has said that all is written, nothing is read back but what a later commit needs the ETag of: no event, and no job
    /// that has ended.
    /// </summary>
    private List<BatchEntry> WhatIsWrittenAgain()
    {
        var again = new List<BatchEntry>();
        foreach (BatchEntry entry in _batch)
        {
            if (_writtenAgain.Contains(entry.Key))
            {
                again.Add(entry);
            }
            else
            {
                _etags.Remove(entry.Key);
            }
        }

        return again;
    }

    /// <summary>What of these is not written yet, and whether any of it is neither as it was nor as it should be.</summary>
    private async Task<(IReadOnlyList<BatchEntry> Missing, bool HasStrays)> MissingAsync(
        IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, StoredItem> stored = await _reads.ReadAsync(
            [.. entries.Select(entry => entry.Key)], cancellationToken);
        var missing = new List<BatchEntry>();
        bool hasStrays = false;
        foreach (BatchEntry entry in entries)
        {
            if (!stored.TryGetValue(entry.Key, out StoredItem item))
            {
                // What is to be deleted and is not there needs no mark that it was. What its time took away in between is made anew:
                // by the ETag that it had stores refuse it for ever.
                if (entry.Value != Deleted)
                {
                    hasStrays |= entry.ETag is not null;
                    missing.Add(entry with { ETag = null });
                }

                _etags.Remove(entry.Key);
            }
            else if (!IsSame(item.Value, entry.Value))
            {
                hasStrays |= item.ETag != entry.ETag;
                missing.Add(entry with { ETag = item.ETag });
            }
            else if (_writtenAgain.Contains(entry.Key))
            {
                _etags[entry.Key] = item.ETag;
            }
            else
            {
                _etags.Remove(entry.Key);
            }
        }

        return (missing, hasStrays);
    }

    /// <summary>Writes; returns what was said where some of it may have been refused: what is stored decides then.</summary>
    private async Task<CallException?> WriteAsync(IReadOnlyList<BatchEntry> batch, CancellationToken cancellationToken)
    {
        try
        {
            await store.TransactAsync([.. batch.Select(Operation)], partition, cancellationToken);
            return null;
        }
        catch (RefusedException refused) when (refused.IsTooLarge && batch.Count > 1)
        {
            // The head has passed with all of it, but perhaps not so many operations at once do.
            int half = batch.Count / 2;
            return await WriteAsync([.. batch.Take(half)], cancellationToken)
                ?? await WriteAsync([.. batch.Skip(half)], cancellationToken);
        }
        catch (CallException exception) when (exception is RefusedException or UnclearException { IsAnswer: true })
        {
            return exception;
        }
    }

    private StateOperation Operation(BatchEntry entry)
    {
        byte[] value = Encoding.UTF8.GetBytes(entry.Value);
        return entry.ETag is null && createsByFirstWrite
            ? new StateOperation(entry.Key, value, TtlSeconds: entry.TtlSeconds, IfAbsent: true)
            : new StateOperation(entry.Key, value, entry.ETag ?? NeverETag, entry.TtlSeconds);
    }

    /// <summary>
    /// Whether a stored document is this one: by epoch and commit where it has them, else by its text as the store re-encodes it.
    /// </summary>
    private static bool IsSame(ReadOnlyMemory<byte> stored, string written)
    {
        using var b = JsonDocument.Parse(written);
        try
        {
            using var a = JsonDocument.Parse(stored);
            return JsonElement.DeepEquals(a.RootElement, b.RootElement)
                || (Stamp(a.RootElement) is { } stamp && stamp == Stamp(b.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // Spoilt since: what was committed takes its place.
            return false;
        }
    }

    private static (long Epoch, long Commit)? Stamp(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("epoch", out JsonElement epoch)
        && json.TryGetProperty("commit", out JsonElement commit)
            ? (epoch.GetInt64(), commit.GetInt64())
            : null;
}
