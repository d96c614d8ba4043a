namespace JobOrchestrator.Core.Tests;

public sealed class RollbackTests
{
    private readonly TestShard _shard = new();

    private void Rollback() => _shard.Shard.Rollback();

    [Fact]
    public void Rollback_NewJob_IsGoneWithItsKeysAndItsArrivalNumber()
    {
        NewJob submission = TestShard.Submission(1) with
        {
            ExternalId = "a",
            UniqueKey = "u",
            UniqueSeconds = 60,
            IdempotencyKey = "i",
            TimeLimitSeconds = 60,
            RunAt = TestShard.Start.AddSeconds(30),
        };
        _shard.Enqueue(submission);

        Rollback();

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.Null(_shard.Shard.NextDue);
        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
        Assert.Equal(0, _shard.Enqueue(submission with { Id = TestShard.Id(2) }).Order);
    }

    [Fact]
    public void Rollback_NewJobThatFinishedToo_LeavesNoWindowBehind()
    {
        _shard.Enqueue(TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60, IdempotencyKey = "i" });
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Rollback();

        Assert.Null(_shard.Shard.NextDue);
        Assert.Empty(_shard.Shard.Missing(new Command.Enqueue(TestShard.Submission(2) with { UniqueKey = "u", IdempotencyKey = "i" })));
    }

    [Fact]
    public void Rollback_JobThatFinished_RunsOnUnderItsLease()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60 });
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token));

        Rollback();

        Assert.Equal((1, 1), (_shard.Shard.LiveJobs, _shard.Queue().InProgress));
        Assert.Equal(job.Lease.ExpiresAt, _shard.Shard.NextDue);
        Assert.Equal(
            job, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(TestShard.Submission(2) with { UniqueKey = "u" })).Holder);
        Assert.Equal(job.Sequence + 1, _shard.Changed(new Command.Complete(job.Id, job.Lease.Token)).Sequence);
    }

    [Fact]
    public void Rollback_LeasedJob_WaitsInItsPlace()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Shard.TakeChanges();
        Job leased = _shard.Lease();

        Rollback();

        Assert.Equal((2, 0), (_shard.Queue().Ready, _shard.Queue().InProgress));
        Assert.Equal(leased.Id, _shard.Lease().Id);
    }

    [Fact]
    public void Rollback_ReplacedJob_HasItsOldKeysAndFreesTheNewOnes()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a", UniqueKey = "u1", IdempotencyKey = "i1", Type = "old" });
        _shard.Shard.TakeChanges();
        _shard.Apply<Outcome.Replaced>(new Command.Enqueue(
            TestShard.Submission(
                2) with
            { ExternalId = "a", UniqueKey = "u2", IdempotencyKey = "i2", Type = "new", OnDuplicate = OnDuplicate.Replace }));

        Rollback();

        _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(TestShard.Submission(3) with { UniqueKey = "u1" }));
        _shard.Apply<Outcome.Replayed>(new Command.Enqueue(TestShard.Submission(3) with { IdempotencyKey = "i1" }));
        Assert.Equal("old", _shard.Lease().Type);
        Assert.Equal(TestShard.Id(3), _shard.Enqueue(TestShard.Submission(3) with { UniqueKey = "u2", IdempotencyKey = "i2" }).Id);
    }

    [Fact]
    public void Rollback_Retry_GivesTheOldJobItsWindowBack()
    {
        Job done = _shard.Stored(TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60 });
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2)));

        Rollback();

        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(TestShard.Submission(3) with { UniqueKey = "u" })));
        Assert.Equal(TestShard.Start.AddSeconds(60), _shard.Shard.NextDue);
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(3)));
    }

    /// <summary>What was forgotten came back as it was last changed, and as a job that runs again has no window any more.</summary>
    [Fact]
    public void Rollback_JobThatWasRetriedAndForgotten_HasItsWindowBack()
    {
        Job done = _shard.Stored(TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60 });
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2)));
        _shard.Apply<Outcome.Forgotten>(new Command.Forget(done.Id));

        Rollback();

        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(TestShard.Submission(3) with { UniqueKey = "u" })));
        Assert.Equal(TestShard.Start.AddSeconds(60), _shard.Shard.NextDue);
    }

    [Fact]
    public void Rollback_PausedQueues_AreThoseStored()
    {
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("a"));
        _shard.Shard.TakeChanges();
        _shard.Apply<Outcome.Done>(new Command.ResumeQueue("a"));
        _shard.Apply<Outcome.Done>(new Command.PauseQueue("b"));

        Rollback();

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.Equal([("a", true)], _shard.Shard.Statistics(_shard.Now).Select(queue => (queue.Name, queue.Paused)));
    }

    [Fact]
    public void Rollback_ManyJobsInEveryState_BehavesAsBefore()
    {
        for (int number = 1; number <= 9; number++)
        {
            _shard.Enqueue(number);
        }

        IReadOnlyList<Job> leased = _shard.LeaseMany(6);
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Complete(leased[0].Id, leased[0].Lease!.Token));
        _shard.Changed(new Command.Release(leased[1].Id, leased[1].Lease!.Token));
        _shard.Changed(new Command.Fail(leased[2].Id, leased[2].Lease!.Token, new JobError("x", "x")));
        _shard.Changed(new Command.Cancel(leased[3].Id));
        _shard.Changed(new Command.Cancel(TestShard.Id(8)));
        _shard.LeaseMany(4);

        Rollback();

        Assert.Equal(new QueueStatistics("default", false, 3, 0, 6) { OldestAge = TimeSpan.Zero }, _shard.Queue());
        Assert.All(leased, job => Assert.Equal(job.Sequence + 1, _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token)).Sequence));
        Assert.Equal([7, 8, 9], _shard.LeaseMany(9).Select(job => (int)job.Order + 1));
    }
}
