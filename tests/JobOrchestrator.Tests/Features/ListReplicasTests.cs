using System.Net;
using System.Text.Json;
using JobOrchestrator.Features.Replicas;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>Who holds the shards, as operators see it.</summary>
public sealed class ListReplicasTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Replicas_TheOneThereIs_HoldsAllShardsAndSaysHowFastItCommits()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        await host.SubmitAsync();

        JsonElement answer = (await host.GetAsync("/replicas")).Json;

        JsonElement replica = Assert.Single(answer.GetProperty("replicas").EnumerateArray());
        Assert.Equal([0, 1, 2, 3], replica.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("shard").GetInt32()));
        Assert.Equal(2, replica.GetProperty("live").GetInt64());
        Assert.True(replica.GetProperty("commits").GetProperty("perSecond").GetDouble() > 0);
        Assert.True(replica.GetProperty("commits").GetProperty("p99Seconds").GetDouble() >= 0);
        Assert.True(replica.GetProperty("memoryBytes").GetInt64() > 1_000_000);
        Assert.Equal("rolls back", answer.GetProperty("transactions").GetString());
        Assert.Equal("state.in-memory", answer.GetProperty("storeType").GetString());
        Assert.Empty(answer.GetProperty("missing").EnumerateArray());
    }

    [Fact]
    public async Task Replicas_AreForThoseWhoOperateEveryQueue()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("all", ["Queues:0=*", "Permissions=Operate"]), ("lead", ["Queues:0=pdf", "Permissions=Operate"])));

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/replicas", ("X-Api-Key", TestKeys.Secret("all")))).Status);
        (await host.GetAsync("/replicas", ("X-Api-Key", TestKeys.Secret("lead")))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public void Sum_OfSeveralHolders_IsByReplica()
    {
        IReadOnlyList<ReplicaSum> replicas = ReplicaSum.Of(
        [
            Standing(0, "b", 3, TimeSpan.FromSeconds(1)), null, Standing(2, "a", 5, TimeSpan.Zero),
            Standing(3, "b", 1, TimeSpan.FromSeconds(9)),
        ]);

        Assert.Equal(["a", "b"], replicas.Select(replica => replica.Name));
        Assert.Equal([0, 3], replicas[1].Shards.Select(shard => shard.Shard));
        Assert.Equal((4, TimeSpan.FromSeconds(9), Now), (replicas[1].Commits, replicas[1].EventsOldest, replicas[1].Since));
        Assert.Equal(0.001, replicas[1].CommitQuantile(0.5));
    }

    [Fact]
    public async Task ReplicasAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitAsync();

        JobReplicas replicas = await host.Operations.ReplicasAsync();

        JobReplica replica = Assert.Single(replicas.Replicas);
        Assert.Equal((4, 1L, "rolls back"), (replica.Shards.Count, replica.Live, replicas.Transactions));
        Assert.Equal("state.in-memory", replicas.StoreType);
        Assert.All(replica.Shards, shard => Assert.True(shard.Epoch > 0));
        Assert.NotNull(replica.Commits.P50Seconds);
    }

    private static ShardStanding Standing(int shard, string holder, int commits, TimeSpan oldest)
    {
        int[] counts = new int[RootTwoBuckets.Count];
        counts[0] = commits;
        return new ShardStanding(shard, holder, 1, Now.AddSeconds(shard), 1, 0, 0, oldest, counts, TwoStep: false);
    }
}
