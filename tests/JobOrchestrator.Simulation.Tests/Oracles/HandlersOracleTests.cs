using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class HandlersOracleTests
{
    [Fact]
    public void Handlers_CalledOnceAsNew_AreLawful()
    {
        Bench bench = WithOne();
        Handle(bench, asNew: true);
        Handle(bench, asNew: false);
        bench.Judge.AtCalm(Calm.Of(bench) with { Owners = new HashSet<string> { "me" }, IsAllPublished = false });

        Seen.NothingBy(OracleNames.Hears, bench);
    }

    [Fact]
    public void Handlers_CalledTwiceAsNew_AreI6()
    {
        Bench bench = WithOne();
        Handle(bench, asNew: true);

        Handle(bench, asNew: true);

        Seen.By(OracleNames.Hears, bench, "as new, and had it as new");
    }

    [Fact]
    public void Handlers_CalledAgainAfterTheirMemoryWasLost_AreLawful()
    {
        Bench bench = WithOne();
        Handle(bench, asNew: true);
        bench.Judge.History.Forgot("me", Bench.Id(1).Value, 1);
        Handle(bench, asNew: true);

        Seen.NothingBy(OracleNames.Hears, bench);
    }

    [Fact]
    public void Handlers_OfWhatNoCommitHas_AreI6()
    {
        Bench bench = WithOne();

        Handle(bench, asNew: true, sequence: 2);

        Seen.By(OracleNames.Hears, bench, "which no commit has");
    }

    [Fact]
    public void Handlers_NeverCalled_AreI6()
    {
        Bench bench = WithOne();

        bench.Judge.AtCalm(Calm.Of(bench) with { Owners = new HashSet<string> { "me" }, IsAllPublished = false });

        Seen.By(OracleNames.Hears, bench, "owner me has never heard of event 1");
    }

    /// <summary>A report that was overtaken; the broker may bring it late, and then it is a repeat of what was passed over.</summary>
    [Theory]
    [InlineData(true, false, null)]
    [InlineData(true, true, null)]
    [InlineData(false, false, "has never heard of event 2")]
    [InlineData(false, true, "as a repeat, and never had it before")]
    public void Handlers_NeverCalledForAReportThatWasOvertaken_AreLawfulWhereProgressIsCoalesced(
        bool coalesces, bool comesLate, string? said)
    {
        Bench bench = WithOne(new JudgeRules { CoalescesProgress = coalesces });
        Job job = OfMe(1) with { Status = JobStatus.InProgress };
        for (int sequence = 2; sequence <= 3; sequence++)
        {
            job = job with { Sequence = sequence };
            bench.Commit([job], [job.Event(JobStatus.InProgress)]);
        }

        Handle(bench, asNew: true);
        Handle(bench, asNew: true, sequence: 3);
        if (comesLate)
        {
            Handle(bench, asNew: false, sequence: 2);
        }

        bench.Judge.AtCalm(Calm.Of(bench) with { Owners = new HashSet<string> { "me" }, IsAllPublished = false });

        Seen.ByOrNothing(OracleNames.Hears, bench, said);
    }

    [Fact]
    public void Handlers_NeverCalledForWhatTheFeedHadNoMore_AreLawful()
    {
        Bench bench = WithOne();
        bench.Head = bench.Head with { Published = 1, Outbox = [] };
        bench.Commit([], [], (Keys.Outbox(0, 1, 0), null));
        bench.Judge.History.Missed("me");

        bench.Judge.AtCalm(Calm.Of(bench) with { Owners = new HashSet<string> { "me" }, IsAllPublished = false });

        Seen.NothingBy(OracleNames.Hears, bench);
    }

    [Fact]
    public void Handlers_ToldOfARepeatThatIsNone_AreI6()
    {
        Bench bench = WithOne();

        Handle(bench, asNew: false);

        Seen.By(OracleNames.Hears, bench, "as a repeat, and never had it before");
    }

    private static void Handle(Bench bench, bool asNew, long sequence = 1)
    {
        bench.Pass(1);
        bench.Judge.History.Handled(new Handling("me", Bench.Id(1).Value, sequence, asNew, bench.Step, bench.Now));
    }

    private static Bench WithOne(JudgeRules? rules = null)
    {
        var bench = new Bench(rules: rules);
        bench.Take("a#1");
        Job job = OfMe(1);
        bench.Commit([job], [job.Event(null)]);
        return bench;
    }

    private static Job OfMe(int number) => Made.Job(number) with { Spec = Made.Job(number).Spec with { Owner = "me" } };
}
