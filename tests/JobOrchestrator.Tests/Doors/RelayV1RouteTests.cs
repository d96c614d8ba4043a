using JobOrchestrator.Tests.Features;
using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>Every route of relay's API version 1, as its table tells it.</summary>
public sealed class RelayV1RouteTests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":2"""
        + ""","run_at":"2029-12-31T23:59:59.123456Z","updated_at":null,"unknown":7}""";
    private const string Bare = """{"id":"b","queue":"q","timeout":10,"payload":null}""";
    private const string Taken = "job with id `a` already exists in queue `q`.";
    private const string Missing = "job with id `a` not found in queue `q`.";
    private const string Shown =
        """{"id":"a","queue":"q","timeout":10,"max_retries":2,"payload":{"n" : 1.50},"state":[1]"""
            + ""","run_at":"2029-12-31T23:59:59.123456Z","updated_at":"2030-01-01T00:00:00.000000Z"}""";

    [Theory]
    [InlineData("nothing", "POST /v1/queues/jobs", $"[{Job}]", 202, null, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", $"[{Job},{Bare}]", 202, null, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", "[]", 202, null, null)]
    [InlineData("queued", "POST /v1/queues/jobs", $"[{Job}]", 409, PlainText, Taken)]
    [InlineData("running", "POST /v1/queues/jobs", $"[{Job}]", 409, PlainText, Taken)]
    [InlineData("queued", "POST /v1/queues/jobs", $"[{Job},{Bare}]", 202, null, null)]
    [InlineData("down", "POST /v1/queues/jobs", $"[{Job}]", 429, PlainText, null)]
    [InlineData("busy", "POST /v1/queues/jobs", $"[{Job}]", 429, PlainText, null)]
    [InlineData("unknown", "POST /v1/queues/jobs", $"[{Job}]", 429, PlainText, null)]
    [InlineData("broken", "POST /v1/queues/jobs", $"[{Job}]", 500, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", "[{", 400, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", "", 400, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"\ud800","queue":"q","timeout":1,"payload":1}]""", 400, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", null, 415, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", Job, 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", "[7]", 422, PlainText, null)]
    [InlineData(
        "nothing",
        "POST /v1/queues/jobs",
        """[{"queue":"q","timeout":1,"payload":1}]""",
        422,
        PlainText,
        "Failed to deserialize the JSON body into the target type: [0]: missing field `id`")]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"a","timeout":1,"payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"a","queue":"q","payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":1,"queue":"q","timeout":1,"payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":"1","payload":1}]""", 422, PlainText, null)]
    [InlineData("nothing", "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":2147483648,"payload":1}]""", 422, PlainText, null)]
    [InlineData(
        "nothing", "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":1,"payload":1,"run_at":"soon"}]""", 422, PlainText, null)]
    [InlineData(
        "nothing",
        "POST /v1/queues/jobs",
        """[{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":null}]""",
        422,
        PlainText,
        null)]
    [InlineData(
        "nothing",
        "POST /v1/queues/jobs",
        """[{"id":"a","queue":"q","timeout":-1,"payload":1,"max_retries":-7,"run_at":null}]""",
        202,
        null,
        null)]
    [InlineData("queued", "GET /v1/queues/q/jobs", null, 200, ApplicationJson, $"[{Shown}]")]
    [InlineData("queued", "GET /v1/queues/q/jobs?num_jobs=5", null, 200, ApplicationJson, $"[{Shown}]")]
    [InlineData("queued", "GET /v1/queues/q/jobs?num_jobs=0", null, 204, null, null)]
    [InlineData("queued", "GET /v1/queues/q/jobs?num_jobs=-1", null, 400, PlainText, null)]
    [InlineData("queued", "GET /v1/queues/q/jobs?num_jobs=many", null, 400, PlainText, null)]
    [InlineData("running", "GET /v1/queues/q/jobs", null, 204, null, null)]
    [InlineData("nothing", "GET /v1/queues/q/jobs", null, 204, null, null)]
    [InlineData("down", "GET /v1/queues/q/jobs", null, 429, PlainText, null)]
    [InlineData("queued", "HEAD /v1/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("running", "HEAD /v1/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("done", "HEAD /v1/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("nothing", "HEAD /v1/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("queued", "GET /v1/queues/q/jobs/a", null, 200, ApplicationJson, Shown)]
    [InlineData("running", "GET /v1/queues/q/jobs/a", null, 200, ApplicationJson, Shown)]
    [InlineData("done", "GET /v1/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("nothing", "GET /v1/queues/q/jobs/a", null, 404, null, null)]
    [InlineData("down", "GET /v1/queues/q/jobs/a", null, 429, PlainText, null)]
    [InlineData("running", "PATCH /v1/queues/q/jobs/a", "[2]", 202, null, null)]
    [InlineData("running", "PATCH /v1/queues/q/jobs/a", null, 202, null, null)]
    [InlineData("running", "PATCH /v1/queues/q/jobs/a", "{", 400, PlainText, null)]
    [InlineData("queued", "PATCH /v1/queues/q/jobs/a", "[2]", 404, PlainText, Missing)]
    [InlineData("nothing", "PATCH /v1/queues/q/jobs/a", "[2]", 404, PlainText, Missing)]
    [InlineData("down", "PATCH /v1/queues/q/jobs/a", null, 429, PlainText, null)]
    [InlineData("running", "PUT /v1/queues/jobs", Job, 202, null, null)]
    [InlineData("queued", "PUT /v1/queues/jobs", Job, 404, PlainText, Missing)]
    [InlineData("nothing", "PUT /v1/queues/jobs", Job, 404, PlainText, Missing)]
    [InlineData("down", "PUT /v1/queues/jobs", Job, 429, PlainText, null)]
    [InlineData("running", "PUT /v1/queues/jobs", $"[{Job}]", 422, PlainText, null)]
    [InlineData("running", "PUT /v1/queues/jobs", "{", 400, PlainText, null)]
    [InlineData("running", "DELETE /v1/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("queued", "DELETE /v1/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("nothing", "DELETE /v1/queues/q/jobs/a", null, 200, null, null)]
    [InlineData("down", "DELETE /v1/queues/q/jobs/a", null, 429, PlainText, null)]
    [InlineData("nothing", "GET /health", null, 200, null, null)]
    [InlineData("nothing", "HEAD /health", null, 200, null, null)]
    [InlineData("nothing", "POST /health", null, 405, null, "GET, HEAD")]
    [InlineData("nothing", "DELETE /v1/queues/jobs", null, 405, null, "POST, PUT")]
    [InlineData("nothing", "HEAD /v1/queues/q/jobs", null, 405, null, "GET")]
    [InlineData("nothing", "POST /v1/queues/q/jobs/a", null, 405, null, "HEAD, GET, PATCH, DELETE")]
    public async Task Route_OfTheTable_AnswersAsTold(string before, string request, string? body, int status, string? type, string? text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        if (before is "queued" or "running" or "done")
        {
            await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        }

        if (before is "running" or "done")
        {
            await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        }

        if (before is "done")
        {
            await host.ExpectAsync(200, "DELETE /v1/queues/q/jobs/a");
        }

        await host.BeforeAsync(before);

        Answer answer = await host.CallAsync(before, request, body);

        answer.ShouldBe(status, type, text);
        if (status == 405)
        {
            Assert.Equal(text, answer["Allow"]);
        }
    }
}
