using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class LostOracleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lost_PageThatIsRetiredOnceItsJobsHaveEnded_IsLawful(bool twoStep)
    {
        Bench bench = WithOne(twoStep, out Job job);
        Job done = job.Ended(JobStatus.Cancelled, AttemptOutcome.Cancelled);
        bench.Commit([done], [done.Event(JobStatus.New)]);

        bench.Head = bench.Head with { LivePages = [] };
        bench.Commit([], [], (Keys.Page(0, 1, 0), new PageDocument([.. bench.Page]) { ExpiresAt = Bench.Start }.ToUtf8(0)));

        Seen.NothingBy(OracleNames.Lost, bench);
    }

    [Fact]
    public void Lost_JobThatNoPageLists_IsI1()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Commit([Made.Job(1)]);

        Seen.By(OracleNames.Lost, bench, "no page lists it");
    }

    [Fact]
    public void Lost_PageOfALiveJobThatIsRetired_IsI1()
    {
        Bench bench = WithOne(false, out _);

        bench.Head = bench.Head with { LivePages = [] };
        bench.Commit([]);

        Seen.By(OracleNames.Lost, bench, "page 0 is live no more");
    }

    [Fact]
    public void Lost_JobInAPageThatIsNotLive_IsI1()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Job job = Made.Job(1);
        List<(string Key, byte[]? Value)> documents = bench.Plan([job], [job.Event(null)]);
        bench.Head = bench.Head with { LivePages = [7, 7] };
        bench.Write([(Keys.Head(0), bench.Head.ToUtf8()), .. documents]);

        Seen.By(OracleNames.Lost, bench, "which is not live");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lost_LiveJobThatIsDeleted_IsI1(bool twoStep)
    {
        Bench bench = WithOne(twoStep, out Job job);

        bench.Commit([], [], (job.Id.ToString(), null));

        Seen.By(OracleNames.Lost, bench, "was deleted while it was New");
    }

    private static Bench WithOne(bool twoStep, out Job job)
    {
        var bench = new Bench(twoStep);
        bench.Take("a#1");
        job = Made.Job(1);
        bench.Commit([job], [job.Event(null)]);
        return bench;
    }
}
