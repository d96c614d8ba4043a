using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F14's kind: a shard did not load for ever because of one document that nobody could read.</summary>
public sealed class DamagedDocumentsTests
{
    /// <summary>It is left as it is, told of, and loaded once it is repaired; all other jobs go on.</summary>
    [Theory]
    [InlineData("{\"id\":\"no id\"}", true)]
    [InlineData("{\"status\":\"odd\"}", false)]
    [InlineData("[1,2,3]", true)]
    [InlineData("\"\"", false)]
    public void Load_OneJobCannotBeRead_OthersGoOnAndItIsThereOnceRepaired(string damaged, bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        string key;
        string whole;
        Job[] jobs;
        await using (TestReplica first = await lane.StartAsync(store, "a"))
        {
            jobs = [await first.EnqueueAsync(), await first.EnqueueAsync(), await first.EnqueueAsync()];
            await first.EnqueueAsync("beside");
            key = jobs[1].Id.ToString();
            whole = store.JsonOf(key)!;
            await first.StopAsync();
        }

        await WriteAsync(store, key, damaged);
        var log = new LogLines<Replica>();
        await using (TestReplica second = lane.Begin(store, "b", ShortRetention, logger: log))
        {
            await lane.UntilAsync(() => second.IsReady, "the shard is held", seconds: 60);

            Assert.Equal([jobs[0].Id, jobs[2].Id], (await second.LeaseAsync(max: 10)).Select(job => job.Id));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => second.FindAsync(jobs[1].Id));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => second.ProposeAsync(new Command.Cancel(jobs[1].Id)));
            Assert.Equal(
                2, (await second.Shard(0).FindManyAsync([.. jobs.Select(job => job.Id)], CancellationToken.None)).Count);
            Assert.Contains("cannot be read", Assert.Single(second.Health.Warnings), StringComparison.Ordinal);
            Assert.Contains(log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains(key, StringComparison.Ordinal));

            // Past everybody's retention it is there yet, and so is the page that names it.
            await lane.PassAsync(200);
            await second.EnqueueAsync("beside");
            await lane.PassAsync(10);
            Assert.NotNull(store.JsonOf(key));
            await second.StopAsync();
        }

        await WriteAsync(store, key, whole);
        await using TestReplica third = await lane.StartAsync(store, "c");
        Assert.Equal(jobs[1].Id, (await third.FindAsync(jobs[1].Id)).Id);
        Assert.Contains((await third.LeaseAsync(max: 10)).Select(job => job.Id), id => id == jobs[1].Id);
        Assert.Empty(third.Health.Warnings);
    });

    private static ReplicaSettings ShortRetention(ReplicaSettings settings) =>
        settings with { Jobs = settings.Jobs with { Retention = TimeSpan.FromSeconds(60) } };

    private static async Task WriteAsync(ModelStore store, string key, string json)
    {
        StoredItem item = (await store.GetAsync(key, "shard-0", CancellationToken.None))!.Value;
        Assert.True(await store.TrySaveAsync(key, Encoding.UTF8.GetBytes(json), item.ETag, "shard-0", CancellationToken.None));
    }
}
