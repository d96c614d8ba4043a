using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a shard's jobs failed of before this process held it, from the jobs that failed and are kept: the newest of them, read when
/// somebody asks for errors the first time. A start reads none of it.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="history">Where they are counted.</param>
/// <param name="time">The clock.</param>
/// <param name="jobsMax">Most jobs that are read.</param>
/// <param name="pagesMax">Most pages of the index that are read for them, about.</param>
internal sealed class ErrorRecall(IShard shard, ShardHistory history, TimeProvider time, int jobsMax = 1_000, int pagesMax = 100)
{
    // They may be large, and are let go of at once.
    private const int JobsInOneRead = 25;

    // Who asks while the store is slow is told what is in memory.
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(2);

    private static readonly JobFilter Wanted = new(Status: JobStatus.Failed) { EndedOnly = true };

    private readonly Lock _lock = new(); // guards _reading
    private Task? _reading;

    /// <summary>Reads them, unless that was done; a store that does not answer now is asked again the next time.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (history.ErrorsFrom is not { } until)
        {
            return;
        }

        Task reading;
        lock (_lock)
        {
            // One is enough for all who ask meanwhile, and it goes on when they leave.
            reading = _reading is { IsCompleted: false } already ? already : _reading = ReadAsync(until);
        }

        try
        {
            await reading.WithinAsync(AtMost, time, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TooBusyException or TimeoutException)
        {
            // What is in memory is told.
        }
    }

    private async Task ReadAsync(DateTimeOffset until)
    {
        var failed = new List<PastFailure>();
        var pages = new PageWalk(shard, Wanted, PageWalk.Start(Wanted));
        try
        {
            bool isEnd = false;
            while (!isEnd && failed.Count < jobsMax && pages.LookedAt < pagesMax)
            {
                var ids = new List<JobId>(JobsInOneRead);
                while (ids.Count < JobsInOneRead
                    && await pages.PeekAsync(() => pages.LookedAt < pagesMax, CancellationToken.None) is { } id)
                {
                    ids.Add(id);
                    pages.Advance();
                }

                isEnd = ids.Count < JobsInOneRead;
                IReadOnlyDictionary<JobId, Job> found = await shard.FindManyAsync(ids, Wanted, CancellationToken.None);
                failed.AddRange(
                    found.Values.Where(job => job.Status == JobStatus.Failed && job.FinishedAt < until).Select(PastFailure.Of));
            }
        }
        catch (StoreUnavailableException exception) when (exception.InnerException is UnreadableException)
        {
            // What lies behind it cannot be read the next time either.
        }

        history.RecallErrors(failed);
    }
}
