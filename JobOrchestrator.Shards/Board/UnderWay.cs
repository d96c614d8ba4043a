using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Jobs that a commit changes whose answer is not here yet. Thread-safe.</summary>
/// <param name="jobs">The jobs.</param>
internal sealed class UnderWay(IReadOnlyList<Job> jobs)
{
    // Fewer are looked through as fast as they are looked up.
    private const int FewMax = 8;

    private readonly TaskCompletionSource? _over =
        jobs.Count > 0 ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;

    private volatile HashSet<JobId>? _ids;

    /// <summary>No commit.</summary>
    public static UnderWay Nothing { get; } = new([]);

    public IReadOnlyList<Job> Jobs => jobs;

    /// <summary>Ends once it is clear what became of it.</summary>
    public Task Over => _over?.Task ?? Task.CompletedTask;

    /// <summary>It is clear what became of it, and told.</summary>
    public void End() => _over?.TrySetResult();

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
