using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>What is not understood is said: a mistyped name was taken for nothing, and the job ran at once, or anywhere.</summary>
public sealed class UnknownNamesTests
{
    [Theory]
    [InlineData("POST /jobs", """{"delay":3600}""", "/delay", "delaySeconds")]
    [InlineData("POST /jobs", """{"run_at":"2030-01-01T00:00:00Z"}""", "/run_at", "runAt")]
    [InlineData("POST /jobs", """{"retries":0}""", "/retries", "maxRetries")]
    [InlineData("POST /jobs", """{"prioritty":1}""", "/prioritty", "priority")]
    [InlineData("POST /jobs", """{"lease-seconds":1}""", "/lease-seconds", "leaseSeconds")]
    [InlineData("POST /jobs", """{"xyzzy":1}""", "/xyzzy", null)]
    [InlineData("POST /jobs", """{"":1}""", "/", null)]
    [InlineData("POST /jobs", """{"a/b~c":1}""", "/a~1b~0c", null)]
    [InlineData("POST /jobs", """{"backoff":{"kind":"fixed","second":1}}""", "/backoff/second", "seconds")]
    [InlineData("POST /Jobs/StartJob", """{"paramters":{}}""", "/paramters", "parameters")]
    [InlineData("POST /Jobs/StartJobWithTimeout", """{"timeout":5}""", "/timeout", "initialTimeout")]
    [InlineData("POST /jobs/batch", """[{},{"que":"q"}]""", "/1/que", "queue")]
    [InlineData("POST /jobs/batch", """{"job":[]}""", "/job", "jobs")]
    [InlineData("PATCH /jobs/{id}", """{"priority":1,"runat":"2031-01-01T00:00:00Z","delaySeconds":1}""", "/delaySeconds", null)]
    [InlineData("POST /queues/q/lease", """{"worker":"w","type":["a"]}""", "/type", "types")]
    [InlineData("POST /jobs/{id}/complete", """{"token":"t","leaseToken":"t"}""", "/token", "leaseToken")]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"t","error":{"title":"t","details":1}}""", "/error/details", "detail")]
    [InlineData("POST /jobs/{id}/heartbeat", """{"leaseToken":"t","progress":{"percentage":1}}""", "/progress/percentage", "percent")]
    [InlineData("POST /jobs/report", """{"reports":[],"report":1}""", "/report", "reports")]
    [InlineData("POST /jobs/cancels", """{"leases":[],"waits":1}""", "/waits", "wait")]
    public async Task Member_Unknown_Is422WithTheNearestName(string route, string body, string place, string? nearest)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await SendAsync(host, route.Replace("{id}", id.ToString(), StringComparison.Ordinal), body);

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        string said = answer.Json.GetProperty("errors").GetProperty(place)[0].GetString()!;
        Assert.Equal(nearest is null ? "Not known." : $"Not known. Did you mean {nearest}?", said);
        Assert.Equal(1, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Members_InAnyCase_AreTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement job = (await host.PostAsync(
            "/jobs",
            """{"Type":"text-stats","QUEUE":"q","leaseseconds":7,"Backoff":{"Kind":"fixed","SECONDS":2},"\u0050riority":3}""")).Json;
        Answer leased = await host.PostAsync("/queues/q/lease", """{"Worker":"w","Max":5,"Types":["text-stats"]}""");

        Assert.Equal(
            ("text-stats", "q", 7, "fixed", 3),
            (job.GetProperty("type").GetString(), job.GetProperty("queue").GetString(), job.GetProperty("leaseSeconds").GetInt32(),
                job.GetProperty("backoff").GetProperty("kind").GetString(), job.GetProperty("priority").GetInt32()));
        Assert.Single(leased.Json.EnumerateArray());
    }

    [Theory]
    [InlineData("GET /jobs?state=Failed", "state", "status")]
    [InlineData("GET /jobs?Status=New&limit=1&x=1", "x", null)]
    [InlineData("GET /jobs?created_after=2030-01-01T00:00:00Z", "created_after", "createdAfter")]
    [InlineData("POST /jobs?wait=5", "wait", null)]
    [InlineData("POST /jobs?onduplicates=return", "onduplicates", "onDuplicate")]
    [InlineData("DELETE /jobs/{id}?purged=true", "purged", "purge")]
    [InlineData("GET /events?form=oldest", "form", null)]
    [InlineData("GET /queues?offset=1", "offset", null)]
    [InlineData("POST /queues/q/purge?state=Failed", "state", "status")]
    [InlineData("GET /jobs/{id}?fields=id", "fields", null)]
    public async Task Parameter_Unknown_Is400WithTheNearestName(string route, string name, string? nearest)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await SendAsync(host, route.Replace("{id}", id.ToString(), StringComparison.Ordinal), "{}");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal(
            $"Query parameter {name}: Not known.{(nearest is null ? "" : $" Did you mean {nearest}?")}",
            answer.Json.GetProperty("detail").GetString());
        Assert.Equal("New", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    [Theory]
    [InlineData("Warn")]
    [InlineData("Ignore")]
    public async Task Unknown_WhereThatIsSet_IsIgnored(string policy)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:UnknownMembers"] = policy });

        Answer answer = await host.PostAsync("/jobs?x=1", """{"delay":3600,"input":1,"backoff":{"what":{"a":[1]},"kind":"fixed"}}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("fixed", answer.Json.GetProperty("backoff").GetProperty("kind").GetString());
    }

    /// <summary>What is quoted in an answer does not grow with the request, and a hundred are enough.</summary>
    [Fact]
    public async Task Members_ManyAndLongUnknown_AreAShortAnswer()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string members = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"{new string('n', 1_000)}{i}\":1"));

        Answer answer = await host.PostAsync("/jobs", $"{{{members}}}");

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.InRange(answer.Text.Length, 100, 100_000);
    }

    /// <summary>Clients that write their nulls mean nothing by them: jobs of theirs were tried without end.</summary>
    [Theory]
    [InlineData("null", "3")]
    [InlineData("\"unlimited\"", "\"unlimited\"")]
    [InlineData("0", "0")]
    public async Task MaxRetries_AsSaid_IsShown(string said, string shown)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"maxRetries":{{said}}}""");

        Assert.Equal(shown, answer.Json.GetProperty("maxRetries").GetRawText());
    }

    [Fact]
    public async Task MaxRetries_AnotherWord_IsRefusedWithTheOneThatThereIs()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", """{"maxRetries":"endless"}""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("a whole number or \"unlimited\"", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Go's zero was first in line, and its queue waited for 2,000 years.</summary>
    [Fact]
    public async Task RunAt_LongPast_IsNow()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","input":"A"}""");
        await host.SubmitAsync("""{"queue":"q","input":"B"}""");
        JobId zero = await host.SubmitAsync("""{"queue":"q","input":"Z","runAt":"0001-01-01T00:00:00Z"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        JobId moved = await host.SubmitAsync("""{"queue":"q","input":"M","runAt":"2031-01-01T00:00:00Z"}""");
        await SendAsync(host, $"PATCH /jobs/{moved}", """{"runAt":"0001-01-01T00:00:00Z"}""");

        JsonElement queue = (await host.GetAsync("/queues/q")).Json;
        JsonElement[] line = [.. (await host.PostAsync("/queues/q/lease", """{"worker":"w","max":9}""")).Json.EnumerateArray()];

        Assert.InRange(queue.GetProperty("oldestAgeSeconds").GetDouble(), 5, 60);
        Assert.Equal(["A", "B", "Z", "M"], line.Select(job => job.GetProperty("input").GetString()!));
        Assert.Equal("2030-01-01T00:00:00Z", (await host.GetAsync($"/jobs/{zero}")).Json.GetProperty("runAt").GetString());
    }

    private static Task<Answer> SendAsync(ApiHost host, string route, string body)
    {
        string[] parts = route.Split(' ');
        return host.SendAsync(new HttpMethod(parts[0]), parts[1], parts[0] is "GET" or "DELETE" ? null : body);
    }
}
