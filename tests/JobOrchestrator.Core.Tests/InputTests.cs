namespace JobOrchestrator.Core.Tests;

/// <summary>A stored waiting job's long input is in its document alone.</summary>
public sealed class InputTests
{
    private const int InputMax = 10;

    private static readonly JsonText Long = JsonText.Of($"\"{new string('x', 1_000)}\"");

    private readonly TestShard _shard = new(ShardSettings.Default with { InputInMemoryBytesMax = InputMax });

    private static NewJob Of(int number, JsonText input, bool durable = true) =>
        TestShard.Submission(number) with { Input = input, Durable = durable };

    private void Bring(JobId document) => _shard.Shard.Restore(new Dictionary<JobId, JsonText> { [document] = Long });

    [Theory]
    [InlineData(InputMax, true, false)]
    [InlineData(InputMax + 1, true, true)]
    [InlineData(InputMax + 1, false, false)]
    public void TakeChanges_JobThatWaits_LeavesALongInputOfAStoredOne(int bytes, bool durable, bool isLeft)
    {
        Job job = _shard.Enqueue(Of(1, JsonText.Of(new string('1', bytes)), durable));
        Job peeked = Assert.Single(_shard.Shard.PeekChanges().Jobs);

        Job kept = _shard.Taken(job.Id);

        Assert.Equal((bytes, null), (peeked.Input!.ToString().Length, peeked.Input.LeftIn));
        Assert.Equal((bytes, isLeft ? job.Id : (JobId?)null), (kept.Input!.Length, kept.Input.LeftIn));
    }

    [Fact]
    public void Lease_InputWasLeft_IsToBeBroughtAndThenStored()
    {
        Job job = _shard.Enqueue(Of(1, Long));
        _shard.Shard.TakeChanges();

        Job leased = _shard.Lease();

        Assert.Equal(job.Id, leased.Input!.LeftIn);
        Assert.Throws<InvalidOperationException>(() => leased.Input.Utf8.Length);
        Assert.Equal(job.Id, Assert.Single(_shard.Shard.WithoutInput).Id);
        Bring(job.Id);
        Assert.Empty(_shard.Shard.WithoutInput);
        Changes changes = _shard.Shard.PeekChanges();
        Assert.Equal((Long, Long), (changes.Jobs[0].Input, changes.Events[0].Job.Input));
        Assert.Equal(Long, _shard.Taken(job.Id).Input);
    }

    [Fact]
    public void Rollback_AfterTheInputWasBrought_LeavesItAgain()
    {
        Job job = _shard.Enqueue(Of(1, Long));
        _shard.Shard.TakeChanges();
        _shard.Lease();
        Bring(job.Id);

        _shard.Shard.Rollback();

        Assert.Equal(job.Id, _shard.Lease().Input!.LeftIn);
    }

    [Fact]
    public void Release_OfARunningJob_LeavesItsInputOnceItIsStored()
    {
        _shard.Enqueue(Of(1, Long));
        Job leased = _shard.Lease();
        Assert.Equal(Long, _shard.Taken(leased.Id).Input);

        _shard.Changed(new Command.Release(leased.Id, leased.Lease!.Token));

        Assert.Empty(_shard.Shard.WithoutInput);
        Assert.Equal(leased.Id, _shard.Taken(leased.Id).Input!.LeftIn);
    }

    /// <summary>The new job's input is in the old one's document until its own is stored.</summary>
    [Fact]
    public void Retry_InTheBatchThatEndedTheJob_NamesTheDocumentThatHasTheInput()
    {
        Job old = _shard.Enqueue(Of(1, Long));
        _shard.Shard.TakeChanges();
        _shard.Changed(new Command.Cancel(old.Id));
        Job again = _shard.Apply<Outcome.Accepted>(new Command.Retry(old.Id, TestShard.Id(2))).Job;

        Assert.Equal(old.Id, again.Input!.LeftIn);
        Bring(old.Id);

        Assert.Equal([Long, Long], _shard.Shard.PeekChanges().Jobs.Select(job => job.Input));
        Assert.Equal(again.Id, _shard.Taken(again.Id).Input!.LeftIn);
    }

