using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Shards.Tests;
using JobOrchestrator.Tests.Features;
using Microsoft.AspNetCore.TestHost;
using TestSupport;

namespace JobOrchestrator.Tests.Doors;

/// <summary>relay's jobs over a store, and after a restart.</summary>
public sealed class RelayStoredTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();
    private readonly ModelStore _store = new();

    [Fact]
    public async Task Restart_OnlyWhatSaysPersistData_IsStillThere()
    {
        await using (TestReplica first = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            await CallAsync(
                first,
                HttpMethod.Post,
                "/enqueue",
                """{"id":"kept","queue":"q","timeout":9,"payload":1,"persist_data":true}""",
                HttpStatusCode.Accepted);
            await CallAsync(
                first,
                HttpMethod.Post,
                "/enqueue",
                """{"id":"memory","queue":"q","timeout":9,"payload":"secret words"}""",
                HttpStatusCode.Accepted);
            await CallAsync(first, HttpMethod.Head, "/v1/queues/q/jobs/memory", null, HttpStatusCode.OK);
            Assert.DoesNotContain(_store.KeysNow, key => _store.JsonOf(key)!.Contains("secret words", StringComparison.Ordinal));
            Assert.Single(_store.KeysNow, key => JobId.TryParse(key, out _));
        }

        await using TestReplica second = await TestReplica.StartAsync(_store, _bus, _clock);

        await CallAsync(second, HttpMethod.Head, "/v1/queues/q/jobs/memory", null, HttpStatusCode.NotFound);
        await CallAsync(second, HttpMethod.Head, "/v1/queues/q/jobs/kept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Restart_JobOfMemoryReplacedByAStoredOne_IsStillThere()
    {
        await using (TestReplica first = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            await CallAsync(
                first, HttpMethod.Post, "/enqueue", """{"id":"a","queue":"q","timeout":9,"payload":1}""", HttpStatusCode.Accepted);
            await CallAsync(
                first,
                HttpMethod.Post,
                "/v2/queues/jobs?mode=replace",
                """[{"id":"a","queue":"q","timeout":9,"payload":2}]""",
                HttpStatusCode.Accepted);
        }

        await using TestReplica second = await TestReplica.StartAsync(_store, _bus, _clock);

        Answer kept = await CallAsync(second, HttpMethod.Get, "/v2/queues/q/jobs/a", null, HttpStatusCode.OK);
        Assert.Equal(2, kept.Json.GetProperty("payload").GetInt32());
    }

    [Fact]
    public async Task Restart_InTheMiddleOfARun_TheRunGoesOnAndRunAtKeepsItsMicroseconds()
    {
        string before, run;
        await using (TestReplica first = await TestReplica.StartAsync(_store, _bus, _clock))
        {
            await CallAsync(
                first,
                HttpMethod.Post,
                "/v2/queues/jobs",
                """[{"id":"a","queue":"q","timeout":9,"payload":1.50,"run_at":"2029-12-31T23:59:59.123456Z"}]""",
                HttpStatusCode.Accepted);
            Answer next = await CallAsync(first, HttpMethod.Get, "/v2/queues/q/jobs", null, HttpStatusCode.OK);
            before = next.Text[1..^1];
            run = next.Json[0].GetProperty("run_id").GetString()!;
        }

        await using TestReplica second = await TestReplica.StartAsync(_store, _bus, _clock);

        Assert.Contains("\"run_at\":\"2029-12-31T23:59:59.123456Z\"", before, StringComparison.Ordinal);
        Assert.Equal(before, (await CallAsync(second, HttpMethod.Get, "/v2/queues/q/jobs/a", null, HttpStatusCode.OK)).Text);
        await CallAsync(second, HttpMethod.Patch, $"/v2/queues/q/jobs/a/run-id/{run}", "[2]", HttpStatusCode.Accepted);
        await CallAsync(
            second,
            HttpMethod.Put,
            $"/v2/queues/q/jobs/a/run-id/{run}",
            """[{"id":"a","queue":"q","timeout":9,"payload":2}]""",
            HttpStatusCode.Accepted);
        await CallAsync(second, HttpMethod.Get, "/v2/queues/q/jobs", null, HttpStatusCode.OK);
    }

    /// <summary>One request to the HTTP side over a replica.</summary>
    private async Task<Answer> CallAsync(TestReplica replica, HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddSingleton<IJobShards>(replica.Shards);
        builder.Configuration.AddInMemoryCollection(ApiHost.OpenDoors);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddDoors(builder.Configuration);
        builder.WebHost.UseTestServer();
        await using WebApplication app = builder.Build();
        app.UseApi();
        app.MapApi();
        app.MapDoors();
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();
        using HttpRequestMessage request = ApiHost.Request(method, path, body is null ? null : System.Text.Encoding.UTF8.GetBytes(body));
        using HttpResponseMessage response = await client.SendAsync(request);
        Answer answer = await Answer.OfAsync(response);
        Assert.True(answer.Status == expected, $"{method} {path}: expected {expected}, got {answer.Status}: {answer.Text}");
        return answer;
    }
}
