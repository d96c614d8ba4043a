namespace JobOrchestrator.Core.Tests;

public sealed class FindTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Find_LiveJob_IsFoundInItsQueueOnly()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "x" });

        Assert.Equal(job, _shard.Apply<Outcome.Existing>(new Command.Find("default", "x")).Job);
        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("other", "x"));
        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("default", "y"));
    }

    [Fact]
    public void Find_JobWhoseLastLeaseHasEnded_IsLiveNoMore()
    {
        _shard.Running(TestShard.Submission(1) with { ExternalId = "x", MaxRetries = 0 });
        _shard.Pass(TestShard.LeaseSeconds);

        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("default", "x"));

        Assert.Equal(JobStatus.Failed, _shard.Taken(TestShard.Id(1)).Status);
    }
}
