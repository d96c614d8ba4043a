using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class LeasesOracleTests
{
    private static readonly Command Tick = new Command.Tick(10);

    [Fact]
    public void Leases_ThatEndInTheirTime_AreLawful()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Pass(5);
        engine.Heartbeat(job);
        engine.Bench.Pass(10);
        engine.Apply(Tick);

        Assert.Equal("LeaseLost", engine.Bench.Judge.Ledger.Find(job.Id.Value)!.Current!.Attempts[0].Outcome);
        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Leases_ThatEndEarly_AreI3()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Pass(7);

        End(engine, job);

        Seen.By(OracleNames.Leases, engine.Bench, "was ended after 7.0 s");
    }

    [Fact]
    public void Leases_ThatEndEarlyAfterAHeartbeat_AreI3()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Pass(8);
        engine.Heartbeat(job);
        engine.Bench.Pass(8);

        End(engine, engine.Jobs[1]);

        Seen.By(OracleNames.Leases, engine.Bench, "was ended after 8.0 s");
    }

    [Fact]
    public void Leases_ThatRunOutWhileNobodyCanReport_AreSeen()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Judge.History.Served(0, false, engine.Bench.Step, engine.Bench.Now);
        engine.Bench.Pass(9);
        engine.Bench.Judge.History.Served(0, true, engine.Bench.Step, engine.Bench.Now);
        engine.Bench.Pass(2);

        engine.Apply(Tick);

        Seen.By(OracleNames.Leases, engine.Bench, "could have been taken for 2.0 s");
        Assert.Equal(1, job.Attempt);
    }

    [Fact]
    public void Leases_AMomentAway_IsNotExcused()
    {
        Engine engine = Leased(out _);
        engine.Bench.Judge.History.Served(0, false, engine.Bench.Step, engine.Bench.Now);
        engine.Bench.Pass(1.5);
        engine.Bench.Judge.History.Served(0, true, engine.Bench.Step, engine.Bench.Now);
        engine.Bench.Pass(9);

        engine.Apply(Tick);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Leases_OfAWorkerThatWasTurnedAway_AreSeen()
    {
        Engine engine = Leased(out Job job);
        Request heartbeat = engine.Ask(new Command.Heartbeat(job.Id, job.Lease!.Token));
        engine.Bench.Judge.History.Arrive(heartbeat, engine.Bench.Now);
        engine.Bench.Pass(9);
        engine.Bench.Answer(heartbeat, new Answer(AnswerKind.NothingWritten));
        engine.Bench.Pass(2);

        engine.Apply(Tick);

        Seen.By(OracleNames.Leases, engine.Bench, "could have been taken for 2.0 s");
    }

    [Fact]
    public void Leases_OfAWorkerThatAskedSomebodyElse_EndLawfully()
    {
        Engine engine = Leased(out Job job);
        Request heartbeat = engine.Ask(new Command.Heartbeat(job.Id, job.Lease!.Token));
        engine.Bench.Pass(9);
        engine.Bench.Answer(heartbeat, new Answer(AnswerKind.NothingWritten));
        engine.Bench.Pass(2);

        engine.Apply(Tick);

        Assert.Null(engine.Bench.Judge.First);
    }

    [Fact]
    public void Leases_ThatEndBeforeAReportThatWasThere_AreSeen()
    {
        Engine engine = Leased(out Job job);
        Request heartbeat = engine.Ask(new Command.Heartbeat(job.Id, job.Lease!.Token));
        engine.Bench.Judge.History.Arrive(heartbeat, engine.Bench.Now);
        engine.Bench.Pass(11);

        engine.Apply(Tick);

        Seen.By(OracleNames.Leases, engine.Bench, "in time");
    }

    [Fact]
    public void Leases_AttemptThatNoWorkerSaw_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Apply(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Bench.Answer(lease, new Answer(AnswerKind.NothingWritten));
        engine.Bench.Pass(11);

        engine.Apply(Tick);

        Seen.By(OracleNames.Leases, engine.Bench, "no worker ever saw it");
    }

    [Theory]
    [InlineData(nameof(AnswerKind.OutcomeUnknown))]
    [InlineData(nameof(AnswerKind.Lost))]
    [InlineData(nameof(AnswerKind.Left))]
    public void Leases_AttemptWhoseAnswerWasLost_IsLawful(string kind)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Apply(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Bench.Answer(lease, new Answer(Enum.Parse<AnswerKind>(kind)));
        engine.Bench.Pass(11);

        engine.Apply(Tick);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Leases_AttemptForARequestThatWasGivenUpBefore_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request lost = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Bench.Answer(lost, new Answer(AnswerKind.Lost));
        Request next = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "u"));
        engine.Apply(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Bench.Answer(next, new Answer(AnswerKind.Leased));
        engine.Bench.Pass(11);

        engine.Apply(Tick);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Leases_AttemptThatAWorkerStopsThoughItsHeartbeatWasTaken_IsSeen()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Pass(9);
        engine.Heartbeat(job);
        engine.Bench.Pass(2);

        engine.Bench.Judge.History.Stopped(new Stop("w1", job.Id.Value, job.Lease!.Token, engine.Bench.Step, engine.Bench.Now));

        Seen.By(OracleNames.Leases, engine.Bench, "by the ledger it is in force, extended by the heartbeat");
    }

    [Fact]
    public void Leases_AttemptThatAWorkerStopsInTime_IsLawful()
    {
        Engine engine = Leased(out Job job);
        engine.Bench.Pass(10);

        engine.Bench.Judge.History.Stopped(new Stop("w1", job.Id.Value, job.Lease!.Token, engine.Bench.Step, engine.Bench.Now));

        Seen.Nothing(engine.Bench);
    }

    private static Engine Leased(out Job job)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        job = engine.Lease();
        return engine;
    }

    /// <summary>The product's own end of a lease, at the wrong time.</summary>
    private static void End(Engine engine, Job job)
    {
        Job ended = job.Ended(JobStatus.New, AttemptOutcome.LeaseLost) with { Failures = 1 };
        engine.Bench.Commit([ended], [ended.Event(JobStatus.InProgress)]);
    }
}