    /// <summary>A job that waits counts what memory holds of it; ten times as many may wait.</summary>
    [Fact]
    public void Enqueue_LongInputs_CountAsLongAsTheyAreInMemoryAlone()
    {
        int without = Of(1, Long).DocumentBytesMax - 2 * Long.Length;
        var bounded = new TestShard(ShardSettings.Default with { InputInMemoryBytesMax = InputMax, BytesMax = 4 * without });
        for (int number = 1; number <= 4; number++)
        {
            bounded.Enqueue(Of(number, Long));
        }

        Assert.Equal(4 * without, bounded.Shard.LiveBytes);
        bounded.Refused<Refusal.BytesFull>(new Command.Enqueue(Of(5, Long)));
        bounded.Shard.TakeChanges();
        Assert.Equal(4 * without, bounded.Shard.LiveBytes);
    }

    /// <summary>What running jobs hold keeps nobody out, and is bounded all the same.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    public void Lease_MoreThanMemoryHolds_LeavesTheInputsOfRunningJobsToo(string? owner)
    {
        int without = (Of(1, Long) with { Owner = owner }).DocumentBytesMax - 2 * Long.Length;
        ShardSettings settings = ShardSettings.Default with { InputInMemoryBytesMax = InputMax };
        settings = owner is null ? settings with { BytesMax = 40 * without } : settings with { OwnerBytesMax = 40 * without };
        var bounded = new TestShard(settings);
        Job[] jobs = [.. Enumerable.Range(1, 10).Select(number => bounded.Enqueue(Of(number, Long) with { Owner = owner }))];
        Assert.Equal(10, bounded.LeaseMany(10).Count);

        IReadOnlyList<Job> kept = bounded.Shard.TakeChanges().Jobs;

        Assert.InRange(kept.Count(job => job.Input!.LeftIn is null), 1, 9);
        Assert.InRange(bounded.Shard.LiveBytes, 10 * without, 20 * without);
        TestShard loaded = bounded.Loaded([.. kept.Select(job => job.WithInputOf(jobs.ToDictionary(one => one.Id, one => one.Input!)))]);
        Assert.InRange(loaded.Shard.LiveBytes, 10 * without, 30 * without);
        Job left = kept.First(job => job.Input!.LeftIn is not null);
        bounded.Apply<Outcome.Extended>(new Command.Heartbeat(left.Id, left.Lease!.Token, State: JsonText.Of("1")));
        Assert.Equal(left.Id, Assert.Single(bounded.Shard.WithoutInput).Id);
    }

    /// <summary>Once those that wait have so many bytes in memory, short ones are left too; the first in line stay.</summary>
    [Fact]
    public void TakeChanges_ManyThatWait_LeavesTheInputsOfFurtherOnes()
    {
        var input = JsonText.Of(new string('1', 100));
        var bounded = new TestShard(ShardSettings.Default with { WaitingInputBytesMax = 250 });
        Job[] jobs = [.. Enumerable.Range(1, 6).Select(number => bounded.Enqueue(Of(number, input, durable: number != 6)))];

        IReadOnlyList<Job> kept = bounded.Shard.TakeChanges().Jobs;
        TestShard loaded = bounded.Loaded(jobs[..5]);

        // One that is in memory only stays there, and keeps no other out.
        Assert.Equal([false, false, true, true, true, false], kept.Select(job => job.Input!.LeftIn == job.Id));
        Assert.Equal(
            [false, false, false, true, true], loaded.LeaseMany(5).OrderBy(job => job.Order).Select(job => job.Input!.LeftIn is not null));

        // Those that have gone make room for others.
        bounded.LeaseMany(6);
        Job next = bounded.Enqueue(Of(7, input));
        bounded.Shard.Restore(jobs.ToDictionary(job => job.Id, _ => input));
        Assert.Null(bounded.Shard.TakeChanges().Jobs.Single(job => job.Id == next.Id).Input!.LeftIn);
    }

    [Fact]
    public void JsonText_Left_IsEqualToItselfAlone()
    {
        JsonText left = Long.Left(TestShard.Id(1));

        Assert.Equal(Long.Length, left.Length);
        Assert.Equal(left, Long.Left(TestShard.Id(1)));
        Assert.Equal(left.GetHashCode(), Long.Left(TestShard.Id(1)).GetHashCode());
        Assert.NotEqual(left, Long);
        Assert.NotEqual(Long, left);
        Assert.NotEqual(left, Long.Left(TestShard.Id(2)));
        Assert.Throws<InvalidOperationException>(left.ToString);
    }
}
