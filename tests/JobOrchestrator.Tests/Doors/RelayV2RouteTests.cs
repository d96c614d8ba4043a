using System.Text.Json;
using JobOrchestrator.Tests.Features;
using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>Every route of relay's API version 2, as its table tells it.</summary>
public sealed class RelayV2RouteTests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":2"""
        + ""","run_at":"2029-12-31T23:59:59.123456Z","unknown":7}""";
    private const string Bare = """{"id":"b","queue":"q","timeout":10,"payload":null}""";
    private const string NoRun = "01234567-89ab-4def-8123-456789abcdef";
    private const string Taken = "job with id `a` already exists in queue `q`.";
    private const string Shown =
        """{"id":"a","queue":"q","timeout":10,"max_retries":2,"retries_remaining":2,"payload":{"n" : 1.50},"state":[1],"run_id":RUN"""
            + ""","run_at":"2029-12-31T23:59:59.123456Z","updated_at":"2030-01-01T00:00:00.000000Z","""
            + "\"created_at\":\"2030-01-01T00:00:00.000000Z\"}";

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
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":1}]""",
        422,
        PlainText,
        "Failed to deserialize the JSON body into the target type: [0]: missing field `payload`")]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":-1,"payload":1}]""", 422, PlainText, null)]
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":2147483647,"payload":1,"max_retries":32767}]""",
        202,
        null,
        null)]
    [InlineData("nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":2147483648,"payload":1}]""", 422, PlainText, null)]
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":32768}]""",
        422,
        PlainText,
        null)]
    [InlineData(
        "nothing", "POST /v2/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":-1}]""", 422, PlainText, null)]
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":0,"payload":1,"max_retries":null,"state":null,"run_at":null}]""",
        202,
        null,
        null)]
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":"2030-01-01"}]""",
        422,
        PlainText,
        null)]
    [InlineData(
        "nothing",
        "POST /v2/queues/jobs",
        """[{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":1893456030}]""",
        422,
        PlainText,
        null)]
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
    [InlineData(
        "running",
        $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}",
        "[2]",
        404,
        PlainText,
        $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData(
        "queued",
        $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}",
        "[2]",
        404,
        PlainText,
        $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData(
        "nothing",
        $"PATCH /v2/queues/q/jobs/a/run-id/{NoRun}",
        null,
        404,
        PlainText,
        $"job with id `a` not found in queue `q` with {NoRun}.")]
    [InlineData("running", "PATCH /v2/queues/q/jobs/a/run-id/1", null, 400, PlainText, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", $"[{Bare}]", 202, null, null)]
    [InlineData("running", "PUT /v2/queues/q/jobs/a/run-id/RUN", "[]", 202, null, null)]
    [InlineData("running", $"PUT /v2/queues/q/jobs/a/run-id/{NoRun}", $"[{Bare}]", 202, null, null)]
    [InlineData("nothing", $"PUT /v2/queues/q/jobs/a/run-id/{NoRun}", $"[{Bare}]", 202, null, null)]
    [InlineData(
        "running",
        "PUT /v2/queues/q/jobs/a/run-id/RUN",
        $"[{Bare},{Bare}]",
        409,
        PlainText,
        "job with id `b` already exists in queue `q`.")]
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

        await host.BeforeAsync(before);

        Answer answer = await host.CallAsync(before, request.Replace("RUN", run, StringComparison.Ordinal), body);

        if (text?.Contains("RUN", StringComparison.Ordinal) == true)
        {
            JsonElement shown = answer.Json.ValueKind == JsonValueKind.Array ? answer.Json[0] : answer.Json;
            text = text.Replace("RUN", shown.GetProperty("run_id").GetRawText(), StringComparison.Ordinal);
            Assert.Equal(
                request.Contains("/a", StringComparison.Ordinal) ? run : shown.GetProperty("run_id").GetString(),
                shown.GetProperty("run_id").GetString());
        }

        answer.ShouldBe(status, type, text);
        if (status == 405)
        {
            Assert.Equal(text, answer["Allow"]);
        }
    }

    private static async Task<string> NextRunAsync(ApiHost host)
    {
        Answer answer = await host.ExpectAsync(200, "GET /v2/queues/q/jobs");
        return answer.Json[0].GetProperty("run_id").GetString()!;
    }
}
