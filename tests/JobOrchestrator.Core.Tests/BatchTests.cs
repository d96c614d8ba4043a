namespace JobOrchestrator.Core.Tests;

public sealed class BatchTests
{
    private readonly TestShard _shard = new(new ShardSettings(TimeSpan.FromDays(7), TimeSpan.FromHours(1), QueueJobsMax: 3));

    private Refusal.BatchItem RefusedBatch(params NewJob[] jobs) => _shard.Refused<Refusal.BatchItem>(new Command.EnqueueMany(jobs));

    [Fact]
    public void EnqueueMany_AllGood_AcceptsThemInTheirOrder()
    {
        Outcome.AcceptedMany many = _shard.Apply<Outcome.AcceptedMany>(
            new Command.EnqueueMany([TestShard.Submission(2), TestShard.Submission(1)]));

        Assert.Equal([TestShard.Id(2), TestShard.Id(1)], many.Items.Select(item => Assert.IsType<Outcome.Accepted>(item).Job.Id));
        Assert.Equal([TestShard.Id(2), TestShard.Id(1)], _shard.Shard.TakeChanges().Created.Select(job => job.Id));
    }

    [Fact]
    public void EnqueueMany_OneRefused_LeavesNothingBehind()
    {
        Refusal.BatchItem refusal = RefusedBatch(
            TestShard.Submission(1) with { ExternalId = "a", UniqueKey = "u", IdempotencyKey = "i", TimeLimitSeconds = 5 },
            TestShard.Submission(2) with { Queue = "other", RunAt = TestShard.Start.AddDays(1) },
            TestShard.Submission(3) with { ExternalId = "a" });

        Assert.Equal((2, true), (refusal.Index, refusal.Retryable));
        Assert.IsType<Refusal.DuplicateJob>(refusal.Why);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.Equal((0, 0L, 0), (_shard.Shard.LiveJobs, _shard.Shard.PendingBytes, _shard.Shard.PendingDocuments));
        Assert.Empty(_shard.Shard.Statistics(_shard.Now));
        Assert.Null(_shard.Shard.NextDue);
        Assert.Equal(0, _shard.Enqueue(TestShard.Submission(4) with { ExternalId = "a", UniqueKey = "u", IdempotencyKey = "i" }).Order);
    }

    [Fact]
    public void EnqueueMany_QueueFullInTheMiddle_RefusesTheBatch()
    {
        Refusal.BatchItem refusal = RefusedBatch([.. Enumerable.Range(1, 4).Select(TestShard.Submission)]);

        Assert.Equal(3, refusal.Index);
        Assert.IsType<Refusal.QueueFull>(refusal.Why);
        Assert.Equal(0, _shard.Shard.LiveJobs);
    }

    [Fact]
    public void EnqueueMany_KeyReusedInTheMiddle_CannotBeHelpedByTryingAgain()
    {
        Refusal.BatchItem refusal = RefusedBatch(
            TestShard.Submission(1) with { IdempotencyKey = "i", Fingerprint = 1 },
            TestShard.Submission(2) with { IdempotencyKey = "i", Fingerprint = 2 });

        Assert.Equal((1, false), (refusal.Index, refusal.Retryable));
        Assert.Equal(0, _shard.Shard.LiveJobs);
    }

    [Fact]
    public void EnqueueMany_RefusedAfterReplacing_PutsTheReplacedJobBack()
    {
        Job old = _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a", Priority = 7, Input = JsonText.Of("1") });
        _shard.Shard.TakeChanges();

        RefusedBatch(
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace, Input = JsonText.Of("2") },
            TestShard.Submission(3) with { ExternalId = "a" });

