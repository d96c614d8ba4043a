using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// Whatever the shards do, they do in their caller's context and by the clock that they are given: so several replicas can run on one
/// thread under one simulated clock.
/// </summary>
public sealed class LaneTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LifeOfJobs_WithWaitsReadsAndEvents_StaysOnOneThread(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using InLane replica = await InLane.StartAsync(lane, store);
        JobShards shards = replica.Shards;
        string start = (await shards.ReadFeedAsync(null, new FeedFilter(), 10, TimeSpan.Zero, default)).Cursor;
        Task<FeedPage> feed = shards.ReadFeedAsync(start, new FeedFilter(), 10, Long, default);
        Task<IReadOnlyList<Job>> anywhere = shards.LeaseAsync(replica.Lease([]), Long, default);
        Task<IReadOnlyList<Job>> oneQueue = shards.LeaseAsync(replica.Lease(["default"]), Long, default);

        Job first = await replica.EnqueueAsync("default");
        Job second = await replica.EnqueueAsync("default");

        Job[] leased = [.. await anywhere, .. await oneQueue];
        Assert.Equal([first.Id, second.Id], leased.Select(job => job.Id).OrderBy(id => id == second.Id));
        Assert.NotEmpty((await feed).Events);
        Task<JobLookup> ended = shards.WaitAsync(first.Id, JobCondition.Finished, Long, default);
        Task<List<JobEvent>> watched = WatchAsync(shards, first.Id);
        Job one = leased.Single(job => job.Id == first.Id);
        await shards.ProposeAsync(one.Id.Shard, new Command.Heartbeat(one.Id, one.Lease!.Token), default);
        await shards.ProposeAsync(one.Id.Shard, new Command.Complete(one.Id, one.Lease!.Token), default);
        Assert.Equal(JobStatus.Completed, Assert.IsType<JobLookup.Found>(await ended).Job.Status);
        Assert.Equal(JobEventKind.Completed, (await watched)[^1].Kind);
        Assert.Equal(1, (await shards.QueuesAsync(null, null, 10, default)).Queues.Sum(queue => queue.InProgress));
        Assert.Equal(2, (await shards.ListAsync(new JobFilter(), null, 10, default)).Jobs.Count);
        Assert.Empty(await shards.LeaseAsync(replica.Lease([]), Long, default));
        Assert.Empty(await shards.LeaseAsync(replica.Lease(["default"]), Long, default));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CallersWhoLeave_AndTimeThatRunsOut_StayOnOneThread(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using InLane replica = await InLane.StartAsync(lane, store);
        using var caller = new CancellationTokenSource();
        Task<IReadOnlyList<Job>> anywhere = replica.Shards.LeaseAsync(replica.Lease([]), Long, caller.Token);
        Task<IReadOnlyList<Job>> oneQueue = replica.Shards.LeaseAsync(replica.Lease(["default"]), Long, caller.Token);
        Task<FeedPage> feed = replica.Shards.ReadFeedAsync(null, new FeedFilter(), 10, Long, default);

        caller.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => anywhere);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => oneQueue);
        Assert.Empty((await feed).Events);
        replica.Store.Silent = true;
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => replica.EnqueueAsync("default"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.Shards.QueuesAsync(null, null, 10, default));
        replica.Store.Silent = false;
        await replica.EventuallyAsync(() => replica.Replica.IsReady);
        Assert.Single(await replica.Shards.LeaseAsync(replica.Lease(["default"]), Long, default));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void StoresAndBrokersThatFail_AndATakeover_StayOnOneThread(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        var random = new Random(7);
        await using InLane first = await InLane.StartAsync(lane, store, "first");
        first.Way.Fault = write => random.Next(5) == 0 ? (Fault)(1 + random.Next(5)) : Fault.None;
        first.Bus.Fault = () => random.Next(3) == 0 ? (Fault)(1 + random.Next(4)) : Fault.None;
        for (int i = 0; i < 40; i++)
        {
            try
            {
                await first.EnqueueAsync($"q{i % 7}");
            }
            catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), lane.Clock);
            }
        }

        first.Way.Fault = _ => Fault.Unreachable;
        await using InLane second = await InLane.StartAsync(lane, store, "second");
        first.Way.Fault = _ => Fault.None;
        await first.EventuallyAsync(() => !first.Replica.IsReady);
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => first.EnqueueAsync("default"));
        Assert.NotEmpty(await second.Shards.LeaseAsync(second.Lease([]), Long, default));
    });

    /// <summary>With small bounds a few jobs fill many pages, portions and reads.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SmallBounds_ALifeARestartAndReads_AreAsWithLargeOnes(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        var jobs = new List<Job>();
        await using (InLane first = await InLane.StartAsync(lane, store, configure: Small))
        {
            for (int i = 0; i < 30; i++)
            {
                jobs.Add(await first.EnqueueAsync($"q{i % 5}"));
                await first.Shards.ProposeAsync(jobs[i].Id.Shard, new Command.PauseQueue($"paused-{i}"), default);
            }

            foreach (Job job in jobs.Take(20))
            {
                Job leased = Assert.Single(await first.Shards.LeaseAsync(first.Lease([job.Queue]), TimeSpan.Zero, default));
                await first.Shards.ProposeAsync(leased.Id.Shard, new Command.Complete(leased.Id, leased.Lease!.Token), default);
            }

            await first.EventuallyAsync(() => first.Bus.Published.Select(item => item.Event.CloudEvent).Distinct().Count() == 30 + 2 * 20);
        }

        await using InLane second = await InLane.StartAsync(lane, store, configure: Small);

        JobPage page = await second.Shards.ListAsync(new JobFilter(), null, 100, default);
        Assert.Equal(jobs.Select(job => job.Id).Order(ById), page.Jobs.Select(job => job.Id).Order(ById));
        Assert.Equal(10, page.Jobs.Count(job => !job.IsFinished));
        Assert.Equal(30, (await second.Shards.QueuesAsync(null, null, 100, default)).Queues.Count(queue => queue.Paused));
        int events = 0;
        for (string? after = Feed.Oldest; after is not null;)
        {
            FeedPage read = await second.Shards.ReadFeedAsync(after, new FeedFilter(), 7, TimeSpan.Zero, default);
            events += read.Events.Count;
            after = read.Events.Count > 0 ? read.Cursor : null;
        }

        Assert.Equal(30 + 2 * 20, events);
    });

    private static Comparer<JobId> ById { get; } = Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static ReplicaSettings Small(ReplicaSettings settings) => settings with
    {
        OperationsMax = 40,
        Bounds = new ShardBounds
        {
            PageJobs = 3,
            SettingsPageDocuments = 2,
            SettingsPortionMax = 1,
            SettingsPagesInOneRead = 2,
            DocumentsInOneRead = 2,
            CommandsMax = 2,
            RetiredMax = 1,
            PublishedMax = 2,
            RecentEventBytesMax = 500,
            OutboxDocumentsInOneRead = 2,
            FinishedJobsMax = 1,
        },
    };

    private static async Task<List<JobEvent>> WatchAsync(JobShards shards, JobId id)
    {
        var seen = new List<JobEvent>();
        await foreach (JobEvent news in shards.WatchAsync(id, 0, default))
        {
            seen.Add(news);
        }

        return seen;
    }

    /// <summary>A replica in a lane, which sees to it that it calls out from there alone.</summary>
    private sealed class InLane : IAsyncDisposable
    {
        private readonly Lane _lane;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _running;
        private int _seeds;

        private InLane(Lane lane, ModelStore store, string name, Func<ReplicaSettings, ReplicaSettings>? configure)
        {
            _lane = lane;
            Way = new ModelStore(store);
            Store = new LaneStore(lane, Way);
            ReplicaSettings settings = TestReplica.Settings with { Shards = 3 };
            settings = configure?.Invoke(settings) ?? settings;
            var identity = new ReplicaIdentity(name, "http://localhost", name);
            var survey = new StoreSurvey(_ => Task.FromResult("state.in-memory"), settings, identity);
            var loops = new Loops(lane.Clock, NullLogger<Loops>.Instance);
            Replica = new Replica(
                Store, new LaneBus(lane, Bus), survey, identity, settings, loops, Instruments.Unheard, lane.Clock,
                NullLogger<Replica>.Instance);
            Shards = new JobShards(Replica, new Randomness(new Random(1).NextBytes), lane.Clock);
            Replica.BeginAnswering();
            _running = Replica.RunAsync(_stopping.Token);
        }

        public Replica Replica { get; }

        public JobShards Shards { get; }

        public ModelStore Way { get; }

        public LaneStore Store { get; }

        public RecordingBus Bus { get; } = new();

        public static async Task<InLane> StartAsync(
            Lane lane, ModelStore store, string name = "a", Func<ReplicaSettings, ReplicaSettings>? configure = null)
        {
            var replica = new InLane(lane, store, name, configure);
            await replica.EventuallyAsync(() => replica.Replica.IsReady);
            return replica;
        }

        public async Task EventuallyAsync(Func<bool> condition)
        {
            for (int i = 0; !condition(); i++)
            {
                Assert.True(i < 3_000, "Not within five simulated minutes.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), _lane.Clock);
            }
        }

        public Command.Lease Lease(IReadOnlyList<string> queues) => new(queues, "worker", 1, null, $"seed-{_seeds++}");

        public async Task<Job> EnqueueAsync(string queue)
        {
            var job = new NewJob { Id = Shards.NewId(queue), Spec = new JobSpec { Type = "test", Queue = queue, LeaseSeconds = 3_600 } };
            Outcome outcome = await Shards.ProposeAsync(job.Id.Shard, new Command.Enqueue(job), default);
            return Assert.IsType<Outcome.Accepted>(outcome).Job;
        }

        public async ValueTask DisposeAsync()
        {
            _stopping.Cancel();
            await _running;
        }
    }

    private sealed class LaneStore(Lane lane, IStateStore store) : IStateStore
    {
        /// <summary>No call is answered.</summary>
        public bool Silent { get; set; }

        public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
        {
            await MeetAsync(cancellationToken);
            return await store.GetAsync(key, partition, cancellationToken);
        }

        public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
        {
            await MeetAsync(cancellationToken);
            return await store.GetManyAsync(keys, partition, cancellationToken);
        }

        public async Task<bool> TrySaveAsync(
            string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
        {
            await MeetAsync(cancellationToken);
            return await store.TrySaveAsync(key, value, etag, partition, cancellationToken);
        }

        public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
        {
            await MeetAsync(cancellationToken);
            await store.TransactAsync(operations, partition, cancellationToken);
        }

        private Task MeetAsync(CancellationToken cancellationToken)
        {
            lane.RequireHere();
            return Task.Delay(Silent ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(3), lane.Clock, cancellationToken);
        }
    }

    private sealed class LaneBus(Lane lane, RecordingBus bus) : IEventBus
    {
        public Task<IReadOnlyList<OutboxEvent>> PublishAsync(
            string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            lane.RequireHere();
            return bus.PublishAsync(topic, events, cancellationToken);
        }
    }
}
