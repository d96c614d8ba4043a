using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// H6's and H7's kind: what one command named was read at once, a thousand documents of a megabyte, in the one loop that everybody waits
/// for.
/// </summary>
public sealed class ReadBackTests
{
    private const int ResultBytes = 50_000;

    private static readonly ShardBounds Bounds = new()
    {
        FinishedJobsMax = 1,
        DocumentsInFirstRead = 2,
        JobBytesInOneRead = 4 * ResultBytes,
        ReadAheadBytesMax = 4 * ResultBytes,
        ReadBackBytesMax = 20 * ResultBytes,
    };

    [Fact]
    public async Task Batch_NamesManyLargeJobsOfLongAgo_ReadsAFewAtATime()
    {
        int most = 0;
        var store = new GateStore(new ModelStore())
        {
            After = (call, keys) =>
            {
                most = call == StoreCall.GetMany ? Math.Max(most, keys.Count) : most;
                return Task.CompletedTask;
            },
        };
        await using TestReplica replica = await StartAsync(store);
        NewJob[] first = await FinishedLongAgoAsync(replica, 15);
        most = 0;

        Outcome outcome = await replica.ProposeAsync("default", new Command.EnqueueMany(first));

        Assert.All(Assert.IsType<Outcome.AcceptedMany>(outcome).Items, item =>
            Assert.Equal(ResultBytes, Assert.IsType<Outcome.Replayed>(item).Job.Result!.Length));
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task Batch_NamesMoreThanIsHeldAtOneTime_IsRefusedAndTheOthersGoOn()
    {
        await using TestReplica replica = await StartAsync(new ModelStore());
        NewJob[] first = await FinishedLongAgoAsync(replica, 30);

        Task<Outcome> much = replica.ProposeAsync("default", new Command.EnqueueMany(first));
        Task<Outcome> other = replica.ProposeAsync("default", new Command.Enqueue(replica.NewJob()));

        Assert.IsType<Refusal.NotStorable>(Assert.IsType<Outcome.Refused>(await much).Why);
        Assert.IsType<Outcome.Accepted>(await other);
        Assert.IsType<Outcome.AcceptedMany>(await replica.ProposeAsync("default", new Command.EnqueueMany(first[..15])));
    }

    /// <summary>Each by itself they are read for one batch after the other.</summary>
    [Fact]
    public async Task Submissions_NameManyLargeJobsOfLongAgo_AreAllAnswered()
    {
        await using TestReplica replica = await StartAsync(new ModelStore());
        NewJob[] first = await FinishedLongAgoAsync(replica, 30);

        Outcome[] outcomes = await Task.WhenAll(first.Select(job => replica.ProposeAsync("default", new Command.Enqueue(job))));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Replayed>(outcome));
    }

    private static Task<TestReplica> StartAsync(IStateStore store) => TestReplica.StartAsync(
        store, new RecordingBus(), new ManualTimeProvider(), configure: settings => settings with { Bounds = Bounds });

    /// <summary>Submissions whose jobs have ended with large results and are not in memory any more.</summary>
    private static async Task<NewJob[]> FinishedLongAgoAsync(TestReplica replica, int count)
    {
        NewJob[] jobs = [.. Enumerable.Range(0, count + 2).Select(i => replica.NewJob(key: $"key-{i}"))];
        await replica.ProposeAsync("default", new Command.EnqueueMany(jobs));
        foreach (Job job in await replica.LeaseAsync(max: count + 2))
        {
            var result = JsonText.Of($"\"{new string('r', ResultBytes - 2)}\"");
            await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token, result));
        }

        return jobs[..count];
    }
}
