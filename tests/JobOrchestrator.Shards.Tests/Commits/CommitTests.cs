using System.Text.Json;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class CommitTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enqueue_Accepted_IsInTheStoreUnderItsIdWithItsExactInput(bool rollsBack)
    {
        const string Input = """{ "n" : 123456789012345678901234567890.10 , "é":"\u00e9\"" }""";
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);

        Job job = await replica.EnqueueAsync(input: Input);

        await Eventually.TrueAsync(() => store.JsonOf(job.Id.ToString()) is not null, "the job's document is written");
        using var document = JsonDocument.Parse(store.JsonOf(job.Id.ToString())!);
        Assert.Equal(Input, document.RootElement.GetProperty("input").GetString());
        Assert.Equal("New", document.RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_JobsInEveryState_AreAsTheyWere(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        Job waiting, running, done;
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            done = await first.EnqueueAsync();
            Job leased = Assert.Single(await first.LeaseAsync());
            await first.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, JsonText.Of("[1, 2]")));
            running = await first.EnqueueAsync();
            running = Assert.Single(await first.LeaseAsync());
            waiting = await first.EnqueueAsync(input: "{\"a\":1}");
        }

        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(JsonText.Of("[1, 2]"), (await second.FindAsync(done.Id)).Result);
        Assert.Equal(running.Lease!.Token, (await second.FindAsync(running.Id)).Lease!.Token);
        Assert.Equal(JsonText.Of("{\"a\":1}"), (await second.FindAsync(waiting.Id)).Input);
        Assert.Equal(waiting.Id, Assert.Single(await second.LeaseAsync(max: 10)).Id);
        Outcome outcome = await second.ProposeAsync(new Command.Complete(running.Id, running.Lease.Token));
        Assert.Equal(JobStatus.Completed, Assert.IsType<Outcome.Changed>(outcome).Job.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_JobsReplacedWithAnotherDurability_AreWhatWasAcceptedLast(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        NewJob memory, stored;
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            NewJob job = first.NewJob(input: "1");
            memory = job with { ExternalId = "memory", Durable = false };
            stored = job with { Id = first.Shards.NewId("default"), ExternalId = "stored" };
            await first.ProposeAsync("default", new Command.Enqueue(memory));
            await first.ProposeAsync("default", new Command.Enqueue(stored));
            foreach (NewJob next in new[] { memory with { Durable = true }, stored with { Durable = false } })
            {
                Command replace = new Command.Enqueue(
                    next with { Id = first.Shards.NewId("default"), Input = JsonText.Of("2"), OnDuplicate = OnDuplicate.Supersede });
                Assert.IsType<Outcome.Replaced>(await first.ProposeAsync("default", replace));
            }
        }

        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.Equal(JsonText.Of("2"), (await second.FindAsync(memory.Id)).Input);
        Assert.Equal(JsonText.Of("2"), (await second.FindAsync(stored.Id)).Input);
        Assert.Equal(2, (await second.LeaseAsync(max: 10)).Count);
    }

    [Fact]
    public async Task Restart_ServerAnswersLate_LeasesRunFromThenOn()
    {
        var store = new ModelStore(rollsBack: true);
        Job running;
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            await first.EnqueueAsync();
            running = Assert.Single(await first.LeaseAsync());
        }

        await using var second = TestReplica.Create(store, _bus, _clock);
        second.BeginSilently();
        await Eventually.TrueAsync(() => second.IsReady, "the shard is held");
        await PassAsync(3 * running.LeaseSeconds);
        second.BeginAnswering();
        await PassAsync(1);
        Assert.IsType<Outcome.Extended>(await second.ProposeAsync(new Command.Heartbeat(running.Id, running.Lease!.Token)));

        await PassAsync(running.LeaseSeconds + 1);
        Assert.Equal(AttemptOutcome.LeaseLost, (await second.FindAsync(running.Id)).Attempts[^1].Outcome);

        async Task PassAsync(int seconds)
        {
            for (int passed = 0; passed < seconds; passed++)
            {
                // In steps that are no stall, each with a command: that is a round of the loop, in which what is due is done.
                _clock.Advance(TimeSpan.FromSeconds(1));
                await second.EnqueueAsync("other");
            }
        }
    }

    [Fact]
    public async Task Enqueue_StoreUnreachable_IsRefusedWithNothingWrittenAndWorksOnceItIsBack()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        store.Fault = _ => Fault.Unreachable;

        NewJob lost = replica.NewJob();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.ProposeAsync("default", new Command.Enqueue(lost)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.ProposeAsync("default", new Command.Enqueue(replica.NewJob())));
        store.Fault = _ => Fault.None;
        await RecoveredAsync(replica);

        Job accepted = await replica.EnqueueAsync();
        Assert.Equal(accepted.Id, Assert.Single(await replica.LeaseAsync(max: 10)).Id);
        Assert.IsType<JobLookup.Unknown>(await replica.Shards.FindAsync(lost.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData(Fault.AnswerLost, true)]
    [InlineData(Fault.RequestLost, true)]
    [InlineData(Fault.AnswerLost, false)]
    [InlineData(Fault.RequestLost, false)]
    internal async Task Enqueue_NoAnswerFromTheStore_IsSettledByReadingAndHappensOnce(Fault fault, bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        int faults = 1;
        store.Fault = write => write && Interlocked.Exchange(ref faults, 0) == 1 ? fault : Fault.None;

        Task<Job> enqueue = replica.EnqueueAsync();
        await WhileMovingTheClockAsync(enqueue);

        Assert.Equal((await enqueue).Id, Assert.Single(await replica.LeaseAsync(max: 10)).Id);
    }

    [Fact]
    public async Task Enqueue_StoreRefusesAnyWrite_SaysSoAndGoesOn()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        int faults = 2;
        store.Fault = write => write && Interlocked.Decrement(ref faults) >= 0 ? Fault.Refused : Fault.None;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.EnqueueAsync());
        Task<Job> next = replica.EnqueueAsync();
        await WhileMovingTheClockAsync(next);

        Assert.Equal((await next).Id, Assert.Single(await replica.LeaseAsync(max: 10)).Id);
    }

    /// <summary>Cosmos DB's 429 is a pause, and no caller's trouble while it lasts for less than callers wait.</summary>
    [Fact]
    public async Task Enqueue_StoreIsBusy_WaitsAndIsStored()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        int faults = 3;
        store.Fault = write => write && Interlocked.Decrement(ref faults) >= 0 ? Fault.Busy : Fault.None;

        Task<Job> enqueue = replica.EnqueueAsync();
        await WhileMovingTheClockAsync(enqueue);

        Assert.Equal((await enqueue).Id, Assert.Single(await replica.LeaseAsync(max: 10)).Id);
    }

    [Fact]
    public async Task Enqueue_StoreStaysBusy_SaysSoWithNothingWrittenAndGoesOn()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        NewJob lost = replica.NewJob();
        store.Fault = write => write ? Fault.Busy : Fault.None;

        Task<Outcome> enqueue = replica.ProposeAsync("default", new Command.Enqueue(lost));
        await WhileMovingTheClockAsync(enqueue);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => enqueue);
        store.Fault = _ => Fault.None;
        Task<Job> next = replica.EnqueueAsync();
        await WhileMovingTheClockAsync(next);
        Assert.Equal((await next).Id, Assert.Single(await replica.LeaseAsync(max: 10)).Id);
        Assert.IsType<JobLookup.Unknown>(await replica.Shards.FindAsync(lost.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Takeover_FormerHolder_CanCommitNothingMore(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        var cutOff = new ModelStore(store);
        await using TestReplica former = await TestReplica.StartAsync(cutOff, _bus, _clock, "former");
        Job job = await former.EnqueueAsync();
        Job held = Assert.Single(await former.LeaseAsync());
        cutOff.Fault = _ => Fault.Unreachable;
        await using TestReplica next = await TestReplica.TakeOverAsync(store, _bus, _clock);
        cutOff.Fault = _ => Fault.None;

        await Assert.ThrowsAnyAsync<Exception>(() => former.EnqueueAsync());
        Outcome outcome = await next.ProposeAsync(new Command.Complete(job.Id, held.Lease!.Token));

        Assert.Equal(JobStatus.Completed, Assert.IsType<Outcome.Changed>(outcome).Job.Status);
        JobPage all = await next.Shards.ListAsync(new JobFilter(), null, 10, CancellationToken.None);
        Assert.Equal(job.Id, Assert.Single(all.Jobs).Id);
    }

    [Fact]
    public async Task Lease_Waiting_IsServedByTheCommitThatMakesTheJobReady()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(wait: TimeSpan.FromSeconds(30));
        await replica.QueuesAsync();
        int before = store.Transactions;

        Job job = await replica.EnqueueAsync();

        Assert.Equal(job.Id, Assert.Single(await lease).Id);
        Assert.Equal(before + 1, store.Transactions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task Lease_WorkerLeavesWhileItIsCommitted_TakesNoJobWithIt(int waitSeconds)
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        Job job = await replica.EnqueueAsync();
        using var patience = new CancellationTokenSource();
        store.Fault = write =>
        {
            if (write)
            {
                patience.Cancel();
            }

            return Fault.None;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => replica.Shards.LeaseAsync(
            new Command.Lease(["default"], "worker", 1, null, "seed"), TimeSpan.FromSeconds(waitSeconds), patience.Token));

        await Eventually.TrueAsync(
            async () => await replica.FindAsync(job.Id) is { Status: JobStatus.New, Attempts: [{ Outcome: AttemptOutcome.Released }] },
            "the job is given back");
    }

    /// <summary>The answer comes too late for the worker: the job may not stay with nobody until the lease ends.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Lease_CommittedAfterItsAnswerWasGivenUp_GoesBack(int waitSeconds)
    {
        var store = new ModelStore();
        var slow = new FrozenStore(store);
        await using TestReplica replica = await TestReplica.StartAsync(
            slow, _bus, _clock, configure: settings => settings with { Answer = TimeSpan.FromSeconds(2) });
        Job job = await replica.EnqueueAsync();
        slow.FreezeAtNextTransaction();
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(wait: TimeSpan.FromSeconds(waitSeconds));
        await slow.Frozen;

        _clock.Advance(TimeSpan.FromSeconds(waitSeconds + 2));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => lease);
        slow.GoOn();

        await Eventually.TrueAsync(
            async () => await replica.FindAsync(job.Id) is { Status: JobStatus.New, Attempts: [{ Outcome: AttemptOutcome.Released }] },
            "the job is given back");
    }

    [Fact]
    public async Task Lease_SeveralShardsHaveAJobAtOnce_OnlyOneIsTaken()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(
            store, _bus, _clock, configure: settings => settings with { Shards = 4 });
        string[] queues = [.. Enumerable.Range(0, 12).Select(i => $"q{i}").DistinctBy(replica.Shards.ShardOf)];
        Assert.True(queues.Length > 1);
        Task<IReadOnlyList<Job>> lease = replica.Shards.LeaseAsync(
            new Command.Lease([], "worker", 1, null, "seed"), TimeSpan.FromSeconds(30), CancellationToken.None);
        await replica.QueuesAsync();

        Job[] jobs = await Task.WhenAll(queues.Select(queue => replica.EnqueueAsync(queue)));

        Job leased = Assert.Single(await lease);
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(jobs.Where(job => job.Id != leased.Id).Select(job => replica.FindAsync(job.Id))))
                .All(job => job.Status == JobStatus.New),
            "the others are given back");
    }

    /// <summary>
    /// F4: what one shard has handed out reaches the worker, though another is away. F4's kind: so it does where the one that is away is
    /// asked first, and where the job comes while the worker waits.
    /// </summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Lease_OverTwoShardsOneOfWhichIsAway_IsWhatTheOtherHas(bool awayFirst, bool comesLater)
    {
        bool away = false;
        var store = new GateStore(new ModelStore())
        {
            Before = (_, keys) => away && keys[0].StartsWith("shard-1", StringComparison.Ordinal)
                ? throw new NeverSentException("away")
                : Task.CompletedTask,
        };
        await using TestReplica replica = await TestReplica.StartAsync(
            store, _bus, _clock, configure: settings => settings with { Shards = 2 });
        string[] queues =
        [
            .. Enumerable.Range(0, 20).Select(i => $"q{i}").DistinctBy(replica.Shards.ShardOf).OrderBy(replica.Shards.ShardOf),
        ];
        Job? job = comesLater ? null : await replica.EnqueueAsync(queues[0]);
        away = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.EnqueueAsync(queues[1]));

        Task<IReadOnlyList<Job>> leased = replica.Shards.LeaseAsync(
            new Command.Lease(awayFirst ? [.. queues.Reverse()] : queues, "worker", 50, null, "seed"),
            TimeSpan.FromSeconds(30),
            CancellationToken.None);
        job ??= await replica.EnqueueAsync(queues[0]);

        Assert.Equal([job.Id], (await leased).Select(one => one.Id));
    }

    [Fact]
    public async Task LeaseEnd_OfManyLargeJobsAtOnce_FitsWhatASidecarTakes()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        string large = $"\"{new string('x', 250_000)}\"";
        for (int i = 0; i < 40; i++)
        {
            await replica.EnqueueAsync(input: large);
        }

        // Forty workers that wait are served at once, and all die at once.
        IReadOnlyList<Job>[] leased = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => replica.LeaseAsync(wait: TimeSpan.FromSeconds(20))));
        Assert.Equal(40, leased.SelectMany(jobs => jobs).Select(job => job.Id).Distinct().Count());
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return leased.All(jobs => replica.FindAsync(jobs[0].Id).GetAwaiter().GetResult().Status == JobStatus.New);
            },
            "every lost lease is noticed");

        Assert.InRange(store.BytesSeenMax, 1, 4 << 20);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    public async Task Survey_ARequestLostOnTheWay_IsAskedAgainAndNotTakenForAnAnswer(bool rollsBack, int lost)
    {
        int writes = 0;
        var store = new ModelStore(rollsBack)
        {
            Fault = write => write && Interlocked.Increment(ref writes) == lost ? Fault.RequestLost : Fault.None
        };
        var replica = TestReplica.Create(store, _bus, _clock);
        await using TestReplica started = replica;
        replica.Begin();

        await RecoveredAsync(replica);

        Assert.Equal(!rollsBack, replica.WritesInTwoSteps);
    }

    /// <summary>The rest of a release took what the worker had been given since it came back.</summary>
    [Fact]
    public async Task ReleaseWorker_InSeveralCommits_LeavesWhatTheWorkerIsGivenMeanwhile()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            new ModelStore(), _bus, _clock, configure: settings => settings with { OperationsMax = 20 });
        for (int i = 0; i < 12; i++)
        {
            await replica.EnqueueAsync();
        }

        while ((await replica.LeaseAsync(max: 4)).Count > 0)
        {
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Task<Outcome> release = replica.ProposeAsync("default", new Command.ReleaseWorker("worker", 100));
        IReadOnlyList<Job> again = await replica.LeaseAsync(max: 2, wait: TimeSpan.FromSeconds(5));
        await release;
        await replica.EnqueueAsync("other");

        Assert.Equal(2, again.Count);
        Assert.Equal((10, 2), await replica.QueuesAsync() is [{ } queue, _] ? (queue.Ready, queue.InProgress) : default);
    }

    [Fact]
    public async Task Queues_WithAReadyJob_TellHowLongTheOldestHasWaited()
    {
        await using TestReplica replica = await TestReplica.StartAsync(new ModelStore(), _bus, _clock);
        await replica.EnqueueAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await replica.EnqueueAsync();

        QueueStatistics queue = Assert.Single(await replica.QueuesAsync());

        Assert.Equal((2, TimeSpan.FromSeconds(3)), (queue.Ready, queue.OldestAge));
    }

    [Fact]
    public async Task Wait_ForTheResult_IsWokenByTheCommitWithoutAskingTheStore()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        Job job = await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        Task<JobLookup> wait = replica.Shards.WaitAsync(job.Id, JobCondition.Finished, TimeSpan.FromMinutes(1), CancellationToken.None);
        await replica.QueuesAsync();
        int before = store.Reads;

        await replica.ProposeAsync(new Command.Complete(job.Id, leased.Lease!.Token));

        Assert.Equal(JobStatus.Completed, Assert.IsType<JobLookup.Found>(await wait).Job.Status);
        Assert.InRange(store.Reads - before, 0, 1); // the head's new ETag, for the next commit
    }

    [Fact]
    public async Task Enqueue_ManyAtOnce_KeepsToTheStoresLimitOfOperations()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(
            store, _bus, _clock, configure: settings => settings with { OperationsMax = 100 });

        Job[] jobs = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => replica.EnqueueAsync()));

        Assert.Equal(1_000, jobs.Select(job => job.Id).Distinct().Count());
        Assert.InRange(store.OperationsSeenMax, 2, 100);
    }

    [Fact]
    public async Task Events_OfOneJob_ArePublishedInOrderWithTheirIds()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);
        Job job = await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        await replica.ProposeAsync(new Command.Complete(job.Id, leased.Lease!.Token));

        await Eventually.TrueAsync(() => _bus.Published.Count == 3, "three events are published");

        Assert.Equal(
            [("job-created", $"{job.Id}-1"), ("job-updated", $"{job.Id}-2"), ("job-completed", $"{job.Id}-3")],
            _bus.Published.Select(
                item => (item.Topic, JsonDocument.Parse(item.Event.CloudEvent.ToString()).RootElement.GetProperty("id").GetString()!)));
    }

    [Fact]
    public async Task Restart_EventsNotPublished_ArePublishedThen()
    {
        var store = new ModelStore();
        _bus.Fault = () => Fault.RequestLost;
        Job job;
        await using (TestReplica first = await TestReplica.StartAsync(store, _bus, _clock))
        {
            job = await first.EnqueueAsync();
        }

        _bus.Fault = () => Fault.None;
        await using TestReplica second = await TestReplica.StartAsync(store, _bus, _clock);

        await Eventually.TrueAsync(() => _bus.Published.Count > 0, "the event is published");
        Assert.Equal(job.Id.Value, _bus.Published[0].Event.Job);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retention_Passed_NothingOfTheJobsIsLeft(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await TestReplica.StartAsync(
            store, _bus, _clock, configure: settings => settings with
            {
                Jobs = settings.Jobs with { Retention = TimeSpan.FromSeconds(60), IdempotencyWindow = TimeSpan.FromSeconds(30) },
                EventRetention = TimeSpan.FromSeconds(60),
            });
        for (int i = 0; i < 600; i += 100)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => replica.EnqueueAsync()));
            foreach (Job leased in await replica.LeaseAsync(max: 100))
            {
                await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token));
            }
        }

        // Two full pages go; the last one is still open.
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return LiveKeys(store) <= 88 + 1 + 8;
            },
            "the jobs of full pages, the pages and the events are deleted",
            TimeSpan.FromSeconds(30));
        JobPage page = await replica.Shards.ListAsync(new JobFilter(), null, 1_000, CancellationToken.None);
        Assert.Empty(page.Jobs);
    }

    private static int LiveKeys(ModelStore store) =>
        store.KeysNow.Count(key => store.JsonOf(key) is { } json && !json.Contains("\"deleted\"", StringComparison.Ordinal));

    private async Task RecoveredAsync(TestReplica replica) =>
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return replica.IsReady;
            },
            "the replica has found the store again");

    private async Task WhileMovingTheClockAsync(Task task) =>
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(20));
                return task.IsCompleted;
            },
            "the store's answer is settled");
}
