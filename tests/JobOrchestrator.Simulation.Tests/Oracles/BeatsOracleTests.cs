using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class BeatsOracleTests
{
    private static readonly Command Tick = new Command.Tick(10);

    [Fact]
    public void Beats_OfAWorkerThatReportsInTime_AreLawful()
    {
        Engine engine = Held(out Job job);
        for (int second = 0; second < 30; second++)
        {
            Pass(engine);
            if (second % 3 == 0)
            {
                engine.Heartbeat(job);
            }
        }

        engine.Complete(job);
        Pass(engine, seconds: 30);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Beats_OfAWorkerThatIsSilent_AreSeen()
    {
        Engine engine = Held(out _);

        Pass(engine, seconds: 13);

        Seen.By(OracleNames.Beats, engine.Bench, "and its lease is of 10 s");
    }

    [Fact]
    public void Beats_OfAWorkerThatStandsStill_MayStop()
    {
        Engine engine = Held(out _);

        Pass(engine, seconds: 13, isRunning: false);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Beats_BehindAnotherOfTheirQueue_MayWaitForAThirdOfTheLease()
    {
        Engine engine = Held(out _);
        Job other = engine.Submit(2);
        Hold(engine, other = engine.Lease());
        engine.Ask(new Command.Heartbeat(other.Id, other.Lease!.Token));

        Pass(engine, seconds: 13);
        Seen.Nothing(engine.Bench);
        Pass(engine, seconds: 3);

        Seen.By(OracleNames.Beats, engine.Bench, "has been silent");
    }

    [Fact]
    public void Beats_OfALeaseThatIsLostWhileAllIsWell_AreSeen()
    {
        Engine engine = Held(out _);
        engine.Bench.Pass(10.5);

        engine.Apply(Tick);

        Seen.By(OracleNames.Beats, engine.Bench, "while everything was well");
    }

    [Fact]
    public void Beats_OfALeaseThatIsLostAfterALostReport_AreLawful()
    {
        Engine engine = Held(out Job job);
        engine.Bench.Pass(3);
        Request heartbeat = engine.Ask(new Command.Heartbeat(job.Id, job.Lease!.Token));
        engine.Bench.Pass(3);
        engine.Bench.Answer(heartbeat, new Answer(AnswerKind.Lost));
        engine.Bench.Pass(4.5);

        engine.Apply(Tick);

        Seen.NothingBy(OracleNames.Beats, engine.Bench);
    }

    [Fact]
    public void Attempt_ThatGoesOnAfterItWasRefused_IsSeen()
    {
        Engine engine = Held(out Job job);
        Request heartbeat = engine.Ask(new Command.Heartbeat(job.Id, job.Lease!.Token));
        engine.Bench.Answer(heartbeat, new Answer(AnswerKind.Refused) { Refusal = RefusalKind.StaleLease });

        Pass(engine, seconds: 4);

        Seen.By(OracleNames.Beats, engine.Bench, "goes on with an attempt that was refused");
    }

    [Fact]
    public void Report_GivenUpWhileItsLeaseRuns_IsSeen()
    {
        Engine engine = Held(out Job job);
        engine.Bench.Pass(5);

        engine.Bench.Judge.History.GivenUp("c#1", job.Lease!.Token, isStopping: false, engine.Bench.Step, engine.Bench.Now);

        Seen.By(OracleNames.Beats, engine.Bench, "gave up its report");
    }

    [Fact]
    public void Worker_ThatStopsInOrderAndSaysNothing_IsSeen()
    {
        Engine engine = Held(out _);

        engine.Bench.Judge.History.Drained("c#1", engine.Bench.Step, engine.Bench.Now);

        Seen.By(OracleNames.Beats, engine.Bench, "said nothing of its attempt");
    }

    [Fact]
    public void Attempt_StoppedAsIfItWereCancelled_IsSeen()
    {
        Engine engine = Held(out Job job);

        engine.Bench.Judge.History.Stopped(
            new Stop("c#1", job.Id.Value, job.Lease!.Token, engine.Bench.Step, engine.Bench.Now) { IsCancel = true });

        Seen.By(OracleNames.Leases, engine.Bench, "which nobody has asked for");
    }

    private static Engine Held(out Job job)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        job = engine.Lease();
        Hold(engine, job);
        return engine;
    }

    private static void Hold(Engine engine, Job job) => engine.Bench.Judge.History.Holds(new Holding(
        "c#1", job.Id.Value, job.Queue, job.Lease!.Token, TimeSpan.FromSeconds(10), TimeSpan.Zero, engine.Bench.Now));

    private static void Pass(Engine engine, int seconds = 1, bool isRunning = true)
    {
        for (int second = 0; second < seconds; second++)
        {
            engine.Bench.Pass(1);
            engine.Bench.Judge.Beats.Passed(TimeSpan.FromSeconds(1), _ => isRunning, engine.Bench.Step, engine.Bench.Now);
        }
    }
}
