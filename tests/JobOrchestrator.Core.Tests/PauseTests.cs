namespace JobOrchestrator.Core.Tests;

public sealed class PauseTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void PauseQueue_ReadyJobs_AreNotHandedOutUntilItIsResumed()
    {
        _shard.Enqueue(1);
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        Assert.Empty(_shard.LeaseMany(1));
        Assert.False(_shard.HasReady());

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("default"));
        Assert.Equal(TestShard.Id(1), _shard.Lease().Id);
    }

    [Fact]
    public void PauseQueue_OtherQueuesOfTheSameLease_AreHandedOut()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(TestShard.Submission(2) with { Queue = "other" });
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        Assert.Equal(TestShard.Id(2), Assert.Single(_shard.LeaseMany(5, "default", "other")).Id);
    }

    [Fact]
    public void PauseQueue_RunningJobs_GoOnAndJobsAreStillAccepted()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));

        _shard.Enqueue(2);

        Assert.Equal(JobStatus.Completed, _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token)).Status);
    }

    [Fact]
    public void PauseQueue_OnlyAChange_IsStored()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));
        Assert.True(_shard.Shard.TakeChanges().PausedQueuesChanged);

        _shard.Apply<Outcome.Done>(new Command.PauseQueue("default"));
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);

        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("default"));
        Assert.True(_shard.Shard.TakeChanges().PausedQueuesChanged);
    }

    [Fact]
    public void PausedQueues_PausedAndLoaded_AreNamedInOrderThoughTheyAreEmpty()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));
        _shard.Shard.LoadPaused("a");

        Assert.Equal(["a", "b"], _shard.Shard.PausedQueues);
        Assert.Equal(["a", "b"], _shard.Shard.Statistics(_shard.Now).Select(queue => queue.Name));
    }

    [Fact]
    public void ResumeQueue_EmptyQueue_LeavesNoTrace()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));

        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
    }
}
