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
        ShardSettings part = (ShardSettings.Default with { BytesMax = 800, OwnerBytesMax = 400 }).PartOf(8);

        Assert.Equal((100, 50, ShardSettings.Default.QueueJobsMax), (part.BytesMax, part.OwnerBytesMax, part.QueueJobsMax));
    }
}
