using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;
using Signal = JobOrchestrator.Waiting.Signal;

namespace JobOrchestrator.Shards.Tests;

public sealed class ShardReadsTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new(Start);
    private readonly ModelStore _store = new();
    private readonly JobBoard _board = new(finishedBytesMax: long.MaxValue, new ShardBounds());
    private readonly ShardReads _reads;

    public ShardReadsTests()
    {
        var store = new StoreCalls(_store, TimeSpan.FromSeconds(10), ShardBounds.Usual.StoreAway, _clock);
        _reads = new ShardReads(
            0, _board, store, writesInTwoSteps: false, new UnreadableDocuments(0, NullLogger.Instance), _clock.GetUtcNow, _clock);

        // The shard is held here, and for longer than any test takes.
        var limits = new ShardLimits(
            1_000, 2_000_000, TwoStep: false, TimeSpan.FromSeconds(10), Lease: TimeSpan.FromDays(1), Renew: TimeSpan.FromSeconds(5),
            Answer: TimeSpan.FromSeconds(10), 1_000, TimeSpan.FromHours(1), 1 << 20, new EventForm("/tests"));
        var held = new ShardStore(0, store, new ReplicaIdentity("a", "http://localhost", "a-1"), limits, _clock, NullLogger.Instance);
        held.Lease.Renew(ClockReading.Of(_clock));
        _reads.Serve(held);
    }

    /// <summary>A fault of ours that is told as the store's is looked for in the wrong place.</summary>
    [Fact]
    public async Task Read_WhatGoesWrong_IsTheStoresOrOurs()
    {
        Task<int> Ours(CancellationToken _) => throw new InvalidOperationException("ours");
        Task<int> TheStores(CancellationToken _) => throw new UnclearException("away");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _reads.ReadAsync(Ours, CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _reads.ReadAsync(TheStores, CancellationToken.None));
    }

    [Theory]
    [InlineData("on the board", "Found")]
    [InlineData("in the store", "Found")]
    [InlineData("on the board, past its time", "Unknown")]
    [InlineData("in the store, past its time", "Unknown")]
    [InlineData("forgotten", "Purged")]
    [InlineData("nowhere", "Unknown")]
    public async Task Find_WhereverItIs_SaysWhatThereIs(string where, string expected)
    {
        Job job = TestJobs.Ended(TestJobs.Job(1), where.EndsWith("past its time", StringComparison.Ordinal) ? Start : Start + Minute);
        if (where.StartsWith("on the board", StringComparison.Ordinal))
        {
            _board.Load(job);
        }
        else if (where.StartsWith("in the store", StringComparison.Ordinal))
        {
            await StoreAsync(job);
        }
        else if (where == "forgotten")
        {
            await PutAsync(job.Id, JobDocument.Tombstone(job.Id, Start));
        }

        JobLookup lookup = await _reads.FindAsync(job.Id, CancellationToken.None);

        Assert.Equal(expected, lookup.GetType().Name);
    }

    [Fact]
    public async Task Find_OnTheBoard_AsksNoStoreAndIsTheNewer()
    {
        Job job = TestJobs.Job(1);
        await StoreAsync(job);
        _board.Load(job with { Sequence = 2 });
        _store.Fault = _ => Fault.Unreachable;

        JobLookup lookup = await _reads.FindAsync(job.Id, CancellationToken.None);

        Assert.Equal(2, Assert.IsType<JobLookup.Found>(lookup).Job.Sequence);
    }

    /// <summary>F20's kind: whoever asked another replica meanwhile has been told of it, and is told of nothing older here.</summary>
    [Fact]
    public async Task Find_ItsCommitIsUnderWay_ShowsWhatIsStoredAlready()
    {
        Job before = TestJobs.Job(1);
        Job after = before with { Sequence = 2 };
        _board.Load(before);
        _board.Send([after]);
        await StoreAsync(after);

        Assert.Equal(2, Assert.IsType<JobLookup.Found>(await _reads.FindAsync(before.Id, CancellationToken.None)).Job.Sequence);
        Assert.Equal(2, (await _reads.FindManyAsync([before.Id], new JobFilter(), CancellationToken.None))[before.Id].Sequence);

        _board.Send([]);
        _store.Fault = _ => Fault.Unreachable;
        Assert.Equal(before, Assert.IsType<JobLookup.Found>(await _reads.FindAsync(before.Id, CancellationToken.None)).Job);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Find_StoreDoesNotAnswer_SaysSo(bool isSilent)
    {
        _store.Fault = _ => isSilent ? Fault.Silent : Fault.Unreachable;

        Task<JobLookup> find = _reads.FindAsync(TestJobs.Id(1), CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => find.IsCompleted || _store.Silences > 0, "the store is asked");
        _clock.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => find);
    }

    [Fact]
    public async Task FindMany_SomeHereAndSomeThere_IsEachThatThereIsWithOneReadForTheRestAndOneToBeSure()
    {
        _board.Load(TestJobs.Job(1));
        _board.Load(TestJobs.Ended(TestJobs.Job(2), Start));
        await StoreAsync(TestJobs.Job(3));
        await StoreAsync(TestJobs.Job(4));
        await StoreAsync(TestJobs.Ended(TestJobs.Job(5), Start));

        IReadOnlyDictionary<JobId, Job> found = await _reads.FindManyAsync(
            [.. Enumerable.Range(1, 6).Select(number => TestJobs.Id(number))], new JobFilter(), CancellationToken.None);

        Assert.Equal([1L, 3L, 4L], found.Values.Select(job => job.Order).Order());

        // And one more for what that read left out, which a bulk read may do with what is there.
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task FindMany_AllOnTheBoard_AsksNoStore()
    {
        _board.Load(TestJobs.Job(1));

        Assert.Single(await _reads.FindManyAsync([TestJobs.Id(1)], new JobFilter(), CancellationToken.None));

        Assert.Equal(0, _store.Reads);
    }

    [Fact]
    public async Task Wait_ThereAlready_IsAnsweredAtOnce()
    {
        _board.Load(TestJobs.Ended(TestJobs.Job(1), Start + Minute));

        Task<JobLookup> wait = _reads.WaitAsync(TestJobs.Id(1), JobCondition.Finished, Minute, CancellationToken.None);

        Assert.True(wait.IsCompletedSuccessfully);
        Assert.IsType<JobLookup.Found>(await wait);
    }

    [Fact]
    public async Task Wait_NoSuchJob_IsAnsweredAtOnce() => Assert.IsType<JobLookup.Unknown>(
        await _reads.WaitAsync(TestJobs.Id(1), JobCondition.Finished, Minute, CancellationToken.None));

    [Fact]
    public async Task Wait_TheCommitComes_IsTheJobOfThatCommit()
    {
        Job job = TestJobs.Job(1) with { Sequence = 1 };
        _board.Load(job);
        Task<JobLookup> wait = _reads.WaitAsync(job.Id, JobCondition.Beyond(2), Minute, CancellationToken.None);

        Show(JobEventKind.Updated, job with { Sequence = 2 });
        Show(JobEventKind.Updated, job with { Sequence = 3 });

        Assert.Equal(3, Assert.IsType<JobLookup.Found>(await wait).Job.Sequence);
    }

    [Fact]
    public async Task Wait_NothingComes_IsTheJobAsItIsThen()
    {
        Job job = TestJobs.Job(1) with { Sequence = 1 };
        _board.Load(job);
        Task<JobLookup> wait = _reads.WaitAsync(job.Id, JobCondition.Finished, Minute, CancellationToken.None);
        _clock.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.False(wait.IsCompleted);

        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(job, Assert.IsType<JobLookup.Found>(await wait).Job);
    }

    [Fact]
    public async Task Wait_TheCallerLeaves_EndsAsCancelled()
    {
        _board.Load(TestJobs.Job(1));
        using var caller = new CancellationTokenSource();
        Task<JobLookup> wait = _reads.WaitAsync(TestJobs.Id(1), JobCondition.Finished, Minute, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Theory]
    [InlineData(JobStatus.New, 1, JobEventKind.Created)]
    [InlineData(JobStatus.New, 2, JobEventKind.Updated)]
    [InlineData(JobStatus.InProgress, 2, JobEventKind.Updated)]
    [InlineData(JobStatus.Completed, 3, JobEventKind.Completed)]
    [InlineData(JobStatus.Failed, 3, JobEventKind.Failed)]
    [InlineData(JobStatus.Cancelled, 3, JobEventKind.Cancelled)]
    public async Task Watch_EventsThatArePast_AreOneThatShowsTheJobAsItIs(JobStatus status, long sequence, JobEventKind expected)
    {
        _board.Load(TestJobs.Job(1) with { Status = status, Sequence = sequence });

        await using IAsyncEnumerator<JobEvent> watch = _reads.WatchAsync(TestJobs.Id(1), 0, CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((expected, sequence), (watch.Current.Kind, watch.Current.Job.Sequence));
    }

    [Fact]
    public async Task Watch_ALife_IsToldEventByEventAndEndsWithTheLast()
    {
        Job job = TestJobs.Job(1) with { Sequence = 1 };
        _board.Load(job);
        await using IAsyncEnumerator<JobEvent> watch = _reads.WatchAsync(job.Id, 1, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watch.MoveNextAsync();

        Show(JobEventKind.Created, job);
        Show(JobEventKind.Updated, job with { Sequence = 2 });
        Show(JobEventKind.Completed, TestJobs.Ended(job, Start + Minute) with { Sequence = 3 });

        Assert.True(await next);
        Assert.Equal(2, watch.Current.Job.Sequence);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(JobEventKind.Completed, watch.Current.Kind);
        Assert.False(await watch.MoveNextAsync());
    }

    /// <summary>Who has seen what the job has not reached has seen another's: it waited, and missed even the end.</summary>
    [Fact]
    public async Task Watch_AfterMoreThanTheJobHasReached_BeginsWithTheJobAsItIs()
    {
        Job job = TestJobs.Job(1) with { Sequence = 2 };
        _board.Load(job);
        await using IAsyncEnumerator<JobEvent> watch = _reads.WatchAsync(job.Id, 99, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> next = watch.MoveNextAsync();

        Show(JobEventKind.Completed, TestJobs.Ended(job, Start + Minute) with { Sequence = 3 });

        Assert.True(await next);
        Assert.Equal(2, watch.Current.Job.Sequence);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(JobEventKind.Completed, watch.Current.Kind);
    }

    [Fact]
    public async Task Watch_AnEndedJobOfWhichAllIsKnown_EndsAtOnce()
    {
        _board.Load(TestJobs.Ended(TestJobs.Job(1), Start + Minute) with { Sequence = 3 });

        await using IAsyncEnumerator<JobEvent> watch = _reads.WatchAsync(TestJobs.Id(1), 3, CancellationToken.None).GetAsyncEnumerator();

        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task Hear_WhatHappensToTheLeases_WakesByCancelsAndLossesAlone()
    {
        Job held = Leased(1), other = Leased(2);
        _board.Load(held);
        _board.Load(other);
        Task<IReadOnlyList<LeaseNews>> heard = HearAsync(null, held, other);

        Show(JobEventKind.Updated, held with { Sequence = 2, Progress = new Progress(50, null) });
        Show(JobEventKind.Completed, Reported(other));
        Show(JobEventKind.Updated, Leased(3) with { CancelRequested = true });
        Assert.False(heard.IsCompleted);
        Job cancelled = held with { Sequence = 3, CancelRequested = true };
        Show(JobEventKind.Updated, cancelled);

        Assert.Equal([new LeaseNews(NameOf(held), cancelled)], await heard);
        Assert.Equal(0, _board.Watched);
    }

    [Fact]
    public async Task Hear_NoNewsInTime_IsEmpty()
    {
        Job held = Leased(1);
        _board.Load(held);
        Task<IReadOnlyList<LeaseNews>> heard = HearAsync(null, held);

        _clock.Advance(Minute);

        Assert.Empty(await heard);
        Assert.Equal(0, _board.Watched);
    }

    [Fact]
    public async Task Hear_AQueueThatIsNotTheWorkersOrAJobThatDoesNotLive_IsToldAtOnce()
    {
        Job held = Leased(1), elsewhere = Leased(2) with { Spec = Leased(2).Spec with { Queue = "elsewhere" } };
        _board.Load(held);
        _board.Load(elsewhere);

        IReadOnlyList<LeaseNews> news = await HearAsync(new HashSet<string> { held.Queue }, held, elsewhere, Leased(3));

        Assert.Equal([new LeaseNews(NameOf(elsewhere), elsewhere), new LeaseNews(NameOf(Leased(3)), null)], news);
    }

    [Fact]
    public async Task Hear_TheShardIsLostOrTakenAnew_EndsAsUnavailable()
    {
        Job held = Leased(1);
        _board.Load(held);
        Task<IReadOnlyList<LeaseNews>> heard = HearAsync(null, held);

        _reads.Drop();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => heard);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => HearAsync(null, held));
        Assert.Equal(0, _board.Watched);
    }

    [Fact]
    public async Task Hear_WhoLeaves_IsFollowedNoMore()
    {
        Job held = Leased(1);
        _board.Load(held);
        using var leaving = new CancellationTokenSource();
        Task<IReadOnlyList<LeaseNews>> heard = _reads.HearAsync([NameOf(held)], null, Minute, leaving.Token);
        Assert.Equal(1, _board.Watched);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard);
        Assert.Equal(0, _board.Watched);
    }

    [Fact]
    public async Task Absent_AShardThatNobodyHolds_LooksUpItsJobsAndDoesNothingElse()
    {
        Job job = TestJobs.Ended(TestJobs.Job(1), Start + Minute);
        await StoreAsync(job);
        var shard = new AbsentShard(_reads, static () => null);
        var here = new FeedPlace(0, 0);

        Assert.IsType<JobLookup.Found>(await shard.FindAsync(job.Id, CancellationToken.None));
        Assert.Single(await shard.FindManyAsync([job.Id], new JobFilter(), CancellationToken.None));
        Assert.IsType<JobLookup.Found>(await shard.WaitAsync(job.Id, JobCondition.Finished, Minute, CancellationToken.None));
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => shard.ProposeAsync(new Command.Cancel(job.Id), TimeSpan.MaxValue, CancellationToken.None),
            () => shard.LeaseAsync(new Command.Lease(["default"], "w", 1, null, "seed"), Minute, CancellationToken.None),
            () => shard.HearAsync([NameOf(Leased(1))], null, Minute, CancellationToken.None),
            () => shard.IdsAsync(long.MaxValue, new JobFilter(), CancellationToken.None),
            () => shard.FeedRangeAsync(CancellationToken.None),
            () => shard.EventsAsync(here, new FeedFilter(), 1, CancellationToken.None),
            () => shard.QueueAsync("default", CancellationToken.None),
            () => shard.QueuesAsync(null, 10, CancellationToken.None),
        })
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(call);
        }

        Assert.Throws<StoreUnavailableException>(() => shard.Follow(here, new Signal()));
    }

    private Task<IReadOnlyList<LeaseNews>> HearAsync(IReadOnlySet<string>? queues, params Job[] jobs) =>
        _reads.HearAsync([.. jobs.Select(NameOf)], queues, Minute, CancellationToken.None);

    private static NamedLease NameOf(Job job) => new(job.Id, job.Lease!.Token);

    private static Job Leased(long order) => TestJobs.Job(order) with
    {
        Status = JobStatus.InProgress,
        Lease = new Lease($"token-{order}", "worker", Start + Minute),
        Attempts = [new Attempt(1, "worker", Start, $"token-{order}")],
    };

    private static Job Reported(Job job) => TestJobs.Ended(job, Start + Minute) with
    {
        Lease = null,
        Attempts = [job.Attempts[0] with { EndedAt = Start, Outcome = AttemptOutcome.Completed }],
    };

    private void Show(JobEventKind kind, Job job) => _board.Show(new Changes([job], [], [], [new JobEvent(kind, job, null)], []));

    private Task StoreAsync(Job job) => PutAsync(job.Id, DocumentWriter.Job(job, epoch: 1, commit: 1));

    private Task PutAsync(JobId id, byte[] document) =>
        _store.TrySaveAsync(id.ToString(), document, null, Keys.Head(0), CancellationToken.None);
}
