using System.Net;
using System.Text.Json;
using JobOrchestrator.Tests.Features;

using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>relay's first version, with and without <c>/v1</c> in its paths.</summary>
public sealed class RelayV0Tests
{
    private const string Job =
        """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"persist_data":true,"max_retries":2,"unknown":7}""";
    private const string Bare = """{"id":"a","queue":"q","timeout":10,"payload":null}""";
    private const string Taken = "job with id `a` already exists in queue `q`.";
    private const string Missing = "job with id `a` not found in queue `q`.";

    /// <summary>
    /// What there is before; the request, without its prefix; its body; the status; the content type; the text, null: any.
    /// </summary>
    public static TheoryData<string, string, string, string?, int, string?, string?> Table()
    {
        (string, string, string?, int, string?, string?)[] rows =
        [
            ("nothing", "POST /enqueue", Job, 202, null, null),
            ("nothing", "POST /enqueue", Bare, 202, null, null),
            ("queued", "POST /enqueue", Job, 409, PlainText, Taken),
            ("running", "POST /enqueue", Job, 409, PlainText, Taken),
            ("down", "POST /enqueue", Job, 429, PlainText, null),
            ("busy", "POST /enqueue", Job, 429, PlainText, null),
            ("nothing", "POST /enqueue", "{", 400, PlainText, null),
            ("nothing", "POST /enqueue", "[]", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","timeout":10}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"queue":"q","timeout":10,"payload":1}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","timeout":10,"payload":1}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","payload":1}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","timeout":-1,"payload":1}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":256}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","timeout":1,"payload":1,"max_retries":null}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", """{"id":"a","queue":"q","timeout":1,"payload":1,"persist_data":1}""", 400, PlainText, null),
            ("nothing", "POST /enqueue", null, 400, PlainText, null),
            ("queued", "GET /next?queue=q", null, 200, ApplicationJson,
                """{"id":"a","queue":"q","timeout":10,"max_retries":2,"payload":{"n" : 1.50},"persist_data":true,"state":[1]}"""),
            ("nothing", "GET /next?queue=q", null, 204, null, null),
            ("running", "GET /next?queue=q", null, 204, null, null),
            ("down", "GET /next?queue=q", null, 429, PlainText, null),
            ("queued", "GET /next", null, 400, PlainText, null),
            ("running", "PATCH /heartbeat?queue=q&job_id=a", "[2]", 202, null, null),
            ("running", "PATCH /heartbeat?queue=q&job_id=a", null, 202, null, null),
            ("running", "PATCH /heartbeat?queue=q&job_id=a", "{nonsense", 202, null, null),
            ("queued", "PATCH /heartbeat?queue=q&job_id=a", "[2]", 202, null, null),
            ("nothing", "PATCH /heartbeat?queue=q&job_id=a", "[2]", 404, PlainText, Missing),
            ("down", "PATCH /heartbeat?queue=q&job_id=a", "[2]", 429, PlainText, null),
            ("running", "PATCH /heartbeat?queue=q", null, 400, PlainText, null),
            ("running", "PATCH /heartbeat?job_id=a", null, 400, PlainText, null),
            ("running", "DELETE /complete?queue=q&job_id=a", null, 200, null, null),
            ("queued", "DELETE /complete?queue=q&job_id=a", null, 404, PlainText, Missing),
            ("nothing", "DELETE /complete?queue=q&job_id=a", null, 404, PlainText, Missing),
            ("down", "DELETE /complete?queue=q&job_id=a", null, 429, PlainText, null),
            ("running", "DELETE /complete?job_id=a", null, 400, PlainText, null),
            ("nothing", "GET /enqueue", null, 405, null, "POST"),
            ("nothing", "POST /next", null, 405, null, "GET"),
            ("nothing", "GET /heartbeat", null, 405, null, "PATCH"),
            ("nothing", "GET /complete", null, 405, null, "DELETE"),
        ];
        var table = new TheoryData<string, string, string, string?, int, string?, string?>();
        foreach ((string before, string request, string? body, int status, string? type, string? text) in rows)
        {
            table.Add("", before, request, body, status, type, text);
            table.Add("/v1", before, request, body, status, type, text);
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Route_OfTheTable_AnswersAsTold(
        string prefix, string before, string request, string? body, int status, string? type, string? text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        if (before is "queued" or "running")
        {
            await host.ExpectAsync(202, "POST /enqueue", Job);
        }

        if (before is "running")
        {
            await host.ExpectAsync(200, "GET /next?queue=q");
        }

        await host.BeforeAsync(before);

        Answer answer = await host.CallAsync(before, request.Replace(" /", $" {prefix}/", StringComparison.Ordinal), body);

        answer.ShouldBe(status, type, text);
        if (status == 405)
        {
            Assert.Equal(text, answer["Allow"]);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    public async Task Retries_WorkersThatDie_AreOneMoreThanSaidExceptNone(int said, int deliveries)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", $$"""{"id":"a","queue":"q","timeout":5,"payload":1,"max_retries":{{said}}}""");

        Assert.Equal(deliveries, await host.DeliveriesAsync("GET /next?queue=q", 5, most: 20));
        await host.ExpectAsync(404, "PATCH /heartbeat?queue=q&job_id=a");
    }

    [Fact]
    public async Task Order_OneQueue_IsThatOfArrivalAndALostJobIsFirstAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string id in new[] { "one", "two", "three" })
        {
            await host.ExpectAsync(202, "POST /enqueue", $$"""{"id":"{{id}}","queue":"q","timeout":5,"payload":1,"max_retries":1}""");
        }

        string? first = await NextAsync(host);
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("one one two three", $"{first} {await NextAsync(host)} {await NextAsync(host)} {await NextAsync(host)}");
    }

    [Theory]
    [InlineData("[ 2]", "[ 2]")]
    [InlineData("null", null)]
    [InlineData(null, null)]
    [InlineData("{nonsense", null)]
    public async Task Heartbeat_Body_IsTheStateOfTheNextDeliveryAndNoneErasesIt(string? body, string? state)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", Job);
        await host.ExpectAsync(200, "GET /next?queue=q");
        await host.AdvanceAsync(TimeSpan.FromSeconds(9));

        await host.ExpectAsync(202, "PATCH /heartbeat?queue=q&job_id=a", body);
        await host.AdvanceAsync(TimeSpan.FromSeconds(9));
        await host.ExpectAsync(204, "GET /next?queue=q");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        JsonElement job = (await host.ExpectAsync(200, "GET /next?queue=q")).Json;

        Assert.Equal(state, job.TryGetProperty("state", out JsonElement saved) ? saved.GetRawText() : null);
    }

    [Fact]
    public async Task Heartbeat_StateOverTheLimit_Gets413AndErasesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:ValueBytesMax"] = "100" });
        await host.ExpectAsync(202, "POST /enqueue", Job);
        await host.ExpectAsync(200, "GET /next?queue=q");

        (await host.CallAsync("PATCH /heartbeat?queue=q&job_id=a", $"\"{new string('x', 100)}\"")).ShouldBe(413, PlainText, null);
        (await host.CallAsync("POST /enqueue", $$"""{"id":"b","queue":"q","timeout":1,"payload":"{{new string('x', 100)}}"}""")).ShouldBe(
            413, PlainText, null);

        Assert.Equal("[1]", (await host.ExpectAsync(200, "GET /v1/queues/q/jobs/a")).Json.GetProperty("state").GetRawText());
    }

    [Fact]
    public async Task Heartbeat_QueuedJob_ChangesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", Job);

        await host.ExpectAsync(202, "PATCH /heartbeat?queue=q&job_id=a", "[2]");

        Assert.Equal("[1]", (await host.ExpectAsync(200, "GET /next?queue=q")).Json.GetProperty("state").GetRawText());
    }

    [Fact]
    public async Task Complete_Done_FreesTheId()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /enqueue", Job);
        await host.ExpectAsync(200, "GET /next?queue=q");

        await host.ExpectAsync(200, "DELETE /complete?queue=q&job_id=a");

        await host.ExpectAsync(404, "DELETE /complete?queue=q&job_id=a");
        await host.ExpectAsync(202, "POST /enqueue", Job);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","persist_data":false""", false)]
    [InlineData(""","persist_data":true""", true)]
    public async Task Enqueue_PersistData_IsWhetherTheJobIsDurable(string member, bool durable)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        await host.ExpectAsync(202, "POST /enqueue", $$"""{"id":"a","queue":"q","timeout":1,"payload":1{{member}}}""");

        // Lists show durable jobs alone.
        Answer leased = await host.PostAsync("/queues/q/lease", """{"worker":"w"}""");
        Assert.Equal(durable, leased.Json[0].GetProperty("durable").GetBoolean());
    }

    [Fact]
    public async Task Enqueue_WithoutJsonContentType_Gets400()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.CallAsync("POST /enqueue", Job, ("Content-Type", "text/plain"))).ShouldBe(400, PlainText, null);
    }

    private static async Task<string?> NextAsync(ApiHost host)
    {
        Answer answer = await host.CallAsync("GET /next?queue=q");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.GetProperty("id").GetString();
    }
}
