namespace JobOrchestrator.Shards;

/// <summary>
/// Forgets what is past its retention: takes the oldest retired page, and once all its jobs may go, has them and the page deleted by
/// the next commits, as many as these have room for. A crash in between only means that some deletions are repeated.
/// </summary>
internal sealed class PageSweep(int shard, PageIndex pages, StoreCalls store)
{
    private long? _page;
    private Queue<string> _keys = [];
    private List<string> _given = [];
    private DateTimeOffset _nextLookAt;

    /// <summary>There is something to delete.</summary>
    public bool HasWork => _keys.Count > 0;

    /// <summary>Looks for a page to delete, unless one is in hand.</summary>
    public async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (HasWork || now < _nextLookAt || pages.OldestDead is not { } oldest)
        {
            return;
        }

        string key = Keys.Page(shard, pages.EpochOf(oldest)!.Value, oldest);
        if (await store.GetAsync(key, Keys.Head(shard), cancellationToken) is not { } item)
        {
            // Deleted by a commit whose head did not say so: only on a store that does not roll back.
            _page = oldest;
            _keys = new Queue<string>([key]);
            return;
        }

        (Guid[] ids, DateTimeOffset? expiresAt) = IndexPage.Parse(item.Value);
        if (expiresAt is not { } expiry)
        {
            throw new InvalidOperationException($"The page {key} is retired without saying when its jobs may go.");
        }

        if (expiry > now)
        {
            _nextLookAt = expiry;
            return;
        }

        _page = oldest;
        _keys = new Queue<string>([.. ids.Where(id => id != Guid.Empty).Select(id => id.ToString()), key]);
    }

    /// <summary>The next keys to delete, and the page that goes with the last of them.</summary>
    public (IReadOnlyList<string> Keys, long? Removed) Next(int max)
    {
        _given = [.. _keys.Take(max)];
        return (_given, _given.Count > 0 && _given.Count == _keys.Count ? _page : null);
    }

    /// <summary>The commit with the keys last given is stored.</summary>
    public void Stored()
    {
        for (int i = 0; i < _given.Count; i++)
        {
            _keys.Dequeue();
        }

        _given = [];
        if (_keys.Count == 0)
        {
            _page = null;
        }
    }
}
