using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a shard's jobs failed of, in all and by owner, for an owner is shown nothing of others. Whoever has it guards it.
/// </summary>
/// <param name="since">From when on it counts.</param>
/// <param name="groupsMax">Most groups.</param>
/// <param name="ownersMax">How many owners have groups of their own.</param>
/// <param name="ownerGroupsMax">Most groups of an owner.</param>
internal sealed class ShardErrors(DateTimeOffset since, int groupsMax = 64, int ownersMax = 32, int ownerGroupsMax = 32)
{
    private readonly ErrorGroups _all = new(groupsMax, since);
    private readonly Dictionary<string, ErrorGroups> _owners = new(StringComparer.Ordinal);
    private DateTimeOffset _ownersSince = since; // what was known of those that had to go is from before

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes => _all.Bytes + _owners.Values.Sum(owner => owner.Bytes);

    /// <summary>A job has failed.</summary>
    public void Add(Job failed, DateTimeOffset now)
    {
        var key = ErrorKey.Of(failed);
        _all.Add(key, failed.Id, now);
        if (failed.Owner is { } name)
        {
            if (!_owners.TryGetValue(name, out ErrorGroups? owner))
            {
                if (_owners.Count >= ownersMax)
                {
                    RemoveIdlest(now);
                }

                _owners.Add(name, owner = new ErrorGroups(ownerGroupsMax, _ownersSince));
            }

            owner.Add(key, failed.Id, now);
        }
    }

    /// <summary>A job had failed before it counted. What is known since takes no second place for that.</summary>
    public void Recall(PastFailure failed)
    {
        _all.Recall(failed.Key, failed.Id, failed.At);
        if (failed.Owner is { } name)
        {
            if (!_owners.TryGetValue(name, out ErrorGroups? owner))
            {
                if (_owners.Count >= ownersMax)
                {
                    return;
                }

                _owners.Add(name, owner = new ErrorGroups(ownerGroupsMax, _ownersSince));
            }

            owner.Recall(failed.Key, failed.Id, failed.At);
        }
    }

    /// <summary>What happened in a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="owner">To this owner's jobs; null: to all.</param>
    public ErrorsAnswer Read(ErrorWindow window, string? owner) =>
        owner is null ? _all.Read(window)
        : _owners.TryGetValue(owner, out ErrorGroups? own) ? own.Read(window)
        : new ErrorsAnswer(_ownersSince, [], 0);

    /// <summary>How many jobs of each owner failed in a window, and from when on that is known of all.</summary>
    public (DateTimeOffset Since, IReadOnlyDictionary<string, long> Failed) OfOwners(ErrorWindow window) =>
        (_ownersSince, _owners.ToDictionary(owner => owner.Key, owner => owner.Value.Count(window), StringComparer.Ordinal));

    /// <summary>Forgets the owner whose jobs failed longest ago; null: there is none.</summary>
    /// <returns>How many bytes that frees.</returns>
    public long? RemoveIdlest(DateTimeOffset now)
    {
        if (_owners.Count == 0)
        {
            return null;
        }

        (string name, ErrorGroups idlest) = _owners.MinBy(owner => owner.Value.LastAt);
        _owners.Remove(name);
        _ownersSince = now;
        return idlest.Bytes;
    }
}
