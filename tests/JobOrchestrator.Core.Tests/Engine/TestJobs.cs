namespace JobOrchestrator.Core.Tests.Engine;

/// <summary>Jobs in the state that a test needs, without the rules that lead there.</summary>
internal static class TestJobs
{
    /// <summary>A job that waits from the start on; its number is its arrival, too.</summary>
    public static Job Waiting(int number, string queue = "default", string type = "test") => new()
    {
        Id = TestShard.Id(number),
        Order = number,
        Spec = new JobSpec { Type = type, Queue = queue, LeaseSeconds = TestShard.LeaseSeconds },
        RunAt = TestShard.Start,
        CreatedAt = TestShard.Start,
        UpdatedAt = TestShard.Start,
    };

    public static DateTimeOffset At(double seconds) => TestShard.Start.AddSeconds(seconds);

    /// <summary>The job, leased until then.</summary>
    public static Job Leased(this Job job, double seconds = 30, string worker = "worker") =>
        job with { Status = JobStatus.InProgress, Lease = new Lease("token", worker, At(seconds)) };

    /// <summary>The job, ended at the start and kept until then.</summary>
    public static Job Ended(this Job job, double seconds = 1_000) =>
        job with { Status = JobStatus.Completed, Lease = null, FinishedAt = TestShard.Start, ExpiresAt = At(seconds) };

    public static Job With(this Job job, Func<JobSpec, JobSpec> change) => job with { Spec = change(job.Spec) };
}
