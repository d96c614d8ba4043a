namespace JobOrchestrator.Core.Tests;

public sealed class FindTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Find_LiveJob_IsFoundInItsQueueOnly()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "x" });

        Assert.Equal([job], _shard.Apply<Outcome.Found>(new Command.Find("default", "x")).Jobs);
        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("other", "x"));
        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("default", "y"));
    }

    [Fact]
    public void Find_JobsOfSeveralOwners_AreInTheOrderOfTheirArrival()
    {
        foreach ((int number, string? owner) in new[] { (1, "b"), (2, null), (3, "a") })
        {
            _shard.Enqueue(TestShard.Submission(number) with { ExternalId = "x", Owner = owner });
        }

        _shard.Changed(new Command.Cancel(TestShard.Id(1)));
        _shard.Enqueue(TestShard.Submission(4) with { ExternalId = "x", Owner = "b" });

        Assert.Equal([2, 3, 4], _shard.Apply<Outcome.Found>(new Command.Find("default", "x")).Jobs.Select(job => (int)job.Order + 1));
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
