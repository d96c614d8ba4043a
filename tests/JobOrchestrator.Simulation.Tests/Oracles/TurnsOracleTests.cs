using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class TurnsOracleTests
{
    [Fact]
    public void Turns_OfTheProductsOwnRules_AreLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        engine.Submit(2, job => job with { Priority = 1 });
        engine.Submit(3, job => job with { Priority = 2, RunAt = Bench.Start.AddHours(1) });
        engine.Submit(4, job => job with { Spec = job.Spec with { Type = "other" }, Priority = 1 });
        Request other = engine.Ask(new Command.Lease(["default"], "w2", 1, new HashSet<string> { "other" }, "u"));
        engine.Answer(other, engine.Apply(new Command.Lease(["default"], "w2", 1, new HashSet<string> { "other" }, "u")));

        Assert.Equal([2, 1], [NumberOf(engine.Lease()), NumberOf(engine.Lease())]);
        Seen.Nothing(engine.Bench);
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("time")]
    [InlineData("arrival")]
    public void Turns_JobThatIsPassedOver_IsI8(string by)
    {
        var bench = new Bench();
        bench.Take("a#1");
        Job first = Made.Job(1) with { Priority = by == "priority" ? 1 : 0 };
        Job second = Made.Job(by == "arrival" ? 2 : 0) with { RunAt = Bench.Start.AddSeconds(by == "time" ? 1 : 0) };
        bench.Commit([second, first], [second.Event(null), first.Event(null)]);
        bench.Ask(new Call(Verb.Lease, "w1") { Worker = "w1", Queues = ["default"] });

        bench.Commit([second.Leased("t")], [second.Leased("t").Event(JobStatus.New)]);

        Seen.By(OracleNames.Turns, bench, $"passed over job {first.Id}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Turns_JobThatIsNotDueOrOfAnotherType_IsPassedOverLawfully(bool due)
    {
        var bench = new Bench();
        bench.Take("a#1");
        Job first = Made.Job(1) with { Priority = 1, RunAt = due ? Bench.Start : Bench.Start.AddHours(1) };
        Job second = Made.Job(2) with { Spec = first.Spec with { Type = "other" } };
        bench.Commit([second, first], [second.Event(null), first.Event(null)]);
        IReadOnlySet<string>? types = due ? new HashSet<string> { "other" } : null;
        bench.Ask(new Call(Verb.Lease, "w1") { Worker = "w1", Queues = ["default"], Types = types });

        bench.Commit([second.Leased("t")], [second.Leased("t").Event(JobStatus.New)]);

        Seen.NothingBy(OracleNames.Turns, bench);
    }

    [Fact]
    public void Turns_JobThatIsSetAside_IsPassedOverLawfully()
    {
        var bench = new Bench();
        bench.Take("a#1");
        Job first = Made.Job(1) with { Priority = 1 };
        Job second = Made.Job(2);
        bench.Commit([second, first], [second.Event(null), first.Event(null)]);
        bench.Ask(new Call(Verb.Lease, "w1") { Worker = "w1", Queues = ["default"] });
        bench.Judge.History.SetAside(first.Id.Value);

        bench.Commit([second.Leased("t")], [second.Leased("t").Event(JobStatus.New)]);

        Seen.NothingBy(OracleNames.Turns, bench);
    }

    private static int NumberOf(Job job) => (int)job.Order + 1;
}
