namespace JobOrchestrator.Core.Tests;

/// <summary>What an attempt tells of its heartbeats.</summary>
public sealed class HeartbeatsTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Attempt_ThatEnds_HasItsHeartbeatsAndTheLongestSilence()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        Beat(job, after: 8);
        Beat(job, after: 12.3456);
        DateTimeOffset last = _shard.Now;
        _shard.Pass(5);

        Attempt ended = Assert.Single(_shard.Changed(new Command.Complete(job.Id, job.Lease!.Token)).Attempts);

        Assert.Equal(new Heartbeats(2, last, TimeSpan.FromMilliseconds(12_345)), ended.Heartbeats);
    }

    /// <summary>The silence that cost the lease is the longest.</summary>
    [Fact]
    public void Attempt_WhoseLeaseIsLost_HasTheSilenceUntilItsEnd()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        Beat(job, after: 10);
        DateTimeOffset last = _shard.Now;
        _shard.Pass(TestShard.LeaseSeconds);
        _shard.Tick();

        var silence = TimeSpan.FromSeconds(TestShard.LeaseSeconds);
        Assert.Equal(new Heartbeats(1, last, silence), _shard.Taken(job.Id).Attempts[0].Heartbeats);
    }

    [Fact]
    public void Attempts_OneAfterTheOther_EachCountsItsOwn()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        Assert.Null(_shard.Changed(new Command.Release(job.Id, job.Lease!.Token)).Attempts[0].Heartbeats);
        job = _shard.Lease();
        Beat(job, after: 1);
        Job again = _shard.Changed(new Command.Release(job.Id, job.Lease!.Token));

        Assert.Equal([null, 1], again.Attempts.Select(attempt => attempt.Heartbeats?.Count));
        Assert.Null(_shard.Lease().Lease!.Heartbeats);
    }

    /// <summary>One that extends nothing and brings nothing is not stored for being counted.</summary>
    [Fact]
    public void Heartbeat_ThatChangesNothing_IsNotStored()
    {
        Job job = _shard.Running(TestShard.Submission(1));
        _shard.Apply(new Command.Cancel(job.Id));
        Beat(job, after: 1);
        _shard.Shard.TakeChanges();

        Beat(job, after: 1);

        Assert.Equal(0, _shard.Shard.PendingDocuments);
    }

    private void Beat(Job job, double after)
    {
        _shard.Pass(after);
        _shard.Apply<Outcome.Extended>(new Command.Heartbeat(job.Id, job.Lease!.Token));
    }
}
