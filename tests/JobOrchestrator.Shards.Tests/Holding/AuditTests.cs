using System.Text;
using System.Text.Json.Nodes;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Every job that was accepted is live or has ended, and the accounts say so, or what is missing.</summary>
public sealed class AuditTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audit_JobsInEveryState_AreCounted(bool rollsBack) => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore(rollsBack));
        await MakeAsync(replica);

        ShardAudit audit = await AuditAsync(replica);

        Assert.Equal(
            (7L, 2L, 2L, 1L, 2L, 0L), (audit.Accepted, audit.Live, audit.Completed, audit.Failed, audit.Cancelled, audit.Died));
        Assert.Equal(4, audit.Started);
        Assert.True(audit.Holds);
    });

    /// <summary>Jobs of a refused batch, repeated submissions and a job that takes another's place are no further jobs.</summary>
    [Fact]
    public void Audit_WhatIsNoNewJob_IsNotCounted() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        NewJob first = replica.NewJob(key: "key") with { ExternalId = "x" };
        await replica.ProposeAsync("default", new Command.Enqueue(first));
        await replica.ProposeAsync("default", new Command.Enqueue(first with { Id = replica.Shards.NewId("default") }));
        NewJob other = replica.NewJob() with { ExternalId = "x", Owner = first.Owner };
        await replica.ProposeAsync("default", new Command.EnqueueMany([replica.NewJob(), other]));
        await replica.ProposeAsync("default", new Command.Enqueue(other with { OnDuplicate = OnDuplicate.Replace, Durable = false }));

        ShardAudit audit = await AuditAsync(replica);

        Assert.Equal((1L, 1L, true), (audit.Accepted, audit.Live, audit.Holds));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audit_AfterAKillAndATakeover_GoesOnWhereItWas(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica first = await lane.StartAsync(store);
        await MakeAsync(first);
        await first.ProposeAsync("default", new Command.Enqueue(first.NewJob() with { Durable = false }));
        ShardAudit before = await AuditAsync(first);
        await first.DisposeAsync();

        await using TestReplica second = await lane.StartAsync(store, "b");
        ShardAudit loaded = await AuditAsync(second);
        await second.EnqueueAsync();
        ShardAudit after = await AuditAsync(second);

        Assert.Equal((8L, 3L, 0L, true), (before.Accepted, before.Live, before.Died, before.Holds));
        Assert.Equal(before with { Live = 2, Died = 1, Published = loaded.Published }, loaded);
        Assert.Equal((9L, 3L, 1L, true), (after.Accepted, after.Live, after.Died, after.Holds));
    });

    /// <summary>A commit that was refused counts nothing.</summary>
    [Fact]
    public void Audit_AfterCommitsThatWereRefused_Holds() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        await replica.EnqueueAsync();
        store.Fault = write => write ? Fault.Refused : Fault.None;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.EnqueueAsync());
        store.Fault = _ => Fault.None;
        await replica.EnqueueAsync();

        ShardAudit audit = await AuditAsync(replica);

        Assert.Equal((2L, 2L, true), (audit.Accepted, audit.Live, audit.Holds));
    });

    [Fact]
    public void Audit_HeadOfAVersionThatDidNotCount_BeginsWithWhatIsLive() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica first = await lane.StartAsync(store);
        await MakeAsync(first);
        await first.StopAsync();
        JsonNode head = JsonNode.Parse(store.JsonOf(Keys.Head(0))!)!;
        Assert.True(head.AsObject().Remove("counts"));
        await WriteAsync(store, Keys.Head(0), head.ToJsonString());

        await using TestReplica second = await lane.StartAsync(store, "b");
        ShardAudit began = await AuditAsync(second);
        await second.EnqueueAsync();
        await lane.PassAsync(12);
        ShardAudit after = await AuditAsync(second);

        Assert.Equal((2L, 2L, 0L, 0L), (began.Accepted, began.Live, began.Completed, began.Events));
        Assert.True(began.Holds);
        Assert.Equal((3L, 3L, 1L, 1L), (after.Accepted, after.Live, after.Events, after.Published));
        Assert.True(after.Holds);
    });

    /// <summary>Broken by hand: a job's document is deleted.</summary>
    [Fact]
    public void Audit_AJobIsMissing_SaysSo() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica first = await lane.StartAsync(store);
        Job job = await first.EnqueueAsync();
        await first.EnqueueAsync();
        await first.StopAsync();
        await WriteAsync(store, job.Id.ToString(), null);

        await using TestReplica second = await lane.StartAsync(store, "b");
        ShardAudit audit = await AuditAsync(second);

        Assert.Equal((2L, 1L, 1L, false), (audit.Accepted, audit.Live, audit.Difference, audit.Holds));
    });

    [Fact]
    public void Audit_EverythingIsPublished_HasAsManyEventsPublishedAsCommitted() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        await MakeAsync(replica);

        await lane.PassAsync(12);
        ShardAudit audit = await AuditAsync(replica);

        Assert.Equal((audit.Events, 0L), (audit.Published, audit.EventsDifference));
        Assert.InRange(audit.Events, 16, 20);
    });

    /// <summary>Broken by hand: a document of events is deleted before they are published.</summary>
    [Fact]
    public void Audit_EventsAreMissing_SaysSo() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        bool isAway = true;
        var bus = new RecordingBus { Fault = () => isAway ? Fault.RequestLost : Fault.None };
        var first = TestReplica.Create(store, bus, lane.Clock);
        first.BeginHere();
        await lane.UntilAsync(() => first.IsReady, "the shard is held");
        await first.EnqueueAsync();
        await first.EnqueueAsync();
        await first.StopAsync();
        await WriteAsync(store, store.KeysNow.First(key => key.Contains("-outbox-", StringComparison.Ordinal)), null);
        isAway = false;

        await using var second = TestReplica.Create(store, bus, lane.Clock, "b");
        second.BeginHere();
        await lane.UntilAsync(() => second.IsReady, "the shard is held");
        await lane.PassAsync(12);
        ShardAudit audit = await AuditAsync(second);

        Assert.Equal((2L, 1L, 1L, false), (audit.Events, audit.Published, audit.EventsDifference, audit.Holds));
    });

    /// <summary>Two that have completed, one that has failed, two that were cancelled, one that runs and one that waits.</summary>
    private static async Task MakeAsync(TestReplica replica)
    {
        for (int i = 0; i < 7; i++)
        {
            await replica.EnqueueAsync();
        }

        IReadOnlyList<Job> jobs = await replica.LeaseAsync(max: 4);
        await replica.ProposeAsync(new Command.Complete(jobs[0].Id, jobs[0].Lease!.Token));
        await replica.ProposeAsync(new Command.Complete(jobs[1].Id, jobs[1].Lease!.Token));
        await replica.ProposeAsync(new Command.Fail(jobs[2].Id, jobs[2].Lease!.Token, new JobError("x", "x"), TryAgain: false));
        JobPage all = await replica.Shards.ListAsync(new JobFilter(JobStatus.New), null, 10, CancellationToken.None);
        await replica.ProposeAsync(new Command.Cancel(all.Jobs[0].Id));
        await replica.ProposeAsync(new Command.Cancel(all.Jobs[1].Id));
    }

    [Fact]
    public void Audit_OneShardIsNotHeld_IsThatOfTheOthers() => Lane.Run(async lane =>
    {
        var held = new ScriptedShard
        {
            OnAudit = static () => Task.FromResult(new ShardAudit(0, default, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0)),
        };
        var away = new ScriptedShard { OnAudit = static () => throw new StoreUnavailableException("It is not held at the moment.") };
        var shards = new JobShards(new ScriptedShards(held, away), new Randomness(new Random(1).NextBytes), lane.Clock);

        IReadOnlyList<ShardAudit?> audit = await shards.AuditAsync(CancellationToken.None);

        Assert.Equal([1L, null], audit.Select(shard => shard?.Accepted));
    });

    private static async Task<ShardAudit> AuditAsync(TestReplica replica) =>
        Assert.Single(await replica.Shards.AuditAsync(CancellationToken.None))!;

    private static Task WriteAsync(ModelStore store, string key, string? json) => store.TransactAsync(
        [new StateOperation(key, json is null ? null : Encoding.UTF8.GetBytes(json))], Keys.Head(0), CancellationToken.None);
}
