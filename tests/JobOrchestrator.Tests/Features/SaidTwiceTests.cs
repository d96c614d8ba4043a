using System.Globalization;
using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>What is said twice is not understood: of two members one was dropped without a word.</summary>
public sealed class SaidTwiceTests
{
    [Theory]
    [InlineData("POST /jobs", """{"owner":"a","owner":"b"}""", "/owner")]
    [InlineData("POST /jobs", """{"delaySeconds":1,"owner":"a","DelaySeconds":2}""", "/DelaySeconds")]
    [InlineData("POST /jobs", """{"input":{"owner":1},"owner":"a","type":"t","queue":"q","owner":"a"}""", "/owner")]
    [InlineData("POST /jobs", """{"owner":"a","\u006fwner":"b"}""", "/owner")]
    [InlineData("POST /jobs", """{"\u006fwner":"a","owner":"b"}""", "/owner")]
    [InlineData("POST /jobs", """{"owner":null,"owner":"b"}""", "/owner")]
    [InlineData("POST /jobs", """{"backoff":{"seconds":1,"kind":"fixed","seconds":2}}""", "/backoff/seconds")]
    [InlineData("POST /jobs", """{"backoff":{"seconds":1},"backoff":{"seconds":2}}""", "/backoff")]
    [InlineData("POST /Jobs/StartJobWithTimeout", """{"initialTimeout":1,"initialTimeout":2}""", "/initialTimeout")]
    [InlineData("POST /jobs/batch", """[{"queue":"a"},{"queue":"a","queue":"b"}]""", "/1/queue")]
    [InlineData("POST /jobs/batch", """{"jobs":[],"jobs":[{}]}""", "/jobs")]
    [InlineData("PATCH /jobs/{id}", """{"priority":1,"priority":2}""", "/priority")]
    [InlineData("POST /queues/q/lease", """{"worker":"w","worker":"v"}""", "/worker")]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"t","error":{"title":"t","title":"u"}}""", "/error/title")]
    public async Task Member_Twice_Is422WithItsPlace(string route, string body, string place)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await SendAsync(host, route.Replace("{id}", id.ToString(), StringComparison.Ordinal), body);

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal("Said twice.", answer.Json.GetProperty("errors").GetProperty(place)[0].GetString());
        Assert.Equal(1, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    /// <summary>Names that begin, end and are as long as others; the same names in objects beside and within each other.</summary>
    [Theory]
    [InlineData("""{"delaySeconds":9,"type":"t","queue":"q","owner":"o","input":{"a":1,"a":2},"priority":1,"leaseSeconds":9}""")]
    [InlineData("""{"uniqueKey":"k","uniqueSeconds":5,"backoff":{"seconds":1,"maxSeconds":2},"externalId":"x","durable":true}""")]
    public async Task Members_EachOnce_AreTaken(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/jobs", body)).Status);
        Answer batch = await host.PostAsync("/jobs/batch", """[{},{"owner":"o"},{"owner":"o","backoff":{"seconds":1}},{"owner":"o"}]""");
        Assert.Equal(4, batch.Json.EnumerateArray().Count(entry => entry.TryGetProperty("id", out JsonElement _)));
    }

    /// <summary>However many members: a processor is not kept busy with comparing each with each.</summary>
    [Theory]
    [InlineData("Refuse", "a{0:000000}x")]
    [InlineData("Warn", "a{0:000000}x")]
    [InlineData("Warn", "owner")]
    public async Task Members_Many_AreReadInAMoment(string policy, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:UnknownMembers"] = policy });
        string members = string.Join(
            ',', Enumerable.Range(0, 50_000).Select(i => $"\"{string.Format(CultureInfo.InvariantCulture, name, i)}\":\"o\""));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        Answer answer = await host.PostAsync("/jobs", $"{{{members},\"owner\":\"p\"}}").WaitAsync(patience.Token);

        Assert.Equal(policy == "Warn" ? HttpStatusCode.Accepted : HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Theory]
    [InlineData("GET /jobs?limit=1&limit=2", "limit")]
    [InlineData("GET /jobs?status=New&Status=Failed", "Status")]
    [InlineData("POST /queues/q/purge?status=Failed&status=Completed", "status")]
    public async Task Parameter_Twice_Is400(string route, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await SendAsync(host, route, "{}");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal($"Query parameter {name}: Said twice.", answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Twice_WhereThatIsSet_TheLastCounts()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:UnknownMembers"] = "Warn" });

        Answer answer = await host.PostAsync("/jobs", """{"owner":"a","owner":"b","input":1,"in\u0070ut":2}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("b", answer.Json.GetProperty("owner").GetString());
        Assert.Equal(2, answer.Json.GetProperty("input").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs?limit=5&limit=1")).Status);
    }

    private static Task<Answer> SendAsync(ApiHost host, string route, string body)
    {
        string[] parts = route.Split(' ');
        return host.SendAsync(new HttpMethod(parts[0]), parts[1], parts[0] == "GET" ? null : body);
    }
}
