using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class SpinOracleTests
{
    private static readonly JudgeRules Rules = new() { StepsASecondMax = 100, IdleStepsASecondMax = 10, FailingRequestsASecondMax = 5 };

    [Theory]
    [InlineData(true, 100, false)]
    [InlineData(true, 101, true)]
    [InlineData(false, 10, false)]
    [InlineData(false, 11, true)]
    public void Spin_StepsOverTenSeconds_AreSeenAboveTheirBound(bool isAsked, int aSecond, bool isSeen)
    {
        var bench = new Bench(rules: Rules);

        Each(bench, aSecond, seconds: 60, at => bench.Judge.Spin.Step("a#1", isAsked, 1, at));

        Check(bench, isSeen, "a#1 spins");
    }

    [Fact]
    public void Spin_BurstWithinTenSeconds_IsLawful()
    {
        var bench = new Bench(rules: Rules);

        Each(bench, 900, seconds: 1, at => bench.Judge.Spin.Step("a#1", isAsked: true, 1, at));
        Each(bench, 50, seconds: 1, at => bench.Judge.Spin.Step("a#1", isAsked: true, 1, at.AddSeconds(5)));
        Each(bench, 900, seconds: 1, at => bench.Judge.Spin.Step("a#1", isAsked: true, 1, at.AddSeconds(11)));

        Seen.Nothing(bench);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Spin_RequestsToAStoreThatFails_AreSeenAboveTheirBound(int aSecond, bool isSeen)
    {
        var bench = new Bench(rules: Rules);

        Each(bench, aSecond, seconds: 30, at => bench.Judge.Spin.Failed("a#1", 0, 1, at));

        Check(bench, isSeen, "a#1 asks the store of shard 0, which fails");
    }

    private static void Each(Bench bench, int aSecond, int seconds, Action<DateTimeOffset> act)
    {
        for (int i = 0; i < aSecond * seconds; i++)
        {
            act(bench.Now + i * TimeSpan.FromSeconds(1) / aSecond);
        }
    }

    private static void Check(Bench bench, bool isSeen, string says)
    {
        if (isSeen)
        {
            Seen.By(OracleNames.Spin, bench, says);
        }
        else
        {
            Seen.Nothing(bench);
        }
    }
}
