namespace JobOrchestrator.Core.Tests;

public sealed class ChangesTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void TakeChanges_JobChangedOften_IsStoredOnceWithAllItsEvents()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        Job done = _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token));

        Changes changes = _shard.Shard.TakeChanges();

        Assert.Equal([done], changes.Jobs);
        Assert.Equal([done], changes.Created);
        Assert.Equal([1, 2, 3], changes.Events.Select(told => told.Job.Sequence));
        Assert.Equal([JobEventKind.Created, JobEventKind.Updated, JobEventKind.Completed], changes.Events.Select(told => told.Kind));
    }

    [Fact]
    public void TakeChanges_SeveralJobs_AreInTheOrderOfTheirFirstChange()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Enqueue(3);
        _shard.Shard.TakeChanges();

        _shard.Changed(new Command.Reprioritise(TestShard.Id(2), 1, null));
        _shard.Changed(new Command.Cancel(TestShard.Id(3)));
        _shard.Changed(new Command.Cancel(TestShard.Id(2)));

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([TestShard.Id(2), TestShard.Id(3)], changes.Jobs.Select(job => job.Id));
        Assert.Empty(changes.Created);
    }

    [Fact]
    public void TakeChanges_CalledAgain_HasNothing()
    {
        _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Changes changes = _shard.Shard.TakeChanges();

        Assert.True(changes.IsEmpty);
        Assert.Empty(changes.Events);
    }

    [Fact]
    public void Pending_ChangedJobs_AreCountedOnceAndAtTheirLastSize()
    {
        _shard.Enqueue(1);
        _shard.Enqueue(2);
        _shard.Lease();

        Assert.Equal(2, _shard.Shard.PendingDocuments);
        long pending = _shard.Shard.PendingBytes;
        Assert.Equal(_shard.Shard.TakeChanges().Jobs.Sum(job => (long)job.DocumentBytesMax), pending);
        Assert.Equal((0, 0L), (_shard.Shard.PendingDocuments, _shard.Shard.PendingBytes));
    }
}
