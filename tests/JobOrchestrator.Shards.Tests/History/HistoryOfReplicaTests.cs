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

    [Fact]
    public async Task AJobWhoseTimeHasCome_IsReadyThoughNobodyAsksForIt()
    {
        var store = new ModelStore();
        await using (TestReplica first = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            NewJob job = first.NewJob("pdf") with { RunAt = _clock.GetUtcNow().AddSeconds(20) };
            Assert.IsType<Outcome.Accepted>(await first.ProposeAsync("pdf", new Command.Enqueue(job)));
            _clock.Advance(TimeSpan.FromSeconds(50));

            Assert.Equal((1, 0, 30), await LastAsync(first));
        }

        // After a restart nothing has happened in the queue, and yet it is as full.
        await using TestReplica second = await TestReplica.TakeOverAsync(store, new RecordingBus(), _clock);
        Assert.Equal((1, 0), ((await LastAsync(second)).Ready, (await LastAsync(second)).Scheduled));
    }

    private async Task<(int Ready, int Scheduled, int Oldest)> LastAsync(TestReplica replica)
    {
        var from = DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds() / 60 * 60);
        IReadOnlyList<HistoryAnswer?> answers = await replica.Shards.HistoryAsync(
            new HistoryAsk(from, 1, 60, HistoryBy.Queue, new HashSet<string> { "pdf" }), CancellationToken.None);
        BacklogFigures full = answers.SelectMany(answer => answer!.Parts).Single().Steps[0]!.Backlog;
        return (full.Ready, full.Scheduled, (int)(full.Oldest / 1_000));
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
