using System.Net;
using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>Each bad body against each route that takes one: never a 500, always a problem document, and the service goes on.</summary>
public sealed class HostileInputTests
{
    /// <summary>A place in the feed is a caller's word: two shards' numbers together are more than a number holds.</summary>
    [Fact]
    public async Task Feed_FromAPlaceThatSomebodyMade_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: settings => settings with { Shards = 2 });
        string made = System.Buffers.Text.Base64Url.EncodeToString("e;9223372036854775807.0;9223372036854775807.7"u8);

        Answer answer = await host.GetAsync($"/events?after={made}", ("Accept", "application/json"));

        answer.ShouldBeProblem(HttpStatusCode.Gone, "cursor-expired");
    }

    private static readonly string[] Routes =
    [
        "POST /jobs", "POST /jobs/startJob", "POST /jobs/startJobWithTimeout", "POST /jobs/batch", "POST /jobs/batch?atomic=false",
        "PATCH /jobs/{id}",
        "POST /queues/default/lease", "POST /jobs/{id}/heartbeat", "POST /jobs/{id}/complete", "POST /jobs/{id}/fail",
        "POST /jobs/{id}/release",
        "POST /jobs/report", "POST /jobs/cancels",
    ];

    private static readonly Dictionary<string, byte[]> IllFormed = new()
    {
        ["empty"] = [],
        ["spaces"] = "  \r\n"u8.ToArray(),
        ["cut"] = "{\"input\":"u8.ToArray(),
        ["cut string"] = "{\"owner\":\"a"u8.ToArray(),
        ["trailing text"] = "{} x"u8.ToArray(),
        ["two documents"] = "{}{}"u8.ToArray(),
        ["trailing comma"] = "{\"priority\":1,}"u8.ToArray(),
        ["comment"] = "{/* no */}"u8.ToArray(),
        ["single quotes"] = "{'owner':'a'}"u8.ToArray(),
        ["NaN"] = "{\"priority\":NaN}"u8.ToArray(),
        ["leading zero"] = "{\"priority\":01}"u8.ToArray(),
        ["raw control character"] = "{\"owner\":\"a\nb\"}"u8.ToArray(),
        ["not UTF-8"] = [.. "{\"owner\":\""u8, 0xFF, 0xFE, .. "\"}"u8],
        ["not UTF-8 in a value that is kept"] = [.. "{\"input\":\""u8, 0xC3, 0x28, .. "\"}"u8],
        ["not UTF-8 in a name"] = [.. "{\""u8, 0x80, .. "\":1}"u8],
        ["UTF-16"] = Encoding.Unicode.GetBytes("{\"owner\":\"a\"}"),
        ["bad escape"] = "{\"owner\":\"\\x\"}"u8.ToArray(),
        ["NUL bytes"] = new byte[100],
        ["67 levels"] = Encoding.UTF8.GetBytes("{\"input\":" + new string('[', 66) + new string(']', 66) + "}"),
        ["100,000 levels"] = Encoding.UTF8.GetBytes(new string('[', 100_000)),
        ["a string"] = "\"text\""u8.ToArray(),
        ["null"] = "null"u8.ToArray(),
        ["a number"] = "1e999"u8.ToArray(),
        ["form"] = "owner=a&type=b"u8.ToArray(),
    };

    public static TheoryData<string> RouteNames => [.. Routes];

    [Theory]
    [MemberData(nameof(RouteNames))]
    public async Task Body_IllFormed_Gets400WithTheProblem(string route)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        foreach ((string what, byte[] body) in IllFormed)
        {
            Answer answer = await SendAsync(host, route, id, body);

            Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{what}: {(int)answer.Status} {answer.Text}");
            answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/jobs/{id}")).Status);
    }

    /// <summary>Every member that any route knows, with a value of each kind: wrong ones are told, and nothing breaks.</summary>
    [Theory]
    [MemberData(nameof(RouteNames))]
    public async Task Body_AnyMemberWithAnyValue_IsNeverA500(string route)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:WaitSecondsMax"] = "0" });
        JobId id = await host.SubmitAsync();
        string[] members =
        [
            "owner", "type", "queue", "input", "state", "externalId", "maxRetries", "backoff", "leaseSeconds", "timeLimitSeconds", "runAt",
            "delaySeconds",
            "priority", "uniqueKey", "uniqueSeconds", "durable", "parameters", "initialTimeout", "jobs", "reports", "leases", "leaseToken",
            "progress", "result", "error",
            "retry", "delay", "worker", "max", "wait", "types", "queues", "jobId", "action",
        ];
        string[] values =
        [
            "null", "true", "-1", "0", "1.5", "1e400", "-1e400", "99999999999999999999999999999999", "\"\"", "\"\\u0000\"", "\"\\u0007\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"", "\"Zürich 東京 😀\"", "\"" + new string('x', 2_000) + "\"", "[]", "[null]", "[\"a\",1,\"\\ud800\"]", "{}",
            "{\"\":{}}",
            "{\"kind\":\"never\"}", "{\"kind\":7,\"seconds\":-1,\"jitter\":1e400}", "{\"percent\":1e400,\"message\":\"\\ud800\"}",
            "{\"percent\":\"all\",\"message\":5}", "{\"title\":\"\\u0000\",\"type\":\"\\ud800\",\"detail\":{\"\\ud800\":1}}",
            "\"9999-12-31T23:59:59.9999999Z\"",
            "\"0001-01-01T00:00:00+14:00\"", "\"2030-02-30T00:00:00Z\"", "\"2030-01-01T00:00:00.123456789123Z\"", "[{\"jobs\":[{}]}]",
            "{\"a/b~c\":{\"d\":[1,2,{\"e\":null}]}}",
        ];

        foreach (string member in members)
        {
            foreach (string value in values)
            {
                Answer answer = await SendAsync(host, route, id, Encoding.UTF8.GetBytes($$"""{"{{member}}":{{value}}}"""));

                Assert.True((int)answer.Status < 500, $"{member}: {value}: {(int)answer.Status} {answer.Text}");
                if ((int)answer.Status >= 400)
                {
                    Assert.Equal("application/problem+json", answer["Content-Type"]);
                    Assert.Equal((int)answer.Status, answer.Json.GetProperty("status").GetInt32());
                }
            }
        }
    }

    public static TheoryData<string, HttpStatusCode, string> Submissions => new()
    {
        { """{"owner":7}""", HttpStatusCode.BadRequest, "Expected a string, found a number at /owner (line 1, byte 10)." },
        { "{\n  \"owner\": {}\n}", HttpStatusCode.BadRequest, "Expected a string, found an object at /owner (line 2, byte 12)." },
        { """{"priority":"1"}""", HttpStatusCode.BadRequest, "Expected a whole number, found a string at /priority (line 1, byte 13)." },
        { """{"durable":1}""", HttpStatusCode.BadRequest, "Expected true or false, found a number at /durable (line 1, byte 12)." },
        { """{"backoff":{"kind":"never"}}""", HttpStatusCode.BadRequest, "Expected fixed, linear or exponential, found 'never' at "
            + "/backoff/kind (line 1, byte 20)." },
        { """{"backoff":3}""", HttpStatusCode.BadRequest, "Expected an object, found a number at /backoff (line 1, byte 12)." },
        { """{"parameters":[1]}""", HttpStatusCode.BadRequest, "Expected an object, found an array at /parameters (line 1, byte 15)." },
        { """{"runAt":"tomorrow"}""", HttpStatusCode.BadRequest, "Expected an instant such as 2030-01-31T12:00:00Z at /runAt (line 1, "
            + "byte 10)." },
        { """{"runAt":"2030-01-31T12:00:00"}""", HttpStatusCode.BadRequest, "Expected an instant such as 2030-01-31T12:00:00Z at /runAt "
            + "(line 1, byte 10)." },
        { """{"owner":"\ud800"}""", HttpStatusCode.BadRequest, "Half of a surrogate pair at /owner (line 1, byte 10)." },
        { "{\"input\":[1,\n2,,3]}", HttpStatusCode.BadRequest, "',' is an invalid start of a value at /input (line 2, byte 3)." },
        { """[]""", HttpStatusCode.BadRequest, "Expected an object, found an array at the document itself (line 1, byte 1)." },
        { """{"owner":""}""", HttpStatusCode.UnprocessableEntity, "/owner: 1 to 256 characters." },
        { """{"queue":"a\u0000b"}""", HttpStatusCode.UnprocessableEntity, "/queue: No control characters." },
        { """{"type":"a\u009fb"}""", HttpStatusCode.UnprocessableEntity, "/type: No control characters." },
        { """{"priority":2147483648}""", HttpStatusCode.UnprocessableEntity, "/priority: A whole number from -2147483648 to 2147483647." },
        { """{"priority":1e400}""", HttpStatusCode.UnprocessableEntity, "/priority: A whole number from -2147483648 to 2147483647." },
        {
            """{"maxRetries":-1}""", HttpStatusCode.UnprocessableEntity,
            "/maxRetries: A whole number from 0 to 2147483647, or \"unlimited\"."
        },
        { """{"leaseSeconds":0}""", HttpStatusCode.UnprocessableEntity, "/leaseSeconds: A whole number from 1 to 86400." },
        { """{"leaseSeconds":86401}""", HttpStatusCode.UnprocessableEntity, "/leaseSeconds: A whole number from 1 to 86400." },
        { """{"timeLimitSeconds":0}""", HttpStatusCode.UnprocessableEntity, "/timeLimitSeconds: A whole number from 1 to 2147483647." },
        { """{"delaySeconds":-0.001}""", HttpStatusCode.UnprocessableEntity, "/delaySeconds: A number from 0 to 315360000." },
        { """{"delaySeconds":1e400}""", HttpStatusCode.UnprocessableEntity, "/delaySeconds: A number from 0 to 315360000." },
        { """{"initialTimeout":-1}""", HttpStatusCode.UnprocessableEntity, "/initialTimeout: A number from 0 to 1000000000000000." },
        { """{"backoff":{"jitter":1.1}}""", HttpStatusCode.UnprocessableEntity, "/backoff/jitter: A number from 0 to 1." },
        { """{"runAt":"2030-01-01T00:00:00Z","delaySeconds":1}""", HttpStatusCode.UnprocessableEntity, "/delaySeconds: Either runAt or "
            + "delaySeconds." },
        { """{"input":1,"parameters":{}}""", HttpStatusCode.UnprocessableEntity, "/parameters: Either input or parameters." },
        { """{"uniqueSeconds":1}""", HttpStatusCode.UnprocessableEntity, "/uniqueSeconds: Only with a uniqueKey." },
    };

    [Theory]
    [MemberData(nameof(Submissions))]
    public async Task Submit_BadValue_IsToldWithItsPlace(string body, HttpStatusCode status, string detail)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", body);

        answer.ShouldBeProblem(status, status == HttpStatusCode.BadRequest ? "malformed-request" : "invalid-request");
        Assert.Equal(detail, answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Submit_SeveralBadValues_AreToldTogether()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", """{"owner":"","leaseSeconds":0,"backoff":{"seconds":-1}}""");

        Assert.Equal(
            """{"/owner":["1 to 256 characters."],"/leaseSeconds":["A whole number from 1 to 86400."],"/backoff/seconds":["A number"""
                + """ from 0 to 315360000."]}""",
            answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json.GetProperty("errors").GetRawText());
    }

    [Theory]
    [InlineData("owner", 256)]
    [InlineData("type", 256)]
    [InlineData("queue", 256)]
    [InlineData("externalId", 1024)]
    [InlineData("uniqueKey", 1024)]
    public async Task Submit_NameAtAndOverItsLength_IsTakenAndRefused(string member, int max)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string name = new('ü', max);

        Answer at = await host.PostAsync("/jobs", $$"""{"{{member}}":"{{name}}"}""");
        Answer over = await host.PostAsync("/jobs", $$"""{"{{member}}":"{{name}}x"}""");

        Assert.Equal(HttpStatusCode.Accepted, at.Status);
        Assert.Equal(name, at.Json.GetProperty(member).GetString());
        over.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Fact]
    public async Task Submit_ByteOrderMark_IsPassedOver()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await SendAsync(host, "POST /jobs", default, [0xEF, 0xBB, 0xBF, .. "{}"u8]);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    private static async Task<Answer> SendAsync(ApiHost host, string route, JobId id, byte[] body)
    {
        string[] methodAndPath = route.Replace("{id}", id.ToString(), StringComparison.Ordinal).Split(' ');
        using HttpRequestMessage request = ApiHost.Request(new HttpMethod(methodAndPath[0]), methodAndPath[1], body);
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }
}
