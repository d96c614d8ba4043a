using System.Net;
using System.Net.Http.Headers;
using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>
/// A purge whose choice stood in the body was answered 200, and every dead letter was forgotten: no request that takes no body may pass
/// over one.
/// </summary>
public sealed class NoBodyTests
{
    /// <summary>Every operation that changes something and has no body in the API's document.</summary>
    [Fact]
    public async Task Body_WhereNoneIsTaken_IsRefusedAndNothingIsDone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);
        JobId failed = await host.FailAsync("""{"type":"mail"}""");
        JobId waiting = await host.SubmitAsync();
        (string Method, string Path)[] routes =
        [
            .. document.Operations
                .Where(operation => operation.Method is not "get" && !operation.Said.TryGetProperty("requestBody", out _))
                .Select(operation => (operation.Method.ToUpperInvariant(), operation.Path)),
        ];

        foreach ((string method, string path) in routes)
        {
            foreach (JobId id in new[] { failed, waiting })
            {
                Answer answer = await host.SendAsync(
                    new HttpMethod(method), Fill(path, id), """{"type":"thumbnail","status":"Completed"}""");

                answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
                Assert.StartsWith("This request takes no body.", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
                Assert.Empty(document.Faults(OperationOf(document, method, path), answer));
            }
        }

        Assert.Contains(("POST", "/queues/{queue}/purge"), routes);
        Assert.Contains(("POST", "/queues/{queue}/retry"), routes);
        Assert.Contains(("DELETE", "/jobs/{id}"), routes);
        Assert.Equal("Failed", (await host.GetAsync($"/jobs/{failed}")).JobStatus);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{waiting}")).JobStatus);
        Assert.Equal(2, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Purge_WithItsChoiceInTheBody_IsToldWhereItStands()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/queues/default/purge", """{"type":"thumbnail"}""");

        Assert.Equal(
            "This request takes no body. What it may say stands in the query: ?status=, ?type=, ?owner=, ?createdAfter=, ?createdBefore=, "
                + "?limit=, ?cursor=. Nothing was done.",
            answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("false")]
    [InlineData("type=thumbnail")]
    [InlineData("{}{}")]
    [InlineData("LONG")]
    public async Task Purge_AnyBodyThatSaysSomething_IsRefused(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId failed = await host.FailAsync();
        byte[] bytes = Encoding.UTF8.GetBytes(body.Replace("LONG", new string(' ', 100_000), StringComparison.Ordinal));

        foreach (bool isChunked in new[] { false, true })
        {
            Answer answer = await SendAsync(host, "/queues/default/purge", bytes, "application/x-www-form-urlencoded", isChunked);

            answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        }

        Assert.Equal("Failed", (await host.GetAsync($"/jobs/{failed}")).JobStatus);
    }

    /// <summary><c>curl -d ''</c>, clients that always send an object, and those that send a body of no length.</summary>
    [Theory]
    [InlineData("", "application/x-www-form-urlencoded")]
    [InlineData("", "application/json")]
    [InlineData("", null)]
    [InlineData("{}", "application/json")]
    [InlineData(" {\r\n} \n", "text/plain")]
    [InlineData("null", null)]
    [InlineData("\t", null)]
    public async Task Retry_BodyThatSaysNothing_IsTaken(string body, string? contentType)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        foreach (bool isChunked in new[] { false, true })
        {
            await host.FailAsync();

            Answer answer = await SendAsync(host, "/queues/default/retry", Encoding.UTF8.GetBytes(body), contentType, isChunked);

            Assert.Equal("""{"retried":1,"skipped":0,"more":false}""", answer.Text);
        }
    }

    [Fact]
    public async Task Commands_WithoutAnyBody_AreDone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId failed = await host.FailAsync();
        JobId waiting = await host.SubmitAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Delete, $"/jobs/{waiting}", null)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await host.SendAsync(HttpMethod.Post, $"/jobs/{failed}/retry", null)).Status);
        Assert.Equal("""{"purged":1,"more":false}""", (await host.SendAsync(HttpMethod.Post, "/queues/default/purge", null)).Text);
    }

    private static string Fill(string path, JobId id) => path
        .Replace("{queue}", "default", StringComparison.Ordinal)
        .Replace("{id}", id.ToString(), StringComparison.Ordinal);

    private static string OperationOf(ApiDocument document, string method, string path) => document.Operations
        .Single(operation => operation.Path == path && operation.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        .Said.GetProperty("operationId").GetString()!;

    private static async Task<Answer> SendAsync(ApiHost host, string path, byte[] body, string? contentType, bool isChunked)
    {
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, path, body);
        request.Headers.TransferEncodingChunked = isChunked;
        request.Content!.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }
}
