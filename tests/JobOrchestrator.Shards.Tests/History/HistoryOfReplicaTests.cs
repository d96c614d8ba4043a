using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>The history is fed by commits: late heartbeats, lost leases and refused reports too.</summary>
public sealed class HistoryOfReplicaTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task LeaseHealth_IsCounted()
    {
        await using TestReplica replica = await TestReplica.StartAsync(new ModelStore(), new RecordingBus(), _clock);
        await replica.EnqueueAsync("mail");
        Job leased = Assert.Single(await replica.LeaseAsync(queue: "mail"));
        _clock.Advance(TimeSpan.FromSeconds(leased.LeaseSeconds * 0.5));
        await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token));
        _clock.Advance(TimeSpan.FromSeconds(leased.LeaseSeconds * 0.8));
        await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token));
        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return (await replica.FindAsync(leased.Id)).Lease is null;
            },
            "the lease is lost");
        Assert.IsType<Outcome.Refused>(await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token, null)));

        foreach (HistoryBy by in new[] { HistoryBy.All, HistoryBy.Queue, HistoryBy.Type })
        {
            int[] counts = await CountsAsync(replica, by);
            Assert.Equal(
                (1, 1, 1, 1, 1),
                (counts[Columns.Submitted], counts[Columns.Late], counts[Columns.Lost], counts[Columns.Refused], counts[Columns.Retried]));
        }
    }

    private async Task<int[]> CountsAsync(TestReplica replica, HistoryBy by)
    {
        DateTimeOffset from = DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds() / 3_600 * 3_600).AddHours(-1);
        IReadOnlyList<HistoryAnswer?> answers = await replica.Shards.HistoryAsync(
            new HistoryAsk(from, 3, 3_600, by), CancellationToken.None);
        int[] sum = new int[Columns.Count];
        foreach (Cell cell in answers.SelectMany(answer => answer!.Parts).SelectMany(part => part.Steps).OfType<Cell>())
        {
            Cell.Add(sum, cell.Counts);
        }

        return sum;
    }
}
