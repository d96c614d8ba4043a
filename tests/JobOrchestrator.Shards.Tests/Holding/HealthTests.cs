using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Whoever asks how the replica is hears the truth.</summary>
public sealed class HealthTests
{
    [Fact]
    public void Health_AllIsWell_IsReadyWithoutAWord() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());

        Assert.Equal((true, 0, 0), (replica.IsReady, replica.Health.Troubles.Count, replica.Health.Warnings.Count));
    });

    /// <summary>The store answers every read and takes the head, but no commit: it said 200 (C1, H1, H3).</summary>
    [Theory]
    [InlineData(Fault.Refused)]
    [InlineData(Fault.Failed)]
    [InlineData(Fault.RequestLost)]
    internal void Health_NoCommitSucceedsForSeconds_IsNotReadyUntilOneDoes(Fault fault) => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        store.TransactionFault = () => fault;
        Task<Outcome> submit = replica.ProposeAsync("default", new Command.Enqueue(replica.NewJob()));

        await lane.UntilAsync(
            () => replica.Health.Troubles.Any(trouble => trouble.Contains("no commit has succeeded", StringComparison.Ordinal)),
            "it says so",
            seconds: 20);

        Assert.False(replica.IsReady);
        Assert.False(replica.Health.IsReady);
        store.TransactionFault = () => Fault.None;
        await lane.UntilAsync(() => replica.IsReady, "a commit has succeeded", seconds: 20);
        Assert.Empty(replica.Health.Troubles);
        await ((Task)submit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    });

    [Fact]
    public void Health_StoreIsAway_SaysSo() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);

        store.Fault = _ => Fault.Unreachable;
        await lane.UntilAsync(() => !replica.IsReady, "it is noticed", seconds: 10);

        Assert.Contains("does not answer", Assert.Single(replica.Health.Troubles), StringComparison.Ordinal);
    });

    [Fact]
    public void Health_BrokerTakesNothing_WarnsAndIsReadyAllTheSame() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        await using TestReplica replica = await lane.StartAsync(new ModelStore(), bus: bus);
        bus.Fault = () => Fault.Unreachable;
        await replica.EnqueueAsync();

        await lane.UntilAsync(() => replica.Health.Warnings.Count > 0, "it warns", seconds: 40);

        Assert.Contains("events wait for the broker", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
        Assert.True(replica.Health.IsReady);
        bus.Fault = () => Fault.None;
        await lane.UntilAsync(() => replica.Health.Warnings.Count == 0, "the events are out", seconds: 10);
    });
}