        Changes changes = _shard.Shard.TakeChanges();
        Assert.True(changes.IsEmpty);
        Assert.Empty(changes.Events);
        Job leased = _shard.Lease();
        Assert.Equal((old.Id, 7, "1", old.Sequence + 1), (leased.Id, leased.Priority, leased.Input!.ToString(), leased.Sequence));
    }

    [Fact]
    public void EnqueueMany_RefusedAfterReplacingAJobOfTheSameBatch_LeavesNothingBehind()
    {
        RefusedBatch(
            TestShard.Submission(1) with { ExternalId = "a" },
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace },
            TestShard.Submission(3) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace, UniqueKey = "u" },
            TestShard.Submission(4) with { UniqueKey = "u" });

        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
        Assert.Equal(0, _shard.Shard.LiveJobs);
        _shard.Enqueue(TestShard.Submission(5) with { ExternalId = "a", UniqueKey = "u" });
    }

    [Fact]
    public void EnqueueMany_RefusedAfterReplacing_ForgetsTheReplacementsIdempotencyKey()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a", IdempotencyKey = "old" });
        RefusedBatch(
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace, IdempotencyKey = "new" },
            TestShard.Submission(3) with { ExternalId = "a" });

        Assert.Equal(TestShard.Id(4), _shard.Enqueue(TestShard.Submission(4) with { IdempotencyKey = "new" }).Id);
        Assert.Equal(
            TestShard.Id(1),
            _shard.Apply<Outcome.Replayed>(new Command.Enqueue(TestShard.Submission(5) with { IdempotencyKey = "old" })).Job.Id);
    }

    [Fact]
    public void EnqueueMany_RefusedAfterANewJobTookAReplacedOnesKeys_GivesThemBack()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a", UniqueKey = "u", IdempotencyKey = "i" });
        RefusedBatch(
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace },
            TestShard.Submission(3) with { UniqueKey = "u", IdempotencyKey = "i" },
            TestShard.Submission(4) with { ExternalId = "a" });

        Assert.Equal(
            TestShard.Id(1),
            _shard.Apply<Outcome.Replayed>(new Command.Enqueue(TestShard.Submission(5) with { IdempotencyKey = "i" })).Job.Id);
        Assert.Equal(
            TestShard.Id(1),
            _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(TestShard.Submission(5) with { UniqueKey = "u" })).Holder.Id);
    }

    [Fact]
    public void EnqueueMany_RefusedWhenTimeHadEndedTheHolder_StillTellsWhatTimeDid()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "a", TimeLimitSeconds = 10 });
        _shard.Shard.TakeChanges();
        _shard.Pass(10);

        RefusedBatch(
            TestShard.Submission(2) with { ExternalId = "a", OnDuplicate = OnDuplicate.Replace },
            TestShard.Submission(3) with { ExternalId = "a" });

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal((JobEventKind.Cancelled, TestShard.Id(1)), (Assert.Single(changes.Events).Kind, changes.Events[0].Job.Id));
        Assert.Equal(changes.Events[0].Job, Assert.Single(changes.Jobs));
    }

    [Fact]
    public void EnqueueMany_RefusedAfterOtherCommandsOfTheBatch_KeepsTheirChanges()
    {
        _shard.Enqueue(1);

        RefusedBatch(TestShard.Submission(2) with { ExternalId = "a" }, TestShard.Submission(3) with { ExternalId = "a" });

        Changes changes = _shard.Shard.TakeChanges();
        Assert.Equal([TestShard.Id(1)], changes.Jobs.Select(job => job.Id));
        Assert.Equal([TestShard.Id(1)], changes.Created.Select(job => job.Id));
        Assert.Equal([JobEventKind.Created], changes.Events.Select(told => told.Kind));
    }

    [Fact]
    public void EnqueueMany_Empty_AcceptsNothing()
    {
        Assert.Empty(_shard.Apply<Outcome.AcceptedMany>(new Command.EnqueueMany([])).Items);
        Assert.True(_shard.Shard.TakeChanges().IsEmpty);
    }

    [Fact]
    public void EnqueueMany_RefusedAfterAJobTookItsOwnKeyAnew_TheKeyIsAsFreeAsBefore()
    {
        NewJob first = TestShard.Submission(1) with { ExternalId = "x", IdempotencyKey = "key", RunAt = _shard.Now.AddDays(30) };
        _shard.Enqueue(first);
        _shard.Enqueue(TestShard.Submission(2) with { ExternalId = "taken", RunAt = _shard.Now.AddDays(30) });
        _shard.Pass(_shard.Settings.IdempotencyWindow.TotalSeconds);

        _shard.Refused<Refusal.BatchItem>(new Command.EnqueueMany(
            [first with
            {
                Id = TestShard.Id(3),
                OnDuplicate = OnDuplicate.Replace
            }, TestShard.Submission(4) with { ExternalId = "taken" }]));

        _shard.Enqueue(TestShard.Submission(5) with { IdempotencyKey = "key" });
    }
}
