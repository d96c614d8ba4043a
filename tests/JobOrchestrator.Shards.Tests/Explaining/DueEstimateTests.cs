using JobOrchestrator.Core;
using Xunit.Abstractions;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// Four of five jobs that are scheduled, or pause between attempts, start between the earliest and the latest that was said, in simulated
/// queues of several kinds.
/// </summary>
public sealed class DueEstimateTests(ITestOutputHelper output)
{
    private const double Asked = 600; // seconds after its beginning
    private const double Rounding = 0.000_001;

    /// <summary>And most of them are not told much more than they have to be: half of the spans are no wider than that.</summary>
    [Theory]
    [InlineData("idle", 60, 1)]
    [InlineData("one worker", 5, 5)]
    [InlineData("one worker", 60, 8)]
    [InlineData("one worker", 600, 8)]
    [InlineData("half full", 5, 1.3)]
    [InlineData("half full", 60, 1.3)]
    [InlineData("half full", 600, 1.3)]
    [InlineData("nearly full", 5, 5)]
    [InlineData("nearly full", 60, 12)]
    [InlineData("nearly full", 600, 12)]
    [InlineData("overfull", 60, 50)]
    [InlineData("overfull", 600, 600)]
    [InlineData("even runs", 60, 6)]
    [InlineData("even runs", 600, 5)]
    [InlineData("in batches", 60, 20)]
    [InlineData("in batches", 600, 20)]
    [InlineData("urgent ones", 60, 15)]
    [InlineData("urgent ones", 600, 15)]
    [InlineData("long line", 5, 20)]
    [InlineData("long line", 60, 30)]
    [InlineData("long line", 120, 20)]
    [InlineData("long line", 600, 2)]
    [InlineData("many at once", 5, 35)]
    [InlineData("many at once", 60, 35)]
    [InlineData("many at once", 600, 35)]
    [InlineData("pausing", null, 7)]
    [InlineData("pausing, overfull", null, 35)]
    public void FourOfFive_StartBetweenEarliestAndLatest(string kind, int? left, double width)
    {
        const int Trials = 300;
        int inside = 0;
        var widths = new List<double>();
        for (int seed = 0; seed < Trials; seed++)
        {
            SimulatedQueue queue = Queue(kind, new Random(seed));
            double now = Asked + (seed % 10);
            queue.RunTo(now);
            SimulatedJob job = left is { } scheduled ? Scheduled(kind, queue, now + scheduled) : queue.Pausing.Last();
            if (DueEstimate.Of(queue.UpcomingOf(job), queue.Pace, out string? why) is not { } estimate)
            {
                Assert.NotNull(why);
                continue;
            }

            double wait = queue.StartOf(job) - now;
            inside += wait >= estimate.Earliest.TotalSeconds - Rounding && wait <= estimate.Latest.TotalSeconds ? 1 : 0;
            widths.Add((estimate.Latest - estimate.Earliest).TotalSeconds);
        }

        widths.Sort();
        output.WriteLine(FormattableString.Invariant(
            $"{kind}, {left}: {(double)inside / widths.Count:0.00} of {widths.Count}, half within {widths[widths.Count / 2]:0.0} s"));
        Assert.InRange(widths.Count, 0.95 * Trials, Trials);
        Assert.InRange((double)inside / widths.Count, 0.75, 1);
        Assert.InRange(widths[widths.Count / 2], 0, width);
    }

    /// <summary>Of a queue in which no jobs wait: when it is due, or as soon after as others before it were taken.</summary>
    [Fact]
    public void NothingBeforeIt_StartsWhenItIsDueAsOthersDid()
    {
        StartEstimate atOnce = DueEstimate.Of(Before(0, 0), Taken(0, 0, 0, 0, 0), out _)!;
        StartEstimate polled = DueEstimate.Of(Before(0, 0), Taken(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), out _)!;
        StartEstimate waitedFor = DueEstimate.Of(Before(0, 0, asking: 1), null, out _)!;

        Assert.Equal((600, 600, 601), Seconds(atOnce));
        Assert.Equal((600, 606, 610), Seconds(polled));
        Assert.Equal((600, 600, 601), Seconds(waitedFor));
        Assert.Equal(("high", "high", "medium"), (atOnce.Certainty, polled.Certainty, waitedFor.Certainty));
        Assert.Equal("nothing before it, and nine of the last ten were taken within 10 s", polled.Basis);
    }

    /// <summary>What is known is an hour old, and says less of what is due in hours or days.</summary>
    [Theory]
    [InlineData(3_600, "high")]
    [InlineData(3_601, "medium")]
    [InlineData(86_400, "medium")]
    [InlineData(86_401, "low")]
    public void Certainty_OfWhatIsDueLater_IsLess(int seconds, string certainty)
    {
        var upcoming = new Upcoming(0, [new DueBefore(TimeSpan.FromSeconds(seconds), 0)], Asking: 1);

        Assert.Equal(certainty, DueEstimate.Of(upcoming, Taken(0, 0, 0, 0, 0), out _)!.Certainty);
    }

