using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>A job that goes to another queue is told of in it, and handed out of it.</summary>
public sealed class MovesTests
{
    private readonly Engine _engine = new(new Bench());

    [Fact]
    public void Moves_AndLeaseOfTheNewQueue_AreLawful()
    {
        Job job = _engine.Submit(1);

        _engine.Do(To("other", job));
        _engine.Complete(_engine.Lease("w1", "other"));

        Seen.Nothing(_engine.Bench);
    }

    [Fact]
    public void Moves_LeaseOfTheQueueThatWasLeft_IsSeen()
    {
        Job job = _engine.Submit(1);
        _engine.Do(To("other", job));

        Request lease = _engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        _engine.Answer(lease, _engine.Apply(new Command.Lease(["other"], "w1", 1, null, "t")));

        Seen.By(OracleNames.Answers, _engine.Bench, "is of queue other, and only default were asked for");
    }

    [Fact]
    public void Moves_AnswerThatShowsTheQueueThatWasLeft_IsSeen()
    {
        Job job = _engine.Submit(1);

        Request move = _engine.Ask(To("other", job));
        var moved = (Outcome.Changed)_engine.Apply(To("other", job));
        Job shown = moved.Job with { Spec = moved.Job.Spec with { Queue = "default" } };
        _engine.Answer(move, new Outcome.Changed(shown));

        Seen.By(OracleNames.Answers, _engine.Bench, "was to go to queue other, and is in default");
    }

    [Fact]
    public void Moves_ThatNobodyAskedFor_AreSeen()
    {
        Job job = _engine.Submit(1);

        _engine.Ask(To("third", job));
        _engine.Apply(To("other", job));

        Seen.By(OracleNames.Answers, _engine.Bench, "nobody who still waits for an answer asked for it");
    }

    [Fact]
    public void Moves_OfARunningJob_AreSeen()
    {
        Job job = Made.Job(1);
        Job leased = job.Leased("t1");
        Job elsewhere = leased with { Sequence = leased.Sequence + 1, Spec = leased.Spec with { Queue = "other" } };
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([job], [job.Event(null)]);
        bench.Commit([leased], [leased.Event(JobStatus.New)]);

        bench.Commit([elsewhere], [elsewhere.Event(JobStatus.InProgress)]);

        Seen.By(OracleNames.Transitions, bench, "went from queue default to other");
    }

    private static Command.Reprioritise To(string queue, Job job) => new(job.Id, null, null) { Queue = queue };
}
