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

    /// <summary>Half of the time nothing waits: what the workers can do is what they do in the other half.</summary>
    [Fact]
    public void Flow_OfAQueueThatHasALineNowAndThen_IsThatOfTheTimeInWhichJobsWait()
    {
        var pace = new QueuePace(Start);
        for (int round = 0; round < 15; round++)
        {
            pace.Waiting(true, At(20 * round));
            for (double second = 1; second <= 11; second += 0.5)
            {
                pace.Start(At((20 * round) + second));
            }

            pace.Waiting(false, At((20 * round) + 11));
        }

        Flow flow = pace.Read(0, At(301)).Flow;

        // The first start of each round shows only that somebody is there.
        Assert.Equal(Enumerable.Repeat(20, flow.InLine.Count), flow.InLine);
        Assert.InRange(flow.InLine.Count, 12, 15);
        Assert.Equal((true, 5), (flow.HasPace, flow.Minutes));
        Assert.Equal(1 / 21.0, flow.NoLine, 3);
    }

    /// <summary>What one commit hands out, with which the line ends, was waiting alike.</summary>
    [Fact]
    public void Flow_OfSeveralStartsAtOnce_CountsAllOfThem()
    {
        var pace = new QueuePace(Start);
        pace.Waiting(true, Start);
        pace.Start(At(1));
        for (int i = 0; i < 40; i++)
        {
            pace.Start(At(11));
            pace.Waiting(false, At(11));
        }

        Assert.Equal([40], pace.Read(0, At(30)).Flow.InLine);
    }

    [Fact]
    public void Flow_OfJobsThatMeetNoLine_SaysHowSoonTheyAreTaken()
    {
        var pace = new QueuePace(Start);
        for (int i = 0; i < 40; i++)
        {
            pace.Start(At(i), TimeSpan.FromSeconds(40 - i));
            pace.Waiting(false, At(i));
        }

        Flow flow = pace.Read(0, At(50)).Flow;

        Assert.Equal((false, 1.0), (flow.HasPace, flow.NoLine));
        Assert.Equal(Enumerable.Range(1, 32).Select(second => (double)second), flow.Taken);
        Assert.Equal((17, 30), (flow.TakenWithin(5), flow.TakenWithin(9)));
        Assert.Null(pace.Read(0, At(3_700)).Flow.TakenWithin(5));
    }

    /// <summary>What is known to come is counted where it comes; a batch that came once says nothing of what is to come.</summary>
    [Fact]
    public void Flow_Arrivals_AreThoseThatComeAsARule()
    {
        var pace = new QueuePace(Start);
        for (int second = 0; second < 299; second++)
        {
            pace.Arrive(0, At(second));
            pace.Arrive(-1, At(second));
            pace.Arrive(1, At(second), due: At(second + 100));
            pace.Arrive(1, At(second), due: At(second + 1_000));
        }

        for (int i = 0; i < 1_000; i++)
        {
            pace.Arrive(0, At(299));
        }

        Flow flow = pace.Read(0, At(300)).Flow;

        Assert.Equal([.. Enumerable.Repeat(10, 9), .. Enumerable.Repeat(20, 19), 40], flow.Arrivals);
        Assert.Equal([.. Enumerable.Repeat(0, 9), .. Enumerable.Repeat(10, 20)], flow.Timed);
        Assert.Equal(190 / 290.0, pace.Read(0, At(299.9)).Flow.HigherPerSecond, 1);
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);
}
