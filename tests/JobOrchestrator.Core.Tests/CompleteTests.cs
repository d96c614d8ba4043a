namespace JobOrchestrator.Core.Tests;

public sealed class CompleteTests
{
    private readonly TestShard _shard = new();
    private readonly Job _job;

    public CompleteTests()
    {
        _job = _shard.Running(TestShard.Submission(1));
        _shard.Shard.TakeChanges();
    }

    private Command.Complete Report(string? result = null) => new(_job.Id, _job.Lease!.Token, result is null ? null : JsonText.Of(result));

    [Fact]
    public void Complete_CurrentToken_EndsTheJobWithItsResult()
    {
        _shard.Pass(2);

        Job done = _shard.Changed(Report("1.000000000000000000000000000001"));

        Assert.Equal((JobStatus.Completed, "1.000000000000000000000000000001"), (done.Status, done.Result!.ToString()));
        Assert.Equal((_shard.Now, _shard.Now + _shard.Settings.Retention), (done.FinishedAt, done.ExpiresAt));
        Assert.Null(done.Lease);
        Assert.Null(done.Error);
        Assert.Equal((AttemptOutcome.Completed, _shard.Now), (Assert.Single(done.Attempts).Outcome, done.Attempts[0].EndedAt));
    }

    [Fact]
    public void Complete_CurrentToken_IsToldAsCompletedAndLeavesMemory()
    {
        _shard.Changed(Report());

        JobEvent told = Assert.Single(_shard.Shard.TakeChanges().Events);
        Assert.Equal((JobEventKind.Completed, JobStatus.InProgress), (told.Kind, told.PreviousStatus));
        Assert.False(_shard.Shard.Holds(_job.Id));
        Assert.Equal(0, _shard.Shard.LiveJobs);
        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
    }

    /// <summary>A job that had ended showed the last percent that its worker had thought of: 80, say.</summary>
    [Theory]
    [InlineData(80.0, "Step 4 of 5", 100.0)]
    [InlineData(0.0, null, 100.0)]
    [InlineData(null, "soon", null)]
    public void Complete_ProgressWasTold_AllOfItIsDone(double? percent, string? message, double? done)
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, _job.Lease!.Token, new Progress(percent, message)));

        Assert.Equal(new Progress(done, message), _shard.Changed(Report()).Progress);
    }

    [Fact]
    public void Complete_NoProgressWasTold_HasNone() => Assert.Null(_shard.Changed(Report()).Progress);

    [Fact]
    public void Fail_ProgressWasTold_StaysAsItWas()
    {
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(_job.Id, _job.Lease!.Token, new Progress(80, null)));

        Job failed = _shard.Changed(new Command.Fail(_job.Id, _job.Lease!.Token, new JobError("x", "broken"), TryAgain: false));

        Assert.Equal(new Progress(80, null), failed.Progress);
    }

    [Fact]
    public void Complete_AfterAFailedAttempt_ClearsItsError()
    {
        _shard.Changed(new Command.Fail(_job.Id, _job.Lease!.Token, new JobError("x", "broken")));
        Job second = _shard.Lease();

        Job done = _shard.Changed(new Command.Complete(second.Id, second.Lease!.Token));

        Assert.Null(done.Error);
        Assert.Equal(["broken", null], done.Attempts.Select(attempt => attempt.Error));
    }

    [Fact]
    public void Complete_SameReportAgain_IsAnsweredLikeTheFirst()
    {
        _shard.Changed(Report("1"));

        Job again = _shard.Apply<Outcome.Unchanged>(Report("1")).Job;

        Assert.Equal((JobStatus.Completed, "1"), (again.Status, again.Result!.ToString()));
    }

    [Fact]
    public void Complete_SameReportAgainAfterTheJobWasStored_IsAnsweredLikeTheFirstAndStoresNothing()
    {
        Job done = _shard.Changed(Report("1"));
        _shard.Shard.TakeChanges();

        Assert.Equal([_job.Id], _shard.Shard.Missing(Report("1")));
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Unchanged>(Report("1"));

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.False(_shard.Shard.Holds(_job.Id));
    }

    [Fact]
    public void Complete_StaleLeaseToken_IsRefusedAndChangesNothing()
    {
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();
        Job second = _shard.Lease();

        _shard.Refused<Refusal.StaleLease>(Report("1"));

        Job job = _shard.Taken(_job.Id);
        Assert.Equal((JobStatus.InProgress, second.Lease, null), (job.Status, job.Lease, job.Result));
    }

    [Theory]
    [InlineData(-0.001, true)]
    [InlineData(0, false)]
    [InlineData(0.001, false)]
    public void Complete_AroundTheLeaseEnd_CountsOnlyBefore(double aroundEnd, bool taken)
    {
        _shard.Pass(TestShard.LeaseSeconds + aroundEnd);

        Outcome outcome = _shard.Apply(Report());

        Assert.Equal(taken, outcome is Outcome.Changed);
        Assert.Equal(!taken, outcome is Outcome.Refused { Why: Refusal.StaleLease });
    }

    [Fact]
    public void Complete_FinishedInTheYear9999_ExpiresAtTheEndOfTime()
    {
        var late = new TestShard();
        late.Pass((DateTimeOffset.MaxValue - TestShard.Start).TotalSeconds - 60);
        Job job = late.Running(TestShard.Submission(1));

        Job done = late.Changed(new Command.Complete(job.Id, job.Lease!.Token));

        Assert.Equal(DateTimeOffset.MaxValue, done.ExpiresAt);
    }
}
