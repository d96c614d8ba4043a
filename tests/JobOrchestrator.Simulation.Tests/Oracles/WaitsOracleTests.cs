using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class WaitsOracleTests
{
    [Fact]
    public void Waits_ReportThatIsTakenSoon_IsLawful()
    {
        Engine engine = Leased(out Job job);
        Request heartbeat = Arrived(engine, new Command.Heartbeat(job.Id, job.Lease!.Token));
        Commits(engine.Bench, 3);
        engine.Answer(heartbeat, engine.Apply(new Command.Heartbeat(job.Id, job.Lease!.Token)));
        Commits(engine.Bench, 4);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Waits_ReportThatSeesTooManyCommitsPass_IsI8()
    {
        Engine engine = Leased(out Job job);
        Arrived(engine, new Command.Heartbeat(job.Id, job.Lease!.Token));

        Commits(engine.Bench, 5);

        Seen.By(OracleNames.Waits, engine.Bench, "has seen 5 commits");
    }

    [Fact]
    public void Waits_CommandThatSeesTooManyCommitsPass_IsI8()
    {
        var engine = new Engine(new Bench());
        Arrived(engine, new Command.Cancel(Bench.Id(1)));

        Commits(engine.Bench, 17);

        Seen.By(OracleNames.Waits, engine.Bench, "has seen 17 commits");
    }

    [Fact]
    public void Waits_ReportAtAHolderThatIsGone_IsLawful()
    {
        Engine engine = Leased(out Job job);
        Arrived(engine, new Command.Heartbeat(job.Id, job.Lease!.Token));

        engine.Bench.Take("b#1");
        Commits(engine.Bench, 5);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Waits_RefusalWhileTheShardIsServed_IsI8()
    {
        var engine = new Engine(new Bench());
        Request submit = Patient(engine.Bench, 10);

        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));

        Seen.By(OracleNames.Waits, engine.Bench, "served all the while");
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(20, false)]
    public void Waits_RefusalForAnOutage_IsI8IfTheOutageIsShort(double outage, bool isSeen)
    {
        var engine = new Engine(new Bench());
        History history = engine.Bench.Judge.History;
        history.Served(0, false, engine.Bench.Step, engine.Bench.Now);
        Request submit = Patient(engine.Bench, 10);
        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));

        engine.Bench.Pass(outage);
        history.Served(0, true, engine.Bench.Step, engine.Bench.Now);

        if (isSeen)
        {
            Seen.By(OracleNames.Waits, engine.Bench, "served again 5.0 s after he asked");
        }
        else
        {
            Seen.Nothing(engine.Bench);
        }
    }

    [Fact]
    public void Waits_RefusalAfterTheTimeThatHeGave_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Bench.Judge.History.Served(0, false, engine.Bench.Step, engine.Bench.Now);
        Request submit = Patient(engine.Bench, 10);
        engine.Bench.Pass(10);
        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));
        engine.Bench.Judge.History.Served(0, true, engine.Bench.Step, engine.Bench.Now);

        Seen.Nothing(engine.Bench);
    }

    private static Request Patient(Bench bench, double seconds) =>
        bench.Ask(Told.Of(new Command.Enqueue(Engine.Submission(1)), "c#1", shard: 0, patience: TimeSpan.FromSeconds(seconds)));

    private static Request Arrived(Engine engine, Command command)
    {
        Request request = engine.Ask(command);
        engine.Bench.Judge.History.Arrive(request, engine.Bench.Now);
        return request;
    }

    private static void Commits(Bench bench, int count)
    {
        for (int i = 0; i < count; i++)
        {
            bench.Commit([]);
        }
    }

    private static Engine Leased(out Job job)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        job = engine.Lease();
        return engine;
    }
}
