using JobOrchestrator.Core;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>Versions of a job, made by hand, lawful or not.</summary>
internal static class Made
{
    public static Job Job(int number) => new()
    {
        Id = Bench.Id(number),
        Order = number,
        Spec = new JobSpec { Type = "test", Queue = "default", LeaseSeconds = 10 },
        Sequence = 1,
        RunAt = Bench.Start,
        CreatedAt = Bench.Start,
        UpdatedAt = Bench.Start,
    };

    /// <summary>The next version, in the hands of a worker.</summary>
    public static Job Leased(this Job job, string token, string worker = "w1") => job with
    {
        Status = JobStatus.InProgress,
        Attempt = job.Attempt + 1,
        Sequence = job.Sequence + 1,
        Lease = new Lease(token, worker, Bench.Start.AddSeconds(10)),
        Attempts = [.. job.Attempts, new Attempt(job.Attempt + 1, worker, Bench.Start, token)],
    };

    /// <summary>The next version, its attempt ended.</summary>
    public static Job Ended(this Job job, JobStatus status, AttemptOutcome outcome)
    {
        bool isFinal = status is not (JobStatus.New or JobStatus.InProgress);
        Attempt[] attempts = [.. job.Attempts];
        if (attempts.Length > 0)
        {
            attempts[^1] = attempts[^1] with { EndedAt = Bench.Start, Outcome = outcome };
        }

        return job with
        {
            Status = status,
            Sequence = job.Sequence + 1,
            Lease = null,
            Attempts = attempts,
            FinishedAt = isFinal ? Bench.Start : null,
            ExpiresAt = isFinal ? Bench.Start.AddDays(7) : null,
        };
    }

    /// <summary>The event of the version.</summary>
    public static JobEvent Event(this Job job, JobStatus? before) => new(
        job.Status switch
        {
            JobStatus.Completed => JobEventKind.Completed,
            JobStatus.Failed => JobEventKind.Failed,
            JobStatus.Cancelled => JobEventKind.Cancelled,
            _ => before is null ? JobEventKind.Created : JobEventKind.Updated,
        },
        job,
        before);
}
