namespace JobOrchestrator.Core.Tests;

/// <summary>M3: keys were the queue's, so one owner could take another's and learn which it uses.</summary>
public sealed class OwnersTests
{
    private readonly TestShard _shard = new();

    public static TheoryData<string?, string?> TwoOwners => new() { { "a", "b" }, { "a", null }, { null, "b" } };

    private static NewJob Of(string? owner, int number, OnDuplicate onDuplicate = OnDuplicate.Reject, int fingerprint = 1) =>
        TestShard.Submission(number) with
        {
            Owner = owner,
            ExternalId = "order-2",
            UniqueKey = "inv-7",
            UniqueSeconds = 60,
            IdempotencyKey = "key",
            Fingerprint = (UInt128)fingerprint,
            OnDuplicate = onDuplicate,
        };

    [Theory]
    [MemberData(nameof(TwoOwners))]
    public void Enqueue_EveryKeyOfAnotherOwnersJob_IsAccepted(string? first, string? second)
    {
        _shard.Enqueue(Of(first, 1));

        Job job = _shard.Enqueue(Of(second, 2, fingerprint: 2));

        Assert.Equal((TestShard.Id(2), second), (job.Id, job.Owner));
        Assert.Equal(job, _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Of(second, 3, fingerprint: 2))).Job);
        Assert.Equal(TestShard.Id(1), _shard.Apply<Outcome.Replayed>(new Command.Enqueue(Of(first, 3))).Job.Id);
    }

    [Theory]
    [InlineData(OnDuplicate.Return)]
    [InlineData(OnDuplicate.Replace)]
    [InlineData(OnDuplicate.Supersede)]
    public void Enqueue_AnotherOwnersHolder_IsNeitherAnswerNorReplaced(OnDuplicate onDuplicate)
    {
        Job first = _shard.Enqueue(Of("a", 1));

        Assert.Equal(TestShard.Id(2), _shard.Enqueue(Of("b", 2, onDuplicate)).Id);
        Assert.Equal([first], _shard.Shard.TakeChanges().Jobs.Where(job => job.Owner == "a"));
    }

    [Fact]
    public void Enqueue_WindowOfAnotherOwnersFinishedJob_IsNoBarAndNotAskedFor()
    {
        _shard.Stored(Of("a", 1));

        Assert.Empty(_shard.Shard.Missing(new Command.Enqueue(Of("b", 2))));
        _shard.Enqueue(Of("b", 2));
        Assert.Equal([TestShard.Id(1)], _shard.Shard.Missing(new Command.Enqueue(Of("a", 3))));
    }

    [Fact]
    public void EnqueueMany_SameKeysOfTwoOwnersAndARefusedOne_LeavesNoKeyBehind()
    {
        _shard.Enqueue(Of("b", 1) with { IdempotencyKey = null });

        Refusal.BatchItem refusal = _shard.Refused<Refusal.BatchItem>(
            new Command.EnqueueMany([Of("a", 2), Of("b", 3) with { IdempotencyKey = null }]));

        Assert.Equal(1, refusal.Index);
        Assert.Equal(TestShard.Id(4), _shard.Enqueue(Of("a", 4)).Id);
    }

    [Fact]
    public void Rollback_JobsOfTwoOwners_GivesEachItsKeysBack()
    {
        Job first = _shard.Enqueue(Of("a", 1));
        Job second = _shard.Enqueue(Of("b", 2));
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Cancel(first.Id));
        _shard.Changed(new Command.Cancel(second.Id));

        _shard.Shard.Rollback();

        foreach (Job job in new[] { first, second })
        {
            Assert.Equal(job, _shard.Refused<Refusal.DuplicateJob>(
                new Command.Enqueue(Of(job.Owner, 3) with { IdempotencyKey = null })).Holder);
        }
    }

    [Fact]
    public void Load_JobsOfTwoOwners_HaveTheirKeysAgain()
    {
        Job first = _shard.Enqueue(Of("a", 1));
        Job second = _shard.Enqueue(Of("b", 2));
        TestShard loaded = _shard.Loaded(first, second);

        foreach (Job job in new[] { first, second })
        {
            Assert.Equal(job, loaded.Apply<Outcome.Replayed>(new Command.Enqueue(Of(job.Owner, 3))).Job);
        }
    }

    [Theory]
    [InlineData(OnDuplicate.Reject, typeof(Outcome.Refused))]
    [InlineData(OnDuplicate.Return, typeof(Outcome.Existing))]
    [InlineData(OnDuplicate.Supersede, typeof(Outcome.Refused))]
    public void Enqueue_IdThatIsTheQueues_MeetsAnotherOwnersJob(OnDuplicate onDuplicate, Type expected)
    {
        _shard.Enqueue(TestShard.Submission(1) with { Owner = "a", ExternalId = "x" });

        Outcome outcome = _shard.Apply(new Command.Enqueue(
            TestShard.Submission(2) with { Owner = "b", ExternalId = "x", ExternalIdIsOfQueue = true, OnDuplicate = onDuplicate }));

        Assert.IsType(expected, outcome);
    }

    [Fact]
    public void Supersede_IdThatIsTheQueuesAndTwoOwnersHave_ReplacesTheOwnJob()
    {
        _shard.Enqueue(TestShard.Submission(1) with { Owner = "a", ExternalId = "x" });
        _shard.Enqueue(TestShard.Submission(2) with { Owner = "b", ExternalId = "x" });

        Job replaced = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(TestShard.Submission(3) with
        {
            Owner = "b",
            ExternalId = "x",
            ExternalIdIsOfQueue = true,
            OnDuplicate = OnDuplicate.Supersede,
        })).Job;

        Assert.Equal(TestShard.Id(2), replaced.Id);
    }

    /// <summary>
    /// H5's kind: an id that many owners have was gone through whole for each look-up and each submission that takes it for the queue's.
    /// </summary>
    [Fact]
    public void ExternalId_OfThousandsOfOwners_CostsALookUpNoMoreThanOneOfAFew()
    {
        const int Owners = 5_000;
        for (int i = 1; i <= Owners; i++)
        {
            _shard.Enqueue(TestShard.Submission(i) with { Owner = $"owner-{i}", ExternalId = "x" });
        }

        NewJob late = TestShard.Submission(Owners + 1) with { Owner = "late", ExternalId = "x", ExternalIdIsOfQueue = true };
        var find = new Command.Find("default", "x");
        _shard.Apply<Outcome.Found>(find);
        long before = GC.GetAllocatedBytesForCurrentThread();
        IReadOnlyList<Job> found = _shard.Apply<Outcome.Found>(find).Jobs;
        Refusal.DuplicateJob refused = _shard.Refused<Refusal.DuplicateJob>(new Command.Enqueue(late));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal("owner-1", found[0].Owner);
        Assert.Equal("owner-1", refused.Holder.Owner);
        Assert.True(allocated < Owners * 8, $"{allocated} bytes for two looks.");
    }

    [Fact]
    public void ExternalId_OfSeveralOwners_IsFreeForTheOneWhoseJobHasEndedAndStaysTheOthers()
    {
        foreach ((int number, string owner) in new[] { (1, "a"), (2, "b"), (3, "c") })
        {
            _shard.Enqueue(TestShard.Submission(number) with { Owner = owner, ExternalId = "x" });
        }

        _shard.Changed(new Command.Cancel(TestShard.Id(1)));
        _shard.Changed(new Command.Cancel(TestShard.Id(3)));

        _shard.Refused<Refusal.DuplicateJob>(
            new Command.Enqueue(TestShard.Submission(4) with { Owner = "b", ExternalId = "x" }));
        _shard.Enqueue(TestShard.Submission(5) with { Owner = "a", ExternalId = "x" });
        Assert.Equal(["b", "a"], _shard.Apply<Outcome.Found>(new Command.Find("default", "x")).Jobs.Select(job => job.Owner));
    }
}
