using JobOrchestrator.Core;
using TestSupport;
using Signal = JobOrchestrator.Waiting.Signal;

namespace JobOrchestrator.Shards.Tests;

public sealed class HeldShardTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ModelStore _store = new();
    private readonly RecordingBus _bus = new();

    [Fact]
    public async Task Propose_TheWriteIsNotAnswered_IsUnknownForWhatIsAmidItAndNotWrittenForWhatWaits()
    {
        await using TestReplica replica = await StartAsync();
        _store.Fault = write => write ? Fault.Silent : Fault.None;
        Task<Job> amid = replica.EnqueueAsync();
        await Eventually.TrueAsync(() => _store.Silences > 0, "the write is under way");
        Task<Job> waits = replica.EnqueueAsync();

        _clock.Advance(TestReplica.Settings.Answer);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => amid);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waits);
    }

    [Fact]
    public async Task Propose_MoreThanMayWait_IsTurnedAwayAtOnce()
    {
        await using TestReplica replica = await StartAsync(settings => settings with { MailboxMax = 10 });
        _store.Fault = write => write ? Fault.Silent : Fault.None;
        Task<Job> amid = replica.EnqueueAsync();
        await Eventually.TrueAsync(() => _store.Silences > 0, "the write is under way");

        Task<Job>[] more = [.. Enumerable.Range(0, 20).Select(_ => replica.EnqueueAsync())];

        Assert.False(amid.IsCompleted);
        Assert.InRange(more.Count(task => task.IsFaulted), 10, 19);
        Assert.All(
            more.Where(task => task.IsFaulted), task => Assert.IsType<TooBusyException>(task.Exception!.InnerException));
    }

    /// <summary>M7: a lease that does not wait ended in a TimeoutException, a 500, where its commit got no answer.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Lease_TheWriteIsNotAnswered_IsUnknownWhetherItWaitsOrNot(int wait)
    {
        await using TestReplica replica = await StartAsync();
        await replica.EnqueueAsync();
        _store.Fault = write => write ? Fault.Silent : Fault.None;
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(wait: TimeSpan.FromSeconds(wait));
        await Eventually.TrueAsync(() => _store.Silences > 0, "the write is under way");

        // First the time that it waits for a job, then the time that an answer may take.
        _clock.Advance(TimeSpan.FromSeconds(wait));
        _clock.Advance(TestReplica.Settings.Answer);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => lease);
    }

    [Fact]
    public async Task Store_OnceItIsKnownToBeAway_IsNotWaitedFor()
    {
        await using TestReplica replica = await StartAsync();
        _store.Fault = _ => Fault.Unreachable;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.EnqueueAsync());

        Task<IReadOnlyList<QueueStatistics>> queues = replica.Shard(0).QueuesAsync(null, 10, CancellationToken.None);
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(wait: TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => queues);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lease);
    }

    [Fact]
    public async Task Lease_NothingComes_IsEmptyWhenTheTimeIsUpAndNoLongerWaits()
    {
        await using TestReplica replica = await StartAsync();
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(wait: TimeSpan.FromSeconds(2));
        await replica.Shards.QueueAsync("default", CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(await lease);
        Job job = await replica.EnqueueAsync();
        Assert.Equal(JobStatus.New, (await replica.FindAsync(job.Id)).Status);
    }

    [Fact]
    public async Task Feed_OfAShard_BeginsAndEndsWhereItsEventsDo()
    {
        await using TestReplica replica = await StartAsync();
        IShard shard = replica.Shard(0);
        FeedRange empty = await shard.FeedRangeAsync(CancellationToken.None);
        await replica.EnqueueAsync();
        await replica.EnqueueAsync();

        FeedRange range = await shard.FeedRangeAsync(CancellationToken.None);

        Assert.Equal(empty.Oldest, empty.Next);
        Assert.Equal(empty.Next, range.Oldest);
        Assert.Equal(range.Oldest with { Number = range.Oldest.Number + 2 }, range.Next);
    }

    /// <summary>One commit made the first three events: of owner-0, owner-1 and owner-2, whose queue is
    /// another; a second commit the fourth, of owner-0.</summary>
    [Theory]
    [InlineData(null, null, 9, 0, "owner-0 owner-1 owner-2 owner-0", 4)]
    [InlineData(null, null, 2, 0, "owner-0 owner-1", 2)]
    [InlineData(null, null, 9, 2, "owner-2 owner-0", 2)]
    [InlineData("owner-0", null, 9, 0, "owner-0 owner-0", 4)]
    [InlineData("owner-0", null, 1, 0, "owner-0", 1)]
    [InlineData("owner-1", null, 9, 2, "", 2)]
    [InlineData(null, null, 0, 0, "", 0)]
    [InlineData(null, "other", 9, 0, "owner-2", 4)]
    [InlineData("owner-0", "other", 9, 0, "", 4)]
    public async Task Events_FromAPlace_AreThoseTheFilterLetsThrough(
        string? owner, string? queue, int limit, int offset, string expected, int lookedAt)
    {
        await using TestReplica replica = await StartAsync();
        IShard shard = replica.Shard(0);
        FeedPlace start = (await shard.FeedRangeAsync(CancellationToken.None)).Next;
        NewJob[] jobs = [.. Enumerable.Range(0, 4).Select(i => replica.NewJob(i == 2 ? "other" : "default"))];
        await replica.ProposeAsync("default", new Command.EnqueueMany(jobs[..3]));
        await replica.ProposeAsync("default", new Command.Enqueue(jobs[3]));

        var filter = new FeedFilter(owner, queue);
        EventPage page = await shard.EventsAsync(start with { Offset = offset }, filter, limit, CancellationToken.None);

        Assert.Equal(expected, string.Join(' ', page.Events.Select(OwnerOf)));
        Assert.Equal(lookedAt, page.LookedAt);
        Assert.False(page.IsEnd);
        Assert.All(page.Events, item => Assert.Equal(JobEventKind.Created, item.Kind));
    }

    [Fact]
    public async Task Events_BehindTheNewest_AreNoneAndTheEnd()
    {
        await using TestReplica replica = await StartAsync();
        await replica.EnqueueAsync();
        IShard shard = replica.Shard(0);
        FeedRange range = await shard.FeedRangeAsync(CancellationToken.None);

        EventPage page = await shard.EventsAsync(range.Next, new FeedFilter(), 9, CancellationToken.None);

        Assert.Empty(page.Events);
        Assert.True(page.IsEnd);
        Assert.Equal(range.Next, page.End);
        await Assert.ThrowsAsync<CursorExpiredException>(() => shard.EventsAsync(
            range.Next with { Number = range.Next.Number + 1 }, new FeedFilter(), 9, CancellationToken.None));
        await Assert.ThrowsAsync<CursorExpiredException>(() => shard.EventsAsync(
            range.Oldest with { Number = range.Oldest.Number - 1 }, new FeedFilter(), 9, CancellationToken.None));
    }

    /// <summary>F23: what retention deleted while it was read was passed over without a word.</summary>
    [Fact]
    public async Task Events_DeletedWhileTheyAreRead_AreNotPassedOver()
    {
        var gate = new GateStore(_store);
        await using TestReplica replica = await StartWithLittleMemoryAsync(gate);
        IShard shard = replica.Shard(0);
        FeedPlace start = (await shard.FeedRangeAsync(CancellationToken.None)).Next;
        await EnqueueAsync(replica, 4);
        gate.Before = async (_, keys) =>
        {
            if (keys.FirstOrDefault(IsEvents) is { } oldest)
            {
                gate.Before = (_, _) => Task.CompletedTask;
                _clock.Advance(TestReplica.Settings.EventRetention);
                while (_store.KeysNow.Contains(oldest))
                {
                    await replica.EnqueueAsync();
                }
            }
        };

        await Assert.ThrowsAsync<CursorExpiredException>(() => shard.EventsAsync(start, new FeedFilter(), 9, CancellationToken.None));
    }

    [Fact]
    public async Task Events_LeftOutByABulkRead_AreReadSingly()
    {
        var gate = new GateStore(_store);
        await using TestReplica replica = await StartWithLittleMemoryAsync(gate);
        IShard shard = replica.Shard(0);
        FeedPlace start = (await shard.FeedRangeAsync(CancellationToken.None)).Next;
        await EnqueueAsync(replica, 4);
        gate.LeavesOut = IsEvents;

        EventPage page = await shard.EventsAsync(start, new FeedFilter(), 9, CancellationToken.None);

        Assert.Equal(3, page.Events.Count);
        Assert.Equal(start with { Number = start.Number + 3 }, page.End);
    }

    [Fact]
    public async Task Follow_AnEventComes_OrIsThere_Wakes()
    {
        await using TestReplica replica = await StartAsync();
        IShard shard = replica.Shard(0);
        FeedRange range = await shard.FeedRangeAsync(CancellationToken.None);
        var grown = new Signal();
        using IDisposable following = shard.Follow(range.Next, grown);
        Task wait = grown.WaitAsync(CancellationToken.None);
        Assert.False(wait.IsCompleted);

        await replica.EnqueueAsync();

        await wait;
        var there = new Signal();
        using IDisposable late = shard.Follow(range.Next, there);
        Assert.True(there.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    private static bool IsEvents(string key) => key.Contains("-outbox-", StringComparison.Ordinal);

    private static async Task EnqueueAsync(TestReplica replica, int jobs)
    {
        for (int i = 0; i < jobs; i++)
        {
            await replica.EnqueueAsync();
        }
    }

    /// <summary>Only the newest commit's events are in memory.</summary>
    private Task<TestReplica> StartWithLittleMemoryAsync(GateStore gate) => TestReplica.StartAsync(
        gate,
        _bus,
        _clock,
        configure: settings => settings with { Bounds = settings.Bounds with { RecentEventBytesMax = 1 } });

    private static string OwnerOf(ShardEvent item)
    {
        using var json = System.Text.Json.JsonDocument.Parse(item.CloudEvent.ToString());
        return json.RootElement.GetProperty("data").GetProperty("owner").GetString()!;
    }

    private Task<TestReplica> StartAsync(Func<ReplicaSettings, ReplicaSettings>? configure = null) =>
        TestReplica.StartAsync(_store, _bus, _clock, configure: configure);
}
