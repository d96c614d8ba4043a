using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;

using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>relay's jobs natively, native jobs through relay, and one generation's through another.</summary>
public sealed class RelayAcrossTests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":-1}""";

    [Fact]
    public async Task RelayJob_SeenNatively_HasItsMembers()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Doors:RelayOwner"] = "microservice-x" });
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");

        JsonElement listed = Assert.Single((await host.GetAsync("/jobs?queue=q&owner=microservice-x")).Json.EnumerateArray());
        JsonElement job = (await host.GetAsync($"/jobs/{listed.GetProperty("id").GetString()}")).Json;

        Assert.Equal("a", job.GetProperty("externalId").GetString());
        Assert.Equal("q", job.GetProperty("type").GetString());
        Assert.Equal("New", job.GetProperty("status").GetString());
        Assert.Equal("""{"n" : 1.50}""", job.GetProperty("input").GetRawText());
        Assert.Equal("[1]", job.GetProperty("state").GetRawText());
        Assert.Equal(10, job.GetProperty("leaseSeconds").GetInt32());
        Assert.Equal("unlimited", job.GetProperty("maxRetries").GetString());
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        Assert.Equal("InProgress", (await host.GetAsync($"/jobs/{listed.GetProperty("id").GetString()}")).JobStatus);
        await host.ExpectAsync(200, "DELETE /v1/queues/q/jobs/a");
        Assert.Equal("Completed", (await host.GetAsync($"/jobs/{listed.GetProperty("id").GetString()}")).JobStatus);
    }

    [Fact]
    public async Task RelayJob_WorkedNatively_IsDoneForRelayToo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v2/queues/jobs", $"[{Job.Replace("-1", "1", StringComparison.Ordinal)}]");
        (JobId id, string token) = await host.LeaseAsync("q");
        string run = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("run_id").GetString()!;

        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{run}", "7");
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");

        await host.ExpectAsync(404, "HEAD /v2/queues/q/jobs/a");
    }

    [Fact]
    public async Task NativeJob_HandedOutByNext_GoesByItsOwnId()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"q","type":"t","input":[1]}""");
        string path = $"/queues/q/jobs/{id}";

        JsonElement job = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs")).Json[0];

        Assert.Equal((id.ToString(), "[1]"), (job.GetProperty("id").GetString(), job.GetProperty("payload").GetRawText()));
        await host.ExpectAsync(404, $"HEAD /v1/queues/other/jobs/{id}");
        await host.ExpectAsync(200, $"HEAD /v1{path}");
        await host.ExpectAsync(202, $"PATCH /v1{path}", "[2]");
        await host.ExpectAsync(202, $"PATCH /v2{path}/run-id/{job.GetProperty("run_id").GetString()}", "[3]");
        await host.ExpectAsync(202, $"PATCH /heartbeat?queue=q&job_id={id}", "[4]");
        Assert.Equal("[4]", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("state").GetRawText());
        await host.ExpectAsync(200, $"DELETE /complete?queue=q&job_id={id}");
        Assert.Equal("Completed", (await host.GetAsync($"/jobs/{id}")).JobStatus);
        await host.ExpectAsync(404, $"HEAD /v1{path}");
    }

    [Fact]
    public async Task NativeJob_Rescheduled_KeepsWhatRelayCannotSay()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync(
            """{"queue":"q","type":"t","owner":"o","externalId":"a","priority":5,"durable":false,"timeLimitSeconds":900}""");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");

        await host.ExpectAsync(202, "PUT /v1/queues/jobs", """{"id":"a","queue":"q","timeout":7,"payload":2}""");

        JsonElement job = (await host.GetAsync($"/jobs/{id}")).Json;
        Assert.Equal(
            "New t o a 5 False 900 7 2",
            string.Join(' ', new[]
            {
                "status",
                "type",
                "owner",
                "externalId",
                "priority",
                "durable",
                "timeLimitSeconds",
                "leaseSeconds",
                "input"
            }.Select(name => job.GetProperty(name).ToString())));
    }

    [Fact]
    public async Task Replace_AnotherOwnersJob_Gets409AndLeavesIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"q","owner":"o","externalId":"a","input":1}""");

        await host.ExpectAsync(409, "POST /v2/queues/jobs?mode=replace", """[{"id":"a","queue":"q","timeout":1,"payload":2}]""");

        Assert.Equal("1", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("input").GetRawText());
    }

    /// <summary>M3: natively ids are an owner's; there they are the queue's, and a run id tells jobs of one id apart.</summary>
    [Fact]
    public async Task NativeJobsOfTwoOwners_WithOneId_AreTakenAndRefusedAndToldApartByTheirRuns()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId first = await host.SubmitAsync("""{"queue":"q","owner":"o","externalId":"a","leaseSeconds":60}""");
        JobId second = await host.SubmitAsync("""{"queue":"q","owner":"p","externalId":"a","leaseSeconds":60}""");

        await host.ExpectAsync(409, "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"max_retries":1,"payload":1}]""");
        Answer leased = await host.ExpectAsync(200, "GET /v2/queues/q/jobs?num_jobs=2");
        string?[] runs = [.. leased.Json.EnumerateArray().Select(job => job.GetProperty("run_id").GetString())];
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{runs[1]}", "2");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{runs[1]}");

        Assert.Equal(
            ("InProgress", "Completed"),
            ((await host.GetAsync($"/jobs/{first}")).JobStatus, (await host.GetAsync($"/jobs/{second}")).JobStatus));
        await host.ExpectAsync(202, $"PATCH /v2/queues/q/jobs/a/run-id/{runs[0]}", "1");
    }

    [Fact]
    public async Task Requeue_OfAnOwnersJob_IsThatOwners()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","owner":"o","externalId":"a"}""");
        string run = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs")).Json[0].GetProperty("run_id").GetString()!;

        await host.ExpectAsync(202, $"PUT /v2/queues/q/jobs/a/run-id/{run}", """[{"id":"b","queue":"q","timeout":1,"payload":1}]""");

        Assert.Equal(2, (await host.GetAsync("/jobs?queue=q&owner=o")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("PATCH /heartbeat?queue=q&job_id=a")]
    [InlineData("PATCH /v1/queues/q/jobs/a")]
    [InlineData("PATCH /v2/queues/q/jobs/a/run-id/RUN")]
    public async Task CancelledNatively_HeartbeatHearsThatTheJobIsGone(string heartbeat)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        string run = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs")).Json[0].GetProperty("run_id").GetString()!;
        string id = (await host.GetAsync("/jobs?queue=q")).Json[0].GetProperty("id").GetString()!;

        await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null);

        await host.ExpectAsync(404, heartbeat.Replace("RUN", run, StringComparison.Ordinal));
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("Cancelled", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    [Fact]
    public async Task Generations_OneJob_IsTheSameToAll()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", """{"id":"a","queue":"q","timeout":3,"payload":1,"max_retries":2}""");

        Assert.Equal(3, (await host.ExpectAsync(200, "GET /v1/queues/q/jobs/a")).Json.GetProperty("max_retries").GetInt32());
        await host.ExpectAsync(409, "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":3,"payload":1}]""");
        string run = (await host.ExpectAsync(200, "GET /v2/queues/q/jobs")).Json[0].GetProperty("run_id").GetString()!;
        await host.ExpectAsync(202, "PATCH /v1/heartbeat?queue=q&job_id=a", "5");
        await host.ExpectAsync(200, $"DELETE /v2/queues/q/jobs/a/run-id/{run}");
        await host.ExpectAsync(404, "DELETE /complete?queue=q&job_id=a");
    }

    [Theory]
    [InlineData(null, """{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":0}""", 0)]
    [InlineData(1, """{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":1}""", 2)]
    [InlineData(255, """{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":255}""", 256)]
    public async Task MaxRetries_OfTheFirstVersion_IsShownThereAsItWasSaid(int? said, string job, int native)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", job);

        Assert.Equal(native, (await host.ExpectAsync(200, "GET /v1/queues/q/jobs/a")).Json.GetProperty("max_retries").GetInt32());
        Assert.Equal(said ?? 0, (await host.ExpectAsync(200, "GET /next?queue=q")).Json.GetProperty("max_retries").GetInt32());
    }

    [Theory]
    [InlineData("0", 0, 0, "0")]
    [InlineData("1", 1, 1, "1")]
    [InlineData("300", 255, 300, "300")]
    [InlineData("40000", 255, 40000, "32767")]
    [InlineData("\"unlimited\"", 255, -1, "null")]
    [InlineData("null", 2, 3, "3")]
    public async Task MaxRetries_OfANativeJob_IsSaidAsNearAsEachCan(string native, int first, int second, string third)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync($$"""{"queue":"q","externalId":"a","maxRetries":{{native}}}""");

        Assert.Equal(second, (await host.ExpectAsync(200, "GET /v1/queues/q/jobs/a")).Json.GetProperty("max_retries").GetInt32());
        Assert.Equal(third, (await host.ExpectAsync(200, "GET /v2/queues/q/jobs/a")).Json.GetProperty("max_retries").GetRawText());
        Assert.Equal(first, (await host.ExpectAsync(200, "GET /next?queue=q")).Json.GetProperty("max_retries").GetInt32());
    }

    [Fact]
    public async Task Switch_Off_ThereAreNoSuchRoutes()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Doors:Relay"] = "false", ["Doors:Hasty"] = "false" });

        foreach (string path in new[] { "/enqueue", "/v1/queues/jobs", "/v2/queues/jobs", "/health" })
        {
            await host.ExpectAsync(404, $"POST {path}", "[]");
        }
    }

    [Fact]
    public async Task Types_Closed_TakeOnlyTheirQueues()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:Types:0"] = "other" });

        (await host.CallAsync("POST /v1/queues/jobs", $"[{Job}]")).ShouldBe(
            422, PlainText, "Failed to deserialize the JSON body into the target type: queue: expected one of other");
        await host.ExpectAsync(202, "POST /v1/queues/jobs", """[{"id":"a","queue":"other","timeout":1,"payload":1}]""");
    }

    [Fact]
    public async Task ApiKeys_OfOneOwner_SeeAndWorkTheirOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:Keys:0:Name"] = "all",
            ["Api:Keys:0:Key"] = "all-all-all-all-all",
            ["Api:Keys:0:Admin"] = "true",
            ["Api:Keys:1:Name"] = "mine",
            ["Api:Keys:1:Key"] = "mine-mine-mine-mine",
            ["Api:Keys:1:Owner"] = "me",
            ["Api:Keys:1:Permissions"] = "Submit, Work, Operate",
            ["Api:Keys:1:Queues:0"] = "work",
            ["Api:Keys:1:SubmitQueues:0"] = "*",
        });
        (string, string) all = ("X-Api-Key", "all-all-all-all-all");
        (string, string) mine = ("X-Api-Key", "mine-mine-mine-mine");
        await host.CallAsync("POST /v1/queues/jobs", $"[{Job}]", all);

        (await host.CallAsync("GET /v1/queues/q/jobs")).ShouldBe(401, PlainText, null);
        (await host.CallAsync("HEAD /v1/queues/q/jobs/a", null, mine)).ShouldBe(404, null, null);
        (await host.CallAsync("DELETE /v1/queues/q/jobs/a", null, mine)).ShouldBe(200, null, null);
        (await host.CallAsync("HEAD /v1/queues/q/jobs/a", null, all)).ShouldBe(200, null, null);
        (await host.CallAsync("GET /v1/queues/q/jobs", null, mine)).ShouldBe(403, PlainText, "This key may not work queue 'q'.");
        (await host.CallAsync("GET /v1/queues/work/jobs", null, mine)).ShouldBe(204, null, null);
        (await host.CallAsync("POST /v1/queues/jobs", """[{"id":"b","queue":"work","timeout":1,"payload":1}]""", mine)).ShouldBe(
            202, null, null);
        Assert.Equal("me", (await host.GetAsync("/jobs?queue=work", all)).Json[0].GetProperty("owner").GetString());
        (await host.CallAsync("GET /health")).ShouldBe(200, null, null);
    }
}
