namespace JobOrchestrator.Core.Tests;

/// <summary>A waiting job goes to another queue of its shard.</summary>
public sealed class QueueMoveTests
{
    private readonly TestShard _shard = new();

    [Fact]
    public void Move_ToAnotherQueue_WaitsThereAndIsTold()
    {
        _shard.Enqueue(1);
        _shard.Shard.TakeChanges();

        Job moved = _shard.Changed(To(1, "slow"));

        Assert.Equal(("slow", 2L), (moved.Queue, moved.Sequence));
        Assert.Equal((0, 1), (_shard.Queue().Ready, _shard.Queue("slow").Ready));
        Assert.Equal(moved, Assert.Single(_shard.Shard.TakeChanges().Events).Job);
        Assert.Equal(moved.Id, Assert.Single(_shard.LeaseMany(9, "slow")).Id);
        Assert.Empty(_shard.LeaseMany(9));
    }

    [Fact]
    public void Move_ToItsOwnQueue_ChangesNothing()
    {
        Job job = _shard.Enqueue(1);

        Assert.Equal(job, _shard.Apply<Outcome.Unchanged>(To(1, "default")).Job);
    }

    [Fact]
    public void Move_OfARunningOrAnEndedJob_IsRefused()
    {
        Job running = _shard.Running(TestShard.Submission(1));
        Job cancelled = _shard.Enqueue(2);
        _shard.Changed(new Command.Cancel(cancelled.Id));

        _shard.Refused<Refusal.NotWaiting>(To(1, "slow"));
        _shard.Refused<Refusal.NotWaiting>(To(2, "slow"));
        Assert.Equal(1, _shard.Queue().InProgress);
        Assert.Equal(running.Id, TestShard.Id(1));
    }

    [Fact]
    public void Move_ToAFullQueue_IsRefused()
    {
        var shard = new TestShard(ShardSettings.Default with { QueueJobsMax = 1 });
        shard.Enqueue(1);
        shard.Enqueue(TestShard.Submission(2) with { Queue = "slow" });

        shard.Refused<Refusal.QueueFull>(To(1, "slow"));
        shard.Changed(To(2, "empty"));
    }

