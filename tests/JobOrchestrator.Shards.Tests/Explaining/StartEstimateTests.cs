namespace JobOrchestrator.Shards.Tests;

/// <summary>Four of five jobs start between the earliest and the latest that was said, in simulated queues of several kinds.</summary>
public sealed class StartEstimateTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("even", 1)]
    [InlineData("even", 30)]
    [InlineData("even", 300)]
    [InlineData("drifting", 5)]
    [InlineData("drifting", 30)]
    [InlineData("drifting", 300)]
    [InlineData("drifting", 1_000)]
    [InlineData("slower by a tenth", 30)]
    [InlineData("slower by a tenth", 300)]
    [InlineData("slower by a tenth", 1_000)]
    [InlineData("random", 1)]
    [InlineData("random", 5)]
    [InlineData("random", 30)]
    [InlineData("random", 300)]
    [InlineData("random", 1_000)]
    [InlineData("bursts", 5)]
    [InlineData("bursts", 30)]
    [InlineData("bursts", 300)]
    public void FourOfFive_StartBetweenEarliestAndLatest(string kind, int ahead)
    {
        const int Trials = 400;
        int inside = 0;
        for (int seed = 0; seed < Trials; seed++)
        {
            double[] starts = Starts(kind, new Random(seed)).Take(3_000 + ahead).ToArray();
            double at = 301 + (seed % 10); // what was seen of five minutes and a bit
            StartEstimate estimate = StartEstimate.Of(ahead, PaceOf(starts, at), out string? why)!;
            Assert.Null(why);
            double wait = starts.Where(start => start > at).ElementAt(ahead) - at;
            inside += wait >= estimate.Earliest.TotalSeconds && wait <= estimate.Latest.TotalSeconds ? 1 : 0;
        }

        bool isSteady = kind is not ("drifting" or "slower by a tenth");
        Assert.InRange((double)inside / Trials, isSteady ? 0.75 : 0.70, ahead <= 30 ? 0.97 : 1);
    }

    [Fact]
    public void TooFewStarts_OrNoneLeftForIt_AreNoEstimateButAReason()
    {
        Assert.Null(StartEstimate.Of(3, null, out string? unknown));
        Assert.Null(StartEstimate.Of(3, new Pace([5, 5, 5], 0, 60), out string? few));
        Assert.Null(StartEstimate.Of(3, new Pace([10, 10, 10], 1.0, 5), out string? crowded));

        Assert.StartsWith("Only 0 jobs", unknown, StringComparison.Ordinal);
        Assert.StartsWith("Only 15 jobs", few, StringComparison.Ordinal);
        Assert.StartsWith("As many jobs of higher priority", crowded, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_OfAnEvenPace_IsThePlaceOverThePace()
    {
        StartEstimate estimate = StartEstimate.Of(59, new Pace([.. Enumerable.Repeat(20, 30)], 0.5, 5), out _)!;

        Assert.Equal(40, estimate.Wait.TotalSeconds, 3); // 60 jobs, at 2 a second less 0.5 that go before
        Assert.Equal(("high", 600, 5), (estimate.Certainty, estimate.Starts, estimate.Minutes));
        Assert.True(estimate.Earliest < estimate.Wait && estimate.Wait < estimate.Latest);
    }

    /// <summary>As a shard measures it: each start while others wait.</summary>
    private static Pace PaceOf(double[] starts, double at)
    {
        var pace = new QueuePace(Start.AddSeconds(-20));
        pace.Waiting(true, Start.AddSeconds(-20));
        pace.Start(Start.AddSeconds(-15));
        foreach (double start in starts.TakeWhile(start => start <= at))
        {
            pace.Start(Start.AddSeconds(start));
        }

        return pace.Read(priority: 0, Start.AddSeconds(at));
    }

    /// <summary>When jobs are handed out, in seconds, in a queue that never empties; two a second on average.</summary>
    private static IEnumerable<double> Starts(string kind, Random random)
    {
        double at = 0, pace = 2;
        while (true)
        {
            switch (kind)
            {
                case "even": // jobs of much the same length
                    at += random.NextDouble();
                    yield return at;
                    break;
                case "random": // jobs of any length
                    at += -0.5 * Math.Log(1 - random.NextDouble());
                    yield return at;
                    break;
                case "drifting": // a twentieth up or down in a minute, and on from there
                    pace *= Math.Exp(0.05 * Math.Sqrt(0.5 / 60) * Normal(random));
                    at += -Math.Log(1 - random.NextDouble()) / pace;
                    yield return at;
                    break;
                case "slower by a tenth": // since somebody asks
                    at += -Math.Log(1 - random.NextDouble()) / (at < 305 ? 2 : 1.8);
                    yield return at;
                    break;
                default: // workers that take several at once
                    at += -1.25 * Math.Log(1 - random.NextDouble());
                    int several = random.Next(1, 5);
                    for (int i = 0; i < several; i++)
                    {
                        yield return at;
                    }

                    break;
            }
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
