namespace JobOrchestrator.Core.Tests;

public sealed class IdempotencyTests
{
    private readonly TestShard _shard = new();

    private static NewJob Keyed(int number, int fingerprint = 1, string key = "key") =>
        TestShard.Submission(number) with { IdempotencyKey = key, Fingerprint = (UInt128)fingerprint };

    [Fact]
    public void Enqueue_SameKeyAndPayload_IsAnsweredWithTheFirstJobAsItIsNow()
    {
        Job first = _shard.Running(Keyed(1));
        _shard.Shard.TakeChanges();

        Assert.Equal(first, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(2))).Job);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Enqueue_SameKeyOtherPayload_IsRefused()
    {
        _shard.Enqueue(Keyed(1));

        Refusal.IdempotencyKeyReused refusal = _shard.Refused<Refusal.IdempotencyKeyReused>(new Command.Enqueue(Keyed(2, fingerprint: 2)));

        Assert.Equal((TestShard.Id(1), false), (refusal.First, refusal.Retryable));
    }

    [Fact]
    public void Enqueue_SameKeyInAnotherQueue_IsAnotherKey()
    {
        _shard.Enqueue(Keyed(1));

        Assert.Equal(TestShard.Id(2), _shard.Enqueue(Keyed(2) with { Queue = "other" }).Id);
    }

    [Fact]
    public void Enqueue_KeyOfAStoredFinishedJob_IsAnsweredWithIt()
    {
        Job done = _shard.Stored(Keyed(1));

        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(Keyed(2))));
        _shard.Shard.Recall(done);

        Assert.Equal(done, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(2))).Job);
    }

    [Fact]
    public void Enqueue_KeyOfAJobThatIsGone_MakesNoSecondOneAndNamesTheFirst()
    {
        Job done = _shard.Stored(Keyed(1));

        Assert.Equal(done.Id, _shard.Refused<Refusal.FirstJobGone>(new Command.Enqueue(Keyed(2))).First);
        _shard.Pass(3600);
        Assert.Equal(TestShard.Id(3), _shard.Enqueue(Keyed(3)).Id);
    }

    /// <summary>A key keeps its word: a shard that loads no document of the first job remembers its key all the same.</summary>
    [Fact]
    public void Load_TheKeyAlone_StillAnswersIt()
    {
        Job done = _shard.Stored(Keyed(1));
        TestShard next = _shard.Loaded();
        foreach (KeyGuard guard in KeyGuard.Of(done))
        {
            next.Shard.Load(guard, next.Now);
        }

        Assert.Equal(done.Id, next.Refused<Refusal.FirstJobGone>(new Command.Enqueue(Keyed(2))).First);
        Assert.Equal(done.Id, next.Refused<Refusal.IdempotencyKeyReused>(new Command.Enqueue(Keyed(2, fingerprint: 2))).First);
        next.Shard.Recall(done);
        Assert.Equal(done, next.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(2))).Job);
    }

    /// <summary>
    /// I7: a store of a former version may have two jobs with one key, for it freed a key with its job's retention. The key is that of the
    /// job which came later.
    /// </summary>
    [Fact]
    public void Load_TwoJobsWithOneKey_ItIsOfTheOneThatCameLater()
    {
        Job first = _shard.Stored(Keyed(1)) with { ExpiresAt = _shard.Now.AddSeconds(10) };
        _shard.Pass(10);
        Job second = _shard.Loaded().Enqueue(Keyed(2));

        foreach (Job[] documents in new Job[][] { [first, second], [second, first] })
        {
            TestShard next = _shard.Loaded(documents);
            Assert.Equal(second.Id, next.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(3))).Job.Id);
        }
    }

    [Theory]
    [InlineData(-0.001, false)]
    [InlineData(0, true)]
    [InlineData(0.001, true)]
    public void Enqueue_AroundTheEndOfTheWindow_RemembersOnlyBefore(double aroundEnd, bool isNew)
    {
        _shard.Enqueue(Keyed(1));
        _shard.Pass(3600 + aroundEnd);

        Outcome outcome = _shard.Apply(new Command.Enqueue(Keyed(2)));

        Assert.Equal(isNew, outcome is Outcome.Accepted);
        Assert.Equal(!isNew, outcome is Outcome.Replayed);
    }

    [Fact]
    public void Enqueue_AfterTheWindowBeforeAnyTick_IsRememberedForItsOwnWindow()
    {
        _shard.Enqueue(Keyed(1));
        _shard.Pass(3600);
        _shard.Enqueue(Keyed(2));
        _shard.Tick();
        _shard.Pass(3599);

        Assert.Equal(TestShard.Id(2), _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(3))).Job.Id);
    }

    /// <summary>A key keeps its word: with its submission replaced, the same one again put itself in the newer one's place.</summary>
    [Fact]
    public void Enqueue_KeyOfAReplacedSubmission_IsAnsweredWithTheJobAlsoAfterARestart()
    {
        _shard.Enqueue(Keyed(1, key: "old") with { ExternalId = "a" });
        Job replaced = _shard.Apply<Outcome.Replaced>(
            new Command.Enqueue(Keyed(2, fingerprint: 2, key: "new") with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace })).Job;

        foreach (TestShard shard in new[] { _shard, _shard.Loaded(replaced) })
        {
            Assert.Equal(replaced, shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(3, fingerprint: 2, key: "new"))).Job);
            Assert.Equal(replaced, shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(4, key: "old"))).Job);
            shard.Refused<Refusal.IdempotencyKeyReused>(new Command.Enqueue(Keyed(5, fingerprint: 2, key: "old")));
        }
    }

    [Fact]
    public void Rollback_AReplacedSubmission_FreesItsKeyAndKeepsTheFirstOnes()
    {
        _shard.Enqueue(Keyed(1, key: "old") with { ExternalId = "a" });
        Job first = _shard.Taken(TestShard.Id(1));
        _shard.Apply<Outcome.Replaced>(
            new Command.Enqueue(Keyed(2, key: "new") with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace }));

        _shard.Shard.Rollback();

        Assert.Equal(first, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(3, key: "old"))).Job);
        Assert.Equal(TestShard.Id(4), _shard.Enqueue(Keyed(4, key: "new")).Id);
    }

    [Fact]
    public void Replace_AgainAndAgain_KeepsTheLastKeysAndNoneThatIsOver()
    {
        Job job = _shard.Enqueue(Keyed(1, key: "0") with { ExternalId = "a" });
        for (int i = 1; i <= Job.EarlierKeysKept + 2; i++)
        {
            job = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(
                Keyed(1 + i, key: $"{i}") with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace })).Job;
        }

        Assert.Equal(Job.EarlierKeysKept, job.EarlierKeys.Count);
        Assert.Equal(job, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(90, key: "2"))).Job);
        _shard.Pass(3600);
        Assert.Empty(_shard.Apply<Outcome.Replaced>(new Command.Enqueue(
            Keyed(99, key: "z") with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace })).Job.EarlierKeys);
    }

    private static NewJob Returning(int number, int fingerprint = 1) =>
        Keyed(number, fingerprint) with { ExternalId = "a", OnDuplicate = OnDuplicate.Return };

    /// <summary>F31: the same request made a new job once the holder had ended.</summary>
    [Fact]
    public void Enqueue_AnsweredWithAHolderThatHasEndedSince_IsAnsweredWithItAgain()
    {
        Job holder = _shard.Running(TestShard.Submission(1) with { ExternalId = "a" });
        _shard.Apply<Outcome.Existing>(new Command.Enqueue(Returning(2)));
        Job done = _shard.Changed(new Command.Complete(holder.Id, holder.Lease!.Token));
        _shard.Shard.TakeChanges();

        Assert.Equal([holder.Id], _shard.Shard.Missing(new Command.Enqueue(Returning(3))));
        _shard.Shard.Recall(done);

        Assert.Equal(done, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Returning(3))).Job);
        Assert.Equal(holder.Id, _shard.Refused<Refusal.IdempotencyKeyReused>(new Command.Enqueue(Returning(4, fingerprint: 2))).First);
    }

    [Theory]
    [InlineData(-0.001, false)]
    [InlineData(0, true)]
    public void Enqueue_AnsweredWithAHolderAroundTheEndOfTheWindow_IsRememberedOnlyBefore(double aroundEnd, bool isNew)
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a" });
        _shard.Apply<Outcome.Existing>(new Command.Enqueue(Returning(2)));
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));
        _shard.Pass(3600 + aroundEnd);
        _shard.Tick();

        Assert.Equal(isNew, _shard.Apply(new Command.Enqueue(Returning(3))) is Outcome.Accepted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Enqueue_AnswerThatWasTakenBack_IsNotRemembered(bool byRollback)
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a" });
        _shard.Enqueue(TestShard.Submission(2) with { ExternalId = "b" });
        _shard.Shard.TakeChanges();
        if (byRollback)
        {
            _shard.Apply<Outcome.Existing>(new Command.Enqueue(Returning(3)));
            _shard.Shard.Rollback();
        }
        else
        {
            _shard.Refused<Refusal.BatchItem>(new Command.EnqueueMany([Returning(3), TestShard.Submission(4) with { ExternalId = "b" }]));
        }

        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Equal(TestShard.Id(5), _shard.Enqueue(Returning(5)).Id);
    }

    [Fact]
    public void Enqueue_AnsweredWithAJobThatWasForgottenSince_MakesANewOne()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a" });
        _shard.Apply<Outcome.Existing>(new Command.Enqueue(Returning(2)));
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));
        _shard.Shard.TakeChanges();

        Assert.Equal(TestShard.Id(3), _shard.Enqueue(Returning(3)).Id);
        Assert.Equal(TestShard.Id(3), _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Returning(4))).Job.Id);
    }

    [Fact]
    public void Tick_WindowEnded_LeavesNothingDue()
    {
        _shard.Stored(Keyed(1));
        Assert.Equal(TestShard.Start.AddHours(1), _shard.Shard.NextDue);
        _shard.Pass(3600);

        Assert.Equal(0, _shard.Tick());

        Assert.Null(_shard.Shard.NextDue);
    }

    [Fact]
    public void Load_JobWithinItsWindow_StillAnswersItsKey()
    {
        Job job = _shard.Enqueue(Keyed(1));
        TestShard other = _shard.Loaded(job);

        Assert.Equal(job, other.Apply<Outcome.Replayed>(new Command.Enqueue(Keyed(2))).Job);
    }
}
