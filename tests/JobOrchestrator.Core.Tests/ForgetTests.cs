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
        Assert.Equal([done.Id], changes.Forgotten.Select(gone => gone.Id));
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
        Assert.Equal([done.Id], changes.Forgotten.Select(gone => gone.Id));
    }

    [Fact]
    public void Forget_JobNobodyKnows_IsRefused()
    {
        _shard.Refused<Refusal.UnknownJob>(new Command.Forget(TestShard.Id(1)));
    }

    /// <summary>A key keeps its word: it freed its keys, and whoever repeated himself made a second job.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forget_JobWithKeys_LeavesThemTakenUntilTheirTimeIsOver(bool isRolledBack)
    {
        NewJob submission = TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60, IdempotencyKey = "i" };
        Job done = _shard.Stored(submission);
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));
        NewJob unique = submission with { Id = TestShard.Id(2), IdempotencyKey = null };
        NewJob other = submission with { Fingerprint = 7 };
        Assert.Equal(
            new Refusal.KeyOfGoneJob(done.Id, done.CreatedAt.AddSeconds(60)),
            _shard.Refused<Refusal.KeyOfGoneJob>(new Command.Enqueue(unique)));
        Assert.Equal(done.Id, _shard.Refused<Refusal.FirstJobGone>(new Command.Enqueue(submission)).First);
        Assert.Equal(done.Id, _shard.Refused<Refusal.IdempotencyKeyReused>(new Command.Enqueue(other)).First);

        if (isRolledBack)
        {
            _shard.Shard.Rollback();
            _shard.Shard.Recall(done);
            Assert.Equal(done, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(submission)).Job);
        }
        else
        {
            _shard.Shard.TakeChanges();
            _shard.Pass(60);
            Assert.Equal(unique.Id, _shard.Enqueue(unique).Id);
        }
    }

    [Theory]
    [InlineData(OnDuplicate.Reject)]
    [InlineData(OnDuplicate.Return)]
    [InlineData(OnDuplicate.Replace)]
    [InlineData(OnDuplicate.Supersede)]
    public void Enqueue_UniqueKeyOfAForgottenJob_IsRefusedWhateverIsAskedFor(OnDuplicate onDuplicate)
    {
        NewJob submission = TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60 };
        Job done = _shard.Stored(submission);

        Assert.True(_shard.Refused<Refusal.KeyOfGoneJob>(
            new Command.Enqueue(submission with { Id = TestShard.Id(2), OnDuplicate = onDuplicate })).Retryable);
        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(submission with { Id = TestShard.Id(2) })));
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
