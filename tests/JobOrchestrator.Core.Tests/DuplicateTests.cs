namespace JobOrchestrator.Core.Tests;

public sealed class DuplicateTests
{
    private readonly TestShard _shard = new();

    private static NewJob WithExternalId(int number, OnDuplicate onDuplicate = OnDuplicate.Reject) =>
        TestShard.Submission(number) with { ExternalId = "order-1", OnDuplicate = onDuplicate };

    private static NewJob WithUniqueKey(int number, int? seconds = null, OnDuplicate onDuplicate = OnDuplicate.Reject) =>
        TestShard.Submission(number) with { UniqueKey = "key-1", UniqueSeconds = seconds, OnDuplicate = onDuplicate };

    public static TheoryData<string> Keys => ["externalId", "uniqueKey"];

    private static NewJob With(string key, int number, OnDuplicate onDuplicate = OnDuplicate.Reject) =>
        key == "externalId" ? WithExternalId(number, onDuplicate) : WithUniqueKey(number, onDuplicate: onDuplicate);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyOfALiveJob_IsRefusedWithItsHolder(string key)
    {
        Job holder = _shard.Enqueue(With(key, 1));

        Refusal.DuplicateJob refusal = _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(With(key, 2)));

        Assert.Equal((holder, true), (refusal.Holder, refusal.Retryable));
        Assert.False(_shard.Shard.Holds(TestShard.Id(2)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyOfARunningJob_IsRefused(string key)
    {
        Job holder = _shard.Running(With(key, 1));

        Assert.Equal(holder, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(With(key, 2))).Holder);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_SameKeyInAnotherQueue_IsAccepted(string key)
    {
        _shard.Enqueue(With(key, 1));

        Assert.Equal(TestShard.Id(2), _shard.Enqueue(With(key, 2) with { Queue = "other" }).Id);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyOfAFinishedJob_IsFree(string key)
    {
        _shard.Enqueue(With(key, 1));
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        Assert.Equal(TestShard.Id(2), _shard.Enqueue(With(key, 2)).Id);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyTakenAndReturnWanted_AnswersWithTheHolder(string key)
    {
        Job holder = _shard.Enqueue(With(key, 1));

        Assert.Equal(holder, _shard.Apply<Outcome.Existing>(new Command.Enqueue(With(key, 2, OnDuplicate.Return))).Job);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyOfAWaitingJobAndReplaceWanted_PutsTheSubmissionInItsPlace(string key)
    {
        Job old = _shard.Enqueue(With(key, 1) with { Priority = 1, Input = JsonText.Of("1") });
        _shard.Pass(5);

        Job replaced = _shard.Apply<Outcome.Replaced>(
            new Command.Enqueue(With(key, 2, OnDuplicate.Replace) with { Priority = 2, Input = JsonText.Of("2"), Type = "other" })).Job;

        Assert.Equal((old.Id, old.Order, old.CreatedAt, 2), (replaced.Id, replaced.Order, replaced.CreatedAt, replaced.Sequence));
        Assert.Equal((2, "2", "other", _shard.Now), (replaced.Priority, replaced.Input!.ToString(), replaced.Type, replaced.RunAt));
        Assert.False(_shard.Shard.Holds(TestShard.Id(2)));
        Assert.Equal(replaced.Id, _shard.Lease().Id);
        Assert.Empty(_shard.LeaseMany(10));
    }

    [Fact]
    public void Enqueue_ReplaceOfAJobThatWaitsForItsRetry_KeepsItsHistoryAndCountsItsFailuresAnew()
    {
        Job job = _shard.Running(WithExternalId(1) with { MaxRetries = 1 });
        _shard.Changed(new Command.Fail(job.Id, job.Lease!.Token, new JobError("x", "x")));

        Job replaced = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(2, OnDuplicate.Replace))).Job;

        Assert.Equal((1, 0, null), (replaced.Attempt, replaced.Failures, replaced.Error));
        Assert.Single(replaced.Attempts);
        Assert.Equal(2, _shard.Lease().Attempt);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Enqueue_KeyOfARunningJobAndReplaceWanted_IsRefused(string key)
    {
        Job holder = _shard.Running(With(key, 1));

        Assert.Equal(holder, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(With(key, 2, OnDuplicate.Replace))).Holder);
    }

    [Fact]
    public void Enqueue_ReplaceWithAnotherExternalId_FreesTheOldOne()
    {
        _shard.Enqueue(WithExternalId(1) with { UniqueKey = "key-1" });

        _shard.Apply<Outcome.Replaced>(
            new Command.Enqueue(WithUniqueKey(2, onDuplicate: OnDuplicate.Replace) with { ExternalId = "order-2" }));

        Assert.Equal(TestShard.Id(3), _shard.Enqueue(WithExternalId(3)).Id);
        _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(TestShard.Submission(4) with { ExternalId = "order-2" }));
    }

    [Fact]
    public void Enqueue_KeysOfTwoJobsAndReplaceWanted_IsRefusedForOnlyOneCanBeReplaced()
    {
        _shard.Enqueue(WithExternalId(1));
        Job other = _shard.Enqueue(WithUniqueKey(2));

        Refusal.DuplicateJob refusal = _shard.Refused<Refusal.DuplicateJob>(
            new Command.Enqueue(WithUniqueKey(3, onDuplicate: OnDuplicate.Replace) with { ExternalId = "order-1" }));

        Assert.Equal(other, refusal.Holder);
    }

    [Theory]
    [InlineData(OnDuplicate.Reject)]
    [InlineData(OnDuplicate.Return)]
    [InlineData(OnDuplicate.Replace)]
    public void Enqueue_KeyOfAJobWhoseTimeLimitHasPassed_IsFreeBeforeAnyTick(OnDuplicate onDuplicate)
    {
        _shard.Enqueue(WithExternalId(1) with { UniqueKey = "key-1", TimeLimitSeconds = 10 });
        _shard.Pass(10);

        Assert.Equal(TestShard.Id(2), _shard.Enqueue(WithUniqueKey(2, onDuplicate: onDuplicate) with { ExternalId = "order-1" }).Id);
    }

    [Fact]
    public void Enqueue_ReplaceOfAJobWhoseLeaseHasEnded_IsDoneBeforeAnyTick()
    {
        _shard.Running(WithExternalId(1));
        _shard.Pass(TestShard.LeaseSeconds);

        Job replaced = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(2, OnDuplicate.Replace))).Job;

        Assert.Equal((TestShard.Id(1), AttemptOutcome.LeaseLost), (replaced.Id, Assert.Single(replaced.Attempts).Outcome));
    }

