using System.ComponentModel.DataAnnotations;
using JobOrchestrator.Core;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Limits of the jobs; configuration section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Seconds that a finished job is kept. Default one week.</summary>
    [Range(1, 10 * 365 * 86_400)]
    public int RetentionSeconds { get; set; } = 7 * 86_400;

    /// <summary>
    /// Seconds that an idempotency key is remembered, and no longer than its job: one that is forgotten (<see cref="RetentionSeconds"/>,
    /// or on request) takes its key with it. Default one hour.
    /// </summary>
    [Range(1, 7 * 86_400)]
    public int IdempotencySeconds { get; set; } = 3_600;

    /// <summary>Waiting jobs allowed in one queue; beyond, 429. Default ten million.</summary>
    [Range(1, int.MaxValue)]
    public int QueueJobsMax { get; set; } = 10_000_000;

    /// <summary>
    /// Bytes of live jobs (waiting and running) that are kept in memory; beyond, 429. Each shard has an equal part, for one process may
    /// hold them all. JSON counts twice, for its quotes are escaped where it is stored, and a job 1 KB besides; an input that is left in
    /// the store for its length (<see cref="InputInMemoryBytesMax"/>) counts nothing. Default half of the memory that the process may
    /// use, so that a shard that was filled can be loaded again.
    /// </summary>
    [Range(1_000_000, long.MaxValue)]
    public long? BytesMax { get; set; }

    /// <summary>
    /// Bytes of one owner's live jobs, counted and divided alike; beyond, 429. Jobs without an owner have no such bound. Default half of
    /// <see cref="BytesMax"/>, so that one owner alone keeps nobody out.
    /// </summary>
    [Range(1_000_000, long.MaxValue)]
    public long? OwnerBytesMax { get; set; }

    /// <summary>
    /// A longer input, in bytes, of a job that waits is left in the state store until the job is leased. That of a running job stays in
    /// memory while live jobs take less than half of what they may (<see cref="BytesMax"/>, <see cref="OwnerBytesMax"/>). 0 leaves every
    /// input there. Default 4 KB.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int InputInMemoryBytesMax { get; set; } = 4 * 1024;

    /// <summary>
    /// Bytes of inputs of waiting jobs that are kept in memory, beside those of jobs that are not durable; each shard has an equal part.
    /// Beyond, the inputs of further jobs over 32 bytes are left in the state store until they are leased. Default 64 MB, some 200,000
    /// jobs of 300 bytes in all shards.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long WaitingInputBytesMax { get; set; } = 64 * 1024 * 1024;

    internal ShardSettings ToSettings()
    {
        long bytes = BytesMax ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        return new ShardSettings(
            TimeSpan.FromSeconds(RetentionSeconds),
            TimeSpan.FromSeconds(IdempotencySeconds),
            QueueJobsMax,
            bytes,
            OwnerBytesMax ?? bytes / 2,
            InputInMemoryBytesMax,
            WaitingInputBytesMax);
    }
}

[OptionsValidator]
internal sealed partial class JobOptionsValidator : IValidateOptions<JobOptions>;
