using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class KeysOracleTests
{
    [Fact]
    public void Keys_ThatChangeHands_AreLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, Keyed);
        Job first = engine.Lease();
        engine.Do(new Command.Requeue(first.Id, first.Lease!.Token, [Keyed(Engine.Submission(2))]));
        engine.Do(new Command.Cancel(Bench.Id(2)));
        engine.Submit(3, Keyed);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Keys_AfterTheirWindow_AreLawful()
    {
        var engine = new Engine(new Bench(), new ShardSettings(TimeSpan.FromDays(7), TimeSpan.FromMinutes(1), 100));
        engine.Submit(1, job => Guarded(job) with { IdempotencyKey = "i" });
        engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Bench.Pass(61);

        engine.Submit(2, job => Guarded(job) with { IdempotencyKey = "i" });

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Keys_TwoLiveJobsOfOneExternalId_AreI7()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Job one = Made.Job(1) with { Spec = Made.Job(1).Spec with { ExternalId = "x" } };
        Job other = Made.Job(2) with { Spec = one.Spec };
        bench.Commit([one], [one.Event(null)]);
        bench.Commit([other], [other.Event(null)]);

        Seen.By(OracleNames.Keys, bench, "with the external id x");
    }

    [Fact]
    public void Keys_TwoLiveJobsOfOneUniqueKey_AreI7()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Job one = Made.Job(1) with { Spec = Made.Job(1).Spec with { UniqueKey = "x" } };
        Job other = Made.Job(2) with { Spec = one.Spec };
        bench.Commit([one, other], [one.Event(null), other.Event(null)]);

        Seen.By(OracleNames.Keys, bench, "with the unique key x");
    }

    [Fact]
    public void Keys_UniqueKeyWithinItsWindow_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, Guarded);
        engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Bench.Pass(10);

        Job second = Made.Job(2) with { Spec = Guarded(Engine.Submission(2)).Spec };
        engine.Bench.Commit([second], [second.Event(null)]);

        Seen.By(OracleNames.Keys, engine.Bench, "guards until");
    }

    [Fact]
    public void Keys_IdempotencyKeyThatIsRemembered_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => job with { IdempotencyKey = "i" });

        Job second = Made.Job(2) with { IdempotencyKey = "i", IdempotencyUntil = Bench.Start.AddHours(1) };
        engine.Bench.Commit([second], [second.Event(null)]);

        Seen.By(OracleNames.Keys, engine.Bench, "is remembered until");
    }

    /// <summary>A key outlives its job: the oracle went by the former rule, that retention ends it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_OfAJobThatIsGone_AreSeen(bool isUnique)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => isUnique ? Guarded(job) : job with { IdempotencyKey = "i" });
        engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Bench.Commit([], [], (Bench.Id(1).ToString(), JobDocument.Tombstone(Bench.Id(1), engine.Bench.Now)));
        engine.Bench.Pass(10);

        Job second = isUnique
            ? Made.Job(2) with { Spec = Guarded(Engine.Submission(2)).Spec }
            : Made.Job(2) with { IdempotencyKey = "i", IdempotencyUntil = Bench.Start.AddHours(1) };
        engine.Bench.Commit([second], [second.Event(null)]);

        Seen.By(OracleNames.Keys, engine.Bench, isUnique ? "guards until" : "is remembered until");
    }

    private static NewJob Keyed(NewJob job) => job with { Spec = job.Spec with { ExternalId = "x", UniqueKey = "y" } };

    private static NewJob Guarded(NewJob job) => job with { Spec = job.Spec with { UniqueKey = "y", UniqueSeconds = 60 } };
}
