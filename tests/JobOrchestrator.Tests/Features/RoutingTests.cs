using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JobOrchestrator.Tests.Features;

/// <summary>Paths, methods, content types, keys, and what a server refuses by itself.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData("GET", "/jobs/batch", "POST")]
    [InlineData("GET", "/jobs/report", "POST")]
    [InlineData("GET", "/jobs/cancels", "POST")]
    [InlineData("DELETE", "/Jobs/StartJob", "POST")]
    [InlineData("GET", "/Jobs/StartJobWithTimeout", "POST")]
    [InlineData("DELETE", "/jobs/get", "GET, HEAD")]
    [InlineData("POST", "/jobs/0190163d-8694-739b-aea5-966c26f8ad91", "DELETE, GET, HEAD, PATCH")]
    [InlineData("PUT", "/jobs", "GET, HEAD, POST")]
    [InlineData("GET", "/jobs/x/cancel", "POST")]
    [InlineData("GET", "/queues/q/lease", "POST")]
    [InlineData("POST", "/events", "GET, HEAD")]
    [InlineData("POST", "/queues", "GET, HEAD")]
    public async Task Method_OfAnotherOperation_Gets405WithAllow(string method, string path, string allow)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.SendAsync(new HttpMethod(method), path, null);

        answer.ShouldBeProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", answer["Allow"]!.Split(", ").Order()));
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/jobs/x/y/z")]
    [InlineData("/problems/no-such-problem")]
    public async Task Path_OfNoOperation_Gets404(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.NotFound, "route-not-found");
    }

    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.Accepted)]
    [InlineData("Application/JSON; charset=\"UTF-8\"", HttpStatusCode.Accepted)]
    [InlineData("application/merge-patch+json", HttpStatusCode.Accepted)]
    public async Task ContentType_IsJsonInUtf8_Or415(string type, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (type.Length > 0)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await host.Client.PostAsync(new Uri("/jobs", UriKind.Relative), content);

        Answer answer = await Answer.OfAsync(response);
        Assert.Equal(expected, answer.Status);
        if (expected == HttpStatusCode.UnsupportedMediaType)
        {
            answer.ShouldBeProblem(expected, "unsupported-media-type");
        }
    }

    [Fact]
    public async Task Body_BadChunk_IsAProblem()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        string answer = await SendRawAsync(
            host, "POST /jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: "
                + "chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("/problems/malformed-request", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Location_WithoutHost_NamesTheAddressThatWasConnectedTo()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        string answer = await SendRawAsync(host, "POST /jobs HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

        Assert.Contains($"\r\nLocation: http://127.0.0.1:{host.Address.Port}/jobs/", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "http://localhost/jobs/")]
    [InlineData("true", "https://jobs.example/jobs/")]
    public async Task Location_ForwardedHeaders_CountOnlyWhereTheyAreTrusted(string? trust, string expected)
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:TrustForwardedHeaders"] = trust });

        Answer answer = await host.PostAsync("/jobs", "{}", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "jobs.example"));

        Assert.StartsWith(expected, answer["Location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_EveryKind_HasItsPage()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        foreach (JobOrchestrator.Http.ProblemType type in JobOrchestrator.Http.ProblemType.All.Values)
        {
            Answer page = await host.GetAsync(type.Uri);

            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
            Assert.Contains(type.Uri, page.Text, StringComparison.Ordinal);
            Assert.Contains($"href=\"{type.Uri}\"", (await host.GetAsync("/problems")).Text, StringComparison.Ordinal);
        }
    }

    private static async Task<string> SendRawAsync(ApiHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", host.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
