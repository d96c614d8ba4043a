using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class QueueListerTests
{
    private static readonly string[] Names = ["a", "ab", "b", "ü", "z"];

    private readonly ManualTimeProvider _clock = new();

    private async Task<TestReplica> StartAsync()
    {
        TestReplica replica = await TestReplica.StartAsync(
            new ModelStore(), new RecordingBus(), _clock, configure: settings => settings with { Shards = 4 });
        foreach (string name in Names)
        {
            await replica.EnqueueAsync(name);
        }

        return replica;
    }

    private static async Task<List<string>> PagesAsync(TestReplica replica, IReadOnlySet<string>? among, int limit)
    {
        var pages = new List<string>();
        string? cursor = null;
        do
        {
            QueuePage page = await replica.Shards.QueuesAsync(among, cursor, limit, CancellationToken.None);
            pages.Add(string.Join(' ', page.Queues.Select(queue => queue.Name)));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return pages;
    }

    [Theory]
    [InlineData(2, "a ab", "b z", "ü")]
    [InlineData(5, "a ab b z ü")]
    [InlineData(100, "a ab b z ü")]
    public async Task Queues_OfSeveralShards_ComeByNameAndNoPageIsEmpty(int limit, params string[] expected)
    {
        await using TestReplica replica = await StartAsync();

        Assert.Equal(expected, await PagesAsync(replica, null, limit));
    }

    [Fact]
    public async Task Queues_SomeOfThem_AreThoseInUseWithoutTheOthers()
    {
        await using TestReplica replica = await StartAsync();
        await replica.PauseAsync("paused");

        Assert.Equal(["ab paused", "z"], await PagesAsync(replica, new HashSet<string> { "z", "nobody", "paused", "ab" }, 2));
    }

    [Fact]
    public async Task Queue_ThatNobodyUses_IsIdle()
    {
        await using TestReplica replica = await StartAsync();

        Assert.True((await replica.Shards.QueueAsync("nobody", CancellationToken.None)).IsIdle);
        Assert.Equal(1, (await replica.Shards.QueueAsync("ab", CancellationToken.None)).Ready);
    }

    /// <summary>Who has seen his jobs done looks where they were.</summary>
    [Fact]
    public async Task Queue_WhoseJobsHaveEnded_IsListedForADay()
    {
        DateTimeOffset begin = _clock.GetUtcNow();
        await using TestReplica replica = await StartAsync();
        Job job = Assert.Single(await replica.LeaseAsync(queue: "b"));
        await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token, null));

        Assert.Equal(["a ab", "b z", "ü"], await PagesAsync(replica, null, 2));
        Assert.Equal(["b"], await PagesAsync(replica, new HashSet<string> { "b", "nobody" }, 2));
        Assert.Equal(0, (await replica.Shards.QueueAsync("b", CancellationToken.None)).Ready);

        await Eventually.TrueAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromHours(8));
                return (await PagesAsync(replica, null, 9))[0] == "a ab z ü";
            },
            "it is no longer listed");
        Assert.InRange(_clock.GetUtcNow() - begin, TimeSpan.FromHours(24), TimeSpan.FromHours(40));
    }

    [Theory]
    [InlineData("!")]
    [InlineData("bGE")]
    public async Task Queues_CursorOfAnother_IsNone(string cursor)
    {
        await using TestReplica replica = await StartAsync();

        await Assert.ThrowsAsync<FormatException>(() => replica.Shards.QueuesAsync(null, cursor, 2, CancellationToken.None));
    }
}
