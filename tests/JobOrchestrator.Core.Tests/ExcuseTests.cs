namespace JobOrchestrator.Core.Tests;

public sealed class ExcuseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Excuse_LeaseThatEndedWhileTheServiceWasAway_IsGoodAgainForItsFullTime()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        TestShard restarted = _shard.Loaded(job);
        restarted.Pass(3600);

        restarted.Apply<Outcome.Done>(new Command.Excuse());

        Assert.Equal(0, restarted.Tick());
        Assert.Equal(restarted.Now.AddSeconds(TestShard.LeaseSeconds), restarted.Shard.NextDue);
        Assert.Equal(JobStatus.Completed, restarted.Changed(new Command.Complete(job.Id, job.Lease!.Token)).Status);
    }

    [Fact]
    public void Excuse_RunningJobs_AreNeitherStoredNorTold()
    {
        _shard.Running(TestShard.Submission(1));
        _shard.Shard.TakeChanges();
        _shard.Pass(10);

        _shard.Apply<Outcome.Done>(new Command.Excuse());

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Excuse_LeaseExtended_StillEndsInTheEnd()
    {
        _shard.Running(TestShard.Submission(1));
        _shard.Pass(10);
        _shard.Apply<Outcome.Done>(new Command.Excuse());

        _shard.Pass(TestShard.LeaseSeconds - 0.001);
        Assert.Equal(0, _shard.Tick());
        _shard.Pass(0.001);
        Assert.Equal(1, _shard.Tick());
    }

    [Fact]
    public void Excuse_TimeLimit_IsNotMoved()
    {
        _shard.Running(TestShard.Submission(1) with { TimeLimitSeconds = 40 });
        _shard.Pass(40);
        _shard.Apply<Outcome.Done>(new Command.Excuse());

        _shard.Tick();

        Assert.Equal(JobStatus.Cancelled, _shard.Taken(TestShard.Id(1)).Status);
    }

    [Fact]
    public void Rollback_AfterAnExcuse_DoesNotTakeItBack()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Shard.TakeChanges();
        _shard.Pass(20);
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(1, null)));
        _shard.Pass(5);
        _shard.Apply<Outcome.Done>(new Command.Excuse());

        _shard.Shard.Rollback();

        Assert.Equal(_shard.Now.AddSeconds(TestShard.LeaseSeconds), _shard.Shard.NextDue);
    }
}
