namespace JobOrchestrator.Core.Tests;

public sealed class ReleaseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Release_CurrentToken_WaitsAgainWithTheAttemptNotSpent()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { MaxRetries = 0 });
        _shard.Pass(1);

        Job waiting = _shard.Changed(new Command.Release(job.Id, job.Lease!.Token));

        Assert.Equal((JobStatus.New, 1, 0, null), (waiting.Status, waiting.Attempt, waiting.Failures, waiting.Error));
        Assert.Equal((AttemptOutcome.Released, _shard.Now), (Assert.Single(waiting.Attempts).Outcome, waiting.Attempts[0].EndedAt));
    }

    [Fact]
    public void Release_ManyTimesWithoutRetries_NeverFailsTheJobAndCountsOn()
    {
        _shard.Enqueue(TestShard.Submission(1) with { MaxRetries = 0 });

        for (int attempt = 1; attempt <= 5; attempt++)
        {
            Job job = _shard.Lease();
            Assert.Equal(attempt, job.Attempt);
            Assert.Equal(JobStatus.New, _shard.Changed(new Command.Release(job.Id, job.Lease!.Token)).Status);
        }
    }

    [Fact]
    public void Release_WithoutDelay_ComesBackInItsOldPlace()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Pass(1);
        _shard.Enqueue(2);

        _shard.Changed(new Command.Release(job.Id, job.Lease!.Token));

        Assert.Equal(job.Id, _shard.Lease().Id);
    }

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 1)]
    public void Release_WithDelay_IsNotHandedOutBefore(double aroundDelay, int jobs)
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Release(job.Id, job.Lease!.Token, TimeSpan.FromSeconds(5)));

        _shard.Pass(5 + aroundDelay);

        Assert.Equal(jobs, _shard.LeaseMany(1).Count);
    }

    /// <summary>What no worker ever got spends no attempt, though the store refuses to take it back until the lease is over.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Release_UnseenLeaseAndTheStoreDoesNotTakeIt_GoesBackWhenTheLeaseEnds(bool isUnseen)
    {
        Job job = _shard.Running(TestShard.Submission(1) with { MaxRetries = 0 });
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Release(job.Id, job.Lease!.Token, IsUnseen: isUnseen));
        _shard.Shard.Rollback();

        _shard.Pass(TestShard.LeaseSeconds + 1);
        Assert.Equal(1, _shard.Tick());

        Job ended = _shard.Taken(job.Id);
        Assert.Equal(
            isUnseen ? (JobStatus.New, AttemptOutcome.Released, 0) : (JobStatus.Failed, AttemptOutcome.LeaseLost, 1),
            (ended.Status, Assert.Single(ended.Attempts).Outcome, ended.Failures));
    }

    [Fact]
    public void Heartbeat_OfALeaseThatWasTakenForUnseen_CountsAsAnyOther()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { MaxRetries = 0 });
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Release(job.Id, job.Lease!.Token, IsUnseen: true));
        _shard.Shard.Rollback();

        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease.Token));
        _shard.Pass(TestShard.LeaseSeconds + 1);
        _shard.Tick();

        Assert.Equal(JobStatus.Failed, _shard.Taken(job.Id).Status);
    }

    [Fact]
    public void Release_LongestDelay_EndsAtTheEndOfTime()
    {
        Job job = _shard.Running(TestShard.Submission(1));

        Job waiting = _shard.Changed(new Command.Release(job.Id, job.Lease!.Token, TimeSpan.MaxValue));

        Assert.Equal(DateTimeOffset.MaxValue, waiting.RunAt);
    }

    [Fact]
    public void Release_SameReportAgain_IsAnsweredLikeTheFirst()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Changed(new Command.Release(job.Id, job.Lease!.Token));

        Assert.Equal(JobStatus.New, _shard.Apply<Outcome.Unchanged>(new Command.Release(job.Id, job.Lease.Token)).Job.Status);
    }

    [Fact]
    public void Release_AfterTheLeaseEnded_IsStale()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);

        Refusal.StaleLease refusal = _shard.Refused<Refusal.StaleLease>(new Command.Release(job.Id, job.Lease!.Token));

        Assert.Equal(1, refusal.Job.Failures);
    }
}
