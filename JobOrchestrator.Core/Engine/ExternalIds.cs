namespace JobOrchestrator.Core;

/// <summary>Which live job has which externalId: at most one of each owner in a queue.</summary>
internal sealed class ExternalIds
{
    // Nearly always one owner has an id; only where several do there is a list.
    private readonly Dictionary<(string Queue, string Id), Holders> _byId = [];

    private readonly record struct Holder(string? Owner, JobId Job);

    private readonly record struct Holders(Holder First, List<Holder>? Others);

    /// <summary>The live job of this owner that has an id.</summary>
    public JobId? Of(OwnedKey key)
    {
        if (!_byId.TryGetValue((key.Queue, key.Key), out Holders holders))
        {
            return null;
        }

        int other = holders.First.Owner == key.Owner ? -1 : holders.Others?.FindIndex(other => other.Owner == key.Owner) ?? -1;
        return other >= 0 ? holders.Others![other].Job : holders.First.Owner == key.Owner ? holders.First.Job : null;
    }

    /// <summary>The live jobs of a queue that have an id, one of each owner, in no order.</summary>
    public IEnumerable<JobId> Of(string queue, string id) =>
        _byId.TryGetValue((queue, id), out Holders holders)
            ? [holders.First.Job, .. (holders.Others ?? []).Select(other => other.Job)]
            : [];

    /// <summary>A job has an id; whoever of its owner had it before has it no more.</summary>
    public void Enter(OwnedKey key, JobId job)
    {
        var entered = new Holder(key.Owner, job);
        if (!_byId.TryGetValue((key.Queue, key.Key), out Holders holders) || holders.First.Owner == key.Owner)
        {
            _byId[(key.Queue, key.Key)] = holders with { First = entered };
            return;
        }

        List<Holder> others = holders.Others ?? [];
        others.RemoveAll(other => other.Owner == key.Owner);
        others.Add(entered);
        _byId[(key.Queue, key.Key)] = holders with { Others = others };
    }

    /// <summary>A job has its id no more, unless another of its owner has it by now.</summary>
    public void Leave(OwnedKey key, JobId job)
    {
        if (!_byId.TryGetValue((key.Queue, key.Key), out Holders holders))
        {
            return;
        }

        if (holders.First.Job != job)
        {
            holders.Others?.RemoveAll(other => other.Job == job);
        }
        else if (holders.Others is { Count: > 0 } others)
        {
            _byId[(key.Queue, key.Key)] = holders with { First = others[^1] };
            others.RemoveAt(others.Count - 1);
        }
        else
        {
            _byId.Remove((key.Queue, key.Key));
        }
    }
}