    [Fact]
    public void TooLittleIsKnown_IsNoEstimateButAReason()
    {
        Assert.Null(DueEstimate.Of(Before(0, 0), Taken(0, 0, 0, 0), out string? few));
        Assert.Null(DueEstimate.Of(Before(1, 2, asking: 3), Taken(0, 0, 0, 0, 0), out string? unpaced));
        Assert.NotNull(DueEstimate.Of(Before(1, 2, asking: 4), Taken(0, 0, 0, 0, 0), out _));
        Assert.Null(DueEstimate.Of(Before(3, 0), Paced(2, higherPerSecond: 2), out string? crowded));

        Assert.StartsWith("No worker waits for such jobs at this moment, and too few", few, StringComparison.Ordinal);
        Assert.StartsWith("3 jobs stand before it or come due right before it", unpaced, StringComparison.Ordinal);
        Assert.StartsWith("As many jobs of higher priority", crowded, StringComparison.Ordinal);
    }

    /// <summary>Two a second are handed out: of 1,400 there are 200 left when it is due.</summary>
    [Fact]
    public void Line_ThatLastsBeyondItsDue_IsWaitedFor()
    {
        StartEstimate estimate = DueEstimate.Of(Before(1_390, 10), Paced(2, higherPerSecond: 0), out _)!;

        Assert.Equal(700, estimate.Wait.TotalSeconds, 0.6);
        Assert.InRange(estimate.Earliest.TotalSeconds, 600, 690);
        Assert.InRange(estimate.Latest.TotalSeconds, 710, 950);
        Assert.Equal("600 starts in 5 min, 1390 jobs before it now, 10 that come due before it", estimate.Basis);
    }

    private static Upcoming Before(int ready, int due, int asking = 0) =>
        new(ready, [new DueBefore(TimeSpan.FromSeconds(1), due), new DueBefore(TimeSpan.FromSeconds(600), due)], asking);

    private static Pace Taken(params double[] seconds) => new([], 0, 60) { Flow = Flow.Unknown with { Taken = seconds } };

    private static Pace Paced(int perSecond, double higherPerSecond) => new([], higherPerSecond, 5)
    {
        Flow = Flow.Unknown with
        {
            InLine = [.. Enumerable.Repeat(10 * perSecond, 30)],
            Minutes = 5,
            HigherPerSecond = higherPerSecond,
        },
    };

    private static (double Earliest, double Middle, double Latest) Seconds(StartEstimate estimate) =>
        (estimate.Earliest.TotalSeconds, estimate.Wait.TotalSeconds, estimate.Latest.TotalSeconds);

    private static SimulatedJob Scheduled(string kind, SimulatedQueue queue, double due)
    {
        // Somewhere among three hundred that are due with it.
        int before = kind == "many at once" ? 200 : 0, behind = kind == "many at once" ? 99 : 0;
        SimulatedJob[] all = [.. Enumerable.Range(0, before + 1 + behind).Select(_ => queue.Schedule(due))];
        return all[before];
    }

    private static SimulatedQueue Queue(string kind, Random random)
    {
        switch (kind)
        {
            case "idle":
                return new SimulatedQueue(8, 0.8, AnyLength, random);
            case "one worker":
                return new SimulatedQueue(1, 0.6, AnyLength, random);
            case "half full":
                return new SimulatedQueue(4, 2, AnyLength, random);
            case "nearly full":
                return new SimulatedQueue(4, 3.6, AnyLength, random);
            case "overfull":
                return new SimulatedQueue(4, 4.4, AnyLength, random);
            case "even runs":
                return new SimulatedQueue(4, 3.6, chance => 0.8 + (0.4 * chance.NextDouble()), random);
            case "in batches":
                return new SimulatedQueue(4, 3, AnyLength, random) { Batch = 10 };
            case "urgent ones":
                return new SimulatedQueue(4, 3.6, AnyLength, random) { Urgent = 0.3 };
            case "pausing":
                return new SimulatedQueue(4, 2.8, AnyLength, random) { Failing = 0.2 };
            case "pausing, overfull":
                return new SimulatedQueue(4, 3.6, AnyLength, random) { Failing = 0.2 };
            case "long line":
                var queue = new SimulatedQueue(4, 2, AnyLength, random);
                queue.RunTo(Asked - 100);
                for (int i = 0; i < 400; i++)
                {
                    queue.Schedule(Asked - 100 + 0.001);
                }

                return queue;
            default:
                return new SimulatedQueue(4, 2, AnyLength, random);
        }
    }

    private static double AnyLength(Random random) => -Math.Log(1 - random.NextDouble());
}
