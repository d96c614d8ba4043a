using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Jobs that a commit changes whose answer is not here yet. Thread-safe.</summary>
/// <param name="jobs">The jobs.</param>
internal sealed class UnderWay(IReadOnlyList<Job> jobs)
{
    // Fewer are looked through as fast as they are looked up.
    private const int FewMax = 8;

    private volatile HashSet<JobId>? _ids;

    public IReadOnlyList<Job> Jobs => jobs;

    /// <summary>Whether a job is among them. Nobody pays for that but who asks, and a search asks for each of a million.</summary>
    public bool Has(JobId id)
    {
        if (jobs.Count > FewMax)
        {
            return (_ids ??= [.. jobs.Select(job => job.Id)]).Contains(id);
        }

        foreach (Job job in jobs)
        {
            if (job.Id == id)
            {
                return true;
            }
        }

        return false;
    }
}
