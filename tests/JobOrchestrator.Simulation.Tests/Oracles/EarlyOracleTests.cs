using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class EarlyOracleTests
{
    private static readonly JudgeRules Rules = new()
    {
        Retention = TimeSpan.FromMinutes(1),
        EventRetention = TimeSpan.FromMinutes(1),
        EventBytesMax = 1_000,
    };

    [Theory]
    [InlineData(false, 61)]
    [InlineData(true, 61)]
    [InlineData(false, 50)]
    [InlineData(true, 50)]
    public void Early_FinishedJobThatIsDeleted_IsSeenBeforeItsTime(bool twoStep, double after)
    {
        Bench bench = Ended(twoStep, out Job job);
        bench.Pass(after);

        bench.Commit([], [], (job.Id.ToString(), null));

        if (after < 60)
        {
            Seen.By(OracleNames.Early, bench, $"job {job.Id} is deleted 50.0 s after it ended");
        }
        else
        {
            Seen.NothingBy(OracleNames.Early, bench);
        }
    }

    [Fact]
    public void Early_JobThatIsForgottenOnRequest_IsLawful()
    {
        Bench bench = Ended(false, out Job job);
        Request forget = bench.Ask(new Call(Verb.Forget, "c#1") { Job = job.Id.Value });
        bench.Commit([], [], (job.Id.ToString(), JobDocument.Tombstone(job.Id, bench.Now)));
        bench.Answer(forget, new Answer(AnswerKind.Forgotten));

        Seen.NothingBy(OracleNames.Early, bench);
        Seen.NothingBy(OracleNames.Lost, bench);
    }

    [Theory]
    [InlineData(61, 2, 0, null)]
    [InlineData(10, 2, 1_001, null)]
    [InlineData(10, 2, 0, "is deleted 10.0 s after it was written")]
    [InlineData(61, 0, 0, "only those before 0 are published")]
    public void Early_EventsThatAreDeleted_AreSeenBeforeTheirTime(double after, long published, long bytes, string? says)
    {
        Bench bench = Ended(false, out _);
        bench.Head = bench.Head with { OutboxBytes = bytes };
        bench.Commit([]);
        bench.Pass(after);

        bench.Head = bench.Head with { Published = published, OutboxBytes = 0, Outbox = [new Span(1, 1, 2)] };
        bench.Commit([], [], (Keys.Outbox(0, 1, 0), null));

        if (says is null)
        {
            Seen.NothingBy(OracleNames.Early, bench);
        }
        else
        {
            Seen.By(OracleNames.Early, bench, says);
        }
    }

    /// <summary>A store that is slow: the batch was stamped before.</summary>
    [Fact]
    public void Early_RetentionOfWhatWasCommittedSlowly_CountsFromItsStamp()
    {
        var bench = new Bench(rules: Rules);
        bench.Take("a#1");
        Job job = Made.Job(1);
        bench.Commit([job], [job.Event(null)]);
        Job ended = job.Ended(JobStatus.Cancelled, AttemptOutcome.Cancelled);
        bench.Pass(30);
        bench.Commit([ended], [ended.Event(JobStatus.New)]);
        bench.Pass(31);

        bench.Commit([], [], (job.Id.ToString(), null));

        Seen.NothingBy(OracleNames.Early, bench);
    }

    private static Bench Ended(bool twoStep, out Job job)
    {
        var bench = new Bench(twoStep, Rules);
        bench.Take("a#1");
        Job waiting = Made.Job(1);
        bench.Commit([waiting], [waiting.Event(null)]);
        job = waiting.Ended(JobStatus.Cancelled, AttemptOutcome.Cancelled);
        bench.Commit([job], [job.Event(JobStatus.New)]);
        return bench;
    }
}
