using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;
using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>How relay's API version 2 behaves.</summary>
public sealed class RelayV2Tests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":2"""
        + ""","run_at":"2029-12-31T23:59:59.123456Z","unknown":7}""";
    private const string Bare = """{"id":"b","queue":"q","timeout":10,"payload":null}""";
    private const string Taken = "job with id `a` already exists in queue `q`.";

    [Fact]
    public async Task Enqueue_UniqueWithOneTaken_TakesNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");

        await host.ExpectAsync(409, "POST /v2/queues/jobs", $"[{Bare},{Job}]");

        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/b");
    }

    [Fact]
    public async Task Enqueue_UniqueOverSeveralShardsWithOneTaken_TakesNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string other = Elsewhere(host, "q");
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");

        Answer answer = await host.CallAsync(
            "POST /v2/queues/jobs", $$"""[{"id":"b","queue":"{{other}}","timeout":1,"payload":1},{{Job}}]""");

        answer.ShouldBe(409, PlainText, Taken);
        await host.ExpectAsync(404, $"HEAD /v2/queues/{other}/jobs/b");
    }

    [Fact]
    public async Task Enqueue_UniqueOverSeveralShardsWithOneIdTwice_TakesNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string other = Elsewhere(host, "q");

        Answer answer = await host.CallAsync(
            "POST /v2/queues/jobs", $$"""[{"id":"b","queue":"{{other}}","timeout":1,"payload":1},{{Job}},{{Job}}]""");

        answer.ShouldBe(409, PlainText, Taken);
        await host.ExpectAsync(404, $"HEAD /v2/queues/{other}/jobs/b");
        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
    }

    [Fact]
    public async Task Enqueue_UniqueAndMoreThanOneWriteTakes_Gets413AndIgnoreIsSplit()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: HostedShards.JobsInOneWrite(2));
        string jobs = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"id":"{{i}}","queue":"q","timeout":1,"payload":{{i}}}"""));

        (await host.CallAsync("POST /v2/queues/jobs", $"[{jobs}]")).ShouldBe(413, PlainText, null);
        await host.ExpectAsync(204, "GET /v2/queues/q/jobs");
        await host.ExpectAsync(202, "POST /v2/queues/jobs?mode=ignore", $"[{jobs}]");

        Assert.Equal(5, (await host.GetAsync("/jobs?queue=q")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Enqueue_Replace_TakesTheJobFromItsWorkerAndKeepsCreatedAt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        await host.ExpectAsync(202, "POST /v2/queues/jobs?mode=replace", """[{"id":"a","queue":"q","timeout":3,"payload":7}]""");

        await host.ExpectAsync(404, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{run}");
        Assert.Equal(
            """{"id":"a","queue":"q","timeout":3,"max_retries":null,"retries_remaining":null,"payload":7,"state":null,"run_id":null"""
                + ""","run_at":"2030-01-01T00:00:01.000000Z","updated_at":"2030-01-01T00:00:01.000000Z","""
                + "\"created_at\":\"2030-01-01T00:00:00.000000Z\"}",
            (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Text);
        Assert.NotEqual(run, await NextRunAsync(host));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("2", 3)]
    [InlineData("null", 30)]
    public async Task Retries_WorkersThatDie_AreAsManyAsSaidAndCountedDown(string said, int deliveries)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(
            202, "POST /v2/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":1,"max_retries":{{said}}}]""");

        var remaining = new List<string>();
        while (remaining.Count < 30 && await host.CallAsync("GET /v2/queues/q/jobs") is { Status: System.Net.HttpStatusCode.OK } answer)
        {
            remaining.Add(answer.Json[0].GetProperty("retries_remaining").GetRawText());
            await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(deliveries, remaining.Count);
        Assert.Equal(
            said == "null" ? ["null"] : Enumerable.Range(0, deliveries).Select(i => $"{deliveries - 1 - i}"), remaining.Distinct());
    }

    [Fact]
    public async Task RunId_OfALostRun_ReportsNothingMore()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string lost = await NextRunAsync(host);
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        string current = await NextRunAsync(host);

        await host.ExpectAsync(404, $"PATCH /v2/queues/q/jobs/a/run-id/{lost}", "[9]");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{lost}", $"[{Bare}]");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{lost}");

        JsonElement job = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json;
        Assert.Equal((current, "[1]"), (job.GetProperty("run_id").GetString(), job.GetProperty("state").GetRawText()));
        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/b");
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{Guid.Parse(current):N}", "[3]");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{current}");
        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
    }

    [Fact]
    public async Task RunId_WorkerThatFellSilent_IsOverBeforeAnyoneElseHasTheJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string lost = await NextRunAsync(host);
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));

        await host.ExpectAsync(404, $"PATCH /v2/queues/q/jobs/a/run-id/{lost}");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{lost}");

        Assert.Equal("null", (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("run_id").GetRawText());
    }

    [Fact]
    public async Task Heartbeat_NoBody_ClearsTheState()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);

        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}", """{ "at":7}""");
        string saved = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("state").GetRawText();
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");

        Assert.Equal("""{ "at":7}""", saved);
        Assert.Equal("null", (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("state").GetRawText());
    }

    [Fact]
    public async Task Requeue_SameIdAndOthers_EndsTheRunAndStartsThem()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);

        await host.ExpectAsync(
            202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $$"""[{"id":"a","queue":"q","timeout":1,"payload":"again"},{{Bare}}]""");

        JsonElement jobs = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs?num_jobs=9")).Json;
        Assert.Equal(["\"again\"", "null"], jobs.EnumerateArray().Select(job => job.GetProperty("payload").GetRawText()));
        Assert.Equal(
            ["Completed", "InProgress", "InProgress"],
            (await host.GetAsync("/jobs?queue=q")).Json.EnumerateArray().Select(job => job.GetProperty("status").GetString()).Order());
    }

    [Fact]
    public async Task Requeue_Conflict_LeavesTheRunInFlightAndTakesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Bare}]");
        string more = $$"""[{"id":"c","queue":"q","timeout":1,"payload":1},{{Bare}}]""";

        (await host.CallAsync($"PUT /v2/queues/q/jobs/a/run-id/{run}", more)).ShouldBe(
            409, PlainText, "job with id `b` already exists in queue `q`.");

        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/c");
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}?mode=ignore", more);
        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
        await host.ExpectAsync(200, "HEAD /v2/queues/q/jobs/c");
    }

    [Fact]
    public async Task Requeue_OneIdTwice_LeavesTheRunInFlightAndTakesNothingElsewhere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string other = Elsewhere(host, "q");
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);

        await host.ExpectAsync(
            409,
            $"PUT /v2/queues/q/jobs/a/run-id/{run}",
            $$"""[{"id":"far","queue":"{{other}}","timeout":1,"payload":1},{{Bare}},{{Bare}}]""");

        await host.ExpectAsync(404, $"HEAD /v2/queues/{other}/jobs/far");
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
    }

    [Fact]
    public async Task Requeue_ToOtherShards_MakesNoSecondJobWhenItHasToBeAskedAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string other = Elsewhere(host, "q");
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Bare}]");
        string elsewhere = $$"""{"id":"far","queue":"{{other}}","timeout":1,"payload":1}""";
        string here = """{"id":"a","queue":"q","timeout":1,"payload":1}""";

        // A conflict here keeps it from going in there.
        await host.ExpectAsync(409, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{elsewhere},{Bare}]");
        await host.ExpectAsync(404, $"HEAD /v2/queues/{other}/jobs/far");

        // The first part comes to be and the last does not, as a crash would leave it.
        host.Shards.Proposing = async command =>
        {
            if (command is Command.Requeue)
            {
                await host.Jobs.TroubleAsync("down");
            }
        };
        await host.ExpectAsync(503, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{elsewhere},{here}]");
        host.Shards.Proposing = null;
        await host.Jobs.MendAsync();
        await host.ExpectAsync(200, $"GET /v2/queues/{other}/jobs");
        await host.ExpectAsync(200, $"DELETE /v1/queues/{other}/jobs/far");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{elsewhere},{here}]");

        Assert.Single((await host.GetAsync($"/jobs?queue={other}")).Json.EnumerateArray());
        Assert.Equal("null", (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("run_id").GetRawText());
    }

    [Fact]
    public async Task Requeue_MoreThanOneWriteTakes_Gets413AndTheRunGoesOn()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: HostedShards.JobsInOneWrite(2));
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);

        (await host.CallAsync($"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{Job},{Bare}]")).ShouldBe(413, PlainText, null);

        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{Bare}]");
    }

    [Fact]
    public async Task Delete_RunningJob_EndsItAtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);

        await host.ExpectAsync(200, "DELETE /v2/queues/q/jobs/a");

        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
        await host.ExpectAsync(404, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        Assert.Equal("Cancelled", (await host.GetAsync("/jobs?queue=q")).Json[0].GetProperty("status").GetString());
    }

    private static async Task<string> NextRunAsync(ApiHost host)
    {
        Answer answer = await host.ExpectAsync(200, "GET /v2/queues/q/jobs");
        return answer.Json[0].GetProperty("run_id").GetString()!;
    }

    /// <summary>A queue of another shard.</summary>
    private static string Elsewhere(ApiHost host, string queue) =>
        Enumerable.Range(0, 100).Select(i => $"other{i}").First(other => host.Shards.ShardOf(other) != host.Shards.ShardOf(queue));
}
