using System.Collections.Concurrent;

namespace JobOrchestrator.Shards;

/// <summary>
/// The documents of one shard that cannot be read, as far as they were met. Each is told in the log once, and stays in health until it is
/// met again and can be read, or is gone. All others go on; these are neither written nor deleted.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="logger">The log.</param>
internal sealed partial class UnreadableDocuments(int shard, ILogger logger)
{
    private readonly ConcurrentDictionary<string, Entry> _keys = new();
    private volatile bool _isUsed; // one was added once

    /// <summary>What a person should know; null: there are none.</summary>
    public string? Warning => _keys.IsEmpty
        ? null
        : $"Shard {shard}: stored documents cannot be read: {_keys.Count} are set aside as they are. The log names them.";

    /// <summary>Why a job was set aside when the shard was loaded, repaired since or not; null: it was not.</summary>
    public string? ReasonAside(string key) => _keys.TryGetValue(key, out Entry? entry) && entry.IsAside ? entry.Reason : null;

    /// <summary>Whether a document cannot be read, as far as is known.</summary>
    public bool Has(string key) => _keys.ContainsKey(key);

    /// <summary>A document cannot be read.</summary>
    /// <param name="key">The document.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="isAside">The shard was loaded without it, and goes on without it until it is loaded again.</param>
    public void Add(string key, string reason, bool isAside)
    {
        _isUsed = true;
        var entry = new Entry(reason, isAside);
        if (_keys.TryAdd(key, entry))
        {
            LogUnreadable(logger, shard, key, reason);
        }
        else if (isAside)
        {
            _keys[key] = entry;
        }
    }

    /// <summary>A document can be read, or is not there.</summary>
    public void Remove(string key)
    {
        if (_isUsed)
        {
            _keys.TryRemove(key, out _);
        }
    }

    private sealed record Entry(string Reason, bool IsAside);

    [LoggerMessage(
        51, LogLevel.Error, "Shard {Shard}: the document {Key} cannot be read and is left as it is; all others go on. Reason: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, int shard, string key, string reason);
}
