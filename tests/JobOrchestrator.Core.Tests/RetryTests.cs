namespace JobOrchestrator.Core.Tests;

public sealed class RetryTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Retry_FailedJob_MakesANewJobThatNamesIt()
    {
        Job running = _shard.Running(TestShard.Submission(1) with
        {
            Owner = "billing",
            Input = JsonText.Of("1"),
            Priority = 3,
            MaxRetries = 0,
            TimeLimitSeconds = 90,
            ExternalId = "order-1",
            Traceparent = "00-1",
            Durable = false,
        });
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(running.Id, running.Lease!.Token, State: JsonText.Of("7")));
        _shard.Changed(new Command.Fail(running.Id, running.Lease.Token, new JobError("x", "x")));
        _shard.Pass(100);

        Job again = _shard.Apply<Outcome.Accepted>(new Command.Retry(running.Id, TestShard.Id(2))).Job;

        Assert.Equal((TestShard.Id(2), (JobId?)running.Id, JobStatus.New), (again.Id, again.RetryOf, again.Status));
        Assert.Equal(
            ("billing", "1", "7", 3, 0),
            (again.Owner, again.Input!.ToString(), again.State!.ToString(), again.Priority, again.MaxRetries));
        Assert.Equal(("order-1", "00-1", false), (again.ExternalId, again.Traceparent, again.Durable));
        Assert.Equal((0, 0, 1), (again.Attempt, again.Failures, again.Sequence));
        Assert.Equal((_shard.Now, _shard.Now.AddSeconds(90)), (again.RunAt, again.DeadlineAt));
    }

    [Fact]
    public void Retry_FinishedJob_RemembersItsSuccessorAndStaysAsItEnded()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);

        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2)));

        Assert.Equal(done with { RetriedAs = TestShard.Id(2) }, _shard.Taken(done.Id));
        Assert.False(_shard.Shard.Holds(done.Id));
    }

    [Fact]
    public void Retry_SameCallAgain_MakesNoSecondJob()
    {
        Job done = _shard.Stored(TestShard.Submission(1));
        _shard.Shard.Recall(done);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2)));

        Job same = _shard.Apply<Outcome.Unchanged>(new Command.Retry(done.Id, TestShard.Id(3))).Job;

        Assert.Equal(TestShard.Id(2), same.RetriedAs);
        Assert.False(_shard.Shard.Holds(TestShard.Id(3)));
    }

    [Fact]
    public void Retry_LiveJob_IsRefused()
    {
        Job job = _shard.Enqueue(1);

        Refusal.NotFinished refusal = _shard.Refused<Refusal.NotFinished>(new Command.Retry(job.Id, TestShard.Id(2)));

        Assert.Equal((job, true), (refusal.Job, refusal.Retryable));
    }

    [Fact]
    public void Retry_JobsOwnUniqueWindow_DoesNotStandInItsWay()
    {
        Job done = _shard.Stored(TestShard.Submission(1) with { UniqueKey = "key", UniqueSeconds = 600 });
        _shard.Shard.Recall(done);

        Job again = _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(2))).Job;

        Assert.Equal(
            again, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(TestShard.Submission(3) with { UniqueKey = "key" })).Holder);
    }

    [Fact]
    public void Retry_KeyTakenByAnotherLiveJob_IsRefusedAndCanBeTriedLater()
    {
        Job done = _shard.Stored(TestShard.Submission(1) with { ExternalId = "order-1" });
        Job other = _shard.Enqueue(TestShard.Submission(2) with { ExternalId = "order-1" });
        _shard.Shard.Recall(done);

        Assert.Equal(other, _shard.Refused<Refusal.DuplicateJob>(new Command.Retry(done.Id, TestShard.Id(3))).Holder);

        _shard.Changed(new Command.Cancel(other.Id));
        _shard.Apply<Outcome.Accepted>(new Command.Retry(done.Id, TestShard.Id(3)));
    }

    [Fact]
    public void Missing_RetryOfAJobWhoseKeyAStoredOneHolds_NamesThatOneOnceTheJobIsRecalled()
    {
        Job first = _shard.Stored(TestShard.Submission(1) with { UniqueKey = "key" });
        Job second = _shard.Stored(TestShard.Submission(2) with { UniqueKey = "key", UniqueSeconds = 60 });
        var retry = new Command.Retry(first.Id, TestShard.Id(3));

        Assert.Equal([first.Id], _shard.Shard.Missing(retry));
        _shard.Shard.Recall(first);
        Assert.Equal([second.Id], _shard.Shard.Missing(retry));
        _shard.Shard.Recall(second);
        Assert.Empty(_shard.Shard.Missing(retry));

        Assert.Equal(second, _shard.Refused<Refusal.DuplicateJob>(retry).Holder);
    }

    [Fact]
    public void Retry_UnknownJob_IsRefused()
    {
        _shard.Refused<Refusal.UnknownJob>(new Command.Retry(TestShard.Id(1), TestShard.Id(2)));
    }
}
