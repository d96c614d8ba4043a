using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class ReadsOracleTests
{
    [Fact]
    public void Reads_OfWhatIsStored_AreLawful()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        Read(engine, new JobLookup.Found(job));
        Request early = engine.Bench.Ask(Reading(1));
        Job leased = engine.Lease();
        engine.Bench.Answer(early, Told.Of(new JobLookup.Found(job)));
        Read(engine, new JobLookup.Found(leased));
        Read(engine, new JobLookup.Unknown(), number: 9);
        Request unavailable = engine.Bench.Ask(Reading(1));
        engine.Bench.Answer(unavailable, new Answer(AnswerKind.NothingWritten));

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Reads_OlderThanWhatSomebodyWasTold_AreI9()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        engine.Lease();

        Read(engine, new JobLookup.Found(job));

        Seen.By(OracleNames.Reads, engine.Bench, "somebody had been told of 2");
    }

    /// <summary>Two processes of a name, which nobody may run: the first may answer late until it notices.</summary>
    [Fact]
    public void Reads_OlderThanWhatASecondProcessOfTheNameWrote_AreLawfulUntilAnotherTakesTheShard()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        engine.Bench.Judge.SecondBegan("a#1'");
        engine.Bench.Take("a#1'");
        engine.Lease();
        engine.Submit(2);

        Read(engine, new JobLookup.Found(job));
        Read(engine, new JobLookup.Unknown(), number: 2);
        Seen.NothingBy(OracleNames.Reads, engine.Bench);

        engine.Bench.Take("a#2");
        engine.Bench.Pass(1);
        Read(engine, new JobLookup.Found(job));
        Seen.By(OracleNames.Reads, engine.Bench, "somebody had been told of 2");
    }

    [Fact]
    public void Reads_OlderThanWhatSomebodyHasRead_AreI9()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        var leased = (Outcome.Leased)engine.Apply(new Command.Lease(["default"], "w1", 1, null, "t"));
        Read(engine, new JobLookup.Found(leased.Jobs[0]));

        Read(engine, new JobLookup.Found(job));

        Seen.By(OracleNames.Reads, engine.Bench, "somebody had been told of 2");
        Assert.Null(lease.Answer);
    }

    [Fact]
    public void Reads_ListWithAnOldJob_AreI9()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        engine.Lease();

        Request list = engine.Bench.Ask(new Call(Verb.List, "c#1"));
        engine.Bench.Answer(list, new Answer(AnswerKind.Found) { Jobs = [Told.Of(job)] });

        Seen.By(OracleNames.Reads, engine.Bench, "somebody had been told of 2");
    }

    [Fact]
    public void Reads_AcceptedJobThatIsUnknown_IsI9()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);

        Read(engine, new JobLookup.Unknown());

        Seen.By(OracleNames.Reads, engine.Bench, "is called unknown");
    }

    [Fact]
    public void Reads_FinishedJobThatIsUnknownBeforeItsTime_IsI9()
    {
        var engine = new Engine(new Bench(rules: new JudgeRules { Retention = TimeSpan.FromMinutes(1) }));
        engine.Submit(1);
        engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Bench.Pass(50);

        Read(engine, new JobLookup.Unknown());

        Seen.By(OracleNames.Reads, engine.Bench, "is called unknown");
    }

    [Fact]
    public void Reads_FinishedJobThatIsUnknownAfterItsTime_AreLawful()
    {
        var engine = new Engine(new Bench(rules: new JudgeRules { Retention = TimeSpan.FromMinutes(1) }));
        engine.Submit(1);
        engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Bench.Pass(61);

        Read(engine, new JobLookup.Unknown());

        Seen.NothingBy(OracleNames.Reads, engine.Bench);
    }

    [Fact]
    public void Reads_JobThatNobodyPurged_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);

        Read(engine, new JobLookup.Purged());

        Seen.By(OracleNames.Reads, engine.Bench, "nobody purged it");
    }

    [Fact]
    public void Reads_JobThatNoCommitHas_IsSeen()
    {
        var engine = new Engine(new Bench());

        Read(engine, new JobLookup.Found(Made.Job(1)));

        Seen.By(OracleNames.Reads, engine.Bench, "which no commit has");
    }

    [Fact]
    public void Reads_StreamThatGoesBack_IsSeen()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        Request watch = engine.Bench.Ask(Reading(1) with { Verb = Verb.Watch });
        Job leased = engine.Lease();

        engine.Bench.Answer(watch, new Answer(AnswerKind.Found) { Jobs = [Told.Of(leased), Told.Of(job)] });

        Seen.By(OracleNames.Reads, engine.Bench, "goes from sequence 2 to 1");
    }

    private static Call Reading(int number) => new(Verb.Read, "c#2") { Job = Bench.Id(number).Value };

    private static void Read(Engine engine, JobLookup lookup, int number = 1)
    {
        Request read = engine.Bench.Ask(Reading(number));
        engine.Bench.Answer(read, Told.Of(lookup));
    }
}
