namespace JobOrchestrator.Core.Tests;

public sealed class RecallTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Recall_FinishedJob_StaysUntilTheNextChangesAndIsNotLive()
    {
        Job done = _shard.Stored(TestShard.Submission(1));

        _shard.Shard.Recall(done);

        Assert.True(_shard.Shard.Holds(done.Id));
        Assert.Equal(0, _shard.Shard.LiveJobs);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.False(_shard.Shard.Holds(done.Id));
    }

    [Fact]
    public void Recall_JobInMemory_DoesNotPutItBack()
    {
        Job waiting = _shard.Enqueue(1);
        Job running = _shard.Lease();

        _shard.Shard.Recall(waiting);

        Assert.Equal(running, _shard.Taken(waiting.Id));
        Assert.True(_shard.Shard.Holds(waiting.Id));
    }

    [Fact]
    public void Missing_JobInMemory_IsNotNamed()
    {
        _shard.Enqueue(1);

        Assert.Empty(_shard.Shard.Missing(new Command.Cancel(TestShard.Id(1))));
        Assert.Equal([TestShard.Id(2)], _shard.Shard.Missing(new Command.Cancel(TestShard.Id(2))));
        Assert.Empty(_shard.Shard.Missing(new Command.Tick(1)));
    }

    [Fact]
    public void Recall_JobForgottenInTheSameBatch_StaysForgotten()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));

        _shard.Shard.Recall(done);

        _shard.Refused<Refusal.UnknownJob>(new Command.Retry(done.Id, TestShard.Id(2)));
        Assert.Empty(_shard.Shard.TakeChanges().Jobs);
    }
}
