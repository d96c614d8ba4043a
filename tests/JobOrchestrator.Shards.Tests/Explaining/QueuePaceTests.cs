namespace JobOrchestrator.Shards.Tests;

public sealed class QueuePaceTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A worker that takes each job as it comes says nothing of how long a line takes.</summary>
    [Fact]
    public void Starts_WhileNothingWaits_DoNotCount()
    {
        var pace = new QueuePace(Start);
        for (int second = 0; second < 300; second++)
        {
            pace.Start(At(second));
            pace.Waiting(false, At(second));
        }

        Assert.Empty(pace.Read(0, At(301)).Starts);
    }

    [Fact]
    public void TimeInWhichJobsWaitAndNoneStarts_Counts()
    {
        var pace = new QueuePace(Start);
        pace.Waiting(true, Start);
        pace.Start(At(1));
        for (int i = 0; i < 30; i++)
        {
            pace.Start(At(15));
        }

        Assert.Equal([30, 0, 0, 0, 0], pace.Read(0, At(60)).Starts);
    }

    /// <summary>A minute without workers, and the ten seconds in which the first ones came, say nothing of how fast they are.</summary>
    [Fact]
    public void TimeUntilTheFirstStart_DoesNotCount()
    {
        var pace = new QueuePace(Start);
        pace.Waiting(true, Start);
        for (double second = 67; second < 100; second += 0.5)
        {
            pace.Start(At(second));
        }

        pace.Waiting(false, At(105));
        pace.Waiting(true, At(200));
        pace.Start(At(204));
        pace.Start(At(211));

        Assert.Equal([20, 20, 20, 0, 1], pace.Read(0, At(220)).Starts);
    }

    [Fact]
    public void Read_FewStartsOfLate_LooksBackFurther()
    {
        var pace = new QueuePace(Start);
        pace.Waiting(true, Start);
        pace.Start(At(1));
        for (int i = 0; i < 25; i++)
        {
            pace.Start(At(10));
        }

        Assert.Equal((5, 25), (pace.Read(0, At(200)).Minutes, pace.Read(0, At(200)).Starts.Sum()));
        Assert.Equal((15, 25), (pace.Read(0, At(700)).Minutes, pace.Read(0, At(700)).Starts.Sum()));
        Assert.Equal((60, 25), (pace.Read(0, At(3_000)).Minutes, pace.Read(0, At(3_000)).Starts.Sum()));
        Assert.Equal((60, 0), (pace.Read(0, At(7_200)).Minutes, pace.Read(0, At(7_200)).Starts.Sum()));
    }

    [Fact]
    public void Arrivals_OfHigherPriority_AreThoseThatGoBefore()
    {
        var pace = new QueuePace(Start);
        for (int second = 0; second < 299; second++)
        {
            pace.Arrive(second % 2 == 0 ? 0 : 5, At(second));
        }

        Assert.Equal(0.5, pace.Read(0, At(299)).HigherPerSecond, 1);
        Assert.Equal(0, pace.Read(5, At(299)).HigherPerSecond);
        Assert.Equal(1, pace.Read(-1, At(299)).HigherPerSecond, 1);
        Assert.Equal(0, pace.Read(-1, At(900)).HigherPerSecond);
    }

    /// <summary>Callers give any priority: those beyond a few are counted with the next higher one that is known.</summary>
    [Fact]
    public void Arrivals_OfManyPriorities_AreAllCounted()
    {
        var pace = new QueuePace(Start);
        for (int priority = 0; priority < 100; priority++)
        {
            pace.Arrive(priority, At(1));
        }

        Assert.Equal(100 / 10.0, pace.Read(-1, At(2)).HigherPerSecond, 3);
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);
}
