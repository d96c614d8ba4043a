using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// Whoever has seen a job finds its events: while a commit is under way the store shows it already, and the feed waits for its answer.
/// </summary>
public sealed class CatchUpTests
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(1);

    [Fact]
    public void Feed_OfAJobThatWasSeenBeforeItsCommitWasAnswered_TellsOfIt() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Held);
        Job job = await SeenAsync(replica, lane);

        FeedPage page = await replica.Shards.ReadFeedAsync(Feed.Oldest, new FeedFilter(), 100, TimeSpan.Zero, CancellationToken.None);

        Assert.Contains(job.Id.ToString(), page.Events.Select(JobOf));
    });

    [Fact]
    public void Changes_OfAJobThatWasSeenBeforeItsCommitWasAnswered_TellOfAllOfIt() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Held);
        Job job = await SeenAsync(replica, lane);

        JobChangesPage page = await replica.Shards.ChangesAsync(job, null, CancellationToken.None);

        Assert.Equal([1L], page.Changes.Select(change => change.Sequence));
    });

    /// <summary>A store that is silent holds no reader up for longer than a page of a list takes.</summary>
    [Fact]
    public void Feed_WhileTheStoreDoesNotAnswer_TellsSoonWhatIsKnown() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, TimeSpan.FromSeconds(8));
        await SeenAsync(replica, lane);
        DateTimeOffset asked = lane.Clock.GetUtcNow();

        await replica.Shards.ReadFeedAsync(Feed.Oldest, new FeedFilter(), 100, TimeSpan.Zero, CancellationToken.None);

        Assert.InRange(lane.Clock.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    });

    /// <summary>Who waits for the next event has it without one commit's time more, whatever other shards are about.</summary>
    [Fact]
    public void Feed_OfAReaderWhoWaits_IsNotHeldUpByAnotherShardsCommit() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, Held, shard: 0);
        _ = replica.EnqueueAsync(QueueOf(replica, 0));
        Job job = await replica.EnqueueAsync(QueueOf(replica, 1));
        DateTimeOffset asked = lane.Clock.GetUtcNow();

        FeedPage page = await replica.Shards.ReadFeedAsync(
            Feed.Oldest, new FeedFilter(), 100, TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.Equal([job.Id.ToString()], page.Events.Select(JobOf));
        Assert.InRange(lane.Clock.GetUtcNow() - asked, TimeSpan.Zero, Held / 2);
    });

    /// <summary>A replica on a store that carries commits out at once and answers them late.</summary>
    private static async Task<TestReplica> StartAsync(Lane lane, TimeSpan held, int? shard = null)
    {
        bool isLate = false;
        var store = new GateStore(new ModelStore())
        {
            After = (call, keys) => isLate && call == StoreCall.Transact && (shard is null || keys.Contains(Keys.Head(shard.Value)))
                ? Task.Delay(held, lane.Clock)
                : Task.CompletedTask,
        };
        TestReplica replica = await lane.StartAsync(store, configure: settings => settings with { Shards = 2 });
        isLate = true;
        return replica;
    }

    /// <summary>A job that the store shows and whose commit is not answered.</summary>
    private static async Task<Job> SeenAsync(TestReplica replica, Lane lane)
    {
        NewJob wanted = replica.NewJob();
        Task<Outcome> submitted = replica.ProposeAsync("default", new Command.Enqueue(wanted));
        JobLookup? seen = null;
        while (seen is not JobLookup.Found)
        {
            seen = await replica.Shards.FindAsync(wanted.Id, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(1), lane.Clock);
        }

        Assert.False(submitted.IsCompleted);
        return ((JobLookup.Found)seen).Job;
    }

    private static string QueueOf(TestReplica replica, int shard) =>
        Enumerable.Range(0, 1_000).Select(number => $"queue-{number}").First(queue => replica.Shards.ShardOf(queue) == shard);

    private static string JobOf(FeedEvent item)
    {
        using var json = JsonDocument.Parse(item.CloudEvent.Memory);
        return json.RootElement.GetProperty("data").GetProperty("jobId").GetString()!;
    }
}
