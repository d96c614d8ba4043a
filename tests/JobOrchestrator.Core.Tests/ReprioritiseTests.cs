namespace JobOrchestrator.Core.Tests;

public sealed class ReprioritiseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Reprioritise_HigherPriority_OvertakesAndIsTold()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Shard.TakeChanges();

        Job moved = _shard.Changed(new Command.Reprioritise(TestShard.Id(2), 1, null));

        Assert.Equal((1, TestShard.Start), (moved.Priority, moved.RunAt));
        Assert.Equal(moved, Assert.Single(_shard.Shard.TakeChanges().Events).Job);
        Assert.Equal(TestShard.Id(2), _shard.Lease().Id);
    }

    [Fact]
    public void Reprioritise_LaterRunAt_TakesAReadyJobOutOfLine()
    {
        _shard.Enqueue(1);

        _shard.Changed(new Command.Reprioritise(TestShard.Id(1), null, TestShard.Start.AddSeconds(5)));

        Assert.Equal((0, 1), (_shard.Queue().Ready, _shard.Queue().Scheduled));
        Assert.Equal(TestShard.Start.AddSeconds(5), _shard.Shard.NextDue);
        _shard.Pass(5);
        Assert.Equal(TestShard.Id(1), _shard.Lease().Id);
    }

    [Fact]
    public void Reprioritise_EarlierRunAt_MakesAScheduledJobReady()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddYears(1) });

        _shard.Changed(new Command.Reprioritise(TestShard.Id(1), null, TestShard.Start));

        Assert.Equal(TestShard.Id(1), _shard.Lease().Id);
    }

    [Fact]
    public void Reprioritise_OtherRunAt_MovesTheTimeLimitWithIt()
    {
        _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 10 });

        Job moved = _shard.Changed(new Command.Reprioritise(TestShard.Id(1), null, TestShard.Start.AddSeconds(60)));

        Assert.Equal((TestShard.Start.AddSeconds(70), TestShard.Start.AddSeconds(60)), (moved.DeadlineAt, _shard.Shard.NextDue));
    }

    [Fact]
    public void Reprioritise_RunAtWithAnOffset_IsKeptInUtc()
    {
        _shard.Enqueue(TestShard.Submission(1) with { TimeLimitSeconds = 90_000 });

        Job moved = _shard.Changed(
            new Command.Reprioritise(TestShard.Id(1), null, DateTimeOffset.MaxValue.AddHours(-20).ToOffset(TimeSpan.FromHours(14))));

        Assert.Equal((TimeSpan.Zero, DateTimeOffset.MaxValue), (moved.RunAt.Offset, moved.DeadlineAt));
    }

    [Fact]
    public void Reprioritise_NothingNew_ChangesNothing()
    {
        Job job = _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Assert.Equal(job, _shard.Apply<Outcome.Unchanged>(new Command.Reprioritise(job.Id, 0, TestShard.Start)).Job);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Theory]
    [InlineData(0L, false)]
    [InlineData(1L, true)]
    [InlineData(2L, false)]
    public void Reprioritise_IfSequence_HasToBeTheJobs(long ifSequence, bool done)
    {
        _shard.Enqueue(1);

        Outcome outcome = _shard.Apply(new Command.Reprioritise(TestShard.Id(1), 5, null, ifSequence));

        Assert.Equal(done, outcome is Outcome.Changed);
        Assert.Equal(!done, outcome is Outcome.Refused { Why: Refusal.SequenceMismatch { Retryable: false } });
    }

    /// <summary>Between the look at a job and the command it may have changed.</summary>
    [Theory]
    [InlineData(0L, false)]
    [InlineData(1L, true)]
    [InlineData(2L, false)]
    public void Cancel_IfSequence_HasToBeTheJobs(long ifSequence, bool done)
    {
        _shard.Enqueue(1);

        Outcome outcome = _shard.Apply(new Command.Cancel(TestShard.Id(1)) { IfSequence = ifSequence });

        Assert.Equal(done, outcome is Outcome.Changed);
        Assert.Equal(!done, outcome is Outcome.Refused { Why: Refusal.SequenceMismatch { Retryable: false } });
    }

    [Fact]
    public void Forget_IfSequence_HasToBeTheJobs()
    {
        _shard.Enqueue(1);
        Job ended = _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        _shard.Refused<Refusal.SequenceMismatch>(new Command.Forget(ended.Id) { IfSequence = ended.Sequence - 1 });
        _shard.Refused<Refusal.NotFinished>(new Command.Forget(ended.Id) { IfSequence = ended.Sequence });
    }

    [Fact]
    public void Reprioritise_RunningJob_IsRefused()
    {
        Job job = _shard.Running(TestShard.Submission(1));

        Assert.Equal(job, _shard.Refused<Refusal.NotWaiting>(new Command.Reprioritise(job.Id, 1, null)).Job);
    }

    [Fact]
    public void Reprioritise_FinishedJob_IsRefused()
    {
        _shard.Enqueue(1);
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Equal(
            JobStatus.Cancelled, _shard.Refused<Refusal.NotWaiting>(new Command.Reprioritise(TestShard.Id(1), 1, null)).Job.Status);
    }
}