    [Fact]
    public void Move_WhereAnotherHasItsKeys_IsRefusedAndStays()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "e" });
        _shard.Enqueue(TestShard.Submission(2) with { UniqueKey = "u" });
        _shard.Enqueue(TestShard.Submission(3) with { Queue = "slow", ExternalId = "e", UniqueKey = "u" });

        Assert.Equal(TestShard.Id(3), _shard.Refused<Refusal.DuplicateJob>(To(1, "slow")).Holder.Id);
        Assert.Equal(TestShard.Id(3), _shard.Refused<Refusal.DuplicateJob>(To(2, "slow")).Holder.Id);
        Assert.Equal(2, _shard.Queue().Ready);
    }

    [Fact]
    public void Move_WhereAnEndedJobsKeyIsStillTaken_AsksForThatJobAndIsRefused()
    {
        Job ended = _shard.Running(TestShard.Submission(3) with { UniqueKey = "u", UniqueSeconds = 60 });
        ended = _shard.Changed(new Command.Complete(ended.Id, ended.Lease!.Token));
        _shard.Shard.TakeChanges();
        _shard.Enqueue(TestShard.Submission(1) with { Queue = "slow", UniqueKey = "u" });

        Assert.Equal([ended.Id], _shard.Shard.Missing(To(1, "default")));
        _shard.Shard.Recall(ended);
        Assert.Equal(ended.Id, _shard.Refused<Refusal.DuplicateJob>(To(1, "default")).Holder.Id);
        _shard.Pass(60);
        _shard.Changed(To(1, "default"));
    }

    /// <summary>Its keys are taken where it is, and it can be found there.</summary>
    [Fact]
    public void Move_WithKeys_TakesThemAlong()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "e", UniqueKey = "u" });

        _shard.Changed(To(1, "slow"));

        Assert.Equal(TestShard.Id(1), Assert.Single(_shard.Apply<Outcome.Found>(new Command.Find("slow", "e")).Jobs).Id);
        _shard.Refused<Refusal.UnknownExternalId>(new Command.Find("default", "e"));
        Refused(TestShard.Submission(2) with { Queue = "slow", UniqueKey = "u" });
        _shard.Enqueue(TestShard.Submission(3) with { ExternalId = "e", UniqueKey = "u" });
    }

    /// <summary>Whoever repeats himself makes no second job because the first has gone elsewhere; also after the next start.</summary>
    [Fact]
    public void Move_ThenTheSameSubmissionAgain_MakesNoSecondJob()
    {
        NewJob submission = TestShard.Submission(1) with
        {
            IdempotencyKey = "i",
            Fingerprint = 7,
            UniqueKey = "u",
            UniqueSeconds = 60,
        };
        _shard.Enqueue(submission);

        Job moved = _shard.Changed(To(1, "slow"));

        foreach (TestShard shard in new[] { _shard, _shard.Loaded(moved) })
        {
            Assert.Equal(
                moved.Id, shard.Apply<Outcome.Replayed>(new Command.Enqueue(submission with { Id = TestShard.Id(2) })).Job.Id);
            Refused(TestShard.Submission(3) with { UniqueKey = "u" }, shard);
            shard.Pass(61);
            shard.Enqueue(TestShard.Submission(3) with { UniqueKey = "u" });
        }
    }

    /// <summary>It has left its key taken, and works elsewhere: no submission to its old queue takes its place there.</summary>
    [Fact]
    public void Move_ThenASubmissionThatReplaces_IsRefused()
    {
        _shard.Enqueue(TestShard.Submission(1) with { UniqueKey = "u", UniqueSeconds = 60 });
        _shard.Changed(To(1, "slow"));

        Refused(TestShard.Submission(2) with { UniqueKey = "u", OnDuplicate = OnDuplicate.Replace });
        Refused(TestShard.Submission(2) with { UniqueKey = "u", OnDuplicate = OnDuplicate.Supersede });
        Assert.Equal(1, _shard.Queue("slow").Ready);
    }

    /// <summary>What it has left taken in a queue does not keep itself out.</summary>
    [Fact]
    public void Move_ThereAndBackAgain_IsAsBefore()
    {
        NewJob submission = TestShard.Submission(1) with
        {
            IdempotencyKey = "i",
            Fingerprint = 7,
            ExternalId = "e",
            UniqueKey = "u",
            UniqueSeconds = 60,
        };
        _shard.Enqueue(submission);

        for (int times = 0; times < 20; times++)
        {
            _shard.Changed(To(1, "slow"));
            _shard.Changed(To(1, "default"));
        }

        Assert.Equal((1, 0), (_shard.Queue().Ready, _shard.Queue("slow").Ready));
        Assert.Equal(
            TestShard.Id(1), _shard.Apply<Outcome.Replayed>(new Command.Enqueue(submission with { Id = TestShard.Id(2) })).Job.Id);
        Assert.InRange(_shard.Lease().EarlierKeys.Count, 1, Job.EarlierKeysKept);
    }

    [Fact]
    public void Move_ThatIsRolledBack_HasItsKeysAndPlaceAgain()
    {
        _shard.Enqueue(TestShard.Submission(1) with { ExternalId = "e", UniqueKey = "u", IdempotencyKey = "i", Fingerprint = 7 });
        _shard.Shard.TakeChanges();
        _shard.Changed(To(1, "slow"));

        _shard.Shard.Rollback();

        Assert.Equal((1, 0), (_shard.Queue().Ready, _shard.Queue("slow").Ready));
        Assert.Equal(TestShard.Id(1), Assert.Single(_shard.Apply<Outcome.Found>(new Command.Find("default", "e")).Jobs).Id);
        _shard.Enqueue(TestShard.Submission(2) with { Queue = "slow", ExternalId = "e", UniqueKey = "u" });
    }

    [Fact]
    public void Move_OfAScheduledJob_KeepsItsTimeAndItsLimit()
    {
        _shard.Enqueue(TestShard.Submission(1) with { RunAt = TestShard.Start.AddSeconds(9), TimeLimitSeconds = 5 });

        Job moved = _shard.Changed(To(1, "slow"));

        Assert.Equal((TestShard.Start.AddSeconds(9), TestShard.Start.AddSeconds(14)), (moved.RunAt, moved.DeadlineAt));
        Assert.Equal(1, _shard.Queue("slow").Scheduled);
        _shard.Pass(9);
        Assert.Single(_shard.LeaseMany(1, "slow"));
    }

    private static Command.Reprioritise To(int number, string queue) => new(TestShard.Id(number), null, null) { Queue = queue };

    private void Refused(NewJob submission, TestShard? shard = null) =>
        (shard ?? _shard).Refused<Refusal.DuplicateJob>(new Command.Enqueue(submission));
}
