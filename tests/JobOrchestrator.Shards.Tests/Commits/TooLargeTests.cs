using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F14, F21, M5: what the store does not take stands in nobody's way, and what is sent is bounded as it is rendered.</summary>
public sealed class TooLargeTests
{
    private const int ItemBytesMax = 20_000;

    /// <summary>F14: the one whose document is too large is told so, all others of its batch are stored.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Enqueue_OneOfManyIsTooLarge_IsRefusedAloneAndTheOthersAreStored(bool rollsBack, bool saysWhy) => Lane.Run(async lane =>
    {
        var store = new NarrowStore(new ModelStore(rollsBack)) { SaysWhy = saysWhy };
        await using TestReplica replica = await lane.StartAsync(store);
        store.RequestBytesMax = 200_000;
        store.ItemBytesMax = rollsBack ? ItemBytesMax : store.ItemBytesMax;
        string large = $"\"{new string('x', rollsBack ? ItemBytesMax : 200_000)}\"";
        Task<Outcome>[] outcomes =
        [
            .. Enumerable.Range(0, 50).Select(i => replica.ProposeAsync(
                "default", new Command.Enqueue(replica.NewJob(input: i == 33 ? large : "{}")))),
        ];

        await Task.WhenAll(outcomes);

        Assert.IsType<Refusal.NotStorable>(Assert.IsType<Outcome.Refused>(await outcomes[33]).Why);
        Assert.InRange(store.Refusals, 2, 30);
        store.ItemBytesMax = int.MaxValue;
        Assert.Equal(49, (await replica.LeaseAsync(max: 100)).Count);
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>F14: a refusal that says nothing of what was written is nobody's: callers hear that the store is away.</summary>
    [Fact]
    public void Enqueue_StoreTakesNoWriteAtAll_IsNotTooLarge() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        store.Fault = write => write ? Fault.Refused : Fault.None;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.EnqueueAsync());
        store.Fault = _ => Fault.None;

