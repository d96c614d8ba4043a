using JobOrchestrator.Core;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class AnswersOracleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answers_OfTheProductsOwnRules_AreLawful(bool twoStep)
    {
        var engine = new Engine(new Bench(twoStep));

        Job first = engine.Submit(1, job => job with { Spec = job.Spec with { ExternalId = "x" }, IdempotencyKey = "i" });
        engine.Do(new Command.Enqueue(Engine.Submission(1) with { IdempotencyKey = "i" }));
        engine.Do(new Command.Enqueue(Engine.Submission(2) with { ExternalId = "x" }));
        engine.Do(new Command.Enqueue(Engine.Submission(3) with { ExternalId = "x", OnDuplicate = OnDuplicate.Replace }));
        engine.Do(new Command.Find("default", "x"));
        engine.Do(new Command.Find("default", "y"));
        engine.Do(new Command.Reprioritise(first.Id, 5, null));
        Job leased = engine.Lease();
        engine.Heartbeat(leased);
        engine.Do(new Command.Fail(leased.Id, leased.Lease!.Token, new JobError("about:blank", "No")));
        engine.Do(new Command.Fail(leased.Id, leased.Lease!.Token, new JobError("about:blank", "No")));
        engine.Do(new Command.Complete(leased.Id, "stale"));
        engine.Bench.Pass(5);
        Job again = engine.Lease();
        engine.Do(new Command.Release(again.Id, again.Lease!.Token));
        Job last = engine.Lease();
        engine.Do(new Command.Cancel(last.Id));
        engine.Do(new Command.Cancel(last.Id));
        engine.Complete(last);
        engine.Do(new Command.Cancel(Bench.Id(99)));
        engine.Do(new Command.PauseQueue("default"));
        engine.Do(new Command.ResumeQueue("default"));
        engine.Do(new Command.EnqueueMany([Engine.Submission(7), Engine.Submission(8)]));

        Assert.Empty(engine.Bench.Judge.Violations);
    }

    [Fact]
    public void Answers_AcceptedJobThatNoCommitHas_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Request submit = bench.Ask(Told.Of(new Command.Enqueue(Engine.Submission(1)), "c#1"));
        bench.Answer(submit, new Answer(AnswerKind.Accepted) { Jobs = [new JobSeen(Bench.Id(1).Value)] });

        Is(bench, "never stored");
    }

    [Fact]
    public void Answers_AcceptedJobOfBeforeTheQuestion_IsSeen()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);
        engine.Bench.Pass(1);

        Request again = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        engine.Answer(again, new Outcome.Accepted(job));

        Is(engine.Bench, "outside of");
    }

    [Fact]
    public void Answers_AnotherJobThanSubmitted_IsSeen()
    {
        var engine = new Engine(new Bench());

        Request one = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        Request other = engine.Ask(new Command.Enqueue(Engine.Submission(2)));
        Outcome outcome = engine.Apply(new Command.Enqueue(Engine.Submission(1)));
        engine.Answer(other, outcome);

        Is(engine.Bench, "was submitted");
        Assert.Null(one.Answer);
    }

    [Fact]
    public void Answers_ChangeThatIsNotInTheLedger_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job leased = engine.Lease();
        engine.Bench.Pass(1);

        Request complete = engine.Ask(new Command.Complete(leased.Id, leased.Lease!.Token));
        engine.Answer(complete, new Outcome.Changed(leased));

        Is(engine.Bench, "stored between question and answer");
    }

    [Fact]
    public void Answers_UnchangedOfWhatNeverWas_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job leased = engine.Lease();

        Request complete = engine.Ask(new Command.Complete(leased.Id, leased.Lease!.Token));
        engine.Answer(complete, new Outcome.Unchanged(leased));

        Is(engine.Bench, "was done before");
    }

    [Fact]
    public void Answers_HeartbeatOfAStaleToken_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job leased = engine.Lease();

        Request heartbeat = engine.Ask(new Command.Heartbeat(leased.Id, "stale"));
        engine.Answer(heartbeat, new Outcome.Extended(Bench.Start, false));

        Is(engine.Bench, "not in force");
    }

    [Fact]
    public void Answers_LeaseThatIsNotStored_IsSeen()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);

        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "seed"));
        engine.Answer(lease, new Outcome.Leased([job with { Lease = new Lease("seed.0", "w1", Bench.Start) }]));

        Is(engine.Bench, "has the lease seed.0");
    }

    [Fact]
    public void Answers_LeaseThatTheSameCommitEnds_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Request lease = engine.Ask(new Command.Lease(["default"], "w1", 1, null, "t"));
        Request cancel = engine.Ask(new Command.Cancel(Bench.Id(1), AtOnce: true));
        Outcome leased = engine.ApplyOnly(new Command.Lease(["default"], "w1", 1, null, "t"));
        Outcome cancelled = engine.ApplyOnly(new Command.Cancel(Bench.Id(1), AtOnce: true));
        engine.Commit();
        engine.Answer(lease, leased);
        engine.Answer(cancel, cancelled);

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Answers_PurgedJobWhoseTombstoneGoes_IsLawful()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        var cancelled = (Outcome.Changed)engine.Do(new Command.Cancel(Bench.Id(1)));
        engine.Recall(cancelled.Job);
        engine.Do(new Command.Forget(Bench.Id(1)));
        engine.Bench.Pass(1);

        engine.Bench.Commit([], [], (Bench.Id(1).ToString(), null));

        Seen.Nothing(engine.Bench);
    }

    [Fact]
    public void Answers_PauseThatIsNotStored_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Request pause = bench.Ask(Told.Of(new Command.PauseQueue("default"), "c#1", shard: 0));
        bench.Answer(pause, new Answer(AnswerKind.Done));

        Is(bench, "never paused");
    }

    [Fact]
    public void Answers_PauseThatTheSameBatchSetsBack_IsLawful()
    {
        var bench = new Bench();
        bench.Take("a#1");

        Request pause = bench.Ask(Told.Of(new Command.PauseQueue("default"), "c#1", shard: 0));
        Request resume = bench.Ask(Told.Of(new Command.ResumeQueue("default"), "c#2", shard: 0));
        bench.Answer(pause, new Answer(AnswerKind.Done));
        bench.Answer(resume, new Answer(AnswerKind.Done));

        Seen.Nothing(bench);
    }

    [Fact]
    public void Answers_ForgottenJobThatIsThere_IsSeen()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);

        Request forget = engine.Ask(new Command.Forget(job.Id));
        engine.Answer(forget, new Outcome.Forgotten(job.Id));

        Is(engine.Bench, "not forgotten");
    }

    [Fact]
    public void Answers_JobShownOtherwiseThanStored_IsSeen()
    {
        var engine = new Engine(new Bench());
        Job job = engine.Submit(1);

        Request find = engine.Ask(new Command.Find("default", "x"));
        engine.Answer(find, new Outcome.Existing(job with { Status = JobStatus.InProgress, Attempt = 1 }));

        Is(engine.Bench, "it shows job");
    }

    [Fact]
    public void Answers_NothingWrittenOfWhatIsStored_IsSeen()
    {
        var engine = new Engine(new Bench());

        Request submit = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        engine.Apply(new Command.Enqueue(Engine.Submission(1)));
        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));

        Is(engine.Bench, "But commit (1, 1) holds it");
    }

    [Fact]
    public void Answers_NothingWrittenOfWhatIsStoredLater_IsSeen()
    {
        var engine = new Engine(new Bench());

        Request submit = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));
        engine.Apply(new Command.Enqueue(Engine.Submission(1)));

        Is(engine.Bench, "But later a#1 committed (1, 1)");
    }

    [Fact]
    public void Answers_NothingWrittenOfWhatASecondTryWrote_IsLawful()
    {
        var engine = new Engine(new Bench());

        Request submit = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        Request again = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        Outcome outcome = engine.Apply(new Command.Enqueue(Engine.Submission(1)));
        engine.Bench.Answer(submit, new Answer(AnswerKind.NothingWritten));
        engine.Answer(again, outcome);

        Assert.Empty(engine.Bench.Judge.Violations);
    }

    [Theory]
    [InlineData(nameof(AnswerKind.OutcomeUnknown))]
    [InlineData(nameof(AnswerKind.Lost))]
    public void Answers_UnknownOfWhatIsStoredLater_IsLawful(string kind)
    {
        var engine = new Engine(new Bench());

        Request submit = engine.Ask(new Command.Enqueue(Engine.Submission(1)));
        engine.Bench.Answer(submit, new Answer(Enum.Parse<AnswerKind>(kind)));
        engine.Apply(new Command.Enqueue(Engine.Submission(1)));

        Assert.Empty(engine.Bench.Judge.Violations);
    }

    [Fact]
    public void Answers_ChangeThatNobodyAskedFor_IsSeen()
    {
        var engine = new Engine(new Bench());

        engine.Apply(new Command.Enqueue(Engine.Submission(1)));

        Is(engine.Bench, "nobody who still waits");
    }

    [Fact]
    public void Answers_TwoJobsOfOneIdempotencyKey_AreSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => job with { IdempotencyKey = "i" });

        var second = new Command.Enqueue(Engine.Submission(2) with { IdempotencyKey = "i" });
        Request again = engine.Ask(second);
        Outcome outcome = engine.Apply(new Command.Enqueue(second.Job with { IdempotencyKey = null }));
        engine.Answer(again, outcome);

        Is(engine.Bench, "idempotency key i gives job");
    }

    [Theory]
    [InlineData("[2, 3]", "with an input of 6 bytes; the ledger has 3 bytes")]
    [InlineData(null, "with an input of 0 bytes")]
    [InlineData("left", "without its input")]
    public void Answers_LeaseWithAnotherInputThanIsStored_AreSeen(string? input, string expected)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => job with { Input = JsonText.Of("[1]") });
        var lease = new Command.Lease(["default"], "w1", 1, null, "t");

        Request request = engine.Ask(lease);
        Job leased = Assert.Single(Assert.IsType<Outcome.Leased>(engine.Apply(lease)).Jobs);
        JsonText? shown = input switch { null => null, "left" => leased.Input!.Left(leased.Id), _ => JsonText.Of(input) };
        engine.Answer(request, new Outcome.Leased([leased with { Spec = leased.Spec with { Input = shown } }]));

        Is(engine.Bench, expected);
    }

    [Theory]
    [InlineData(nameof(RefusalKind.UnknownJob), "was there all the while")]
    [InlineData(nameof(RefusalKind.StaleLease), "was in force")]
    [InlineData(nameof(RefusalKind.AlreadyFinished), "had not finished")]
    [InlineData(nameof(RefusalKind.Duplicate), "nobody had its key")]
    [InlineData(nameof(RefusalKind.KeyReused), "no job has the idempotency key")]
    [InlineData(nameof(RefusalKind.SequenceMismatch), "was at sequence")]
    [InlineData(nameof(RefusalKind.UnknownExternalId), "had the external id")]
    public void Answers_RefusalThatWasNeverRight_IsSeen(string kind, string says)
    {
        var engine = new Engine(new Bench());
        engine.Submit(1, job => job with { Spec = job.Spec with { ExternalId = "x" } });
        Job leased = engine.Lease();
        engine.Bench.Pass(1);

        Request asked = engine.Bench.Ask(new Call(Verb.Complete, "w1")
        {
            Job = leased.Id.Value,
            Token = leased.Lease!.Token,
            IfSequence = leased.Sequence,
            Queue = "default",
            ExternalId = "x",
            Submissions = [new Submission(null, "default", ExternalId: "free", IdempotencyKey: "free")],
        });
        engine.Bench.Answer(asked, new Answer(AnswerKind.Refused) { Refusal = Enum.Parse<RefusalKind>(kind) });

        Is(engine.Bench, says);
    }

    [Fact]
    public void Answers_NotFinishedOrNotWaitingOfOneThatIs_IsSeen()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job waiting = engine.Submit(2);
        engine.Complete(engine.Lease());
        engine.Bench.Pass(1);

        Request retry = engine.Ask(new Command.Retry(Bench.Id(1), Bench.Id(3)));
        Request move = engine.Ask(new Command.Reprioritise(waiting.Id, 1, null));
        engine.Bench.Answer(retry, new Answer(AnswerKind.Refused) { Refusal = RefusalKind.NotFinished });
        engine.Bench.Answer(move, new Answer(AnswerKind.Refused) { Refusal = RefusalKind.NotWaiting });

        Is(engine.Bench, "had finished");
        Is(engine.Bench, "waited all the while");
    }

    [Fact]
    public void Answers_StaleTokenThatChangesAJob_IsI4()
    {
        var engine = new Engine(new Bench());
        engine.Submit(1);
        Job leased = engine.Lease();

        engine.Bench.Ask(new Call(Verb.Complete, "w1") { Job = leased.Id.Value, Token = "stale" });
        engine.Apply(new Command.Complete(leased.Id, leased.Lease!.Token));

        Violation seen = Assert.Single(engine.Bench.Judge.Violations);
        Assert.Equal(OracleNames.Tokens, seen.Oracle);
        Assert.Contains("I4", seen.Sentence, StringComparison.Ordinal);
    }

    private static void Is(Bench bench, string says) =>
        Assert.Contains(bench.Judge.Violations, violation =>
            violation.Oracle == OracleNames.Answers && violation.Sentence.Contains(says, StringComparison.Ordinal));
}
