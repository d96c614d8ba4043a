using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What may stand before a job when it is due.</summary>
/// <param name="Ready">What stands before it now.</param>
/// <param name="Due">What comes due before it, by how long before it, the last of them from now on.</param>
/// <param name="Asking">Workers that wait for such a job at this moment.</param>
internal sealed record Upcoming(int Ready, IReadOnlyList<DueBefore> Due, int Asking)
{
    // What comes due that long before it is done by then, where there is no line.
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(64);

    /// <summary>Until it is due.</summary>
    public TimeSpan Left => Due[^1].Within;

    /// <summary>All that come due before it.</summary>
    public int DueBefore => Due[^1].Jobs;

    /// <summary>Those that stand before it now or come due shortly before it.</summary>
    public int Near => Ready + Due.Where(due => due.Within <= Shortly).Select(due => due.Jobs).LastOrDefault();
}
