using System.Text.Json;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Features;
using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>relay's API version 2.</summary>
public sealed class RelayV2Tests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":2,"run_at":"2029-12-31T23:59:59.123456Z","unknown":7}""";
    private const string Bare = """{"id":"b","queue":"q","timeout":10,"payload":null}""";
    private const string NoRun = "01234567-89ab-4def-8123-456789abcdef";
    private const string Taken = "job with id `a` already exists in queue `q`.";
    private const string Shown =
        """{"id":"a","queue":"q","timeout":10,"max_retries":2,"retries_remaining":2,"payload":{"n" : 1.50},"state":[1],"run_id":RUN,"run_at":"2029-12-31T23:59:59.123456Z","updated_at":"2030-01-01T00:00:00.000000Z","created_at":"2030-01-01T00:00:00.000000Z"}""";

    /// <summary>RUN stands for the id of the current run, quoted in a text.</summary>
    [Theory]
    [InlineData("nothing", "POST /v2/queues/jobs", $"[{Job},{Bare}]", 202, null, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", "[]", 202, null, null)]
    [InlineData("queued", "POST /v2/queues/jobs", $"[{Job}]", 409, PlainText, Taken)]
    [InlineData("running", "POST /v2/queues/jobs?mode=unique", $"[{Bare},{Job}]", 409, PlainText, Taken)]
    [InlineData("queued", "POST /v2/queues/jobs?mode=other", $"[{Job}]", 409, PlainText, Taken)]
    [InlineData("queued", "POST /v2/queues/jobs?mode=ignore", $"[{Job}]", 202, null, null)]
    [InlineData("running", "POST /v2/queues/jobs?mode=replace", $"[{Job}]", 202, null, null)]
    [InlineData("down", "POST /v2/queues/jobs", $"[{Job}]", 503, PlainText, null)]
    [InlineData("busy", "POST /v2/queues/jobs", $"[{Job}]", 503, PlainText, null)]
    [InlineData("broken", "POST /v2/queues/jobs", $"[{Job}]", 500, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", "[", 400, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", null, 415, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1}]""", 422, PlainText, "Failed to deserialize the JSON body into the target type: [0]: missing field `payload`")]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":-1,"payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":2147483647,"payload":1,"max_retries":32767}]""", 202, null, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":2147483648,"payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":32768}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":-1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":0,"payload":1,"max_retries":null,"state":null,"run_at":null}]""", 202, null, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":"2030-01-01"}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":1893456030}]""", 422, PlainText, null)]
    [InlineData("queued", "GET /v2/queues/q/jobs", null, 200, ApplicationJson, $"[{Shown}]")]
    [InlineData("queued", "GET /v2/queues/q/jobs?num_jobs=7", null, 200, ApplicationJson, $"[{Shown}]")]
    [InlineData("running", "GET /v2/queues/q/jobs", null, 204, null, null)]
    [InlineData("nothing", "GET /v2/queues/q/jobs", null, 204, null, null)]
    [InlineData("queued", "GET /v2/queues/q/jobs?num_jobs=0", null, 400, PlainText, null)]
    [InlineData("queued", "GET /v2/queues/q/jobs?num_jobs=x", null, 400, PlainText, null)]
    [InlineData("down", "GET /v2/queues/q/jobs", null, 503, PlainText, null)]
    [InlineData("running", "PATCH /v2/queues/q/jobs/a/run-id/RUN", "[2]", 202, null, null)]
    [InlineData("running", "PATCH /v2/queues/q/jobs/a/run-id/RUN", null, 202, null, null)]
    [InlineData("running", "PATCH /v2/queues/q/jobs/a/run-id/RUN", "{", 400, PlainText, null)]
    [InlineData("running", $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}", "[2]", 404, PlainText, $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData("queued", $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}", "[2]", 404, PlainText, $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData("nothing", $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}", null, 404, PlainText, $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData("running", "PATCH /v2/queues/q/jobs/a/run-id/1", null, 400, PlainText, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", $"[{Bare}]", 202, null, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", "[]", 202, null, null)]
    [InlineData("running", $"PUT /v2/queues/q/jobs/a/run-id/{NoRun}", $"[{Bare}]", 202, null, null)]
    [InlineData("nothing", $"PUT /v2/queues/q/jobs/a/run-id/{NoRun}", $"[{Bare}]", 202, null, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", $"[{Bare},{Bare}]", 409, PlainText, "job with id `b` already exists in queue `q`.")]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", "{}", 422, PlainText, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/1", "[]", 400, PlainText, null)]
    [InlineData("down", $"PUT /v2/queues/q/jobs/a/run-id/{NoRun}", "[]", 503, PlainText, null)]
    [InlineData("running", "DELETE /v2/queues/q/jobs/a/run-id/RUN", null, 200, null, null)]
    [InlineData("running", $"DELETE /v2/queues/q/jobs/a/run-id/{NoRun}", null, 200, null, null)]
    [InlineData("nothing", $"DELETE /v2/queues/q/jobs/a/run-id/{NoRun}", null, 200, null, null)]
    [InlineData("running", "DELETE /v2/queues/q/jobs/a/run-id/1", null, 400, PlainText, null)]
    [InlineData("down", $"DELETE /v2/queues/q/jobs/a/run-id/{NoRun}", null, 503, PlainText, null)]
    [InlineData("running", "DELETE /v2/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("nothing", "DELETE /v2/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("running", "HEAD /v2/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("nothing", "HEAD /v2/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("queued", "GET /v2/queues/q/jobs/a", null, 200, ApplicationJson, Shown)]
    [InlineData("running", "GET /v2/queues/q/jobs/a", null, 200, ApplicationJson, Shown)]
    [InlineData("nothing", "GET /v2/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("nothing", "GET /health", null, 200, null, null)]
    [InlineData("nothing", "PATCH /v2/queues/q/jobs/a", null, 405, null, "DELETE, HEAD, GET")]
    [InlineData("nothing", "GET /v2/queues/jobs", null, 405, null, "POST")]
    public async Task Route_OfTheTable_AnswersAsTold(string before, string request, string? body, int status, string? type, string? text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string? run = null;
        if (before is "queued" or "running")
        {
            await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        }

        if (before is "running")
        {
            run = await NextRunAsync(host);
        }

        host.Shards.Fault = before switch
        {
            "down" => new StoreUnavailableException("down"),
            "busy" => new TooBusyException("busy"),
            "broken" => new InvalidOperationException("broken"),
            _ => null,
        };

        Answer answer = await host.CallAsync(request.Replace("RUN", run, StringComparison.Ordinal), body);

        if (text?.Contains("RUN", StringComparison.Ordinal) == true)
        {
            JsonElement shown = answer.Json.ValueKind == JsonValueKind.Array ? answer.Json[0] : answer.Json;
            text = text.Replace("RUN", shown.GetProperty("run_id").GetRawText(), StringComparison.Ordinal);
            Assert.Equal(request.Contains("/a", StringComparison.Ordinal) ? run : shown.GetProperty("run_id").GetString(), shown.GetProperty("run_id").GetString());
        }

        answer.ShouldBe(status, type, text);
        if (status == 405)
        {
            Assert.Equal(text, answer["Allow"]);
        }
    }

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

        Answer answer = await host.CallAsync("POST /v2/queues/jobs", $$"""[{"id":"b","queue":"{{other}}","timeout":1,"payload":1},{{Job}}]""");

        answer.ShouldBe(409, PlainText, Taken);
        await host.ExpectAsync(404, $"HEAD /v2/queues/{other}/jobs/b");
    }

    [Fact]
    public async Task Enqueue_UniqueAndMoreThanOneWriteTakes_Gets413AndIgnoreIsSplit()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.BatchMax = 2;
        string jobs = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"id":"{{i}}","queue":"q","timeout":1,"payload":{{i}}}"""));

        (await host.CallAsync("POST /v2/queues/jobs", $"[{jobs}]")).ShouldBe(413, PlainText, null);
        await host.ExpectAsync(204, "GET /v2/queues/q/jobs");
        await host.ExpectAsync(202, "POST /v2/queues/jobs?mode=ignore", $"[{jobs}]");

        host.Shards.BatchMax = 100;
        Assert.Equal(5, (await host.ExpectAsync(200, "GET /v2/queues/q/jobs?num_jobs=9")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Enqueue_Replace_TakesTheJobFromItsWorkerAndKeepsCreatedAt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string run = await NextRunAsync(host);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        await host.ExpectAsync(202, "POST /v2/queues/jobs?mode=replace", """[{"id":"a","queue":"q","timeout":3,"payload":7}]""");

        await host.ExpectAsync(404, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{run}");
        Assert.Equal(
            """{"id":"a","queue":"q","timeout":3,"max_retries":null,"retries_remaining":null,"payload":7,"state":null,"run_id":null,"run_at":"2030-01-01T00:00:01.000000Z","updated_at":"2030-01-01T00:00:01.000000Z","created_at":"2030-01-01T00:00:00.000000Z"}""",
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
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":1,"max_retries":{{said}}}]""");

        var remaining = new List<string>();
        while (remaining.Count < 30 && await host.CallAsync("GET /v2/queues/q/jobs") is { Status: System.Net.HttpStatusCode.OK } answer)
        {
            remaining.Add(answer.Json[0].GetProperty("retries_remaining").GetRawText());
            host.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(deliveries, remaining.Count);
        Assert.Equal(said == "null" ? ["null"] : Enumerable.Range(0, deliveries).Select(i => $"{deliveries - 1 - i}"), remaining.Distinct());
    }

    [Fact]
    public async Task RunId_OfALostRun_ReportsNothingMore()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job}]");
        string lost = await NextRunAsync(host);
        host.Time.Advance(TimeSpan.FromSeconds(10));
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
        host.Time.Advance(TimeSpan.FromSeconds(10));

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

        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $$"""[{"id":"a","queue":"q","timeout":1,"payload":"again"},{{Bare}}]""");

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

        (await host.CallAsync($"PUT /v2/queues/q/jobs/a/run-id/{run}", more)).ShouldBe(409, PlainText, "job with id `b` already exists in queue `q`.");

        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/c");
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}?mode=ignore", more);
        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
        await host.ExpectAsync(200, "HEAD /v2/queues/q/jobs/c");
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
        host.Shards.Proposed = command => host.Shards.Fault = command is Core.Command.Requeue ? new StoreUnavailableException("down") : null;
        await host.ExpectAsync(503, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{elsewhere},{here}]");
        host.Shards.Proposed = null;
        host.Shards.Fault = null;
        await host.ExpectAsync(200, $"GET /v2/queues/{other}/jobs");
        await host.ExpectAsync(200, $"DELETE /v1/queues/{other}/jobs/far");
        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", $"[{elsewhere},{here}]");

        Assert.Single((await host.GetAsync($"/jobs?queue={other}")).Json.EnumerateArray());
        Assert.Equal("null", (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("run_id").GetRawText());
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
