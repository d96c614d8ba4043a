namespace JobOrchestrator.Core.Tests;

/// <summary>H7: live jobs are kept whole in memory, and nothing bounded their bytes.</summary>
public sealed class BytesTests
{
    private static readonly int Bytes = Of("a", 1).DocumentBytesMax;

    private readonly TestShard _shard = new(ShardSettings.Default with { BytesMax = 4 * Bytes, OwnerBytesMax = 2 * Bytes });

    private static NewJob Of(string? owner, int number, int inputBytes = 1_000) => TestShard.Submission(number) with
    {
        Owner = owner,
        ExternalId = $"{number}",
        Input = JsonText.Of(new string('1', inputBytes)),
    };

    private Refusal.BytesFull Full(NewJob job) => _shard.Refused<Refusal.BytesFull>(new Command.Enqueue(job));

    [Fact]
    public void Enqueue_OwnerAtItsBound_IsRefusedWhileOthersAreNot()
    {
        _shard.Enqueue(Of("a", 1));
        _shard.Enqueue(Of("a", 2));

        Assert.Equal(("a", 2L * Bytes, true), (Full(Of("a", 3)).Owner, Full(Of("a", 3)).Bound, Full(Of("a", 3)).Retryable));
        _shard.Enqueue(Of("b", 4));
    }

    [Fact]
    public void Enqueue_AllAtTheirBound_IsRefusedToEverybody()
    {
        foreach ((string owner, int number) in new[] { ("a", 1), ("a", 2), ("b", 3), ("b", 4) })
        {
            _shard.Enqueue(Of(owner, number));
        }

        foreach (string? owner in new[] { "c", null })
        {
            Assert.Equal(new Refusal.BytesFull(null, 4L * Bytes), Full(Of(owner, 5)));
        }
    }

    [Fact]
    public void Enqueue_JobsWithoutOwner_AreBoundedInAllAlone()
    {
        for (int number = 1; number <= 4; number++)
        {
            _shard.Enqueue(Of(null, number));
        }

        Assert.Null(Full(Of(null, 5)).Owner);
    }

