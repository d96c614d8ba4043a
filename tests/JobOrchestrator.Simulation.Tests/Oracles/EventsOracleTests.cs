using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class EventsOracleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Events_OfEachChange_AreLawful(bool twoStep)
    {
        var engine = new Engine(new Bench(twoStep));
        engine.Submit(1);
        Job job = engine.Lease();
        engine.Heartbeat(job);
        engine.Complete(job);
        for (int sequence = 1; sequence <= 4; sequence++)
        {
            Publish(engine.Bench, sequence);
            Publish(engine.Bench, 1);
        }

        engine.Bench.Judge.AtCalm(Calm.Of(engine.Bench));

        Seen.NothingBy(OracleNames.Events, engine.Bench);
        Assert.Equal(4, engine.Bench.Judge.Ledger.Shard(0).Events.Count);
    }

    [Fact]
    public void Events_ChangeWithoutOne_IsI6()
    {
        Bench bench = WithOne(out Job job);

        bench.Commit([job.Leased("t")]);

        Seen.By(OracleNames.Events, bench, "a change has no event");
    }

    [Fact]
    public void Events_OneThatIsLeftOut_IsI6()
    {
        Bench bench = WithOne(out Job job);

        Job leapt = job.Leased("t") with { Sequence = 3 };
        bench.Commit([leapt], [leapt.Event(JobStatus.New)]);

        Seen.By(OracleNames.Events, bench, "go from sequence 1 to 3");
    }

    [Fact]
    public void Events_NumberThatIsUsedAgain_IsI6()
    {
        Bench bench = WithOne(out Job job);

        bench.Head = bench.Head with { NextOutbox = 0 };
        List<(string Key, byte[]? Value)> documents = bench.Plan([job.Leased("t")], [job.Leased("t").Event(JobStatus.New)]);
        bench.Head = bench.Head with { NextOutbox = 2 };
        bench.Write([(Keys.Head(0), bench.Head.ToUtf8()), .. documents]);

        Seen.By(OracleNames.Events, bench, "writes the outbox documents 0, and the head goes on with 2");
    }

    [Fact]
    public void Events_AtTheBrokerBeforeAnEarlierOne_AreI6()
    {
        Bench bench = WithOne(out Job job);
        bench.Commit([job.Leased("t")], [job.Leased("t").Event(JobStatus.New)]);

        Publish(bench, 2);

        Seen.By(OracleNames.Events, bench, "while event 1 has not come");
    }

    [Fact]
    public void Events_OfAKindThatIsNotPublished_AreNotWaitedFor()
    {
        Bench bench = WithOne(out Job job, new JudgeRules { PublishedKinds = new HashSet<string> { "updated" } });
        bench.Commit([job.Leased("t")], [job.Leased("t").Event(JobStatus.New)]);

        Publish(bench, 2);
        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.NothingBy(OracleNames.Events, bench);
    }

    /// <summary>A job's created, started, report, report, completed.</summary>
    [Theory]
    [InlineData(true, null, 1, 2, 5)]
    [InlineData(true, null, 1, 2, 4, 5)]
    [InlineData(true, null, 1, 2, 5, 3)]
    [InlineData(true, "while event 2 has not come", 1, 5)]
    [InlineData(true, "has never come", 1, 2, 3, 4)]
    [InlineData(true, "while event 2 has not come", 1, 3)]
    [InlineData(false, "while event 3 has not come", 1, 2, 5)]
    public void Events_WhereProgressIsCoalesced_AreAllThereButReportsThatWereOvertaken(
        bool coalesces, string? said, params int[] published)
    {
        Bench bench = WithReports(new JudgeRules { CoalescesProgress = coalesces });

        Array.ForEach(published, sequence => Publish(bench, sequence));
        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.ByOrNothing(OracleNames.Events, bench, said);
    }

    /// <summary>Its queue publishes no ends: the last report is the last that is published.</summary>
    [Theory]
    [InlineData(null, 1, 2, 4)]
    [InlineData("has never come", 1, 2)]
    [InlineData("whose kind is not published", 1, 2, 4, 5)]
    public void Events_OfAQueueThatPublishesNoEnds_AreAllThereButThese(string? said, params int[] published)
    {
        Bench bench = WithReports(new JudgeRules { CoalescesProgress = true }, EventKinds.Completed);

        Array.ForEach(published, sequence => Publish(bench, sequence));
        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.ByOrNothing(OracleNames.Events, bench, said);
    }

    [Theory]
    [InlineData(EventKinds.Created, true, null)]
    [InlineData(EventKinds.Created, false, null)]
    [InlineData(EventKinds.None, false, null)]
    [InlineData(EventKinds.None, true, "nobody asked for that, or something else was chosen")]
    [InlineData(EventKinds.Failed, false, "nobody asked for that, or something else was chosen")]
    public void Events_AfterAChoice_SayThatTheyAreOfIt(EventKinds unpublished, bool isDone, string? said)
    {
        var bench = new Bench();
        bench.Take("a#1");
        Request choice = bench.Ask(Told.Of(new Command.ChooseEvents("default", EventKinds.Created), "c#1"));
        if (isDone)
        {
            bench.Answer(choice, new Answer(AnswerKind.Done));
        }

        Job job = Made.Job(1);
        bench.Commit([job], [job.Event(null) with { Unpublished = unpublished }]);

        Seen.ByOrNothing(OracleNames.Events, bench, said);
    }

    [Fact]
    public void Events_AtTheBrokerThatNoCommitHas_AreI6()
    {
        Bench bench = WithOne(out _);

        Publish(bench, 2);

        Seen.By(OracleNames.Events, bench, "which no commit has");
    }

    [Fact]
    public void Events_ThatNeverComeToTheBroker_AreI6()
    {
        Bench bench = WithOne(out _);

        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.By(OracleNames.Events, bench, "has never come to the broker");
    }

    private static void Publish(Bench bench, long sequence) =>
        bench.Judge.History.Published(new Delivery("a#1", "job-events", Bench.Id(1).Value, sequence, bench.Step, bench.Now));

    private static Bench WithReports(JudgeRules rules, EventKinds unpublished = EventKinds.None)
    {
        var bench = new Bench(rules: rules);
        bench.Take("a#1");
        if (unpublished != EventKinds.None)
        {
            bench.Ask(Told.Of(new Command.ChooseEvents("default", unpublished), "c#1"));
        }

        Job job = Made.Job(1);
        Commit(null);
        job = job.Leased("t");
        Commit(JobStatus.New);
        for (int report = 0; report < 2; report++)
        {
            job = job with { Sequence = job.Sequence + 1 };
            Commit(JobStatus.InProgress);
        }

        job = job.Ended(JobStatus.Completed, AttemptOutcome.Completed);
        Commit(JobStatus.InProgress);
        return bench;

        void Commit(JobStatus? before) => bench.Commit([job], [job.Event(before) with { Unpublished = unpublished }]);
    }

    private static Bench WithOne(out Job job, JudgeRules? rules = null)
    {
        var bench = new Bench(rules: rules);
        bench.Take("a#1");
        job = Made.Job(1);
        bench.Commit([job], [job.Event(null)]);
        return bench;
    }
}
