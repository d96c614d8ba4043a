using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// Commits to a store that does not roll back a refused transaction (Redis): first the head alone, by its ETag, with the whole batch
/// inside; one key, one compare-and-set, and that is the commit. Then the batch's documents, each by its own ETag, before the next
/// commit overwrites the batch. Whoever takes over redoes the batch that the head holds, so a crash in between loses nothing, and a
/// late write of a former holder finds every document changed.
/// </summary>
internal sealed class TwoStepDocuments(StoreCalls store, string partition)
{
    /// <summary>An ETag that no document on Redis reaches: an absent key is created by it, an existing one is not touched.</summary>
    public const string NeverETag = "2147483647";

    // A deleted key counts its versions from 1 again, so a deletion leaves a tombstone instead, for as long as a late write could come.
    private const int DeletedTtlSeconds = 3_600;
    private const string Deleted = """{"deleted":true}""";

    private readonly Dictionary<string, string> _etags = []; // of live jobs and live pages; all others are read when they are needed
    private HashSet<string> _writtenAgain = [];
    private IReadOnlyList<BatchEntry> _batch = [];
    private IReadOnlyList<BatchEntry> _sent = [];

    /// <summary>The last commit's documents are not all written yet.</summary>
    public bool HasWork => _batch.Count > 0;

    public void Loaded(string key, string etag) => _etags[key] = etag;

    /// <summary>The first step.</summary>
    public async Task CommitAsync(CommitPlan plan, string headETag, CancellationToken cancellationToken)
    {
        string[] unknown = [
            .. plan.Documents.Where(operation => !operation.IsNew && !_etags.ContainsKey(operation.Key)).Select(operation => operation.Key)
        ];
        IReadOnlyDictionary<string, StoredItem> read = await store.GetManyAsync(unknown, partition, cancellationToken);
        IReadOnlyList<BatchEntry> batch =
        [
            .. plan.Documents
                .Select(operation => new BatchEntry(
                    operation.Key,
                    operation.Value is { } value ? Encoding.UTF8.GetString(value) : Deleted,
                    _etags.GetValueOrDefault(operation.Key) ?? (read.TryGetValue(operation.Key, out StoredItem item) ? item.ETag : null),
                    operation.Value is null ? DeletedTtlSeconds : operation.TtlSeconds)),
        ];
        _sent = batch;
        _writtenAgain = [.. plan.Documents.Where(operation => operation.IsWrittenAgain).Select(operation => operation.Key)];
        if (!await store.TrySaveAsync(partition, (plan.Head with { Batch = batch }).ToUtf8(), headETag, partition, cancellationToken))
        {
            throw new RefusedException("The head's ETag is another one.");
        }
    }

    /// <summary>The first step is known to be stored, whether or not its answer came.</summary>
    public void Committed() => _batch = _sent;

    /// <summary>The second step; repeated until it succeeds. False: another holder has written since.</summary>
    public async Task<bool> FinishAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<BatchEntry> batch = _batch;
        await WriteAsync(batch, cancellationToken);

        IReadOnlyDictionary<string, StoredItem> stored = await store.GetManyAsync(
            [.. batch.Select(entry => entry.Key)], partition, cancellationToken);
        foreach (BatchEntry entry in batch)
        {
            if (!stored.TryGetValue(entry.Key, out StoredItem item) || !IsSame(item.Value, entry.Value))
            {
                return false;
            }

            if (_writtenAgain.Contains(entry.Key))
            {
                _etags[entry.Key] = item.ETag;
            }
            else
            {
                _etags.Remove(entry.Key);
            }
        }

        _batch = [];
        return true;
    }

    /// <summary>
    /// Brings the documents of a former holder's last commit to what its head says, whatever it managed to write itself.
    /// </summary>
    public async Task RedoAsync(Head head, CancellationToken cancellationToken)
    {
        string[] keys = [.. head.Batch!.Select(entry => entry.Key)];
        while (true)
        {
            IReadOnlyDictionary<string, StoredItem> stored = await store.GetManyAsync(keys, partition, cancellationToken);
            BatchEntry[] missing =
            [
                .. head.Batch!
                    .Where(entry => !stored.TryGetValue(entry.Key, out StoredItem item) || !IsSame(item.Value, entry.Value))
                    .Select(entry => entry with { ETag = stored.TryGetValue(entry.Key, out StoredItem item) ? item.ETag : null }),
            ];
            if (missing.Length == 0)
            {
                return;
            }

            await WriteAsync(missing, cancellationToken);
        }
    }

    private async Task WriteAsync(IReadOnlyList<BatchEntry> batch, CancellationToken cancellationToken)
    {
        try
        {
            await store.TransactAsync(
                [.. batch.Select(entry => new StateOperation(
                    entry.Key, Encoding.UTF8.GetBytes(entry.Value), entry.ETag ?? NeverETag, entry.TtlSeconds))],
                partition,
                cancellationToken);
        }
        catch (RefusedException)
        {
            // Some were written before, by this or by a former holder: what is stored decides, and it is read next.
        }
    }

    /// <summary>
    /// Whether a stored document is this one: by epoch and commit where it has them, else by its text as the store re-encodes it.
    /// </summary>
    private static bool IsSame(ReadOnlyMemory<byte> stored, string written)
    {
        using var a = JsonDocument.Parse(stored);
        using var b = JsonDocument.Parse(written);
        return JsonElement.DeepEquals(a.RootElement, b.RootElement) || Stamp(a.RootElement) is { } stamp && stamp == Stamp(b.RootElement);
    }

    private static (long Epoch, long Commit)? Stamp(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("epoch", out JsonElement epoch)
        && json.TryGetProperty("commit", out JsonElement commit)
            ? (epoch.GetInt64(), commit.GetInt64())
            : null;
}