    [Fact]
    public void Enqueue_AfterAJobOfTheOwnerHasEnded_IsAccepted()
    {
        _shard.Enqueue(Of("a", 1));
        _shard.Enqueue(Of("a", 2));
        _shard.Changed(new Command.Cancel(TestShard.Id(1)));

        _shard.Enqueue(Of("a", 3));
        _shard.Shard.TakeChanges();

        Assert.Equal(2 * Bytes, _shard.Shard.LiveBytes);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Replace_OwnerAtItsBound_MayGrowNoLarger(int inputBytes, bool accepted)
    {
        _shard.Enqueue(Of("a", 1));
        _shard.Enqueue(Of("a", 2));

        Outcome outcome = _shard.Apply(new Command.Enqueue(
            Of("a", 3, inputBytes) with { ExternalId = "1", OnDuplicate = OnDuplicate.Replace }));

        Assert.Equal(accepted, outcome is Outcome.Replaced);
        Assert.Equal(!accepted, outcome is Outcome.Refused { Why: Refusal.BytesFull });
    }

    [Fact]
    public void EnqueueMany_OneOverTheBound_IsRefusedWholeAndCountsNothing()
    {
        Refusal.BatchItem refusal =
            _shard.Refused<Refusal.BatchItem>(new Command.EnqueueMany([Of("a", 1), Of("a", 2), Of("a", 3)]));

        Assert.Equal((2, true), (refusal.Index, refusal.Why is Refusal.BytesFull));
        Assert.Equal(0, _shard.Shard.LiveBytes);
    }

    [Fact]
    public void Requeue_OwnerAtItsBound_FitsInTheRoomOfTheJobThatEnds()
    {
        _shard.Enqueue(Of("a", 1));
        _shard.Enqueue(Of("a", 2));
        Job job = _shard.Lease();

        _shard.Changed(new Command.Requeue(job.Id, job.Lease!.Token, [Of("a", 3)]));
    }

    /// <summary>Only submissions were asked, and what workers wrote came on top: so many jobs times the largest state.</summary>
    [Theory]
    [InlineData("a", "a", 2L)]
    [InlineData(null, null, 4L)]
    public void Heartbeat_StateForWhichThereIsNoRoom_KeepsTheOldOneAndExtendsTheLease(string? owner, string? boundOf, long bound)
    {
        Job job = Running(owner, fill: (int)bound - 1);
        _shard.Apply<Outcome.Extended>(Beat(job, "7"));
        _shard.Pass(TestShard.LeaseSeconds - 1);

        Refusal.NoRoomForState refusal = _shard.Refused<Refusal.NoRoomForState>(Beat(job, new string('1', 1_000)) with
        {
            Progress = new Progress(50, null),
        });

        Assert.Equal(new Refusal.NoRoomForState(boundOf, bound * Bytes), refusal);
        Job after = _shard.Taken(job.Id);
        Assert.Equal(("7", 50.0), (after.State?.ToString(), after.Progress?.Percent));
        Assert.Equal(_shard.Now.AddSeconds(TestShard.LeaseSeconds), after.Lease!.ExpiresAt);
        Assert.True(_shard.Shard.LiveBytes <= bound * Bytes);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Heartbeat_UpToTheBound_IsTaken(int stateBytes, bool isTaken)
    {
        long bound = LiveBytesWithState(new TestShard(), 1_000, out _);
        var shard = new TestShard(ShardSettings.Default with { BytesMax = bound });

        LiveBytesWithState(shard, stateBytes, out Outcome outcome);

        Assert.Equal(isTaken, outcome is Outcome.Extended);
        Assert.Equal(!isTaken, outcome is Outcome.Refused { Why: Refusal.NoRoomForState });
    }

    /// <summary>Over the bound already, as after a load with a smaller one: what is no larger always may.</summary>
    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Heartbeat_OverTheBound_MayGrowNoLarger(int stateBytes, bool isTaken)
    {
        var roomy = new TestShard();
        LiveBytesWithState(roomy, 200, out _);
        Job job = roomy.Taken(TestShard.Id(1));
        TestShard full = new TestShard(ShardSettings.Default with { BytesMax = 1 }).Loaded(job);

        Outcome outcome = full.Apply(Beat(job, new string('2', stateBytes)));

        Assert.Equal(isTaken, outcome is Outcome.Extended);
    }

    /// <summary>A cancel is told all the same: nobody could put it off with a state that is too large.</summary>
    [Fact]
    public void Heartbeat_NoRoomAndCancelRequested_IsToldOfTheCancel()
    {
        Job job = Running("a", fill: 1);
        _shard.Changed(new Command.Cancel(job.Id));

        Outcome.Extended told = _shard.Apply<Outcome.Extended>(Beat(job, new string('1', 1_000)));

        Assert.True(told.CancelRequested);
        Assert.Null(_shard.Taken(job.Id).State);
    }

    /// <summary>A numbered state that was not taken has not been taken: the same may come again.</summary>
    [Fact]
    public void Heartbeat_SameNumberedStateOnceThereIsRoom_IsTaken()
    {
        Job job = Running("a", fill: 1);
        Command.Heartbeat beat = Beat(job, new string('1', 1_000)) with { StateNumber = 3 };
        _shard.Refused<Refusal.NoRoomForState>(beat);
        _shard.Changed(new Command.Cancel(TestShard.Id(2)));

        _shard.Apply<Outcome.Extended>(beat);

        Assert.Equal(1_000, _shard.Taken(job.Id).State!.Length);
    }

    /// <summary>An attempt that failed is over, whatever there is room for.</summary>
    [Fact]
    public void Fail_DetailForWhichThereIsNoRoom_IsTriedAgainWithoutIt()
    {
        Job job = Running("a", fill: 1);
        var error = new JobError("/problems/mine", "broken", JsonText.Of(new string('1', 1_000)));

        Job waiting = _shard.Changed(new Command.Fail(job.Id, job.Lease!.Token, error, TryAgain: true));

        Assert.Equal((JobStatus.New, error with { Detail = null }), (waiting.Status, waiting.Error));
        Assert.True(_shard.Shard.LiveBytes <= 2 * Bytes);
    }

    [Fact]
    public void Reschedule_InputForWhichThereIsNoRoom_IsRefusedAndTheJobRunsOn()
    {
        Job job = Running("a", fill: 1);

        _shard.Refused<Refusal.BytesFull>(new Command.Reschedule(job.Id, job.Lease!.Token, Of("a", 9, inputBytes: 2_000)));

        Assert.Equal(job.Lease.Token, _shard.Taken(job.Id).Lease?.Token);
    }

    /// <summary>A job that runs, and beside it so many that there is little room left.</summary>
    private Job Running(string? owner, int fill)
    {
        _shard.Enqueue(Of(owner, 1, inputBytes: 200));
        Job job = _shard.Lease();
        for (int number = 2; number < 2 + fill; number++)
        {
            _shard.Enqueue(Of(owner, number));
        }

        return job;
    }

    /// <summary>One job, which runs and has brought a state.</summary>
    private static long LiveBytesWithState(TestShard shard, int stateBytes, out Outcome outcome)
    {
        shard.Enqueue(Of(null, 1, inputBytes: 10));
        outcome = shard.Apply(Beat(shard.Lease(), new string('1', stateBytes)));
        return shard.Shard.LiveBytes;
    }

    private static Command.Heartbeat Beat(Job job, string state) => new(job.Id, job.Lease!.Token, State: JsonText.Of(state));

    [Fact]
    public void Load_LiveJobs_CountAndFinishedOnesDoNot()
    {
        Job live = _shard.Enqueue(Of("a", 1));
        _shard.Enqueue(Of("a", 2));
        Job ended = _shard.Changed(new Command.Cancel(TestShard.Id(2)));

        Assert.Equal(live.DocumentBytesMax, _shard.Loaded(live, ended).Shard.LiveBytes);
    }

    [Fact]
    public void PartOf_SeveralShards_DividesWhatIsMeantForAll()
    {
        ShardSettings part = (ShardSettings.Default with { BytesMax = 800, OwnerBytesMax = 400, WaitingInputBytesMax = 80 }).PartOf(8);

        Assert.Equal((100, 50, ShardSettings.Default.QueueJobsMax), (part.BytesMax, part.OwnerBytesMax, part.QueueJobsMax));
        Assert.Equal(10, part.WaitingInputBytesMax);
    }
}
