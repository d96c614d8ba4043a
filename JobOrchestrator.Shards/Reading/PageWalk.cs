using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Walks one shard's ids in the order of arrival, page by page: backwards, or forwards where the oldest come first.</summary>
/// <param name="shard">The shard.</param>
/// <param name="wanted">What for: live jobs alone are found in memory.</param>
/// <param name="beyond">Where it begins: see <see cref="Beyond"/>.</param>
internal sealed class PageWalk(IShard shard, JobFilter wanted, long beyond)
{
    private const int LiveInOneLook = 256;

    private IReadOnlyList<ArrivedId> _ids = [];
    private int _place;
    private bool _more = true;
    private long? _beyondIds;

    /// <summary>Where a walk begins that has passed nothing.</summary>
    public static long Start(JobFilter wanted) => wanted.OldestFirst ? 0 : long.MaxValue;

    /// <summary>Arrival numbers from here on have been passed; where the oldest come first, those before it.</summary>
    public long Beyond { get; private set; } = beyond;

    /// <summary>The id under the walk, after a peek.</summary>
    public JobId? Current => _place < _ids.Count ? _ids[_place].Id : null;

    /// <summary>It has stopped in the middle: where it stands is not known.</summary>
    public bool IsStopped => Current is null && _more;

    /// <summary>How many documents were read for its ids.</summary>
    public int LookedAt { get; private set; }

    /// <summary>When the last job was created that was passed without a look at its id; null: none was.</summary>
    public DateTimeOffset? LookedTo { get; private set; }

    /// <summary>The next id, or null at the end, or where there is no more time: it gets on by one look in any case.</summary>
    /// <param name="goesOn">Whether there is time for one more look.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async ValueTask<JobId?> PeekAsync(Func<bool> goesOn, CancellationToken cancellationToken)
    {
        for (bool isFirst = true; Current is null && _more && (isFirst || goesOn()); isFirst = false)
        {
            Beyond = _beyondIds ?? Beyond;
            IdPage page = await ReadAsync(cancellationToken);
            _ids = page.Ids;
            _more = page.More;
            _place = 0;
            LookedAt += page.LookedAt;
            LookedTo = page.LookedTo ?? LookedTo;
            _beyondIds = page.Beyond;
            if (_ids.Count == 0)
            {
                Beyond = _beyondIds ?? Beyond;
            }
        }

        return Current;
    }

    /// <summary>Forgets that it went on from here; for the cursor alone, the walk itself goes no further.</summary>
    public void EndAt(long beyond) => Beyond = beyond;

    /// <summary>Passes the id under the walk.</summary>
    public void Advance()
    {
        long order = _ids[_place++].Order;
        Beyond = wanted.OldestFirst ? order + 1 : order;
    }

    private Task<IdPage> ReadAsync(CancellationToken cancellationToken) =>
        wanted.LiveOnly ? ReadLiveAsync(cancellationToken)
        : wanted.OldestFirst ? shard.IdsUpAsync(Beyond, wanted, cancellationToken)
        : shard.IdsAsync(Beyond, wanted, cancellationToken);

    private async Task<IdPage> ReadLiveAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Job> live = await shard.LiveAsync(
            wanted with { WithUnderWay = true }, Beyond, LiveInOneLook, cancellationToken);
        return new IdPage([.. live.Select(job => new ArrivedId(job.Order, job.Id))], More: live.Count == LiveInOneLook);
    }
}
