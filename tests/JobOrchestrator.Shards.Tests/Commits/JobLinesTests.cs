using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Whoever looked into the log at three in the morning found nothing of what the service did.</summary>
public sealed class JobLinesTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();
    private readonly LogLines<Replica> _log = new();

    [Fact]
    public async Task Job_FromItsBeginToItsEnd_IsToldAtDebugWithoutItsTexts()
    {
        await using TestReplica replica = await StartAsync(new ModelStore());
        Job job = await replica.EnqueueAsync("reports", input: "\"a secret\"");
        Job leased = Assert.Single(await replica.LeaseAsync(queue: "reports"));

        await replica.ProposeAsync(new Command.Complete(job.Id, leased.Lease!.Token, JsonText.Of("\"another\"")));

        Assert.Equal(
            [
                $"Job {job.Id} #1 Created (test in reports): - -> New, attempt 0.",
                $"Job {job.Id} #2 Updated (test in reports): New -> InProgress, attempt 1.",
                $"Job {job.Id} #3 Completed (test in reports): InProgress -> Completed, attempt 1.",
            ],
            _log.Lines.Where(line => line.Level == LogLevel.Debug).Select(line => line.Text));
    }

    [Fact]
    public async Task Shard_TakenOverFromASilentHolder_IsToldWithItsName()
    {
        var store = new ModelStore();
        await using (TestReplica before = await TestReplica.StartAsync(store, _bus, _clock, "before"))
        {
            await before.EnqueueAsync();
        }

        await using TestReplica replica = await StartAsync(store);

        Assert.Contains(
            (LogLevel.Information, "Shard 0 is taken over from before, which did not release it."), _log.Lines);
    }

    [Fact]
    public async Task Shard_GivenBack_IsTold()
    {
        await using TestReplica replica = await StartAsync(new ModelStore());

        await replica.StopAsync();

        Assert.Equal((LogLevel.Information, "Shard 0 is released."), _log.Lines[^1]);
        Assert.DoesNotContain(_log.Lines, line => line.Level > LogLevel.Information);
    }

    /// <summary>Of those that are told one after the other that the service stops, the commit loop may be the first.</summary>
    [Fact]
    public async Task Shard_WhoseLoopStopsBeforeTheOthersAreTold_IsGivenBack()
    {
        var store = new ModelStore();
        TestReplica replica = await StartAsync(store);
        replica.WhileStopping(() => SpinWait.SpinUntil(() => _log.Lines.Any(line => line.Text == "Shard 0 is released."), 5_000));
        await replica.EnqueueAsync();

        await replica.StopAsync();

        Assert.Equal((LogLevel.Information, "Shard 0 is released."), _log.Lines[^1]);
    }

    private async Task<TestReplica> StartAsync(ModelStore store)
    {
        var replica = TestReplica.Create(store, _bus, _clock, logger: _log);
        replica.Begin();
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(200));
                return replica.IsReady;
            },
            "the replica holds its shards");
        return replica;
    }
}
