using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A caller who submits while the sidecar is away for a moment is served once it is back (F35).</summary>
public sealed class PatienceTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();

    /// <summary>F35. It was a 503 at once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submit_SidecarAwayForTwoSeconds_IsAcceptedOnceItIsBack(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(store);
        store.Fault = _ => Fault.Unreachable;

        Task<Job>[] submits = [.. Enumerable.Range(0, 20).Select(i => replica.EnqueueAsync(key: $"key-{i}"))];
        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.All(submits, submit => Assert.False(submit.IsCompleted, "It waits."));
        store.Fault = _ => Fault.None;
        await MoveUntilAsync(() => Array.TrueForAll(submits, submit => submit.IsCompleted), "the store is back");

        Job[] accepted = await Task.WhenAll(submits);
        JobPage all = await replica.Shards.ListAsync(new JobFilter(), null, 100, CancellationToken.None);
        Assert.Equal(accepted.Select(job => job.Id.Value).Order(), all.Jobs.Select(job => job.Id.Value).Order());
    }

    /// <summary>F35. Reports too: a worker that says "done" at that moment need not say it again.</summary>
    [Fact]
    public async Task Report_SidecarAwayForTwoSeconds_Counts()
    {
        var store = new ModelStore();
        await using TestReplica replica = await StartAsync(store);
        await replica.EnqueueAsync();
        Job job = Assert.Single(await replica.LeaseAsync());
        store.Fault = _ => Fault.Unreachable;

        Task<Outcome> report = replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token));
        await PassAsync(TimeSpan.FromSeconds(2));
        store.Fault = _ => Fault.None;
        await MoveUntilAsync(() => report.IsCompleted, "the store is back");

        Assert.IsType<Outcome.Changed>(await report);
    }

    [Fact]
    public async Task Submit_SidecarStaysAway_IsToldThatNothingWasWrittenWhenItsTimeIsOver()
    {
        var store = new ModelStore();
        await using TestReplica replica = await StartAsync(store);
        store.Fault = _ => Fault.Unreachable;
        DateTimeOffset began = _clock.GetUtcNow();

        Task<Job> submit = replica.EnqueueAsync();
        await MoveUntilAsync(() => submit.IsCompleted, "its time is over");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => submit);
        Assert.InRange(
            _clock.GetUtcNow() - began, TestReplica.Settings.Answer, TestReplica.Settings.Answer + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Submit_MoreThanMayWait_IsRefusedAtOnce()
    {
        var store = new ModelStore();
        await using TestReplica replica = await TestReplica.StartAsync(
            store, _bus, _clock, configure: settings => settings with { MailboxMax = 10 }, isPatient: true);
        store.Fault = _ => Fault.Unreachable;
        await MoveUntilAsync(() => !replica.IsReady, "the replica has seen that the store is away");

        Task<Job>[] submits = [.. Enumerable.Range(0, 30).Select(_ => replica.EnqueueAsync())];

        Assert.InRange(submits.Count(submit => submit.IsFaulted), 15, 25);
        Assert.All(
            submits.Where(submit => submit.IsFaulted),
            submit => Assert.IsType<TooBusyException>(submit.Exception!.InnerException));
    }

    private Task<TestReplica> StartAsync(ModelStore store) => TestReplica.StartAsync(store, _bus, _clock, isPatient: true);

    private async Task PassAsync(TimeSpan time)
    {
        DateTimeOffset end = _clock.GetUtcNow() + time;
        await MoveUntilAsync(() => _clock.GetUtcNow() >= end, "time passes");
    }

    private Task MoveUntilAsync(Func<bool> until, string what) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(Step);
            return until();
        },
        what);
}
