namespace JobOrchestrator.Core.Tests;

public sealed class OrderTests
{
    private readonly TestShard _shard = new();

    private int[] HandedOut(int max = 100, IReadOnlySet<string>? types = null) =>
        [.. _shard.Apply<Outcome.Leased>(new Command.Lease(["default"], "worker", max, types, "seed")).Jobs.Select(Number)];

    private static int Number(Job job) => Enumerable.Range(1, 100).Single(number => TestShard.Id(number) == job.Id);

    [Fact]
    public void Lease_EqualJobs_ComeInOrderOfArrival()
    {
        _shard.Enqueue(3);
        _shard.Enqueue(1);
        _shard.Enqueue(2);

        Assert.Equal([3, 1, 2], HandedOut());
    }

    [Fact]
    public void Lease_HigherPriority_ComesFirstWhateverItsRunAt()
    {
        _shard.Enqueue(1);
        _shard.Pass(1);
        _shard.Enqueue(TestShard.Submission(2) with { Priority = 1 });
        _shard.Enqueue(TestShard.Submission(3) with { Priority = -1, RunAt = TestShard.Start.AddDays(-1) });
        _shard.Enqueue(TestShard.Submission(4) with { Priority = int.MaxValue });
        _shard.Enqueue(TestShard.Submission(5) with { Priority = int.MinValue });

        Assert.Equal([4, 2, 1, 3, 5], HandedOut());
    }

    [Fact]
    public void Lease_SamePriority_EarlierRunAtComesFirst()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddSeconds(2) });
        _shard.Enqueue(TestShard.Submission(2) with { RunAt = TestShard.Start.AddSeconds(1) });
        _shard.Enqueue(TestShard.Submission(3) with { RunAt = TestShard.Start.AddSeconds(-1) });
        _shard.Pass(2);

        Assert.Equal([3, 2, 1], HandedOut());
    }

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 1)]
    [InlineData(0.001, 1)]
    public void Lease_ScheduledJob_IsHandedOutFromItsRunAtOn(double aroundRunAt, int jobs)
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddSeconds(10) });
        _shard.Pass(10 + aroundRunAt);

        Assert.Equal(jobs, HandedOut().Length);
    }

    [Fact]
    public void Lease_ByTypes_SkipsOthersAndKeepsTheOrderAmongThem()
    {
        _shard.Enqueue(TestShard.Submission(1) with { Type = "a" });
        _shard.Enqueue(TestShard.Submission(2) with { Type = "b" });
        _shard.Enqueue(TestShard.Submission(3) with { Type = "c", Priority = 1 });
        _shard.Enqueue(TestShard.Submission(4) with { Type = "a", Priority = 1 });

        Assert.Equal([4, 1, 2], HandedOut(types: new HashSet<string> { "a", "b", "unheard-of" }));
        Assert.Equal([3], HandedOut());
    }

    [Fact]
    public void Lease_ManyTypes_KeepsTheOrderOfTheQueueAcrossThem()
    {
        var random = new Random(1);
        int[] priorities = [.. Enumerable.Range(0, 90).Select(_ => random.Next(5))];
        for (int number = 1; number <= 90; number++)
        {
            _shard.Enqueue(TestShard.Submission(number) with { Type = $"type-{random.Next(40)}", Priority = priorities[number - 1] });
        }

        int[] handedOut = [.. Enumerable.Range(0, 90).SelectMany(_ => HandedOut(max: 1))];

        Assert.Equal(Enumerable.Range(1, 90).OrderByDescending(number => priorities[number - 1]).ThenBy(number => number), handedOut);
    }

    [Fact]
    public void Lease_RunAtInTheYear9999_WaitsAndIsTheNextDue()
    {
        DateTimeOffset end = DateTimeOffset.MaxValue;
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = end });

        Assert.Empty(HandedOut());
        Assert.Equal(end, _shard.Shard.NextDue);
    }

    [Fact]
    public void Lease_RetriedJob_KeepsItsPlaceByItsNewRunAt()
    {
        Job failing = _shard.Running(TestShard.Submission(1) with { Backoff = TestShard.Pause(5) });
        _shard.Changed(new Command.Fail(failing.Id, failing.Lease!.Token, new JobError("x", "x")));
        _shard.Enqueue(TestShard.Submission(2) with { RunAt = TestShard.Start.AddSeconds(4) });
        _shard.Enqueue(TestShard.Submission(3) with { RunAt = TestShard.Start.AddSeconds(6) });
        _shard.Pass(6);

        Assert.Equal([2, 1, 3], HandedOut());
    }
}
