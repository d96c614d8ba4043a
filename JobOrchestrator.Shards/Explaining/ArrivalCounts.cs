namespace JobOrchestrator.Shards;

/// <summary>
/// How many jobs of one priority came into a queue, by tens of seconds, and how many are to come because their time comes: in a ring, of
/// which one half lies behind and one ahead.
/// </summary>
internal sealed class ArrivalCounts
{
    /// <summary>Five minutes.</summary>
    public const int Kept = 30;

    private const int Cells = (2 * Kept) + 2;

    private readonly int[] _all = new int[Cells];
    private readonly int[] _timed = new int[Cells];

    /// <summary>A job comes in.</summary>
    /// <param name="cell">When; no further ahead than is kept.</param>
    /// <param name="isTimed">That is known before.</param>
    public void Add(long cell, bool isTimed)
    {
        _all[cell % Cells]++;
        _timed[cell % Cells] += isTimed ? 1 : 0;
    }

    /// <summary>Time goes on by a cell.</summary>
    public void Begin(long cell) => _all[(cell + Kept) % Cells] = _timed[(cell + Kept) % Cells] = 0;

    /// <summary>How many came in a cell.</summary>
    public int In(long cell) => _all[cell % Cells];

    /// <summary>How many of them because their time had come.</summary>
    public int TimedIn(long cell) => _timed[cell % Cells];
}
