using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>The callers' JSON comes back byte for byte.</summary>
public sealed class ExactJsonTests
{
    public static TheoryData<string> Texts =>
    [
        "123456789012345678901234567890.123456789012345678901234567890",
        "-0", "1E400", "0.1e+1", "\"\\u00e9\\/\\ud83d\\ude00 é 😀 </script>\"", "\"\\ud800\"", "\"\\u0000\"",
        "{ \"b\" :\t[ 1 ,2 , { } ],\r\n \"a\":null }",
        "{\"a\":1,\"a\":2}", "[]", "{}", "false", "\"\"", new string('[', 60) + new string(']', 60),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Json_OfCallersAndWorkers_ComesBackAsItWasWritten(string text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync($$"""{"input": {{text}} ,"maxRetries":0}""");
        (JobId id, string token) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}","state":  {{text}}  }""");
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}","result":{{text}}}""");

        Answer job = await host.GetAsync($"/jobs/{id}");
        Answer result = await host.GetAsync($"/jobs/{id}/result");

        Assert.Contains($"\"input\":{text},\"state\":{text},\"result\":{text},", job.Text, StringComparison.Ordinal);
        Assert.Equal(text, result.Text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Json_OfErrorDetails_ComesBackAsItWasWritten(string text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"maxRetries":0}""");
        (JobId id, string token) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":{"title":"t","detail":{{text}} } }""");

        Assert.Contains($"\"title\":\"t\",\"detail\":{text}}}", (await host.GetAsync($"/jobs/{id}")).Text, StringComparison.Ordinal);
        Assert.Contains($"\"detail\":{text}}}", (await host.GetAsync($"/jobs/{id}/result")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_InABatchAndOverManySegments_ComesBackAsItWasWritten()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        string[] inputs = [.. Enumerable.Range(0, 20).Select(i => "\"" + new string((char)('a' + i), 10_000 + i) + "\"")];

        Answer answer = await host.PostAsync(
            "/jobs/batch", "[" + string.Join(",", inputs.Select(input => $$"""{"input":{{input}}}""")) + "]");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(inputs, answer.Json.EnumerateArray().Select(job => job.GetProperty("input").GetRawText()));
    }

    [Theory]
    [InlineData("/jobs", "input")]
    [InlineData("/jobs", "state")]
    [InlineData("/jobs/startJob", "parameters")]
    [InlineData("/jobs/{id}/complete", "result")]
    [InlineData("/jobs/{id}/heartbeat", "state")]
    public async Task Value_AtAndOverItsBound_IsTakenAnd413(string path, string member)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        path = path.Replace("{id}", id.ToString(), StringComparison.Ordinal);
        string at = "{\"x\":\"" + new string('y', 256 * 1024 - 8) + "\"}";

        string first = path.Contains(id.ToString(), StringComparison.Ordinal) ? $"\"leaseToken\":\"{token}\"," : "";
        Answer over = await host.PostAsync(path, $$"""{{{first}}"{{member}}":{{at.Insert(3, "x")}}}""");
        Answer taken = await host.PostAsync(path, $$"""{{{first}}"{{member}}":{{at}}}""");

        over.ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.StartsWith(
            $"/{member} may have 262144 bytes; it has 262145.", over.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True(taken.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, taken.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_OverItsBound_Gets413(bool chunked)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:BodyBytesMax"] = "2000" });
        using HttpRequestMessage request = ApiHost.Request(
            HttpMethod.Post, "/jobs", Encoding.UTF8.GetBytes("{\"x\":\"" + new string('y', 2_000) + "\"}"));
        request.Headers.TransferEncodingChunked = chunked;

        using HttpResponseMessage response = await host.Client.SendAsync(request);

        (await Answer.OfAsync(response)).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Value_DeepestThatIsTaken_HasSixtyOneLevels()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string deepest = new string('[', 61) + new string(']', 61);

        Answer at = await host.PostAsync("/jobs", $$"""{"input":{{deepest}}}""");
        Answer over = await host.PostAsync("/jobs", $$"""{"input":[{{deepest}}]}""");
        Answer inABatch = await host.PostAsync("/jobs/batch", $$"""{"jobs":[{"input":{{deepest}} }]}""");

        Assert.Equal(HttpStatusCode.Accepted, at.Status);
        over.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal(HttpStatusCode.Accepted, inABatch.Status);
    }

    /// <summary>One job that nests as deep as it may does not make the others of a list or a lease unreadable.</summary>
    [Fact]
    public async Task DeepestValue_InListAndLease_IsReadByAReaderOfSixtyFourLevels()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string deepest = new string('[', 61) + new string(']', 61);
        await host.PostAsync("/jobs", """{"queue":"q","input":1}""");
        await host.PostAsync("/jobs", $$"""{"queue":"q","input":{{deepest}}}""");

        Answer list = await host.GetAsync("/jobs?queue=q");
        Answer leased = await host.PostAsync("/queues/q/lease", """{"worker":"w","max":10}""");
        string[] ids = [.. leased.Json.EnumerateArray().Select(job => job.GetProperty("id").GetString()!)];
        Answer one = await host.GetAsync($"/jobs/{ids[1]}");

        foreach (Answer answer in (Answer[])[list, leased, one])
        {
            using var document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 64 });
            Assert.Contains(deepest, answer.Text, StringComparison.Ordinal);
        }
    }
}
