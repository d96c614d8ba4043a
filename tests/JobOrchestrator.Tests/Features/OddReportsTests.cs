using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Push;

namespace JobOrchestrator.Tests.Features;

/// <summary>
/// A worker whose report is refused has no better one: an error with an odd status left its job in progress until the lease was over, and
/// a heartbeat of 101 % let the lease end.
/// </summary>
public sealed class OddReportsTests
{
    /// <summary>A hundred levels.</summary>
    private const string Deep = Open + Open + Close + Close;

    private const string Open = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
    private const string Close = "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

    /// <summary>What is said of an error beside its title, and what is kept of it.</summary>
    public static TheoryData<string, string> Errors => new()
    {
        { "\"type\":\"\"", """{"type":"about:blank","title":"t"}""" },
        { "\"type\":\"a\\nb\"", """{"type":"a b","title":"t"}""" },
        { $"\"type\":\"{new string('x', 1_025)}\"", $$"""{"type":"{{new string('x', 1_023)}}…","title":"t"}""" },
        { "\"status\":0", """{"type":"about:blank","title":"t"}""" },
        { "\"status\":200", """{"type":"about:blank","title":"t"}""" },
        { "\"status\":600", """{"type":"about:blank","title":"t"}""" },
        { "\"status\":503.5", """{"type":"about:blank","title":"t"}""" },
        { "\"status\":1e400", """{"type":"about:blank","title":"t"}""" },
        { "\"status\":5.03e2", """{"type":"about:blank","title":"t","status":503}""" },
        {
            $"\"detail\":\"{new string('x', 999)}\",\"status\":503",
            """{"type":"about:blank","title":"t","status":503,"detail":"Left out: it has 1001 bytes. At most 1000 are kept."}"""
        },
        {
            $"\"detail\":{Deep},\"status\":503",
            """{"type":"about:blank","title":"t","status":503,"detail":"Left out: it is nested too deep. A report has 62 levels at """
                + "most.\"}"
        },
        { $"\"detail\":\"{new string('x', 998)}\"", $$"""{"type":"about:blank","title":"t","detail":"{{new string('x', 998)}}"}""" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Fail_WithAnOddOrnament_IsTakenWithoutIt(string ornament, string kept)
    {
        await using ApiHost host = await StartAsync();
        await host.SubmitAsync("""{"maxRetries":0}""");
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/fail", Fail(token, ornament));

        Assert.Equal((HttpStatusCode.OK, "Failed"), (answer.Status, answer.JobStatus));
        Assert.Equal(kept, (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("error").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task FailAmongMany_WithAnOddOrnament_IsTakenWithoutIt(string ornament, string kept)
    {
        await using ApiHost host = await StartAsync();
        await host.SubmitAsync("""{"maxRetries":0}""");
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.PostAsync(
            "/jobs/report", $$"""{"reports":[{"jobId":"{{id}}","action":"fail",{{Fail(token, ornament)[1..]}}]}""");

        Assert.Equal(200, answer.Json.GetProperty("outcomes")[0].GetProperty("status").GetInt32());
        Assert.Equal(kept, (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("error").GetRawText());
    }

    [Theory]
    [InlineData("\"status\":0")]
    [InlineData("\"type\":\"\"")]
    [InlineData("\"detail\":" + Deep)]
    public async Task FailByMessage_WithAnOddOrnament_IsTakenWithoutIt(string ornament)
    {
        await using PushHost host = await PushHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"mail","maxRetries":0}""");
        Delivered work = (await host.OutAsync(1))[0];

        Assert.Equal(
            "SUCCESS", await host.ReportAsync($$"""{"jobId":"{{id}}","action":"fail",{{Fail(work.Token, ornament)[1..]}}"""));

        Assert.Equal(JobStatus.Failed, (await host.JobAsync(id)).Status);
    }

    [Theory]
    [InlineData("101", 100)]
    [InlineData("100.00000000000001", 100)]
    [InlineData("1e400", 100)]
    [InlineData("-0.1", 0)]
    public async Task Heartbeat_WithAPercentOutOfBounds_ExtendsTheLease(string percent, double kept)
    {
        await using ApiHost host = await StartAsync();
        await host.SubmitAsync("""{"leaseSeconds":30}""");
        (JobId id, string token) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(20));

        Answer answer = await host.PostAsync(
            $"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}","progress":{"percent":{{percent}}} }""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(host.Time.GetUtcNow().AddSeconds(30), answer.Json.GetProperty("leaseExpiresAt").GetDateTimeOffset());
        Assert.Equal(
            kept, (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("progress").GetProperty("percent").GetDouble());
    }

    /// <summary>What is kept for the next attempt or the caller is never left out unasked.</summary>
    [Theory]
    [InlineData("heartbeat", "state")]
    [InlineData("complete", "result")]
    public async Task Value_TooDeep_IsRefused(string action, string member)
    {
        await using ApiHost host = await StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/{action}", $$"""{"leaseToken":"t","{{member}}":{{Deep}}}""");

        Assert.Contains(
            "Nested deeper than 62 levels at /" + member,
            answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request").Json.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    /// <summary>Looking for a name that was said twice reads what is deep again.</summary>
    [Fact]
    public async Task Fail_WithADeepDetailAndItsTitleTwice_IsRefused()
    {
        await using ApiHost host = await StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.PostAsync(
            $"/jobs/{id}/fail",
            $$"""{"leaseToken":"t","error":{"title":"t","detail":[{{Deep}},{{Open}}{{Deep}}{{Close}}],"title":"u"} }""");

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal(["/error/title"], answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private static string Fail(string token, string ornament) =>
        $$"""{"leaseToken":"{{token}}","error":{ {{ornament}},"title":"t"} }""";

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(settings: new() { ["Api:ValueBytesMax"] = "1000" });
}
