namespace JobOrchestrator.Core;

/// <summary>
/// Which live job has which externalId: at most one of each owner in a queue. Anybody may give an id that others have too, so nothing here
/// goes through all the owners of one.
/// </summary>
internal sealed class ExternalIds
{
    // Nearly always one owner has an id, and this is all there is.
    private readonly Dictionary<(string Queue, string Id), Holder> _sole = [];

    // Where several have it: each by its owner, and all in the order of their arrival.
    private readonly Dictionary<OwnedKey, Holder> _owned = [];
    private readonly Dictionary<(string Queue, string Id), SortedSet<Holder>> _shared = [];

    /// <summary>The live job of this owner that has an id.</summary>
    public JobId? Of(OwnedKey key) =>
        _sole.TryGetValue((key.Queue, key.Key), out Holder sole) ? sole.Owner == key.Owner ? sole.Job : null
        : _owned.TryGetValue(key, out Holder holder) ? holder.Job
        : null;

    /// <summary>The live jobs of a queue that have an id, one of each owner, in their arrival; so many at most.</summary>
    public IEnumerable<JobId> Of(string queue, string id, int max) =>
        _sole.TryGetValue((queue, id), out Holder sole) ? [sole.Job]
        : _shared.TryGetValue((queue, id), out SortedSet<Holder>? holders) ? [.. holders.Take(max).Select(holder => holder.Job)]
        : [];

    /// <summary>A job has an id; whoever of its owner had it before has it no more.</summary>
    public void Enter(OwnedKey key, JobId job, long order)
    {
        (string, string) id = (key.Queue, key.Key);
        var entered = new Holder(order, key.Owner, job);
        if (_shared.TryGetValue(id, out SortedSet<Holder>? holders))
        {
            if (_owned.TryGetValue(key, out Holder before))
            {
                holders.Remove(before);
            }

            Add(holders, key, entered);
        }
        else if (!_sole.TryGetValue(id, out Holder sole) || sole.Owner == key.Owner)
        {
            _sole[id] = entered;
        }
        else
        {
            _sole.Remove(id);
            SortedSet<Holder> both = _shared[id] = [];
            Add(both, key with { Owner = sole.Owner }, sole);
            Add(both, key, entered);
        }
    }

    /// <summary>A job has its id no more, unless another of its owner has it by now.</summary>
    public void Leave(OwnedKey key, JobId job)
    {
        (string, string) id = (key.Queue, key.Key);
        if (_sole.TryGetValue(id, out Holder sole))
        {
            if (sole.Job == job)
            {
                _sole.Remove(id);
            }
        }
        else if (_owned.TryGetValue(key, out Holder holder) && holder.Job == job)
        {
            _owned.Remove(key);
            SortedSet<Holder> left = _shared[id];
            left.Remove(holder);
            if (left.Count == 1)
            {
                Holder last = left.Min;
                _owned.Remove(key with { Owner = last.Owner });
                _shared.Remove(id);
                _sole[id] = last;
            }
        }
    }

    private void Add(SortedSet<Holder> holders, OwnedKey key, Holder holder)
    {
        _owned[key] = holder;
        holders.Add(holder);
    }

    private readonly record struct Holder(long Order, string? Owner, JobId Job) : IComparable<Holder>
    {
        public int CompareTo(Holder other) =>
            Order != other.Order ? Order.CompareTo(other.Order) : Job.Value.CompareTo(other.Job.Value);
    }
}
