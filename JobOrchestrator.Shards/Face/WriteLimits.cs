using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What one commit may hold: the bound on an atomic batch and on one lease.</summary>
/// <param name="JobsMax">Most jobs.</param>
/// <param name="BytesMax">Most bytes of their documents, by <see cref="CommandSize"/>.</param>
public readonly record struct WriteLimits(int JobsMax, long BytesMax)
{
    /// <summary>Whether documents so many and so large fit into one write.</summary>
    public bool FitsOneWrite(int documents, long bytes) => documents <= JobsMax && bytes <= BytesMax;

    /// <summary>Whether these jobs can come in with one write. One job alone always can: its values have their own bound.</summary>
    /// <param name="jobs">The jobs that come in.</param>
    /// <param name="ended">A job that ends with the same write; null: none.</param>
    public bool FitsOneWrite(IReadOnlyList<NewJob> jobs, Job? ended = null)
    {
        long bytes = jobs.Count > 1 ? jobs.Sum(job => (long)CommandSize.DocumentBytesOf(job)) + (ended?.DocumentBytesMax ?? 0) : 0;
        return FitsOneWrite(jobs.Count + (ended is null ? 0 : 1), bytes);
    }

    /// <summary>Splits jobs that need not come in together into writes, in their order.</summary>
    public IEnumerable<List<NewJob>> InWrites(IEnumerable<NewJob> jobs)
    {
        var write = new List<NewJob>();
        long bytes = 0;
        foreach (NewJob job in jobs)
        {
            long more = CommandSize.DocumentBytesOf(job);
            if (write.Count > 0 && !FitsOneWrite(write.Count + 1, bytes + more))
            {
                yield return write;
                write = [];
                bytes = 0;
            }

            write.Add(job);
            bytes += more;
        }

        if (write.Count > 0)
        {
            yield return write;
        }
    }
}
