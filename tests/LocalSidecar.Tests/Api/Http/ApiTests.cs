using System.Net;
using LocalSidecar.Api;
using LocalSidecar.Errors;
using LocalSidecar.Hosting;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Api.Http;

public sealed class ApiTests
{
    [Fact]
    public async Task State_TwoAppsOfOneProcess_ShareByKeyPrefix()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null), ("other", null)]);

        await sidecar.PostAsync("/v1.0/state/jobs", """[{"key":"a","value":1}]""");
        await sidecar.PostAsync("/v1.0/state/shared", """[{"key":"a","value":1}]""");

        Assert.Equal(HttpStatusCode.NoContent, (await sidecar.Http.GetAsync(sidecar.Url("/v1.0/state/jobs/a", "other"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await sidecar.Http.GetAsync(sidecar.Url("/v1.0/state/shared/a", "other"))).StatusCode);
    }

    [Fact]
    public async Task State_OddKeys_AreEachTheirOwn()
    {
        string[] keys =
        [
            "a/b", "a//b", "/a", "a/", "a%2Fb", "a%2fb", "a%252Fb", "%2F", "%", "a+b", "a b", " a", "a ", "a|b", "|a", "a|", "a\\b", "...",
            "a?b", "a#b", "a&b=c", "\u00e9", "e\u0301", "\uFFFD", "\u0130", "A", "a", "\U0001F600", "\u200Ba", new string('\u4E00', 300),
        ];
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        string items = System.Text.Json.JsonSerializer.Serialize(keys.Select((key, i) => new { key, value = i }));

        using HttpResponseMessage saved = await sidecar.PostAsync("/v1.0/state/jobs", items);

        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        for (int i = 0; i < keys.Length; i++)
        {
            string value = await sidecar.Http.GetStringAsync(sidecar.Url($"/v1.0/state/jobs/{Uri.EscapeDataString(keys[i])}", "worker"));
            Assert.True(value == $"{i}", $"'{keys[i]}' has {value}");
        }
    }

    /// <summary>Keys and topics of bytes that are no UTF-8 were all one: each such byte was read as U+FFFD.</summary>
    [Theory]
    [InlineData("GET", "/v1.0/state/jobs/%FF")]
    [InlineData("GET", "/v1.0/state/jobs/a%ED%A0%80")]
    [InlineData("DELETE", "/v1.0/state/jobs/%C3")]
    [InlineData("POST", "/v1.0/publish/bus/%FF")]
    [InlineData("POST", "/v1.0/publish/bus/t?metadata.rawPayload=%FF")]
    [InlineData("POST", "/v1.0-alpha1/publish/bulk/bus/%FF")]
    public async Task Name_NoUtf8_IsRefused(string method, string path)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        using var request = new HttpRequestMessage(new HttpMethod(method), sidecar.Url(path, "worker"))
        {
            Content = method == "POST" ? new StringContent("[]") : null,
        };

        using HttpResponseMessage response = await sidecar.Http.SendAsync(request);

        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("ERR_MALFORMED_REQUEST", text, StringComparison.Ordinal);
        Assert.Contains("no UTF-8", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_EventStream_PassesEachEventWhenItComes()
    {
        int port = FreePort.Next();
        using var next = new SemaphoreSlim(0);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using WebApplication app = builder.Build();
        app.MapGet("/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (int i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await next.WaitAsync(context.RequestAborted);
            }
        });
        await app.StartAsync();
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", port), ("caller", null)]);

        using HttpResponseMessage response = await sidecar.Http.GetAsync(
            sidecar.Url("/v1.0/invoke/worker/method/events", "caller"), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {i}", await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            await lines.ReadLineAsync();
            next.Release();
        }
    }

    [Fact]
    public async Task Invoke_AnotherApp_TellsItWhoCalls()
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), null, static _ => (409, "taken"));
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", app.Port), ("caller", null)]);

        using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/invoke/worker/method/a%20b?x=1", "body", "caller");

        Assert.Equal((HttpStatusCode.Conflict, "taken"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Received received = Assert.Single(app.Received);
        Assert.Equal(("/a b", "body", "caller", "worker"), (
            received.Path,
            received.Body,
            received.Headers["dapr-caller-app-id"].ToString(),
            received.Headers["dapr-callee-app-id"].ToString()));
    }

    [Fact]
    public async Task Invoke_AppIsDown_Is500()
    {
        int port = FreePort.Next();
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", port)]);

        using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/invoke/worker/method/x", "{}");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Contains("ERR_DIRECT_INVOKE", text, StringComparison.Ordinal);
        Assert.Contains(
            $"Post \\\"http://127.0.0.1:{port}/x\\\": dial tcp 127.0.0.1:{port}: connect: connection refused",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_AppNotUpYet_IsOutboundOnly()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", FreePort.Next())]);

        Assert.Equal(204, (int)(await sidecar.Http.GetAsync(sidecar.Url("/v1.0/healthz/outbound"))).StatusCode);
        HttpResponseMessage health = await sidecar.Http.GetAsync(sidecar.Url("/v1.0/healthz"));
        Assert.Equal(500, (int)health.StatusCode);
        Assert.Contains("ERR_HEALTH_NOT_READY", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyRequest_TokenConfigured_NeedsItExceptHealth()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)], tokens: new Tokens("secret", null));

        using HttpResponseMessage refused = await sidecar.Http.GetAsync(sidecar.Url("/v1.0/metadata"));
        using HttpResponseMessage health = await sidecar.Http.GetAsync(sidecar.Url("/v1.0/healthz/outbound"));
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Url("/v1.0/metadata"));
        request.Headers.Add("dapr-api-token", "secret");
        using HttpResponseMessage allowed = await sidecar.Http.SendAsync(request);

        Assert.Equal((401, "invalid api token\n"), ((int)refused.StatusCode, await refused.Content.ReadAsStringAsync()));
        Assert.Equal((204, 200), ((int)health.StatusCode, (int)allowed.StatusCode));
    }

    [Theory]
    [InlineData("/v1.0/state/jobs", 400, "stream too large")]
    [InlineData("/v1.0/state/jobs/transaction", 400, "stream too large")]
    [InlineData("/v1.0/publish/bus/t", 500, "stream too large")]
    [InlineData("/v1.0/publish/bulk/bus/t", 400, "stream too large")]
    public async Task Body_OverFourMebibytes_IsRefusedAndSaysWhy(string path, int status, string message)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        foreach (bool isChunked in new[] { false, true })
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Post, sidecar.Url(path)) { Content = new ByteArrayContent(new byte[(4 << 20) + 1]) };
            request.Headers.TransferEncodingChunked = isChunked;
            using HttpResponseMessage response = await sidecar.Http.SendAsync(request);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/v1.0", 404)]
    [InlineData("GET", "/v1.0/state", 404)]
    [InlineData("GET", "/v1.0/state/jobs", 404)]
    [InlineData("GET", "/v1.0/state/jobs/a/b", 404)]
    [InlineData("GET", "/v1.0//state/./jobs/x/../a/", 200)]
    [InlineData("GET", "/v1.0/state/jobs/%61", 200)]
    [InlineData("GET", "/v1.0/state/jobs/%", 204)]
    [InlineData("GET", "/v1.0/state/jobs/%zz", 204)]
    [InlineData("GET", "/v1.0/state/jobs/%ff%zz", 400)]
    [InlineData("POST", "/v1.0/state/jobs/unknown", 404)]
    [InlineData("DELETE", "/v1.0/state/jobs/a?concurrency=nope", 500)]
    [InlineData("POST", "/v1.0/publish/bus", 404)]
    [InlineData("GET", "/v1.0/publish/bus/t", 404)]
    [InlineData("POST", "/v1.0/publish/bus/t?metadata.rawPayload=perhaps", 400)]
    [InlineData("PUT", "/v1.0/publish/bus/a/b/c", 204)]
    [InlineData("PUT", "/v1.0/metadata/a/b", 404)]
    [InlineData("GET", "/v1.0/secrets/nope/x", 500)]
    [InlineData("GET", "/v1.0/shutdown", 404)]
    [InlineData("POST", "/v1.0/invoke/worker", 404)]
    [InlineData("POST", "/v1.0-alpha1/state/jobs/query", 500)]
    [InlineData("POST", "/v1.0-alpha1/nothing", 404)]
    public async Task Request_AnyPathAndVerb_IsAnsweredAsTheApiSays(string verb, string path, int status)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        await sidecar.PostAsync("/v1.0/state/jobs", """[{"key":"a","value":1}]""");

        // As written: the client's own URL type would clean the path.
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(
            $"http://127.0.0.1:{sidecar.Url("/").Port}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using HttpResponseMessage response = await sidecar.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Shutdown_OfEverySidecar_EndsTheProcess()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null), ("other", null)]);

        Assert.Equal(204, (int)(await sidecar.PostAsync("/v1.0/shutdown", "")).StatusCode);
        await Eventually.TrueAsync(() => FreePort.IsFree(sidecar.Host.Ports["worker"]), "its port is closed");
        Assert.False(sidecar.Host.AllStopped.IsCompleted);
        Assert.Equal(204, (int)(await sidecar.PostAsync("/v1.0/shutdown", "", "other")).StatusCode);

        await sidecar.Host.AllStopped.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(false, "--dapr-http-port")]
    [InlineData(true, "--dapr-grpc-port")]
    public async Task Start_PortTaken_IsOneClearLine(bool isGrpc, string flag)
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), null);
        var settings = new LocalSidecar.CommandLine.AppSettings
        {
            AppId = "worker",
            HttpPort = isGrpc ? 0 : app.Port,
            GrpcPort = isGrpc ? app.Port : 0,
        };

        StartException refusal = await Assert.ThrowsAsync<StartException>(() => SidecarHost.StartAsync(
            new LocalSidecar.CommandLine.SidecarOptions([settings], null, []),
            new Tokens(null, null),
            TimeProvider.System,
            new LogLines()));

        Assert.Contains($"port {app.Port} is taken", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(flag, refusal.Message, StringComparison.Ordinal);
    }
}
