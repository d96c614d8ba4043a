using System.Net;
using System.Text.Json;
using JobOrchestrator.Hosting;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary><c>GET /audit</c>.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Audit_SomeJobs_AddsUp()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.CompleteAsync();
        await host.FailAsync();
        await host.SubmitAsync();

        Answer answer = await host.GetAsync("/audit");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(answer.Json.GetProperty("holds").GetBoolean());
        JsonElement[] shards = [.. answer.Json.GetProperty("shards").EnumerateArray()];
        Assert.Equal([0, 1, 2, 3], shards.Select(shard => shard.GetProperty("shard").GetInt32()));
        JsonElement shard = Assert.Single(shards, shard => shard.GetProperty("accepted").GetInt32() > 0);
        Assert.Equal(
            (3, 1, 1, 1, 0, 2, 0),
            (Number("accepted"), Number("live"), Number("completed"), Number("failed"), Number("cancelled"),
                Number("started"), Number("difference")));
        Assert.Equal(7, Number("events"));

        int Number(string member) => shard.GetProperty(member).GetInt32();
    }

    /// <summary>What nobody holds may add up or not: no claim is made of it, and the others are not kept back for it.</summary>
    [Fact]
    public async Task Audit_AShardIsAway_IsThatOfTheOthersWithoutAClaim()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        host.Shards.Auditing = static audit => audit.Shard == 2 ? null : audit;

        Answer answer = await host.GetAsync("/audit");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(answer.Json.TryGetProperty("holds", out _));
        Assert.Equal([0, 1, 3], answer.Json.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("shard").GetInt32()));
        Assert.Equal([2], answer.Json.GetProperty("missing").EnumerateArray().Select(shard => shard.GetInt32()));
    }

    [Fact]
    public async Task Audit_EveryShardIsAway_IsNoAccount()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.Auditing = static _ => null;

        (await host.GetAsync("/audit")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task Audit_AShardIsAwayAndAnotherDoesNotAddUp_DoesNotHold()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.Auditing = static audit => audit.Shard == 2 ? null : audit with { Difference = 1 };

        Answer answer = await host.GetAsync("/audit");

        Assert.False(answer.Json.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task AuditAsync_OfTheSdkWhileAShardIsAway_SaysWhich()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        host.Api.Shards.Auditing = static audit => audit.Shard == 2 ? null : audit;

        JobAudit audit = await host.Operations.AuditAsync();

        Assert.Null(audit.Holds);
        Assert.Equal([2], audit.Missing);
    }

    [Fact]
    public async Task AuditAsync_OfTheSdk_ReadsEveryAccount()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.CompleteAsync();
        await host.Api.SubmitAsync();

        JobAudit audit = await host.Operations.AuditAsync();

        Assert.True(audit.Holds);
        Assert.Empty(audit.Missing);
        Assert.Equal([0, 1, 2, 3], audit.Shards.Select(one => one.Shard));
        JobShardAudit shard = Assert.Single(audit.Shards, one => one.Accepted > 0);
        Assert.Equal((2, 1, 1, 1, 0), (shard.Accepted, shard.Live, shard.Completed, shard.Started, shard.Difference));
        Assert.Equal((4, 0), (shard.Events, shard.EventsDifference));
    }

    [Theory]
    [InlineData("admin", HttpStatusCode.OK)]
    [InlineData("on-call", HttpStatusCode.OK)]
    [InlineData("operates-one", HttpStatusCode.Forbidden)]
    [InlineData("reads-all", HttpStatusCode.Forbidden)]
    public async Task Audit_Keys_AreLetInWhereTheyOperateEveryQueue(string key, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync(options: options =>
        {
            options.Keys.Add(new ApiKeyOptions { Name = "admin", Key = "admin-0123456789abcdef", Admin = true });
            options.Keys.Add(Of("on-call", KeyPermissions.Operate, "*"));
            options.Keys.Add(Of("operates-one", KeyPermissions.Operate, "mail"));
            options.Keys.Add(Of("reads-all", KeyPermissions.Read, "*"));
        });

        Answer answer = await host.GetAsync("/audit", ("X-Api-Key", $"{key}-0123456789abcdef"));

        Assert.Equal(status, answer.Status);
    }

    private static ApiKeyOptions Of(string name, KeyPermissions permissions, string queue)
    {
        var key = new ApiKeyOptions { Name = name, Key = $"{name}-0123456789abcdef", Permissions = permissions };
        key.Queues.Add(queue);
        return key;
    }
}
