using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class BoundsOracleTests
{
    private static readonly JudgeRules Rules = new()
    {
        Retention = TimeSpan.FromMinutes(1),
        EventRetention = TimeSpan.FromMinutes(1),
        SweepWithin = TimeSpan.FromMinutes(1),
        LeftoversMax = 1,
    };

    [Fact]
    public void Bounds_OfWhatIsStillKept_AreLawful()
    {
        Bench bench = Ended();
        bench.Pass(119);

        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.NothingBy(OracleNames.Bounds, bench);
    }

    [Fact]
    public void Bounds_DocumentsPastTheirTime_AreI10()
    {
        Bench bench = Ended();
        bench.Pass(136); // two minutes, and a quarter of the retention for a page that goes as one

        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.By(OracleNames.Bounds, bench, "1 documents");
    }

    [Fact]
    public void Bounds_EventsPastTheirTime_AreI10()
    {
        Bench bench = Ended();
        bench.Head = bench.Head with { Published = 2 };
        bench.Commit([]);
        bench.Pass(136); // two minutes, and a quarter of the retention for a page that goes as one

        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.By(OracleNames.Bounds, bench, "3 documents");
    }

    [Fact]
    public void Bounds_DocumentsThatNoHeadNames_AreI10AboveTheFewThatCrashesLeave()
    {
        Bench bench = Ended();
        bench.Write((Keys.Page(0, 9, 9), new PageDocument([]).ToUtf8(9)));
        bench.Judge.AtCalm(Calm.Of(bench));
        Seen.NothingBy(OracleNames.Bounds, bench);

        bench.Write((Keys.Outbox(0, 9, 9), """{"events":[]}"""u8.ToArray()));
        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.By(OracleNames.Bounds, bench, "2 documents");
    }

    [Fact]
    public void Bounds_MemoryAboveItsBound_IsI10()
    {
        Bench bench = Ended();

        bench.Judge.AtCalm(Calm.Of(bench) with { Sizes = [new MemorySize("a#1", "keys", 4, 4), new MemorySize("a#1", "watchers", 5, 4)] });

        Seen.By(OracleNames.Bounds, bench, "a#1 holds 5 watchers, and 4 are enough");
    }

    private static Bench Ended()
    {
        var bench = new Bench(rules: Rules);
        bench.Take("a#1");
        Job waiting = Made.Job(1);
        bench.Commit([waiting], [waiting.Event(null)]);
        Job job = waiting.Ended(JobStatus.Cancelled, AttemptOutcome.Cancelled);
        bench.Commit([job], [job.Event(JobStatus.New)]);
        return bench;
    }
}
