namespace JobOrchestrator.Core.Tests;

public sealed class ReleaseWorkerTests
{
    private readonly TestShard _shard = new();

    public ReleaseWorkerTests()
    {
        for (int number = 1; number <= 4; number++)
        {
            _shard.Enqueue(number);
        }
    }

    private int Release(string worker, int max = 100) => _shard.Apply<Outcome.Done>(new Command.ReleaseWorker(worker, max)).Jobs;

    [Fact]
    public void ReleaseWorker_TwoOfItsJobs_WaitAgainWithTheirAttemptsNotSpent()
    {
        _shard.Lease("gone");
        _shard.Lease("here");
        _shard.Lease("gone");
        _shard.Shard.TakeChanges();

        Assert.Equal(2, Release("gone"));

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([TestShard.Id(1), TestShard.Id(3)], changes.Jobs.Select(job => job.Id));
        Assert.All(
            changes.Jobs,
            job => Assert.Equal((JobStatus.New, 0, AttemptOutcome.Released), (job.Status, job.Failures, job.Attempts[0].Outcome)));
        Assert.Equal((3, 1), (_shard.Queue().Ready, _shard.Queue().InProgress));
    }

    [Fact]
    public void ReleaseWorker_MoreThanMax_ReleasesTheEarliestFirst()
    {
        _shard.LeaseMany(4);

        Assert.Equal(3, Release("worker", max: 3));
        Assert.Equal(1, Release("worker", max: 3));
        Assert.Equal(0, Release("worker", max: 3));
    }

    /// <summary>A worker that came back under its name lost what it had just been given to the rest of its own release.</summary>
    [Fact]
    public void ReleaseWorker_WorkerThatCameBackBeforeTheRest_KeepsWhatItWasGivenSince()
    {
        _shard.LeaseMany(2);
        _shard.Pass(1);
        DateTimeOffset gone = _shard.Now;
        Assert.Equal(1, Release("worker", max: 1));

        Job again = _shard.Lease();
        int rest = _shard.Apply<Outcome.Done>(new Command.ReleaseWorker("worker", 100, LeasedBefore: gone)).Jobs;

        Assert.Equal((1, TestShard.Id(1)), (rest, again.Id));
        _shard.Changed(new Command.Complete(again.Id, again.Lease!.Token));
    }

    [Fact]
    public void ReleaseWorker_CancelRequested_EndsTheJobAsCancelled()
    {
        Job job = _shard.Lease("gone");
        _shard.Changed(new Command.Cancel(job.Id));

        Release("gone");

        Assert.Equal(JobStatus.Cancelled, _shard.Taken(job.Id).Status);
    }

    [Fact]
    public void ReleaseWorker_LateReportOfItsWorker_IsRefused()
    {
        Job job = _shard.Lease("gone");
        Release("gone");

        _shard.Refused<Refusal.StaleLease>(new Command.Complete(job.Id, job.Lease!.Token));
    }
}
