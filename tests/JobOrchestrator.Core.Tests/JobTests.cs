namespace JobOrchestrator.Core.Tests;

public sealed class JobTests
{
    public static TheoryData<DateTimeOffset> Instants =>
    [
        DateTimeOffset.MinValue,
        DateTimeOffset.MinValue.AddTicks(1),
        DateTimeOffset.UnixEpoch,
        new DateTimeOffset(2030, 1, 1, 12, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1),
        DateTimeOffset.MaxValue,
    ];

    [Theory]
    [MemberData(nameof(Instants))]
    public void Instant_AnyThatThereIs_IsKeptToTheTickAndIsUtc(DateTimeOffset at)
    {
        Job job = JobOf(at) with { DeadlineAt = at, IdempotencyUntil = at, StartedAt = at, FinishedAt = at, ExpiresAt = at };

        Assert.All(
            [job.RunAt, job.CreatedAt, job.UpdatedAt, job.DeadlineAt, job.IdempotencyUntil, job.StartedAt, job.FinishedAt, job.ExpiresAt],
            (DateTimeOffset? kept) => Assert.Equal((at.UtcTicks, TimeSpan.Zero), (kept!.Value.Ticks, kept.Value.Offset)));
    }

    [Fact]
    public void Instant_NotSaid_IsNone()
    {
        Job job = JobOf(DateTimeOffset.MinValue);

        Assert.All([job.DeadlineAt, job.IdempotencyUntil, job.StartedAt, job.FinishedAt, job.ExpiresAt], none => Assert.Null(none));
        Assert.Equal(job, job with { DeadlineAt = null });
        Assert.NotEqual(job, job with { DeadlineAt = DateTimeOffset.MinValue });
    }

    [Fact]
    public void Job_EveryLaterVersion_SharesOneSpec()
    {
        var shard = new TestShard();
        NewJob submitted = TestShard.Submission(1);

        Job running = shard.Running(submitted);
        Job completed = shard.Changed(new Command.Complete(running.Id, running.Lease!.Token));
        Job again = shard.Apply<Outcome.Accepted>(new Command.Retry(completed.Id, TestShard.Id(2))).Job;

        Assert.All([running, completed, again], version => Assert.Same(submitted.Spec, version.Spec));
    }

    private static Job JobOf(DateTimeOffset at) => new()
    {
        Id = TestShard.Id(1),
        Order = 0,
        Spec = new JobSpec { Type = "t", Queue = "q", LeaseSeconds = 30 },
        RunAt = at,
        CreatedAt = at,
        UpdatedAt = at,
    };
}
