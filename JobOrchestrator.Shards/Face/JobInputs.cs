using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Inputs for those who show a job that an outcome names: one that waits may have a long input, which memory has left in the store. Jobs
/// that are leased, looked up, listed or waited for come with it.
/// </summary>
public static class JobInputs
{
    /// <summary>The job with its input. One that has become another meanwhile is shown as it is by now.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="job">The job, as an outcome names it.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static async ValueTask<Job> WithInputAsync(this IJobShards shards, Job job, CancellationToken cancellationToken) =>
        job.Input?.LeftIn is null ? job
        : await shards.FindAsync(job.Id, cancellationToken) is JobLookup.Found { Job: var whole } ? whole
        : job.WithoutInput();

    /// <summary>The job as one that has no input: there is no room to show it, or nobody knows it any more.</summary>
    public static Job WithoutInput(this Job job) => job with { Spec = job.Spec with { Input = null } };
}
