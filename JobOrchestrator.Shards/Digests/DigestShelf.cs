using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The digests that a shard has in memory: those of live pages, which are nowhere else, and of retired ones as many as there is room for.
/// What a search brings takes nobody's place: searches go through all pages in one order, and each would put out what the next one needs.
/// </summary>
/// <param name="bytesMax">What they take at most, about.</param>
/// <param name="pageJobs">How many jobs a page has room for.</param>
internal sealed class DigestShelf(long bytesMax, int pageJobs)
{
    private readonly Lock _lock = new(); // of all that follows: readers enter what they find
    private readonly Dictionary<long, LinkedListNode<(long Page, PageDigest Digest, long Bytes)>> _retired = [];
    private readonly LinkedList<(long Page, PageDigest Digest, long Bytes)> _byUse = []; // used last at the end
    private long _growing;
    private long _kept;

    /// <summary>How many bytes they take, about.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _growing + _kept;
            }
        }
    }

    /// <summary>
    /// One for a live page; null: there is no room, and the jobs of that page that end now are read by whoever looks for some.
    /// </summary>
    public PageDigest? TryBegin() => TryReserve() ? new PageDigest(pageJobs) : null;

    /// <summary>A digest that a live page was stored with grows on; null: there is no room.</summary>
    public PageDigest? TryGoOn(PageDigest stored) => TryReserve() ? stored : null;

    /// <summary>A page is retired.</summary>
    public void Retire(long page, PageDigest digest)
    {
        PageDigest folded = digest.Folded();
        lock (_lock)
        {
            _growing -= PageDigest.BytesMost(pageJobs);
            Keep(page, folded);
            MakeRoom();
        }
    }

    /// <summary>The digest of a retired page; null: it is not at hand.</summary>
    public PageDigest? Find(long page)
    {
        lock (_lock)
        {
            if (!_retired.TryGetValue(page, out LinkedListNode<(long Page, PageDigest Digest, long Bytes)>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Digest;
        }
    }

    /// <summary>A retired page was read, with this digest in it; it is kept where there is room.</summary>
    public void Enter(long page, PageDigest digest)
    {
        lock (_lock)
        {
            Forget(page);
            if (_growing + _kept + digest.Bytes <= bytesMax)
            {
                Keep(page, digest);
            }
        }
    }

    /// <summary>
    /// Finished jobs of a retired page were read: its digest may not have known of them, for old pages are stored with none.
    /// </summary>
    public void Learn(long page, IEnumerable<(int Place, Job Job)> jobs)
    {
        lock (_lock)
        {
            if (Find(page) is not { } digest)
            {
                return;
            }

            foreach ((int place, Job job) in jobs)
            {
                digest.Add(place, job);
            }

            Enter(page, digest.Folded());
        }
    }

    /// <summary>A page is gone.</summary>
    public void Remove(long page)
    {
        lock (_lock)
        {
            Forget(page);
        }
    }

    private bool TryReserve()
    {
        lock (_lock)
        {
            long bytes = PageDigest.BytesMost(pageJobs);
            if (_growing + bytes > bytesMax)
            {
                return false;
            }

            _growing += bytes;
            MakeRoom();
            return true;
        }
    }

    private void Keep(long page, PageDigest digest)
    {
        Forget(page);
        long bytes = digest.Bytes;
        _retired[page] = _byUse.AddLast((page, digest, bytes));
        _kept += bytes;
    }

    private void Forget(long page)
    {
        if (_retired.Remove(page, out LinkedListNode<(long Page, PageDigest Digest, long Bytes)>? node))
        {
            _byUse.Remove(node);
            _kept -= node.Value.Bytes;
        }
    }

    private void MakeRoom()
    {
        while (_growing + _kept > bytesMax && _byUse.First is { } first)
        {
            Forget(first.Value.Page);
        }
    }
}
