namespace JobOrchestrator.Core.Tests;

public sealed class TimeLimitTests
{
    private readonly TestShard _shard = new();

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 1)]
    [InlineData(0.001, 1)]
    public void Tick_AroundTheTimeLimitOfAWaitingJob_CancelsFromAtOn(double aroundLimit, int changed)
    {
        _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 60 });
        Assert.Equal(TestShard.Start.AddSeconds(60), _shard.Shard.NextDue);

        _shard.Pass(60 + aroundLimit);

        Assert.Equal(changed, _shard.Tick());
    }

    [Fact]
    public void Tick_TimeLimitOfARunningJob_CancelsItAndItsLateReportIsRefused()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { TimeLimitSeconds = 10 });
        _shard.Pass(10);

        _shard.Tick();

        Refusal.StaleLease late = _shard.Refused<Refusal.StaleLease>(new Command.Complete(job.Id, job.Lease!.Token));
        Assert.Equal(
            (JobStatus.Cancelled, JobError.TimeLimitReached, false), (late.Job.Status, late.Job.Error!.Type, late.Job.CancelRequested));
        Assert.Equal(AttemptOutcome.TimedOut, late.Job.Attempts[0].Outcome);
        Assert.Null(late.Job.Lease);
    }

    [Theory]
    [InlineData(-0.001, true)]
    [InlineData(0, false)]
    public void Complete_AroundTheTimeLimit_CountsOnlyBefore(double aroundLimit, bool taken)
    {
        Job job = _shard.Running(TestShard.Submission(1) with { TimeLimitSeconds = 10 });
        _shard.Pass(10 + aroundLimit);

        Assert.Equal(taken, _shard.Apply(new Command.Complete(job.Id, job.Lease!.Token)) is Outcome.Changed);
    }

    [Fact]
    public void Enqueue_TimeLimitAndLaterRunAt_CountsFromRunAt()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 10, RunAt = TestShard.Start.AddHours(1) });

        Assert.Equal(TestShard.Start.AddHours(1).AddSeconds(10), job.DeadlineAt);
    }

    [Fact]
    public void Enqueue_TimeLimitAndPastRunAt_CountsFromNow()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 10, RunAt = TestShard.Start.AddHours(-1) });

        Assert.Equal(TestShard.Start.AddSeconds(10), job.DeadlineAt);
    }

    [Fact]
    public void Fail_TimeLimit_IsForAllAttemptsTogether()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { TimeLimitSeconds = 10, Backoff = TestShard.Pause(60) });
        _shard.Pass(1);

        Job waiting = _shard.Changed(new Command.Fail(job.Id, job.Lease!.Token, new JobError("x", "x")));

        Assert.Equal((TestShard.Start.AddSeconds(10), TestShard.Start.AddSeconds(10)), (waiting.DeadlineAt, _shard.Shard.NextDue));
    }

    [Fact]
    public void Tick_LeaseAndTimeLimitBothPast_TheTimeLimitWins()
    {
        _shard.Running(TestShard.Submission(1) with { TimeLimitSeconds = TestShard.LeaseSeconds });
        _shard.Pass(TestShard.LeaseSeconds);

        Assert.Equal(1, _shard.Tick());

        Assert.Equal(JobStatus.Cancelled, _shard.Taken(TestShard.Id(1)).Status);
        Assert.Null(_shard.Shard.NextDue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(-14)]
    public void Enqueue_TimeLimitPastTheEndOfTime_EndsThereWhateverTheOffset(int offsetHours)
    {
        DateTimeOffset runAt = DateTimeOffset.MaxValue.AddHours(-15).ToOffset(TimeSpan.FromHours(offsetHours));

        Job job = _shard.Enqueue(TestShard.Submission(1) with { RunAt = runAt, TimeLimitSeconds = 60_000 });

        Assert.Equal(DateTimeOffset.MaxValue, job.DeadlineAt);
        Assert.Equal((runAt, TimeSpan.Zero), (job.RunAt, job.RunAt.Offset));
    }
}
