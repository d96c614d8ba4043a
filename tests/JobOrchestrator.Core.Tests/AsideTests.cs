namespace JobOrchestrator.Core.Tests;

/// <summary>F14: what becomes of a job whose changes the store does not take.</summary>
public sealed class AsideTests
{
    private readonly TestShard _shard = new();

    [Theory]
    [InlineData(JobForm.Whole, true)]
    [InlineData(JobForm.Small, true)]
    [InlineData(JobForm.Smallest, false)]
    public void SettleJob_LeaseHasEnded_LeavesOutWhatTheFormSays(JobForm form, bool keepsState)
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();
        _shard.Apply(new Command.Heartbeat(job.Id, job.Lease!.Token, State: JsonText.Of("[1]")));
        _shard.Pass(job.LeaseSeconds);

        _shard.Apply(new Command.SettleJob(job.Id, form));

        Job after = _shard.Taken(job.Id);
        Assert.Equal((JobStatus.New, JobError.LeaseLost, 1), (after.Status, after.Error!.Type, after.Failures));
        Assert.Equal(AttemptOutcome.LeaseLost, Assert.Single(after.Attempts).Outcome);
        Assert.Equal(keepsState, after.State is not null);
    }

    [Theory]
    [InlineData(JobForm.Small)]
    [InlineData(JobForm.Smallest)]
    public void SettleJob_NothingIsDue_ChangesNothing(JobForm form)
    {
        Job job = _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Assert.Equal(new Outcome.Done(0), _shard.Apply(new Command.SettleJob(job.Id, form)));

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void GiveUp_JobThatWaits_FailsInItsSmallestForm()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { State = JsonText.Of("[1]") });

        _shard.Apply(new Command.GiveUp(job.Id));

        Job after = Assert.Single(_shard.Shard.TakeChanges().Jobs);
        Assert.Equal((JobStatus.Failed, JobError.TooLarge), (after.Status, after.Error!.Type));
        Assert.Null(after.State);
    }

    [Fact]
    public void GiveUp_JobThatRuns_IsLeftToItsWorker()
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();

        Assert.Equal(new Outcome.Done(0), _shard.Apply(new Command.GiveUp(job.Id)));

        Assert.Equal(JobStatus.InProgress, _shard.Taken(job.Id).Status);
    }

    [Fact]
    public void SetAside_JobThatWaits_IsHandedOutNoMoreAndCountsInNoQueue()
    {
        Job job = _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Assert.Equal(new Outcome.Done(1), _shard.Apply(new Command.SetAside(job.Id)));

        Assert.Empty(_shard.LeaseMany(10));
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.True(_shard.Queue().IsIdle);
        Assert.True(_shard.Shard.Holds(job.Id));
    }

    [Fact]
    public void SetAside_JobThatRuns_DoesNothingWhenItsLeaseEnds()
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();
        _shard.Shard.TakeChanges();
        _shard.Apply(new Command.SetAside(job.Id));
        _shard.Pass(86_400);

        Assert.Equal(new Outcome.Done(0), _shard.Apply(new Command.Tick(10)));

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.Null(_shard.Shard.NextDue);
    }

    [Fact]
    public void SetAside_AChangeOfItIsStored_IsAsBefore()
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();
        _shard.Shard.TakeChanges();
        _shard.Apply(new Command.SetAside(job.Id));

        _shard.Apply(new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(1, null)));
        _shard.Shard.TakeChanges();
        _shard.Pass(job.LeaseSeconds);

        Assert.Equal(new Outcome.Done(1), _shard.Apply(new Command.Tick(10)));
    }

    /// <summary>What time has done to it is stored with what somebody says of it: nobody is told of an end that is not.</summary>
    [Fact]
    public void SetAside_LateReport_IsRefusedAndTheLeaseHasEnded()
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();
        _shard.Shard.TakeChanges();
        _shard.Apply(new Command.SetAside(job.Id));
        _shard.Pass(job.LeaseSeconds);

        _shard.Refused<Refusal.StaleLease>(new Command.Heartbeat(job.Id, job.Lease!.Token, null));

        Job after = _shard.Taken(job.Id);
        Assert.Equal((JobStatus.New, AttemptOutcome.LeaseLost), (after.Status, after.Attempts[0].Outcome));
    }

    [Fact]
    public void SetAside_AChangeOfItIsTakenBack_StaysAside()
    {
        _shard.Enqueue(1);
        Job job = _shard.Lease();
        _shard.Shard.TakeChanges();
        _shard.Apply(new Command.SetAside(job.Id));

        _shard.Apply(new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(1, null)));
        _shard.Shard.Rollback();
        _shard.Pass(86_400);

        Assert.Equal(new Outcome.Done(0), _shard.Apply(new Command.Tick(10)));
    }

    [Fact]
    public void SetAside_TakenBack_IsAsBefore()
    {
        Job job = _shard.Enqueue(1);
        _shard.Shard.TakeChanges();
        _shard.Apply(new Command.SetAside(job.Id));

        Assert.Equal(new Outcome.Done(1), _shard.Apply(new Command.SetAside(job.Id, IsAside: false)));

        Assert.Equal(job.Id, _shard.Lease().Id);
    }
}
