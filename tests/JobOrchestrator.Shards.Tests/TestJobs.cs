using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Jobs and submissions that say only what they have to.</summary>
internal static class TestJobs
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The id with this number in shard 0; the same number is the same id.</summary>
    public static JobId Id(long number) => JobId.Create(Start, 0, (ulong)number);

    public static NewJob Submission(long number, bool durable = true) =>
        new() { Id = Id(number), Spec = new JobSpec { Type = "test", Queue = "default", LeaseSeconds = 30, Durable = durable } };

    /// <summary>The job with this arrival number, and the id of the same number.</summary>
    public static Job Job(long order, bool durable = true, string? uniqueKey = null, int? uniqueSeconds = null) => new()
    {
        Id = Id(order),
        Order = order,
        Spec = new JobSpec
        {
            Type = "test",
            Queue = "default",
            LeaseSeconds = 30,
            Durable = durable,
            UniqueKey = uniqueKey,
            UniqueSeconds = uniqueSeconds,
        },
        RunAt = Start,
        CreatedAt = Start,
        UpdatedAt = Start,
    };

    /// <summary>The same job, ended, to be kept until an instant.</summary>
    public static Job Ended(Job job, DateTimeOffset expiresAt) =>
        job with { Status = JobStatus.Completed, FinishedAt = Start, ExpiresAt = expiresAt };
}
