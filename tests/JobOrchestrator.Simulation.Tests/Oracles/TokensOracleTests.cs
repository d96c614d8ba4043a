using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class TokensOracleTests
{
    [Fact]
    public void Tokens_OfOneAttemptAfterTheOther_AreLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => job with { Spec = job.Spec with { Backoff = Backoff.None } });
        Job first = engine.Lease();
        engine.Do(new Command.Complete(first.Id, "stale"));
        engine.Do(new Command.Release(first.Id, first.Lease!.Token));
        engine.Do(new Command.Complete(first.Id, first.Lease!.Token));
        engine.Complete(engine.Lease("w2"));

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Tokens_OneAttemptWithTwo_IsI3()
    {
        Bench bench = Leased(out Job job);

        bench.Commit([job with
        {
            Lease = job.Lease! with { Token = "u" },
            Attempts = [job.Attempts[0] with { Token = "u" }],
        }]);

        Seen.By(OracleNames.Tokens, bench, "attempt 1 had the token t and has u");
    }

    [Fact]
    public void Tokens_OneForTwoJobs_IsI3()
    {
        Bench bench = Leased(out _);

        Job other = Made.Job(2);
        bench.Commit([other], [other.Event(null)]);
        bench.Commit([other.Leased("t")], [other.Leased("t").Event(JobStatus.New)]);

        Seen.By(OracleNames.Tokens, bench, "has the token t of attempt 1 of job");
    }

    [Fact]
    public void Tokens_AttemptThatBeginsBeforeTheLastHasEnded_IsI3()
    {
        Bench bench = Leased(out Job job);

        bench.Commit([job.Leased("u")], [job.Leased("u").Event(JobStatus.InProgress)]);

        Seen.By(OracleNames.Tokens, bench, "attempt 1 runs on while the job is InProgress, attempt 2");
    }

    [Fact]
    public void Tokens_EndOfAnAttemptThatChanges_IsSeen()
    {
        Bench bench = Leased(out Job job);
        Job released = job.Ended(JobStatus.New, AttemptOutcome.Released);
        bench.Commit([released], [released.Event(JobStatus.InProgress)]);

        bench.Commit([released with { Attempts = [released.Attempts[0] with { Outcome = AttemptOutcome.Failed }] }]);

        Seen.By(OracleNames.Tokens, bench, "attempt 1 had ended as Released and is Failed now");
    }

    [Fact]
    public void Tokens_LeaseBesideItsAttempt_IsI3()
    {
        Bench bench = Leased(out Job job);

        bench.Commit([job with { Lease = job.Lease! with { Token = "u" } }]);

        Seen.By(OracleNames.Tokens, bench, "I3");
    }

    [Fact]
    public void Tokens_OneThatTwoWorkersGet_IsI3()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        Request one = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        Request other = engine.Ask(new Command.Lease(["default"], "w2", 1, null, "u"));
        Outcome leased = engine.Apply(new Command.Lease(["default"], "w1", 1, null, "t"));

        engine.Answer(one, leased);
        engine.Answer(other, leased);

        Seen.By(OracleNames.Tokens, engine.Bench, "two workers run one attempt");
        Assert.Equal(Bench.Id(1), job.Id);
    }

    private static Bench Leased(out Job job)
    {
        var bench = new Bench();
        bench.Take("a#1");
        Job made = Made.Job(1);
        bench.Commit([made], [made.Event(null)]);
        job = made.Leased("t");
        bench.Commit([job], [job.Event(JobStatus.New)]);
        return bench;
    }
}
