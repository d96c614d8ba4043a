namespace JobOrchestrator.Core.Tests;

public sealed class LeaseEndTests
{
    private readonly TestShard _shard = new();

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 1)]
    [InlineData(0.001, 1)]
    public void Tick_AroundTheLeaseEnd_TakesTheJobFromAtOn(double aroundEnd, int changed)
    {
        Job job = _shard.Running(TestShard.Submission(1));
        Assert.Equal(job.Lease!.ExpiresAt, _shard.Shard.NextDue);

        _shard.Pass(TestShard.LeaseSeconds + aroundEnd);

        Assert.Equal(changed, _shard.Tick());
    }

    [Fact]
    public void Tick_LeaseLost_CountsAsAFailureAndIsToldApartFromOne()
    {
        _shard.Running(TestShard.Submission(1) with { Backoff = TestShard.Pause(5) });
        _shard.Pass(TestShard.LeaseSeconds + 1);

        _shard.Tick();

        Job waiting = _shard.Taken(TestShard.Id(1));
        Assert.Equal((JobStatus.New, 1, _shard.Now.AddSeconds(5)), (waiting.Status, waiting.Failures, waiting.RunAt));
        Assert.Equal(JobError.LeaseLost, waiting.Error!.Type);
        Assert.Equal(AttemptOutcome.LeaseLost, Assert.Single(waiting.Attempts).Outcome);
    }

    [Fact]
    public void Tick_PoisonJobWhoseWorkerDiesEachTime_EndsAsFailedAndDoesNotBlockTheQueue()
    {
        _shard.Enqueue(TestShard.Submission(1) with { MaxRetries = 2 });
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, _shard.Lease().Attempt);
            _shard.Pass(TestShard.LeaseSeconds);
            _shard.Tick();
        }

        Job failed = _shard.Taken(TestShard.Id(1));
        Assert.Equal(
            (JobStatus.Failed, 3), (failed.Status, failed.Attempts.Count(attempt => attempt.Outcome == AttemptOutcome.LeaseLost)));
        Assert.Equal(TestShard.Id(2), _shard.Running(TestShard.Submission(2)).Id);
    }

    [Fact]
    public void Tick_MoreLeasesLostThanMax_LeavesTheRestDue()
    {
        for (int number = 1; number <= 5; number++)
        {
            _shard.Enqueue(number);
        }

        _shard.LeaseMany(5);
        _shard.Pass(TestShard.LeaseSeconds);

        Assert.Equal(3, _shard.Tick(max: 3));
        Assert.Equal(_shard.Now, _shard.Shard.NextDue);
        Assert.Equal(2, _shard.Tick(max: 3));
        Assert.Equal(0, _shard.Tick(max: 3));
        Assert.Null(_shard.Shard.NextDue);
    }

    [Fact]
    public void Command_OnAJobWhoseLeaseEnded_MeetsItAsTimeLeftItEvenBeforeATick()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);

        Job cancelled = _shard.Changed(new Command.Cancel(job.Id));

        Assert.Equal((JobStatus.Cancelled, AttemptOutcome.LeaseLost), (cancelled.Status, Assert.Single(cancelled.Attempts).Outcome));
    }

    [Fact]
    public void Lease_AfterAnEarlierLeaseEnded_HoldsWhileTheOldTokenIsWorthNothing()
    {
        Job first = _shard.Running(TestShard.Submission(1));
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();
        Job second = _shard.Lease();

        _shard.Refused<Refusal.StaleLease>(new Command.Heartbeat(first.Id, first.Lease!.Token));
        _shard.Refused<Refusal.StaleLease>(new Command.Complete(first.Id, first.Lease.Token));
        _shard.Refused<Refusal.StaleLease>(new Command.Fail(first.Id, first.Lease.Token, new JobError("x", "x")));
        _shard.Refused<Refusal.StaleLease>(new Command.Release(first.Id, first.Lease.Token));

        Assert.Equal(second.Lease, _shard.Taken(first.Id).Lease);
    }

    [Fact]
    public void Tick_LeaseLostWithoutAPause_TheJobIsFirstInLineAgain()
    {
        Job first = _shard.Running(TestShard.Submission(1) with { MaxRetries = null });
        _shard.Pass(1);
        _shard.Enqueue(2);
        _shard.Pass(TestShard.LeaseSeconds);

        _shard.Tick();

        Assert.Equal(first.Id, _shard.Lease().Id);
    }

    [Fact]
    public void Lease_OfNoLength_LastsASecond()
    {
        Job running = _shard.Running(TestShard.Submission(1) with { LeaseSeconds = 0 });

        Assert.Equal(_shard.Now.AddSeconds(1), running.Lease!.ExpiresAt);
        _shard.Changed(new Command.Complete(running.Id, running.Lease.Token));
    }
}