    [Theory]
    [InlineData(-0.001, false)]
    [InlineData(0, true)]
    [InlineData(0.001, true)]
    public void Enqueue_UniqueWindowOfAFinishedJob_StaysTakenUntilItsEnd(double aroundEnd, bool free)
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: 60));
        _shard.Pass(60 + aroundEnd);
        _shard.Shard.Recall(done);

        Outcome outcome = _shard.Apply(new Command.Enqueue(WithUniqueKey(2, seconds: 60)));

        Assert.Equal(free, outcome is Outcome.Accepted);
        Assert.Equal(!free, outcome is Outcome.Refused { Why: Refusal.DuplicateJob });
    }

    [Fact]
    public void Enqueue_UniqueWindowOfAFinishedJobAndReplaceWanted_IsRefusedForOnlyAWaitingJobIsReplaced()
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: 60));
        _shard.Shard.Recall(done);

        Assert.Equal(done, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(WithUniqueKey(2, 60, OnDuplicate.Replace))).Holder);
    }

    [Fact]
    public void Missing_UniqueWindowOfAStoredJob_NamesIt()
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: 60));

        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.Enqueue(WithUniqueKey(2))));
        Assert.Equal([done.Id], _shard.Shard.Missing(new Command.EnqueueMany([TestShard.Submission(3), WithUniqueKey(2)])));
        Assert.Empty(_shard.Shard.Missing(new Command.Enqueue(TestShard.Submission(3))));
    }

    [Fact]
    public void Load_FinishedJobWithAnOpenWindow_GuardsItsKeyUntilTheEnd()
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: 60));
        TestShard other = _shard.Loaded(done);

        Assert.Equal(TestShard.Start.AddSeconds(60), other.Shard.NextDue);
        Assert.Equal([done.Id], other.Shard.Missing(new Command.Enqueue(WithUniqueKey(2))));
        other.Pass(60);
        other.Tick();
        Assert.Null(other.Shard.NextDue);
        Assert.Empty(other.Shard.Missing(new Command.Enqueue(WithUniqueKey(2))));
    }

    /// <summary>A key keeps its word: it was free once its job's retention was over.</summary>
    [Fact]
    public void NextDue_UniqueWindowLongerThanTheJobIsKept_IsItsOwnEnd()
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: int.MaxValue));

        Assert.Equal(done.CreatedAt.AddSeconds(int.MaxValue), _shard.Shard.NextDue);
        Assert.Equal(done.CreatedAt.AddSeconds(int.MaxValue), _shard.Loaded(done).Shard.NextDue);
    }

    /// <summary>What is stored of a window is not rewritten when its job runs again, so it may be loaded beside the retry's.</summary>
    [Fact]
    public void Load_TheFormerWindowOfARetriedJob_IsNoBarToTheRetrysOwn()
    {
        Job first = _shard.Stored(WithUniqueKey(1, seconds: 60));
        _shard.Shard.Recall(first);
        Job second = _shard.Apply<Outcome.Accepted>(new Command.Retry(first.Id, TestShard.Id(2))).Job;
        TestShard next = _shard.Loaded(second);
        next.Shard.Load(Assert.Single(KeyGuard.Of(first)), next.Now);

        Assert.Equal(second.Id, next.Refused<Refusal.DuplicateJob>(new Command.Enqueue(WithUniqueKey(3))).Holder.Id);
        Job running = next.Lease();
        Job done = next.Changed(new Command.Complete(running.Id, running.Lease!.Token));
        Assert.IsType<Outcome.Accepted>(next.Apply(new Command.Retry(done.Id, TestShard.Id(4))));
    }

    [Theory]
    [InlineData(60, 30, 59, false)]
    [InlineData(60, 30, 60, true)]
    [InlineData(30, 60, 59, false)]
    [InlineData(60, null, 59, false)]
    public void Replace_BySubmissionWithAnotherWindow_KeepsTheKeyTakenForTheLongerOne(int first, int? second, double after, bool free)
    {
        _shard.Enqueue(WithUniqueKey(1, seconds: first) with { ExternalId = "a" });
        _shard.Apply<Outcome.Replaced>(new Command.Enqueue(
            WithUniqueKey(2, second, OnDuplicate.Replace) with { ExternalId = "a" }));
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));
        _shard.Pass(after);

        Assert.Equal(free, _shard.Apply(new Command.Enqueue(WithUniqueKey(3))) is Outcome.Accepted);
    }

    /// <summary>The model found it: the first one's longer window barred the retry of its own retry.</summary>
    [Fact]
    public void Retry_OfAJobWhoseKeyIsTakenLongerThanItSays_PassesThatOn()
    {
        _shard.Enqueue(WithUniqueKey(1, seconds: 600) with { ExternalId = "a" });
        Job first = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(
            WithUniqueKey(2, seconds: 15, OnDuplicate.Replace) with { ExternalId = "a" })).Job;
        _shard.Changed(new Command.Cancel(first.Id));
        Job second = _shard.Apply<Outcome.Accepted>(new Command.Retry(first.Id, TestShard.Id(3))).Job;
        _shard.Changed(new Command.Cancel(second.Id));
        _shard.Pass(60);

        Assert.Equal(second.Id, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(WithUniqueKey(4))).Holder.Id);
        Assert.Equal(TestShard.Id(5), _shard.Apply<Outcome.Accepted>(new Command.Retry(second.Id, TestShard.Id(5))).Job.Id);
        _shard.Changed(new Command.Cancel(TestShard.Id(5)));
        _shard.Pass(540);
        Assert.Equal(TestShard.Id(6), _shard.Enqueue(WithUniqueKey(6)).Id);
    }

    [Fact]
    public void Replace_BySubmissionWithAnotherUniqueKey_KeepsTheFirstOneTaken()
    {
        _shard.Enqueue(WithUniqueKey(1, seconds: 60) with { ExternalId = "a" });
        Job job = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace })).Job;

        Assert.Equal(job, _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(WithUniqueKey(3))).Holder);
        Assert.Equal(job, _shard.Loaded(job).Refused<Refusal.DuplicateJob>(new Command.Enqueue(WithUniqueKey(3))).Holder);
        _shard.Pass(60);
        Assert.Equal(TestShard.Id(4), _shard.Enqueue(WithUniqueKey(4)).Id);
    }

    [Fact]
    public void Load_FinishedJobAndItsFinishedRetry_TheRetryGuardsTheKey()
    {
        Job first = _shard.Stored(WithUniqueKey(1, seconds: 60));
        _shard.Pass(30);
        _shard.Shard.Recall(first);
        _shard.Apply<Outcome.Accepted>(new Command.Retry(first.Id, TestShard.Id(2)));
        Job running = _shard.Lease();
        Job second = _shard.Changed(new Command.Complete(running.Id, running.Lease!.Token));
        first = _shard.Taken(first.Id);

        foreach (TestShard shard in new[] { _shard, _shard.Loaded(first, second), _shard.Loaded(second, first) })
        {
            Assert.Equal([second.Id], shard.Shard.Missing(new Command.Enqueue(WithUniqueKey(3))));
        }
    }

    [Fact]
    public void Load_WindowThatHasClosed_IsNotOpenedAgain()
    {
        Job done = _shard.Stored(WithUniqueKey(1, seconds: 60));
        _shard.Pass(60);

        Assert.Null(_shard.Loaded(done).Shard.NextDue);
    }

    [Fact]
    public void Supersede_RunningHolder_WaitsAgainInItsPlaceAndItsWorkerIsFenced()
    {
        Job running = _shard.Running(WithExternalId(1));

        Job replaced = _shard.Apply<Outcome.Replaced>(
            new Command.Enqueue(WithExternalId(2, OnDuplicate.Supersede) with { Input = JsonText.Of("2") })).Job;

        Assert.Equal((running.Id, JobStatus.New, running.CreatedAt), (replaced.Id, replaced.Status, replaced.CreatedAt));
        Assert.Equal(AttemptOutcome.Replaced, Assert.Single(replaced.Attempts).Outcome);
        _shard.Refused<Refusal.StaleLease>(new Command.Fail(running.Id, running.Lease!.Token, new JobError("x", "late")));
        Assert.Equal(2, _shard.Lease().Attempt);
    }

    [Fact]
    public void Supersede_JobOfAnotherOwner_IsRefused()
    {
        _shard.Enqueue(WithExternalId(1) with { Owner = "one" });

        _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(
            WithExternalId(2, OnDuplicate.Supersede) with { Owner = "other", ExternalIdIsOfQueue = true }));
    }

    [Theory]
    [InlineData(OnDuplicate.Replace)]
    [InlineData(OnDuplicate.Supersede)]
    public void Replace_StoredJobByOneOfMemory_StaysStored(OnDuplicate onDuplicate)
    {
        _shard.Enqueue(WithExternalId(1));
        _shard.Shard.TakeChanges();

        Job replaced = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(2, onDuplicate) with { Durable = false })).Job;

        Assert.Equal((TestShard.Id(1), true), (replaced.Id, replaced.Durable));
        Assert.Empty(_shard.Shard.TakeChanges().Created);
    }

    [Fact]
    public void Replace_JobOfMemoryByAStoredOne_IsNewToTheStoreOnce()
    {
        _shard.Enqueue(WithExternalId(1) with { Durable = false });
        _shard.Shard.TakeChanges();

        _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(2, OnDuplicate.Replace)));
        _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(3, OnDuplicate.Replace)));

        Job created = Assert.Single(_shard.Shard.TakeChanges().Created);
        Assert.Equal((TestShard.Id(1), true), (created.Id, created.Durable));
        _shard.Apply<Outcome.Replaced>(new Command.Enqueue(WithExternalId(4, OnDuplicate.Replace)));
        Assert.Empty(_shard.Shard.TakeChanges().Created);
    }
}
