using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What readers and those who wait are told on a replica that has lost the shard, or cannot know.</summary>
public sealed class TakenOverReadsTests
{
    /// <summary>F19: a replica that is cut off does not answer from the past.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Find_CutOffFromTheStore_SaysThatItDoesNotKnow(bool rollsBack) => Lane.Run(async lane =>
    {
        Situation now = await Situation.CutOffAsync(lane, rollsBack);
        Assert.Equal(JobStatus.New, (await now.Former.FindAsync(now.Job.Id)).Status);
        await now.CompletedByAnotherAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => now.Former.FindAsync(now.Job.Id));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => now.Former.Shards.FindAsync(now.InMemory.Id, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => now.Former.Shards.ListAsync(new JobFilter(), null, 10, CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => now.Former.Shards.ReadFeedAsync(null, new FeedFilter(), 10, TimeSpan.Zero, CancellationToken.None));
        Assert.False(now.Former.IsReady);
        await now.EndAsync();
    });

    /// <summary>F18: a stream on a replica that has lost the shard ends.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Watch_ShardIsLostOrMayBe_TheStreamEnds(bool rollsBack, bool comesBack) => Lane.Run(async lane =>
    {
        Situation now = await Situation.CutOffAsync(lane, rollsBack);
        Task watching = WatchAsync(now);
        await lane.PassAsync(1);
        Assert.False(watching.IsCompleted);

        await now.CompletedByAnotherAsync();
        if (comesBack)
        {
            now.ComeBack();
        }

        await lane.UntilAsync(() => watching.IsCompleted, "the stream has ended", seconds: 10);
        await now.EndAsync();
    });

    /// <summary>F18: a wait on a replica that has lost the shard looks once more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wait_ShardIsLost_TellsWhatAnotherHasStored(bool rollsBack) => Lane.Run(async lane =>
    {
        Situation now = await Situation.CutOffAsync(lane, rollsBack);
        Task<JobLookup> waiting = now.Former.Shards.WaitAsync(
            now.Job.Id, JobCondition.Finished, TimeSpan.FromMinutes(5), CancellationToken.None);
        now.ReadOnly();

        await now.CompletedByAnotherAsync();
        await lane.UntilAsync(() => waiting.IsCompleted, "the wait is over", seconds: 310);

        Assert.Equal(JobStatus.Completed, Assert.IsType<JobLookup.Found>(await waiting).Job.Status);
        await now.EndAsync();
    });

    /// <summary>F18: cut off, a wait does not sit out its time to tell the past.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wait_CutOffFromTheStore_SaysThatItDoesNotKnow(bool rollsBack) => Lane.Run(async lane =>
    {
        Situation now = await Situation.CutOffAsync(lane, rollsBack);
        Task<JobLookup> waiting = now.Former.Shards.WaitAsync(
            now.Job.Id, JobCondition.Finished, TimeSpan.FromMinutes(2), CancellationToken.None);

        await now.CompletedByAnotherAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        await now.EndAsync();
    });

    /// <summary>F20: two steps: what was accepted is found before its document is written.</summary>
    [Fact]
    public void Find_ThroughAnotherReplicaBeforeTheSecondStep_FindsWhatWasAccepted() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        bool secondStep = true;
        var store = new GateStore(new ModelStore(shared))
        {
            Before = (call, _) => call == StoreCall.Transact && !secondStep ? throw new UnclearException("Lost.") : Task.CompletedTask,
        };
        TestReplica holder = await lane.StartAsync(store, "holder");
        Job running = await holder.EnqueueAsync();
        await lane.PassAsync(1);
        await using TestReplica other = lane.Begin(new ModelStore(shared), "other");
        await lane.PassAsync(1);
        secondStep = false;
        string token = Assert.Single(await holder.LeaseAsync()).Lease!.Token;

        Job seen = await other.FindAsync(running.Id);
        Assert.Equal((JobStatus.InProgress, token), (seen.Status, seen.Lease!.Token));
        await holder.DisposeAsync();
        Assert.Equal(JobStatus.InProgress, (await other.FindAsync(running.Id)).Status);
    });

    /// <summary>F20: the same of a job whose document is not there at all yet.</summary>
    [Fact]
    public void Find_ThroughAnotherReplicaBeforeTheDocumentIsThere_FindsWhatWasAccepted() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        bool secondStep = true;
        var store = new GateStore(new ModelStore(shared))
        {
            Before = (call, _) => call == StoreCall.Transact && !secondStep ? throw new UnclearException("Lost.") : Task.CompletedTask,
        };
        TestReplica holder = await lane.StartAsync(store, "holder");
        await using TestReplica other = lane.Begin(new ModelStore(shared), "other");
        await lane.PassAsync(1);
        secondStep = false;
        Job job = await holder.EnqueueAsync();

        Assert.Equal(job.Id, (await other.FindAsync(job.Id)).Id);
        await holder.DisposeAsync();
    });

    private static async Task WatchAsync(Situation now)
    {
        try
        {
            await foreach (JobEvent _ in now.Former.Shards.WatchAsync(now.Job.Id, 0, CancellationToken.None))
            {
                // Whatever is told.
            }
        }
        catch (StoreUnavailableException)
        {
            // That, too, is an end.
        }
    }

    /// <summary>A holder with a job that is cut off from the store, and another replica that waits for the shard.</summary>
    private sealed class Situation
    {
        private readonly Lane _lane;
        private readonly ModelStore _shared;
        private readonly ModelStore _way;
        private TestReplica? _next;

        private Situation(Lane lane, ModelStore shared, ModelStore way, TestReplica former, Job job, Job inMemory)
        {
            _lane = lane;
            _shared = shared;
            _way = way;
            Former = former;
            Job = job;
            InMemory = inMemory;
        }

        public TestReplica Former { get; }

        public Job Job { get; }

        /// <summary>A job that lives in the former holder's memory only.</summary>
        public Job InMemory { get; }

        public static async Task<Situation> CutOffAsync(Lane lane, bool rollsBack)
        {
            var shared = new ModelStore(rollsBack);
            var way = new ModelStore(shared);
            TestReplica former = await lane.StartAsync(way, "former");
            Job job = await former.EnqueueAsync();
            NewJob inMemory = former.NewJob("memory") with { Durable = false };
            var accepted = (Outcome.Accepted)await former.ProposeAsync("memory", new Command.Enqueue(inMemory));
            await lane.PassAsync(1);
            way.Fault = _ => Fault.Unreachable;
            return new Situation(lane, shared, way, former, job, accepted.Job);
        }

        public async Task CompletedByAnotherAsync()
        {
            _next = _lane.Begin(new ModelStore(_shared), "next");
            await _lane.UntilAsync(() => _next.IsReady, "the next holds the shard", seconds: 30);
            Job leased = Assert.Single(await _next.LeaseAsync());
            Assert.IsType<Outcome.Changed>(await _next.ProposeAsync(new Command.Complete(Job.Id, leased.Lease!.Token)));
            await _lane.PassAsync(1);
        }

        public void ComeBack() => _way.Fault = _ => Fault.None;

        /// <summary>What the former holder sends is lost, but it can read.</summary>
        public void ReadOnly() => _way.Fault = write => write ? Fault.Unreachable : Fault.None;

        public async Task EndAsync()
        {
            await Former.DisposeAsync();
            await _next!.DisposeAsync();
        }
    }
}
