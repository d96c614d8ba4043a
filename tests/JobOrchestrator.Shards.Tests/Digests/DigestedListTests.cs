using System.Text.Json.Nodes;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Lists that pass over what digests say no to are the same as lists that read every job.</summary>
public sealed class DigestedListTests
{
    private const int PageJobs = 8;

    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1, true, true)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, false, false)]
    public void List_WithDigests_IsTheSameAsWithout(int seed, bool rollsBack, bool isKept) => Lane.Run(async lane =>
    {
        var dice = new Random(seed);
        var store = new ModelStore(rollsBack);
        TestReplica replica = await StartAsync(lane, store, "a", isKept);
        for (int round = 0; round < 6; round++)
        {
            await WorkAsync(replica, dice);
            await CompareAsync(replica, dice);
            await lane.PassAsync(dice.Next(1, 1_500));
            await CompareAsync(replica, dice);
            if (round == 2)
            {
                // As a version wrote them that knew no digests.
                foreach (string page in store.KeysNow.Where(key => key.Contains("-page-", StringComparison.Ordinal)).Take(3))
                {
                    JsonNode document = JsonNode.Parse(store.JsonOf(page)!)!;
                    document.AsObject().Remove("digest");
                    store.Spoil(page, document.ToJsonString());
                }
            }

            await (dice.Next(2) == 0 ? replica.StopAsync() : replica.DisposeAsync().AsTask());
            replica = await StartAsync(lane, store, $"r{round}", isKept);
            await CompareAsync(replica, dice);
            await CompareAsync(replica, dice);
        }

        await replica.StopAsync();
    });

    [Fact]
    public void List_OfWhatNoPageHas_ReadsNextToNothingThatHasEndedHere() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await StartAsync(lane, store, "a", isKept: true);
        var dice = new Random(5);
        for (int round = 0; round < 5; round++)
        {
            await WorkAsync(replica, dice);
            await lane.PassAsync(30);
        }

        int before = store.Reads;
        Assert.Empty(await OrdersAsync(replica, EndedJobs.OfLabel("nobody", "has"), 100));

        // A job or two look as if they had it.
        Assert.InRange(store.Reads - before, 0, 4);
    });

    /// <summary>Pages of a store that is used for the first time by this process say themselves what they have.</summary>
    [Fact]
    public void List_OfWhatNoPageHas_AfterAStart_ReadsPagesAndNoJobs() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica first = await StartAsync(lane, store, "a", isKept: true);
        var dice = new Random(6);
        for (int round = 0; round < 5; round++)
        {
            await WorkAsync(first, dice);
            await lane.PassAsync(90);
        }

        await first.StopAsync();
        await using TestReplica replica = await StartAsync(lane, store, "b", isKept: true);
        int pages = store.KeysNow.Count(key => key.Contains("-page-", StringComparison.Ordinal));
        int before = store.Reads;
        JobFilter nobody = EndedJobs.OfLabel("nobody", "has");
        Assert.Empty(await OrdersAsync(replica, nobody, 100));
        int reads = store.Reads - before;
        Assert.Empty(await OrdersAsync(replica, nobody, 100));

        Assert.InRange(pages, 25, 100);
        Assert.InRange(reads, 1, (pages / 8) + 6);
        Assert.InRange(store.Reads - before - reads, 0, 4);
    });

    private static Task<TestReplica> StartAsync(Lane lane, ModelStore store, string name, bool isKept) => lane.StartAsync(
        store,
        name,
        settings => settings with
        {
            Shards = 1,
            Jobs = settings.Jobs with { Retention = Retention },
            Bounds = ShardBounds.Usual with
            {
                PageJobs = PageJobs,
                FinishedJobsMax = 5,
                DigestBytesMax = isKept ? 1 << 20 : 4 * PageDigest.BytesMost(PageJobs),
            },
        });

    /// <summary>Some jobs, most of which end, and some of these are forgotten.</summary>
    private static async Task WorkAsync(TestReplica replica, Random dice)
    {
        var ended = new List<JobId>();
        for (int i = 0; i < 60; i++)
        {
            Job like = EndedJobs.Random(dice, 0);
            NewJob submission = replica.NewJob(like.Queue) with { Labels = like.Labels };
            await replica.ProposeAsync(like.Queue, new Command.Enqueue(submission with
            {
                Spec = submission.Spec with
                {
                    Type = like.Type,
                    Owner = like.Owner,
                    ExternalId = like.ExternalId,
                    UniqueKey = dice.Next(6) == 0 ? $"key-{dice.Next(40)}" : null,
                    Durable = dice.Next(12) > 0,
                },
            }));
            foreach (Job job in dice.Next(3) == 0 ? await LeaseAsync(replica, dice) : [])
            {
                Command.OnJob report = dice.Next(4) switch
                {
                    0 => new Command.Fail(job.Id, job.Lease!.Token, new JobError("urn:error:1", "It failed."), TryAgain: false),
                    1 => new Command.Cancel(job.Id, AtOnce: true),
                    _ => new Command.Complete(job.Id, job.Lease!.Token),
                };
                await replica.ProposeAsync(report);
                ended.Add(job.Id);
            }

            if (ended.Count > 0 && dice.Next(10) == 0)
            {
                JobId one = ended[dice.Next(ended.Count)];
                await replica.ProposeAsync(
                    dice.Next(2) == 0 ? new Command.Forget(one) : new Command.Retry(one, replica.Shards.NewId("q")));
            }
        }
    }

    private static Task<IReadOnlyList<Job>> LeaseAsync(TestReplica replica, Random dice) => replica.Shards.LeaseAsync(
        new Command.Lease([$"queue-{dice.Next(3)}"], $"worker-{dice.Next(6)}", dice.Next(4), null, $"{dice.NextInt64()}"),
        TimeSpan.Zero,
        CancellationToken.None);

    private static async Task CompareAsync(TestReplica replica, Random dice)
    {
        for (int look = 0; look < 8; look++)
        {
            JobFilter filter = EndedJobs.RandomFilter(dice) with
            {
                OldestFirst = dice.Next(2) == 0,
                EndedOnly = dice.Next(2) == 0,
            };
            var plain = new JobFilter { OldestFirst = filter.OldestFirst, Test = filter.Fits };
            int limit = dice.Next(1, 20);

            Assert.Equal(await OrdersAsync(replica, plain, 1_000), await OrdersAsync(replica, filter, limit));
        }
    }

    private static async Task<IReadOnlyList<long>> OrdersAsync(TestReplica replica, JobFilter filter, int limit)
    {
        var orders = new List<long>();
        string? cursor = null;
        do
        {
            JobPage page = await replica.Shards.ListAsync(filter, cursor, limit, CancellationToken.None);
            orders.AddRange(page.Jobs.Select(job => job.Order));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return orders;
    }
}
