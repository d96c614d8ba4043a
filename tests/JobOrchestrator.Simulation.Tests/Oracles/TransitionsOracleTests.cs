using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class TransitionsOracleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transitions_OfTheProductsOwnRules_AreLawful(bool twoStep)
    {
        var engine = new Engine(new Bench(twoStep), ShardSettings.Default);
        engine.Submit(1);
        Job first = engine.Lease();
        engine.Heartbeat(first);
        engine.Do(new Command.Fail(first.Id, first.Lease!.Token, new JobError("about:blank", "No")));
        engine.Bench.Pass(5);
        Job second = engine.Lease();
        engine.Do(new Command.Release(second.Id, second.Lease!.Token));
        engine.Complete(engine.Lease());
        engine.Submit(2, job => job with { Spec = job.Spec with { TimeLimitSeconds = 3 } });
        engine.Bench.Pass(4);
        engine.Apply(new Command.Tick(10));

        Seen.Nothing(engine.Bench);
    }

    /// <summary>A worker waits: what comes in goes out with the same commit, and is released and given out again in one.</summary>
    [Fact]
    public void Transitions_SeveralInOneCommit_AreLawful()
    {
        var engine = new Engine(new Bench());
        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        Request submit = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        Outcome accepted = engine.ApplyOnly(new Command.Enqueue(Engine.Submission(1)));
        Outcome leased = engine.ApplyOnly(new Command.Lease(["default"], "w1", 1, null, "t"));
        engine.Commit();
        engine.Answer(lease, leased);
        engine.Answer(submit, accepted);
        Job job = ((Outcome.Leased)leased).Jobs[0];
        Request release = engine.Ask(new Command.Release(job.Id, job.Lease!.Token));
        Request again = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "u"));
        Outcome released = engine.ApplyOnly(new Command.Release(job.Id, job.Lease!.Token));
        Outcome leasedAgain = engine.ApplyOnly(new Command.Lease(["default"], "w1", 1, null, "u"));
        engine.Commit();
        engine.Answer(release, released);
        engine.Answer(again, leasedAgain);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Transitions_FinalStatusThatIsLeft_IsI2()
    {
        Bench bench = WithOne(out Job job);
        Job done = job.Leased("t").Ended(JobStatus.Completed, AttemptOutcome.Completed);
        bench.Commit([job.Leased("t")], [job.Leased("t").Event(JobStatus.New)]);
        bench.Commit([done], [done.Event(JobStatus.InProgress)]);

        Job undone = done with { Status = JobStatus.New, Sequence = 4, FinishedAt = null, ExpiresAt = null };
        bench.Commit([undone], [undone.Event(JobStatus.Completed)]);

        Seen.By(OracleNames.Transitions, bench, "I2");
    }

    [Fact]
    public void Transitions_ResultThatChanges_IsI2()
    {
        Bench bench = WithOne(out Job job);
        Job done = job.Leased("t").Ended(JobStatus.Completed, AttemptOutcome.Completed) with { Result = JsonText.Of("1") };
        bench.Commit([job.Leased("t")], [job.Leased("t").Event(JobStatus.New)]);
        bench.Commit([done], [done.Event(JobStatus.InProgress)]);

        bench.Commit([done with { Result = JsonText.Of("2") }]);

        Seen.By(OracleNames.Transitions, bench, "I2");
    }

    [Fact]
    public void Transitions_InputThatIsLost_IsSeen()
    {
        Bench bench = WithOne(out Job job);
        Job with = job with { Spec = job.Spec with { Input = JsonText.Of("[1]") }, Sequence = 2 };
        bench.Commit([with], [with.Event(JobStatus.New)]);

        Job without = job with { Sequence = 3 };
        bench.Commit([without], [without.Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "had an input of 3 bytes and has none now");
    }

    [Fact]
    public void Transitions_AttemptsThatGoDownOrLeap_AreI5()
    {
        Bench bench = WithOne(out Job job);

        Job leapt = job.Leased("t") with { Attempt = 2 };
        bench.Commit([leapt], [leapt.Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "I5");
    }

    [Fact]
    public void Transitions_SequenceThatLeaps_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        Job leapt = job with { Sequence = 3 };
        bench.Commit([leapt], [leapt.Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "from sequence 1 to 3");
    }

    [Fact]
    public void Transitions_StepThatIsNotInThePicture_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        Job failed = job.Ended(JobStatus.Failed, AttemptOutcome.Failed);
        bench.Commit([failed], [failed.Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "went from New to Failed");
    }

    [Fact]
    public void Transitions_EventOfAnotherStatusBefore_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        bench.Commit([job.Leased("t")], [job.Leased("t").Event(JobStatus.InProgress)]);

        Seen.By(OracleNames.Transitions, bench, "was InProgress before sequence 2 by its event, and New by the ledger");
    }

    [Fact]
    public void Transitions_DocumentBesideItsEvents_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        bench.Commit([job.Leased("t") with { Sequence = 3 }], [job.Leased("t").Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "by its document, and InProgress, attempt 1, sequence 2 by its events");
    }

    [Fact]
    public void Transitions_ChangeOfStatusWithoutAnEvent_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        bench.Commit([job.Leased("t") with { Sequence = 1 }]);

        Seen.By(OracleNames.Transitions, bench, "by its document, and New");
    }

    [Fact]
    public void Transitions_EventOfAnotherKind_IsSeen()
    {
        Bench bench = WithOne(out Job job);

        bench.Commit([job.Leased("t")], [new JobEvent(JobEventKind.Completed, job.Leased("t"), JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, "was told of as 'completed'");
    }

    [Theory]
    [InlineData(true, "New with a lease")]
    [InlineData(false, "InProgress without a lease")]
    public void Transitions_LeaseThatDoesNotFitTheStatus_IsSeen(bool hasLease, string says)
    {
        Bench bench = WithOne(out Job job);

        Job wrong = hasLease ? job with { Lease = new Lease("t", "w", Bench.Start) } : job.Leased("t") with { Lease = null };
        bench.Commit([wrong], hasLease ? [] : [wrong.Event(JobStatus.New)]);

        Seen.By(OracleNames.Transitions, bench, says);
    }

    private static Bench WithOne(out Job job)
    {
        var bench = new Bench();
        bench.Take("a#1");
        job = Made.Job(1);
        bench.Commit([job], [job.Event(null)]);
        return bench;
    }
}
