namespace JobOrchestrator.Core.Tests;

public sealed class ForgetTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Forget_StoredFinishedJob_GoesWithTheNextChanges()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);

        Assert.Equal(done.Id, _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id)).JobId);

        Assert.Equal(1, _shard.Shard.PendingDocuments);
        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([done.Id], changes.Forgotten);
        Assert.Empty(changes.Jobs);
        Assert.False(changes.IsEmpty);
    }

    [Fact]
    public void Forget_LiveJob_IsRefused()
    {
        Job job = _shard.Enqueue(1);

        Assert.Equal(job, _shard.Refused<Refusal.NotFinished>(new Command.Forget(job.Id)).Job);
    }

    [Fact]
    public void Forget_JobThatEndedInTheSameBatch_HasToWaitForItsDocument()
    {
        _shard.Enqueue(1);
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.True(_shard.Refused<Refusal.NotFinished>(new Command.Forget(TestShard.Id(1))).Retryable);
        Assert.Equal(JobStatus.Cancelled, _shard.Taken(TestShard.Id(1)).Status);
    }

    [Fact]
    public void Forget_JobRetriedInTheSameBatch_IsForgottenAndNotStored()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2)));

        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([TestShard.Id(2)], changes.Jobs.Select(job => job.Id));
        Assert.Equal([done.Id], changes.Forgotten);
    }

    [Fact]
    public void Forget_JobNobodyKnows_IsRefused()
    {
        _shard.Refused<Refusal.UnknownJob>(new Command.Forget(TestShard.Id(1)));
    }

    [Fact]
    public void Forget_JobWithKeys_FreesThemAtOnceAndARollbackTakesThemBack()
    {
        NewJob submission = TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60, IdempotencyKey = "i" };
        Job done = _shard.Stored(submission);
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));
        _shard.Enqueue(submission with { Id = TestShard.Id(2) });

        _shard.Shard.Rollback();

        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(submission with { IdempotencyKey = null })));
        _shard.Shard.Recall(done);
        Assert.Equal(done, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(submission)).Job);
    }

    [Fact]
    public void Rollback_ForgottenJob_IsStillStoredAndCanBeForgottenAgain()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));
        _shard.Shard.Rollback();

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));
    }
}
