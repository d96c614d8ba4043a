namespace JobOrchestrator.Core.Tests;

public sealed class EnqueueTests
{
    private readonly TestShard _shard = new(
        new ShardSettings(TimeSpan.FromDays(7), TimeSpan.FromHours(1), QueueJobsMax: 2), nextOrder: 40);

    [Fact]
    public void Enqueue_NewJob_WaitsAsFirstOfItsSequence()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { Owner = "billing", Input = JsonText.Of("[1]"), Traceparent = "00-1" });

        Assert.Equal(JobStatus.New, job.Status);
        Assert.Equal((1, 0, 0), (job.Sequence, job.Attempt, job.Failures));
        Assert.Equal((TestShard.Start, TestShard.Start, TestShard.Start), (job.CreatedAt, job.UpdatedAt, job.RunAt));
        Assert.Equal(("billing", "[1]", "00-1"), (job.Owner, job.Input?.ToString(), job.Traceparent));
        Assert.Null(job.StartedAt);
        Assert.Null(job.FinishedAt);
        Assert.Null(job.DeadlineAt);
    }

    [Fact]
    public void Enqueue_TwoJobs_GetTheNextArrivalNumbers()
    {
        Job first = _shard.Enqueue(1);
        Job second = _shard.Enqueue(2);

        Assert.Equal((40, 41), (first.Order, second.Order));
    }

    [Fact]
    public void Enqueue_NewJob_IsStoredAndToldAsCreated()
    {
        Job job = _shard.Enqueue(1);

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([job], changes.Jobs);
        Assert.Equal([job], changes.Created);
        JobEvent told = Assert.Single(changes.Events);
        Assert.Equal((JobEventKind.Created, job, null), (told.Kind, told.Job, told.PreviousStatus));
    }

    [Fact]
    public void Enqueue_QueueAtItsBound_IsRefusedAndCanBeTriedAgain()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(TestShard.Submission(2) with { RunAt = TestShard.Start.AddYears(1) });

        Refusal.QueueFull full = _shard.Refused<Refusal.QueueFull>(new Command.Enqueue(TestShard.Submission(3)));

        Assert.Equal(("default", 2, true), (full.Queue, full.Bound, full.Retryable));
    }

    [Fact]
    public void Enqueue_OtherQueueThanTheFullOne_IsAccepted()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);

        Job job = _shard.Enqueue(TestShard.Submission(3) with { Queue = "other" });

        Assert.Equal("other", job.Queue);
    }

    [Fact]
    public void Enqueue_FullQueueWithOneJobLeased_HasRoomAgain()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Lease();

        Job job = _shard.Enqueue(3);

        Assert.Equal(JobStatus.New, job.Status);
    }

    [Fact]
    public void Enqueue_ClockGoneBackwards_UsesTheLatestTimeSeen()
    {
        _shard.Pass(60);
        _shard.Enqueue(1);
        _shard.Pass(-60);

        Job job = _shard.Enqueue(2);

        Assert.Equal(TestShard.Start.AddSeconds(60), job.CreatedAt);
    }
}
