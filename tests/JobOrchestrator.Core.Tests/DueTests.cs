namespace JobOrchestrator.Core.Tests;

public sealed class DueTests
{
    private readonly TestShard _shard = new();

    private void Schedule(int jobs)
    {
        for (int number = 1; number <= jobs; number++)
        {
            _shard.Enqueue(TestShard.Submission(number) with { RunAt = TestShard.Start.AddSeconds(10) });
        }

        _shard.Shard.TakeChanges();
        _shard.Pass(10);
    }

    private int Ready => _shard.Queue().Ready;

    /// <summary>F8: a million jobs that were due at once were one step of 2.2 s.</summary>
    [Fact]
    public void Tick_MoreJobsDueThanAStep_MakesThemReadyInSteps()
    {
        Schedule(250);
        var ready = new List<int>();

        while (_shard.Shard.NextDue <= _shard.Now)
        {
            _shard.Apply<Outcome.Done>(new Command.Tick(10, StepsMax: 100));
            ready.Add(Ready);
        }

        Assert.Equal([100, 200, 250], ready);
        Assert.Equal([1, 2, 3], _shard.LeaseMany(3).Select(job => (int)job.Order + 1));
    }

    /// <summary>F8.</summary>
    [Fact]
    public void Lease_MoreJobsDueThanAStep_PromotesOneStepForATime()
    {
        const int Due = 2 * Command.Tick.StepsMaxDefault + 1;
        Schedule(Due);

        Assert.True(_shard.HasReady());
        Assert.Equal([Command.Tick.StepsMaxDefault, Command.Tick.StepsMaxDefault], new[] { Ready, Ready });
        Assert.Equal(Due - Command.Tick.StepsMaxDefault, _shard.Queue().Scheduled);

        _shard.Pass(0.001);
        Assert.Single(_shard.LeaseMany(1));
        Assert.Equal(2 * Command.Tick.StepsMaxDefault - 1, Ready);
    }

    [Fact]
    public void Tick_MoreKeysEndThanAStep_FreesThemInStepsAndNobodyHasThemMeanwhile()
    {
        for (int number = 1; number <= 5; number++)
        {
            _shard.Stored(TestShard.Submission(number) with { UniqueKey = $"u{number}", UniqueSeconds = 60 });
        }

        _shard.Pass(60);
        int ticks = 0;
        for (; _shard.Shard.NextDue <= _shard.Now; ticks++)
        {
            _shard.Apply<Outcome.Done>(new Command.Tick(10, StepsMax: 2));
            Assert.Empty(_shard.Shard.Missing(new Command.EnqueueMany(
                [.. Enumerable.Range(1, 5).Select(number => TestShard.Submission(9) with { UniqueKey = $"u{number}" })])));
        }

        Assert.Equal(3, ticks);
    }
}
