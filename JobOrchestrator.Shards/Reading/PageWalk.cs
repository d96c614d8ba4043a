using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Walks one shard's ids backwards, page by page.</summary>
/// <param name="shard">The shard.</param>
/// <param name="before">Arrival numbers from here on have been passed.</param>
internal sealed class PageWalk(IShard shard, long before)
{
    private IReadOnlyList<ArrivedId> _ids = [];
    private int _place;
    private bool _more = true;

    /// <summary>Arrival numbers from here on have been passed.</summary>
    public long Before { get; private set; } = before;

    /// <summary>The id under the walk, after a peek.</summary>
    public JobId? Current => _place < _ids.Count ? _ids[_place].Id : null;

    /// <summary>The next id, or null at the end.</summary>
    public async ValueTask<JobId?> PeekAsync(CancellationToken cancellationToken)
    {
        while (Current is null && _more)
        {
            IdPage page = await shard.IdsAsync(Before, cancellationToken);
            _ids = page.Ids;
            _more = page.More;
            _place = 0;
        }

        return Current;
    }

    /// <summary>Forgets that it went on from here; for the cursor alone, the walk itself goes no further.</summary>
    public void EndAt(long before) => Before = before;

    /// <summary>Passes the id under the walk.</summary>
    public void Advance() => Before = _ids[_place++].Order;
}
