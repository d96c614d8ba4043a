using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What befalls one request.</summary>
internal enum Fault
{
    None,

    /// <summary>The connection is refused: certainly nothing happened.</summary>
    Unreachable,

    /// <summary>It was done, but the answer is lost.</summary>
    AnswerLost,

    /// <summary>It was not done, and there is no answer.</summary>
    RequestLost,

    /// <summary>The sidecar says no: nothing was done.</summary>
    Refused,

    /// <summary>As refused, but for now alone: the store has more to do than it is paid for.</summary>
    Busy,

    /// <summary>It is not done, and there is no answer until the caller gives up.</summary>
    Silent,

    /// <summary>The sidecar answers with an error of its store's; nothing was done.</summary>
    Failed,
}

/// <summary>
/// A state store that answers as recorded of a sidecar: with <c>rollsBack</c> as state.in-memory, without as Redis, where a transaction
/// applies every operation but the ones whose ETag is stale, a deleted key counts its versions from 1 again, and an absent key is
/// created whatever the ETag.
/// </summary>
internal sealed class ModelStore : IStateStore
{
    private readonly Contents _contents;
    private readonly bool _rollsBack;

    public ModelStore(bool rollsBack = true)
    {
        _rollsBack = rollsBack;
        _contents = new Contents();
    }

    /// <summary>Another way to the same documents, with faults of its own.</summary>
    public ModelStore(ModelStore same)
    {
        _rollsBack = same._rollsBack;
        _contents = same._contents;
    }

    /// <summary>Decides what befalls a request; <c>write</c> says whether it changes anything.</summary>
    public Func<bool, Fault> Fault { get; set; } = _ => Tests.Fault.None;

    /// <summary>Decides what befalls a transaction, before <see cref="Fault"/> does.</summary>
    public Func<Fault> TransactionFault { get; set; } = () => Tests.Fault.None;

    /// <summary>The store as the shards call it.</summary>
    public StoreCalls Calls => new(this, TimeSpan.FromSeconds(10), ShardBounds.Usual.StoreAway, TimeProvider.System);

    public int Transactions { get; private set; }

    public int Reads { get; private set; }

    /// <summary>How many documents were asked for, those of bulk reads each.</summary>
    public int DocumentsRead { get; private set; }

    /// <summary>Requests that met <see cref="Tests.Fault.Silent"/>.</summary>
    public int Silences { get; private set; }

    public int OperationsSeenMax { get; private set; }

    public long BytesSeenMax { get; private set; }

    public IReadOnlyList<string> KeysNow
    {
        get
        {
            lock (_contents)
            {
                return [.. _contents.Documents.Keys];
            }
        }
    }

    public string? JsonOf(string key)
    {
        lock (_contents)
        {
            return _contents.Documents.TryGetValue(key, out (string Json, long Version) document) ? document.Json : null;
        }
    }

    /// <summary>Somebody else writes a document, as it is said, past everything that a sidecar would check.</summary>
    public void Spoil(string key, string text)
    {
        lock (_contents)
        {
            long before = _contents.Documents.TryGetValue(key, out (string Json, long Version) document) ? document.Version : 0;
            _contents.Documents[key] = (text, before + 1_000);
        }
    }

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await MeetAsync(write: false, cancellationToken);
        lock (_contents)
        {
            Reads++;
            DocumentsRead++;
            return _contents.Documents.TryGetValue(key, out (string Json, long Version) document) ? Item(document) : null;
        }
    }

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await MeetAsync(write: false, cancellationToken);
        lock (_contents)
        {
            Reads++;
            DocumentsRead += keys.Count;
            return keys.Distinct().Where(_contents.Documents.ContainsKey).ToDictionary(key => key, key => Item(_contents.Documents[key]));
        }
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Fault fault = await MeetAsync(write: true, cancellationToken);
        bool saved;
        lock (_contents)
        {
            bool exists = _contents.Documents.TryGetValue(key, out (string Json, long Version) document);
            saved = etag is null ? !exists : exists ? Text(document.Version) == etag : !_rollsBack;
            if (saved)
            {
                Put(key, value);
            }
        }

        return fault == Tests.Fault.AnswerLost ? throw Lost() : saved;
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Fault special = TransactionFault();
        Fault fault = special == Tests.Fault.None
            ? await MeetAsync(write: true, cancellationToken)
            : await MeetAsync(special, cancellationToken);
        bool refused;
        lock (_contents)
        {
            Transactions++;
            BytesSeenMax = Math.Max(BytesSeenMax, operations.Sum(operation => (long)(operation.Value?.Length ?? 0)));
            OperationsSeenMax = Math.Max(OperationsSeenMax, operations.Count);
            bool[] passes = [.. operations.Select(Passes)];
            refused = passes.Contains(false);
            for (int i = 0; i < operations.Count; i++)
            {
                if (_rollsBack ? !refused : passes[i])
                {
                    Apply(operations[i]);
                }
            }
        }

        if (fault == Tests.Fault.AnswerLost)
        {
            throw Lost();
        }

        if (refused)
        {
            throw new UnclearException(_rollsBack ? "possible etag mismatch" : "failed to set key") { IsAnswer = true };
        }
    }

    private static UnclearException Lost() => new("The connection broke.");

    private static StoredItem Item((string Json, long Version) document) =>
        new(Encoding.UTF8.GetBytes(document.Json), Text(document.Version));

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private Task<Fault> MeetAsync(bool write, CancellationToken cancellationToken) => MeetAsync(Fault(write), cancellationToken);

    private async Task<Fault> MeetAsync(Fault fault, CancellationToken cancellationToken)
    {
        if (fault == Tests.Fault.Silent)
        {
            lock (_contents)
            {
                Silences++;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return fault switch
        {
            Tests.Fault.Unreachable => throw new NeverSentException("The connection was refused."),
            Tests.Fault.RequestLost => throw Lost(),
            Tests.Fault.Refused => throw new RefusedException("The store is out of order."),
            Tests.Fault.Failed => throw new UnclearException("INTERNAL: i/o timeout") { IsAnswer = true },
            Tests.Fault.Busy => throw new RefusedException("RESPONSE 429: 429 Too Many Requests") { IsForNow = true },
            _ => fault,
        };
    }

    private bool Passes(StateOperation operation)
    {
        if (operation.ETag is null)
        {
            return !operation.IfAbsent || !_rollsBack || !_contents.Documents.ContainsKey(operation.Key);
        }

        return _contents.Documents.TryGetValue(operation.Key, out (string Json, long Version) document)
            ? Text(document.Version) == operation.ETag
            : !_rollsBack;
    }

    private void Apply(StateOperation operation)
    {
        if (operation.Value is null)
        {
            _contents.Documents.Remove(operation.Key);
        }
        else
        {
            Put(operation.Key, operation.Value);
        }
    }

    private void Put(string key, byte[] value)
    {
        // The sidecar parses and re-encodes what it stores.
        string json = JsonSerializer.Serialize(JsonDocument.Parse(value).RootElement);
        long version = _rollsBack
            ? ++_contents.Versions
            : (_contents.Documents.TryGetValue(key, out (string Json, long Version) document) ? document.Version : 0) + 1;
        _contents.Documents[key] = (json, version);
    }

    private sealed class Contents
    {
        public Dictionary<string, (string Json, long Version)> Documents { get; } = []; // guarded by the contents themselves

        public long Versions { get; set; }
    }
}