        await replica.EnqueueAsync();
    });

    /// <summary>F14: once refused alone by a store that is not well is tried again.</summary>
    [Theory]
    [InlineData((int)Fault.Refused)]
    [InlineData((int)Fault.Failed)]
    public void Enqueue_StoreRefusesOneWriteForNoReason_IsStored(int fault) => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        int left = 1;
        store.Fault = write => write && left-- > 0 ? (Fault)fault : Fault.None;

        Job job = await replica.EnqueueAsync();

        Assert.Equal(job.Id, Assert.Single(await replica.LeaseAsync()).Id);
    });

    /// <summary>
    /// F14, F35: a store that takes single writes and no transactions for a while refuses nothing for what is in it: nobody is told that
    /// his job is too large, and no job ends.
    /// </summary>
    [Fact]
    public void Store_TakesNoTransactionsForAWhile_NothingIsTooLargeAndNoJobEnds() => Lane.Run(async lane =>
    {
        bool fails = false;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, _) => fails && call == StoreCall.Transact
                ? throw new UnclearException("INTERNAL: no primary") { IsAnswer = true }
                : Task.CompletedTask,
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job waiting = await replica.EnqueueAsync();
        Job[] held = [.. await replica.LeaseOthersAsync(5)];

        fails = true;
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => replica.EnqueueAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => lease);
        await lane.PassAsync(60);
        fails = false;
        await replica.EnqueueAsync("beside");

        Assert.Equal(JobStatus.New, (await replica.FindAsync(waiting.Id)).Status);
        foreach (Job job in held)
        {
            Job after = await replica.FindAsync(job.Id);
            Assert.Equal((JobStatus.InProgress, 1), (after.Status, after.Attempts.Count));
        }

        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>F14: a report that is refused alone for a moment was there in time, and the lease waits for it.</summary>
    [Fact]
    public void Report_RefusedForAMomentAroundItsLeasesEnd_CountsAndOthersGoOn() => Lane.Run(async lane =>
    {
        string? refused = null;
        int refusals = 0;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, keys) => call == StoreCall.Transact && refused is not null && keys.Contains(refused) && refusals++ < 6
                ? throw new UnclearException("INTERNAL: try again") { IsAnswer = true }
                : Task.CompletedTask,
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        await lane.PassAsync((leased.Lease!.ExpiresAt - lane.Clock.GetUtcNow()).TotalSeconds - 0.1);
        refused = job.Id.ToString();

        Task<Outcome> completing = replica.ProposeAsync(new Command.Complete(job.Id, leased.Lease.Token));
        while (!completing.IsCompleted)
        {
            await replica.EnqueueAsync("beside");
            await lane.PassAsync(0.05);
        }

        Assert.IsType<Outcome.Changed>(await completing);
        Assert.Equal((JobStatus.Completed, 1), ((await replica.FindAsync(job.Id)).Status, leased.Attempts.Count));
        Assert.InRange(refusals, 6, 20);
    });

    /// <summary>F14: more operations than the store takes after all.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Enqueue_MoreAtOnceThanTheStoreTakes_AreStoredInParts(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new NarrowStore(new ModelStore(rollsBack)) { SaysWhy = true };
        await using TestReplica replica = await lane.StartAsync(store);
        store.OperationsMax = 25;

        Job[] jobs = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => replica.EnqueueAsync()));

        store.OperationsMax = int.MaxValue;
        Assert.Equal(200, jobs.DistinctBy(job => job.Id).Count());
        Assert.Equal(200, (await replica.LeaseAsync(max: 300)).Count);
    });

    /// <summary>F14: the end of a lease makes a document that is too large: it is stored without what may be left out.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LeaseEnd_DocumentIsTooLargeForTheStore_IsStoredInASmallerForm(bool saysWhy) => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        var store = new NarrowStore(model) { SaysWhy = saysWhy };
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        var state = JsonText.Of($"\"{new string('s', ItemBytesMax)}\"");
        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(job.Id, leased.Lease!.Token, State: state)));
        Job[] others = [.. await replica.LeaseOthersAsync(20)];
        store.ItemBytesMax = model.JsonOf(job.Id.ToString())!.Length + 50;

        for (int i = 0; i < 45; i++)
        {
            await lane.PassAsync(1);
            await replica.EnqueueAsync("beside");
        }

        Job after = await replica.FindAsync(job.Id);
        Assert.Equal(JobStatus.New, after.Status);
        Assert.Equal((AttemptOutcome.LeaseLost, JobError.LeaseLost), (after.Attempts[^1].Outcome!.Value, after.Error!.Type));
        Assert.Null(after.State);
        foreach (Job other in others)
        {
            Assert.Equal(AttemptOutcome.LeaseLost, (await replica.FindAsync(other.Id)).Attempts[^1].Outcome);
        }

        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>F14: where the store takes no form of it the job is set aside; log and health say so, and others go on.</summary>
    [Fact]
    public void LeaseEnd_StoreTakesNoFormOfIt_IsSetAsideAndOthersGoOn() => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        var log = new LogLines<Replica>();
        string? refused = null;
        int refusals = 0;
        var store = new GateStore(model)
        {
            Before = (call, keys) => refused is null || call != StoreCall.Transact || !keys.Contains(refused)
                ? Task.CompletedTask
                : throw Refusal(),
        };
        await using TestReplica replica = lane.Begin(store, "a", logger: log);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        Job job = await replica.EnqueueAsync();
        await replica.LeaseAsync();
        Job[] others = [.. await replica.LeaseOthersAsync(20)];
        refused = job.Id.ToString();

        for (int i = 0; i < 45; i++)
        {
            await lane.PassAsync(1);
            await replica.EnqueueAsync("beside");
        }

        // It is tried again after a minute, after two more, four, …
        int before = refusals;
        await lane.PassAsync(3_600);
        Assert.InRange(refusals - before, 6, 100);
        Assert.Equal(JobStatus.InProgress, (await replica.FindAsync(job.Id)).Status);
        foreach (Job other in others)
        {
            Assert.Equal(AttemptOutcome.LeaseLost, (await replica.FindAsync(other.Id)).Attempts[^1].Outcome);
        }

        Assert.Contains("1 are set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
        Assert.Contains(
            log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains(job.Id.ToString(), StringComparison.Ordinal));

        // A person may end it once the store takes it.
        refused = null;
        Assert.IsType<Outcome.Changed>(await replica.ProposeAsync(new Command.Cancel(job.Id, AtOnce: true)));
        Assert.Equal(JobStatus.Cancelled, (await replica.FindAsync(job.Id)).Status);
        Assert.Empty(replica.Health.Warnings);

        RefusedException Refusal()
        {
            refusals++;
            return new RefusedException("ValidationException: item size");
        }
    });

    /// <summary>F14: what was set aside while the store was not well goes on by itself.</summary>
    [Fact]
    public void SetAside_StoreTakesItAgain_GoesOnAndHealthIsWell() => Lane.Run(async lane =>
    {
        string? refused = null;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, keys) => refused is null || call != StoreCall.Transact || !keys.Contains(refused)
                ? Task.CompletedTask
                : throw new RefusedException("ValidationException: item size"),
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        await replica.LeaseAsync();
        refused = job.Id.ToString();
        await lane.UntilAsync(() => replica.Health.Warnings.Count > 0, "the job is set aside", seconds: 60);

        refused = null;
        await lane.UntilAsync(() => replica.Health.Warnings.Count == 0, "it is so no more", seconds: 300);

        Assert.Equal(AttemptOutcome.LeaseLost, (await replica.FindAsync(job.Id)).Attempts[^1].Outcome);
        Assert.Equal(job.Id, Assert.Single(await replica.LeaseAsync(wait: TimeSpan.FromSeconds(10))).Id);
    });

    /// <summary>F14: a job that can be stored and not leased would stand first in its queue for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_FirstJobIsTooLargeToBeLeased_EndsAndTheNextOneIsHandedOut(bool saysWhy) => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        var store = new NarrowStore(model) { SaysWhy = saysWhy };
        await using TestReplica replica = await lane.StartAsync(store);
        NewJob large = replica.NewJob() with { State = JsonText.Of($"\"{new string('s', ItemBytesMax)}\"") };
        await replica.ProposeAsync("default", new Command.Enqueue(large));
        Job next = await replica.EnqueueAsync();
        Job last = await replica.EnqueueAsync();
        store.ItemBytesMax = model.JsonOf(large.Id.ToString())!.Length + 50;

        Assert.Equal(next.Id, Assert.Single(await replica.LeaseAsync()).Id);
        Assert.Equal(last.Id, Assert.Single(await replica.LeaseAsync(max: 5)).Id);

        Job ended = await replica.FindAsync(large.Id);
        Assert.Equal((JobStatus.Failed, JobError.TooLarge), (ended.Status, ended.Error!.Type));
    });

    /// <summary>M5: long names are in each job's events too; what is sent stays within its bound.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_JobsWithLongNames_IsCutToWhatOneCommitSends(bool rollsBack) => Lane.Run(async lane =>
    {
        const int BytesMax = 300_000;
        var store = new NarrowStore(new ModelStore(rollsBack));
        await using TestReplica replica = await lane.StartAsync(store, "a", settings => settings with { BytesMax = BytesMax });
        string name = string.Concat(Enumerable.Repeat("\U0001F600", 128));
        Task<Outcome>[] outcomes =
        [
            .. Enumerable.Range(0, 200).Select(_ =>
            {
                NewJob job = replica.NewJob(name);
                return replica.ProposeAsync(name, new Command.Enqueue(job with { Type = name, Owner = name }));
            }),
        ];
        await Task.WhenAll(outcomes);

        int leased = 0;
        for (int asked = 0; leased < 200; asked++)
        {
            leased += (await replica.LeaseAsync(max: 200, name)).Count;
            Assert.InRange(asked, 0, 100);
        }

        Assert.InRange(store.BytesSeenMax, BytesMax / 4, BytesMax);
    });

    /// <summary>F21: in two steps a commit's documents are strings inside the head, which has to fit a message of the sidecar.</summary>
    [Fact]
    public void Head_ValuesFullOfQuotes_GrowsByWhatHasToBeEscapedAlone() => Lane.Run(async lane =>
    {
        var store = new NarrowStore(new ModelStore(rollsBack: false)) { SaysWhy = true };
        await using TestReplica replica = await lane.StartAsync(store);
        store.RequestBytesMax = 4 << 20;
        string dense = JsonSerializer.Serialize(Enumerable.Repeat("", 256 * 1024 / 3));
        Assert.InRange(dense.Length, 250_000, 256 * 1024);
        NewJob submitted = replica.NewJob(input: dense) with { State = JsonText.Of(dense) };
        Assert.IsType<Outcome.Accepted>(await replica.ProposeAsync("default", new Command.Enqueue(submitted)));
        Job leased = Assert.Single(await replica.LeaseAsync());

        Outcome outcome = await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, JsonText.Of(dense)));

        Assert.IsType<Outcome.Changed>(outcome);
        await lane.PassAsync(1);
        Assert.Equal(JsonText.Of(dense), (await replica.FindAsync(leased.Id)).Result);
        Assert.Equal(0, store.Refusals);
    });
}
