using System.Globalization;
using JobOrchestrator.Shards;

namespace FindCost;

/// <summary>
/// A store in this process that rolls back, answers after a pause that a sidecar on the same machine would make, and counts what it is
/// asked for.
/// </summary>
/// <param name="pause">How long each call takes at least.</param>
internal sealed class CountingStore(Func<TimeSpan> pause) : IStateStore
{
    private readonly Dictionary<string, (byte[] Value, long Version)> _documents = []; // also its own lock
    private long _version;

    /// <summary>How many reads there were.</summary>
    public int Reads { get; private set; }

    /// <summary>How many documents they named.</summary>
    public int Documents { get; private set; }

    /// <summary>Bytes that were written.</summary>
    public long BytesWritten { get; private set; }

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
        (await GetManyAsync([key], partition, cancellationToken)).TryGetValue(key, out StoredItem item) ? item : null;

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        lock (_documents)
        {
            Reads++;
            Documents += keys.Count;
            var found = new Dictionary<string, StoredItem>(keys.Count);
            foreach (string key in keys)
            {
                if (_documents.TryGetValue(key, out (byte[] Value, long Version) document))
                {
                    found[key] = new StoredItem(document.Value, document.Version.ToString(CultureInfo.InvariantCulture));
                }
            }

            return found;
        }
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        lock (_documents)
        {
            bool isAsSaid = Passes(key, etag, ifAbsent: etag is null);
            if (isAsSaid)
            {
                Put(key, value);
            }

            return isAsSaid;
        }
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        lock (_documents)
        {
            if (operations.Any(operation => !Passes(operation.Key, operation.ETag, operation.IfAbsent)))
            {
                throw new UnclearException("possible etag mismatch") { IsAnswer = true };
            }

            foreach (StateOperation operation in operations)
            {
                if (operation.Value is { } value)
                {
                    Put(operation.Key, value);
                }
                else
                {
                    _documents.Remove(operation.Key);
                }
            }
        }
    }

    private Task PauseAsync(CancellationToken cancellationToken) =>
        pause() is var length && length > TimeSpan.Zero ? Task.Delay(length, cancellationToken) : Task.CompletedTask;

    private bool Passes(string key, string? etag, bool ifAbsent)
    {
        bool exists = _documents.TryGetValue(key, out (byte[] Value, long Version) document);
        return etag is null ? !(ifAbsent && exists) : exists && document.Version.ToString(CultureInfo.InvariantCulture) == etag;
    }

    private void Put(string key, byte[] value)
    {
        _documents[key] = (value, ++_version);
        BytesWritten += value.Length;
    }
}
