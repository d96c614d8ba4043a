using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class ServingOracleTests
{
    private static readonly JudgeRules Rules = new() { ShardLease = TimeSpan.FromSeconds(15) };

    [Fact]
    public void Shard_TakenFromOneWhoIsSilent_IsLawful()
    {
        Bench bench = HeldByA();
        bench.Pass(15);
        bench.Take("b#1");

        Seen.NothingBy(OracleNames.Serving, bench);
    }

    [Fact]
    public void Shard_TakenFromOneWhoIsNotSilent_IsSeen()
    {
        Bench bench = HeldByA();
        bench.Pass(8);

        bench.Take("b#1");

        Seen.By(OracleNames.Serving, bench, "b#1 took shard 0 from a#1, whose head was written 8.0 s before");
    }

    [Fact]
    public void Shard_ThatWasGivenBack_IsTakenAtOnce()
    {
        Bench bench = HeldByA();
        bench.Head = bench.Head with { Holder = "" };
        bench.Commit([]);
        bench.Take("b#1");

        Seen.NothingBy(OracleNames.Serving, bench);
    }

    [Fact]
    public void Shard_OfAFormerLife_IsTakenAtOnce()
    {
        Bench bench = HeldByA();
        bench.Take("a#2");

        Seen.NothingBy(OracleNames.Serving, bench);
    }

    [Fact]
    public void Shard_ThatTwoOfOneNameTakeInTurn_IsSeen()
    {
        Bench bench = HeldByA();
        bench.Commit([]);
        bench.Take("a#1'");

        bench.Take("a#1");

        Seen.By(OracleNames.Serving, bench, "a#1 took shard 0 from a#1'");
    }

    [Fact]
    public void Shard_OfWhichAProcessDoesNotKnowThatItTookIt_IsTakenOnceMore()
    {
        Bench bench = HeldByA();
        bench.Take("a#1'");
        bench.Take("a#1");

        Seen.NothingBy(OracleNames.Serving, bench);
    }

    [Fact]
    public void Shard_ThatNobodyServesInTheCalm_IsSeen()
    {
        Bench bench = HeldByA();
        Look(bench, isServed: false, seconds: 50);
        Look(bench, isServed: true, seconds: 1);
        Look(bench, isServed: false, seconds: 50);
        Seen.NothingBy(OracleNames.Serving, bench);

        Look(bench, isServed: false, seconds: 30);

        Seen.By(OracleNames.Serving, bench, "nobody has served shard 0 for 60 s");
    }

    private static Bench HeldByA()
    {
        var bench = new Bench(rules: Rules);
        bench.Take("a#1");
        return bench;
    }

    private static void Look(Bench bench, bool isServed, int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            bench.Pass(1);
            bench.Judge.Serving.InCalm(new HashSet<int>(isServed ? [0] : []), bench.Step, bench.Now);
        }
    }
}
