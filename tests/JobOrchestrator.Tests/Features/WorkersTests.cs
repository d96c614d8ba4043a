using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>Lease, heartbeat, complete, fail, release, report.</summary>
public sealed class WorkersTests
{
    [Fact]
    public async Task Lease_ReadyJob_ComesWithItsToken()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"q","leaseSeconds":10,"input":[1]}""");

        Answer answer = await host.PostAsync("/queues/q/lease", """{"worker":"w"}""");

        JsonElement job = Assert.Single(answer.Json.EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(id.Value, job.GetProperty("id").GetGuid());
        Assert.Equal("InProgress", job.GetProperty("status").GetString());
        Assert.Equal(1, job.GetProperty("attempt").GetInt32());
        Assert.Equal("[1]", job.GetProperty("input").GetRawText());
        Assert.Equal("2030-01-01T00:00:10Z", job.GetProperty("leaseExpiresAt").GetString());
        Assert.InRange(job.GetProperty("leaseToken").GetString()!.Length, 20, 100);
    }

    [Fact]
    public async Task Attempts_TellOfTheirHeartbeats_AndHowLateARefusedReportWas()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"leaseSeconds":10,"maxRetries":0}""");
        (_, string token) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(4));
        await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
        await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        JsonElement running = (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("attempts")[0];
        Assert.Equal(
            (2, "2030-01-01T00:00:06Z", 4.0),
            (running.GetProperty("heartbeats").GetInt32(), running.GetProperty("lastHeartbeatAt").GetString(),
                running.GetProperty("longestGapSeconds").GetDouble()));

        await host.AdvanceAsync(TimeSpan.FromSeconds(13));
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");

        JsonElement[] attempts = [.. (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("attempts").EnumerateArray()];
        Assert.Equal(["LeaseLost", "Refused"], attempts.Select(attempt => attempt.GetProperty("outcome").GetString()));
        Assert.Equal(2, attempts[0].GetProperty("heartbeats").GetInt32());
        Assert.Equal(10.0, attempts[0].GetProperty("longestGapSeconds").GetDouble());
        Assert.Equal(3.0, attempts[1].GetProperty("afterSeconds").GetDouble());
    }

    [Fact]
    public async Task Lease_EmptyQueue_Gets204()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/queues/q/lease", """{"worker":"w"}""");

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
    }

    [Fact]
    public async Task Lease_SeveralQueuesAndTypes_AreAskedInTheirOrder()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"b","type":"wanted"}""");
        await host.SubmitAsync("""{"queue":"a","type":"wanted"}""");
        await host.SubmitAsync("""{"queue":"a","type":"other"}""");

        Answer answer = await host.PostAsync("/queues/a/lease", """{"worker":"w","max":1,"queues":["b"],"types":["wanted"]}""");
        Answer next = await host.PostAsync("/queues/a/lease", """{"worker":"w","max":10,"queues":["b"],"types":["wanted"]}""");

        Assert.Equal("a", answer.Json[0].GetProperty("queue").GetString());
        Assert.Equal("b", next.Json[0].GetProperty("queue").GetString());
        Assert.Equal(1, next.Json.GetArrayLength());
    }

    [Fact]
    public async Task Lease_QueueWithASlash_IsReachedEncoded()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.SubmitAsync("""{"queue":"a/b ü"}""");

        Answer answer = await host.PostAsync("/queues/a%2Fb%20%C3%BC/lease", """{"worker":"w"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Lease_Waiting_IsAnsweredByTheSubmission()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> pending = host.PostAsync("/queues/default/lease", """{"worker":"w","wait":30}""");
        await host.Jobs.WaitingAsync();

        JobId id = await host.SubmitAsync();

        Assert.Equal(id.Value, (await pending).Json[0].GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Lease_NothingComes_Gets204WhenTheTimeIsUpAndNoLaterThanTheCap()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> pending = host.PostAsync("/queues/default/lease", """{"worker":"w","wait":100000}""");
        await host.Jobs.WaitingAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(59.9));
        bool early = pending.IsCompleted;
        await host.AdvanceAsync(TimeSpan.FromSeconds(0.1));

        Assert.Equal(HttpStatusCode.NoContent, (await pending).Status);
        Assert.False(early);
    }

    /// <summary>
    /// The answer is larger than the connection's buffers, so the worker has closed before the server knows that it is sent.
    /// </summary>
    [Fact]
    public async Task Lease_WorkerClosesRightAfterReading_KeepsItsJob()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        string input = "\"" + new string('x', 250_000) + "\"";
        for (int i = 0; i < 20; i++)
        {
            await host.SubmitAsync($$"""{"input":{{input}},"state":{{input}}}""");
            using HttpRequestMessage request = ApiHost.Request(
                HttpMethod.Post, "/queues/default/lease", """{"worker":"w"}"""u8.ToArray(), ("Connection", "close"));
            using HttpResponseMessage response = await host.Client.SendAsync(request);
            JsonElement job = (await Answer.OfAsync(response)).Json[0];

            Answer answer = await host.PostAsync(
                $"/jobs/{job.GetProperty("id").GetString()}/complete",
                $$"""{"leaseToken":"{{job.GetProperty("leaseToken").GetString()}}"}""");

            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
    }

    /// <summary>The queue of the path is asked for in any case; types that are not said are any.</summary>
    [Theory]
    [InlineData("""{"worker":"w","queues":[]}""")]
    [InlineData("""{"worker":"w","queues":null,"types":null}""")]
    public async Task Lease_NoFurtherQueues_IsOfTheOneInThePath(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","type":"some"}""");

        Answer answer = await host.PostAsync("/queues/q/lease", body);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("""{}""", "/worker")]
    [InlineData("""{"worker":""}""", "/worker")]
    [InlineData("""{"worker":"w","max":0}""", "/max")]
    [InlineData("""{"worker":"w","max":1001}""", "/max")]
    [InlineData("""{"worker":"w","max":1.5}""", "/max")]
    [InlineData("""{"worker":"w","wait":-1}""", "/wait")]
    [InlineData("""{"worker":"w","types":[""]}""", "/types")]
    [InlineData("""{"worker":"w","types":[]}""", "/types")]
    public async Task Lease_NotAllowed_Gets422(string body, string place)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/queues/q/lease", body);

        JsonElement errors = answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json.GetProperty("errors");
        Assert.Equal([place], errors.EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Heartbeat_CurrentToken_ExtendsTheLeaseAndKeepsWhatItSays()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(20));

        Answer answer = await host.PostAsync(
            $"/jobs/{id}/heartbeat",
            $$"""{"leaseToken":"{{token}}","progress":{"percent":12.5,"message":"line\none"},"state":{ "at":7} }""");

        Answer job = await host.GetAsync($"/jobs/{id}");
        Assert.Equal("""{"leaseExpiresAt":"2030-01-01T00:00:50Z","cancelRequested":false}""", answer.Text);
        Assert.Equal("""{"percent":12.5,"message":"line one"}""", job.Json.GetProperty("progress").GetRawText());
        Assert.Equal("""{ "at":7}""", job.Json.GetProperty("state").GetRawText());
    }

    [Theory]
    [InlineData("complete", "\"result\":1", "Completed")]
    [InlineData("fail", "\"error\":\"Boom\"", "New")]
    [InlineData("fail", "\"error\":{\"title\":\"Boom\"},\"retry\":false", "Failed")]
    [InlineData("release", "\"delay\":5", "New")]
    public async Task Report_CurrentTokenAndAgain_Gets200(string action, string members, string status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        string body = $$"""{"leaseToken":"{{token}}",{{members}}}""";

        Answer first = await host.PostAsync($"/jobs/{id}/{action}", body);
        Answer again = await host.PostAsync($"/jobs/{id}/{action}", body);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(status, first.JobStatus);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Text, again.Text);
    }

    [Theory]
    [InlineData("heartbeat")]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("release")]
    public async Task Report_StaleToken_IsRefusedAndNoted(string action)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"backoff":{"kind":"fixed","seconds":0}}""");
        (JobId id, string stale) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        await host.LeaseAsync();

        string error = action == "fail" ? ",\"error\":\"late\"" : "";
        Answer answer = await host.PostAsync($"/jobs/{id}/{action}", $$"""{"leaseToken":"{{stale}}"{{error}}}""");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "stale-lease");
        Assert.Equal(id.Value, answer.Json.GetProperty("jobId").GetGuid());
        JsonElement job = (await host.GetAsync($"/jobs/{id}")).Json;
        Assert.Equal("InProgress", job.GetProperty("status").GetString());
        Assert.Equal(
            ["LeaseLost", null, "Refused"],
            job.GetProperty("attempts")
                .EnumerateArray()
                .Select(attempt => attempt.TryGetProperty("outcome", out JsonElement outcome) ? outcome.GetString() : null));
    }

    [Theory]
    [InlineData("heartbeat", """{}""", "/leaseToken")]
    [InlineData("heartbeat", """{"leaseToken":null}""", "/leaseToken")]
    [InlineData("heartbeat", """{"leaseToken":"t","stateNumber":1}""", "/stateNumber")]
    [InlineData("complete", """{"leaseToken":"t","result":1,"stateNumber":1}""", "/stateNumber")]
    [InlineData("fail", """{"leaseToken":"t","error":"e","stateNumber":1}""", "/stateNumber")]
    [InlineData("release", """{"leaseToken":"t","stateNumber":1}""", "/stateNumber")]
    [InlineData("fail", """{"leaseToken":"t"}""", "/error")]
    [InlineData("fail", """{"leaseToken":"t","error":{"detail":1}}""", "/error")]
    [InlineData("release", """{"leaseToken":"t","delay":-1}""", "/delay")]
    public async Task Report_NotAllowed_Gets422(string action, string body, string place)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/{action}", body);

        JsonElement errors = answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json.GetProperty("errors");
        Assert.Equal([place], errors.EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(599)]
    public async Task Fail_ErrorWithAStatus_IsKeptInTheDocumentAndWithTheResult(int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        await host.PostAsync(
            $"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","retry":false,"error":{"title":"No paper.","status":{{status}} } }""");

        string error = $$"""{"type":"about:blank","title":"No paper.","status":{{status}}}""";
        Assert.Equal(error, (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("error").GetRawText());
        Assert.Equal(error, (await host.GetAsync($"/jobs/{id}/result")).Json.GetProperty("error").GetRawText());
    }

    [Fact]
    public async Task Fail_LongText_IsCutInTheTitleAndWholeInTheDetail()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        string text = string.Join("\\n", Enumerable.Repeat("at Some.Method()", 100));

        await host.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":"{{text}}"}""");

        JsonElement error = (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("error");
        Assert.Equal(256, error.GetProperty("title").GetString()!.Length);
        Assert.DoesNotContain("\n", error.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(text.Replace("\\n", "\n", StringComparison.Ordinal), error.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task ReportMany_EachGetsWhatItsOwnCallWouldHave()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId running, string token) = await host.LeaseAsync();
        JobId waiting = await host.SubmitAsync();

        Answer answer = await host.PostAsync("/jobs/report", $$"""
            {"reports":[
              {"jobId":"{{running}}","action":"heartbeat","leaseToken":"{{token}}"},
              {"jobId":"{{running}}","action":"complete","leaseToken":"{{token}}","result":1},
              {"jobId":"{{waiting}}","action":"complete","leaseToken":"other"},
              {"jobId":"nonsense","action":"release","leaseToken":"t"},
              {"jobId":"{{waiting}}","action":"explode","leaseToken":"t"},
              {"jobId":"{{waiting}}","action":"fail","leaseToken":"t"},
              {"jobId":"{{waiting}}","action":"heartbeat","leaseToken":7},
              17
            ]}
            """);

        List<JsonElement> outcomes = [.. answer.Json.GetProperty("outcomes").EnumerateArray()];
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal([200, 200, 409, 404, 400, 422, 400, 400], outcomes.Select(outcome => outcome.GetProperty("status").GetInt32()));
        Assert.Equal(
            $$"""{"jobId":"{{running}}","status":200,"leaseExpiresAt":"2030-01-01T00:00:30Z","cancelRequested":false}""",
            outcomes[0].GetRawText());
        Assert.Equal("/problems/stale-lease", outcomes[2].GetProperty("problem").GetProperty("type").GetString());
        Assert.Contains(
            "/reports/6/leaseToken", outcomes[6].GetProperty("problem").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Completed", (await host.GetAsync($"/jobs/{running}")).JobStatus);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{waiting}")).JobStatus);
    }

    /// <summary>A number of no state is a caller's mistake; a state that is null is what a worker saves to have none.</summary>
    [Theory]
    [InlineData(""" "stateNumber":1 """, 422)]
    [InlineData(""" "stateNumber":null """, 200)]
    [InlineData(""" "state":null,"stateNumber":1 """, 200)]
    [InlineData(""" "stateNumber":1,"state":{} """, 200)]
    public async Task ReportMany_StateNumber_IsTakenWithAStateAlone(string members, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId running, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync(
            "/jobs/report",
            $$"""{"reports":[{"jobId":"{{running}}","action":"heartbeat","leaseToken":"{{token}}",{{members}}}]}""");

        JsonElement outcome = Assert.Single(answer.Json.GetProperty("outcomes").EnumerateArray());
        Assert.Equal(status, outcome.GetProperty("status").GetInt32());
        Assert.Equal(status == 422, outcome.GetRawText().Contains("/reports/0/stateNumber", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReportMany_MoreThanTheBound_Gets413()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:BatchItemsMax"] = "2" });

        (await host.PostAsync("/jobs/report", """{"reports":[{},{},{}]}""")).ShouldBeProblem(
            HttpStatusCode.RequestEntityTooLarge, "too-large");
    }
}
