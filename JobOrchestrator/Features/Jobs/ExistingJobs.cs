using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// Jobs in a batch's answer that were there already: as far as there is room for them with their values, and from then on without.
/// </summary>
/// <param name="shards">Where inputs are read that memory has left in the store, one after the other.</param>
/// <param name="bytesMax">The room, in bytes of values.</param>
/// <param name="caller">Who is answered: one that may not read values needs no room for them.</param>
internal sealed class ExistingJobs(IJobShards shards, long bytesMax, Caller caller)
{
    private long _left = bytesMax;

    /// <summary>The job as it is shown. One whose input the store does not hand out is shown without it: the batch is done.</summary>
    public async ValueTask<Job> ShownAsync(Job job, CancellationToken cancellationToken)
    {
        if (!caller.MayReadPayloads)
        {
            return job;
        }

        long bytes = (long)(job.Input?.Length ?? 0) + (job.State?.Length ?? 0) + (job.Result?.Length ?? 0);
        _left -= Math.Min(bytes, _left + 1);
        if (_left < 0)
        {
            return job.WithoutInput() with { State = null, Result = null };
        }

        try
        {
            return await shards.WithInputAsync(job, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return job.WithoutInput();
        }
    }
}
