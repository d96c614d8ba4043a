using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class WatchOracleTests
{
    [Fact]
    public void Stream_ThatTellsAllInTime_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request stream = Begin(engine, Verb.Watch);
        Stream(engine, stream, engine.Jobs[1]);
        Job leased = engine.Lease();
        Pass(engine, 20);
        Stream(engine, stream, leased);
        engine.Complete(leased);
        Pass(engine, 20);
        Stream(engine, stream, engine.Jobs[1]);

        Seen.NothingBy(OracleNames.Watch, engine.Bench);
    }

    [Fact]
    public void Stream_ThatIsNotToldOfTheEnd_IsI8()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request stream = Begin(engine, Verb.Watch);
        Job leased = engine.Lease();
        Stream(engine, stream, leased);
        engine.Complete(leased);

        Pass(engine, 60);

        Seen.By(OracleNames.Watch, engine.Bench, "was not told, nor to ask again");
    }

    [Fact]
    public void Stream_OfAProcessThatStands_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Begin(engine, Verb.Watch);

        Pass(engine, 60, isRunning: false);

        Seen.NothingBy(OracleNames.Watch, engine.Bench);
    }

    [Fact]
    public void Stream_ThatIsServed_IsToldOfNothingMore()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request stream = Begin(engine, Verb.Watch);
        Stream(engine, stream, engine.Jobs[1]);
        History.Serve(stream);
        engine.Complete(engine.Lease());

        Pass(engine, 60);

        Seen.NothingBy(OracleNames.Watch, engine.Bench);
    }

    [Fact]
    public void Stream_ThatTellsWhatNoCommitSays_IsI8()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request stream = Begin(engine, Verb.Watch);

        Stream(engine, stream, engine.Jobs[1] with { Status = JobStatus.Completed });

        Seen.By(OracleNames.Watch, engine.Bench, "which no commit says");
    }

    [Fact]
    public void Stream_ThatGoesBack_IsI8()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job before = engine.Jobs[1];
        engine.Lease();
        Request stream = Begin(engine, Verb.Watch);
        Stream(engine, stream, engine.Jobs[1]);

        Stream(engine, stream, before);

        Seen.By(OracleNames.Watch, engine.Bench, "was told of sequence 1 after 2");
    }

    [Fact]
    public void Wait_AtWhomCommitsTheEnd_IsToldInTimeOrItIsI8()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request told = Begin(engine, Verb.Read);
        Begin(engine, Verb.Read);
        engine.Complete(engine.Lease());
        engine.Bench.Answer(told, Found(engine.Jobs[1]));

        Pass(engine, 60);

        Violation seen = Assert.Single(engine.Bench.Judge.Violations, violation => violation.Oracle == OracleNames.Watch);
        Assert.Contains("was not told", seen.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Wait_AtAnotherThanCommitsTheEnd_MaySitOutItsTime()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request wait = Begin(engine, Verb.Read, lane: "b#1");
        engine.Complete(engine.Lease());
        Pass(engine, 90);
        engine.Bench.Answer(wait, Found(engine.Jobs[1]));

        Seen.NothingBy(OracleNames.Watch, engine.Bench);
    }

    [Fact]
    public void Wait_ThatEndsWithAnOldState_IsI8()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request wait = Begin(engine, Verb.Read, lane: "b#1");
        Job leased = engine.Lease();
        engine.Complete(leased);
        Pass(engine, 90);

        engine.Bench.Answer(wait, Found(leased));

        Seen.By(OracleNames.Watch, engine.Bench, "was told that it is InProgress");
    }

    /// <summary>Two processes of a name, which nobody may run: the first may tell what was until it notices.</summary>
    [Theory]
    [InlineData("a#1'", true)]
    [InlineData("b#1", false)]
    public void Stream_ThatTellsLessThanWasToldOfASecondProcessOfTheName_IsLawful(string taker, bool isLawful)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job before = engine.Jobs[1];
        engine.Bench.Judge.SecondBegan("a#1'");
        engine.Bench.Take(taker);
        Job leased = engine.Lease();
        Request stream = Begin(engine, Verb.Watch);
        Stream(engine, stream, leased);
        Stream(engine, stream, before);
        Pass(engine, 60);

        if (isLawful)
        {
            Seen.NothingBy(OracleNames.Watch, engine.Bench);
        }
        else
        {
            Seen.By(OracleNames.Watch, engine.Bench, "was told of sequence 1 after 2");
        }
    }

    private static Request Begin(Engine engine, Verb verb, string lane = "a#1")
    {
        Request request = engine.Bench.Ask(new Call(verb, "c#1") { Job = Bench.Id(1).Value });
        engine.Bench.Judge.History.Watching(request, lane);
        return request;
    }

    private static void Stream(Engine engine, Request stream, Job job)
    {
        engine.Bench.Pass(0.001);
        engine.Bench.Judge.History.Streamed(stream, Told.Of(job), engine.Bench.Step, engine.Bench.Now);
    }

    private static Answer Found(Job job) => Told.Of(new JobLookup.Found(job));

    private static void Pass(Engine engine, int seconds, bool isRunning = true)
    {
        for (int second = 0; second < seconds; second++)
        {
            engine.Bench.Pass(1);
            engine.Bench.Judge.Watches.Passed(TimeSpan.FromSeconds(1), _ => isRunning, engine.Bench.Step, engine.Bench.Now);
        }
    }
}
