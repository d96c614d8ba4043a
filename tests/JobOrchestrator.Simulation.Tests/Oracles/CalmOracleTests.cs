using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class CalmOracleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Calm_WithEverythingAtItsEnd_IsLawful(bool twoStep)
    {
        var engine = new Engine(new Bench(twoStep));
        engine.Submit(1);
        engine.Complete(engine.Lease());
        engine.Submit(2, job => job with { RunAt = Bench.Start.AddHours(1) });
        engine.Do(new Command.PauseQueue("default"));
        engine.Submit(3);

        engine.Bench.Judge.AtCalm(Of(engine.Bench));

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Calm_CallerWithoutAnAnswer_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Bench.Ask(new Call(Verb.Watch, "c#1") { Job = Bench.Id(1).Value });

        engine.Bench.Judge.AtCalm(Of(engine.Bench));

        Seen.By(OracleNames.Calm, engine.Bench, "Watch of c#1 at 00:00:00.010 has never been answered");
    }

    [Fact]
    public void Calm_JobThatHasNotEnded_IsSeenUnlessItMayGoOn()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);

        engine.Bench.Judge.AtCalm(Of(engine.Bench) with { MayGoOn = _ => true });
        Seen.Nothing(engine.Bench);
        engine.Bench.Judge.AtCalm(Of(engine.Bench));

        Seen.By(OracleNames.Calm, engine.Bench, "is still New");
    }

    [Fact]
    public void Calm_ShardThatNobodyServes_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Judge.AtCalm(Of(bench) with { Served = new HashSet<int>() });

        Seen.By(OracleNames.Calm, bench, "nobody serves shard 0, last taken by a#1");
    }

    [Fact]
    public void Calm_DocumentsOfACommitThatAreNotWritten_AreSeen()
    {
        var bench = new Bench(twoStep: true);
        bench.Take("a#1");
        bench.CommitHeadOnly(bench.Plan([Made.Job(1)], [Made.Job(1).Event(null)]));
        bench.Pass(6);

        bench.Judge.AtCalm(Of(bench));

        Seen.By(OracleNames.Calm, bench, "3 documents of the last commit of shard 0 are not written");
        Seen.By(OracleNames.Lost, bench, "is not in the store");
    }

    [Fact]
    public void Calm_DocumentThatIsNotAsCommitted_IsI1()
    {
        var bench = new Bench(twoStep: true);
        bench.Take("a#1");
        List<(string Key, byte[]? Value)> first = bench.Plan([Made.Job(1)], [Made.Job(1).Event(null)]);
        bench.CommitHeadOnly(first);
        bench.Finish(first);
        bench.Commit([Made.Job(1) with { Priority = 1 }]);
        bench.Write(first[^1]);

        bench.Judge.AtCalm(Of(bench));

        Seen.By(OracleNames.Lost, bench, "New of (1, 2), is in the store as of (1, 1)");
    }

    private static CalmState Of(Bench bench) => Calm.Of(bench) with { IsAllPublished = false };
}
