using System.Net;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Http;

/// <summary>Security review H9: pages reached the sidecar, which trusts whoever reaches it.</summary>
public sealed class CrossSiteTests
{
    [Theory]
    [InlineData("POST", "/v1.0/state/jobs")]
    [InlineData("PUT", "/v1.0/state/jobs")]
    [InlineData("DELETE", "/v1.0/state/jobs/a")]
    [InlineData("POST", "/v1.0/publish/bus/topic")]
    [InlineData("POST", "/v1.0/invoke/worker/method/queues/q/pause")]
    [InlineData("POST", "/v1.0/shutdown")]
    public async Task Page_OfAnotherOrigin_ChangesNothing(string method, string path)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(sidecar, method, path, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(sidecar, method, path, ("Origin", "https://evil.example")));
        Assert.False(sidecar.Host.AllStopped.IsCompleted);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost:3500", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("sidecar.example", HttpStatusCode.OK)]
    public async Task Host_ThatIsNotThisMachine_IsRefusedUnlessAllowed(string host, HttpStatusCode status)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", null)], change: app => app.TryWith("allowedHosts", "sidecar.example", "", out app) ? app : app);

        Assert.Equal(status, await SendAsync(sidecar, "GET", "/v1.0/metadata", ("Host", host)));
    }

    [Fact]
    public async Task Page_OfAnAllowedOrigin_AndPrograms_AreServed()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", null)], change: app => app.TryWith("allowedOrigins", "https://a.example", "", out app) ? app : app);
        (string, string) page = ("Origin", "https://a.example");

        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(sidecar, "POST", "/v1.0/state/jobs", page));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(sidecar, "POST", "/v1.0/state/jobs"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(sidecar, "GET", "/v1.0/metadata", ("Sec-Fetch-Site", "cross-site")));
    }

    /// <summary>daprd tells pages of its --allowed-origins so.</summary>
    [Theory]
    [InlineData("https://a.example", "https://a.example")]
    [InlineData("https://evil.example", null)]
    public async Task Page_OfAnAllowedOriginAlone_MayAskAndRead(string origin, string? told)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", null)], change: app => app.TryWith("allowedOrigins", "https://A.example/", "", out app) ? app : app);
        using var asked = new HttpRequestMessage(HttpMethod.Options, sidecar.Url("/v1.0/state/jobs"))
        {
            Headers =
            {
                { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type" },
            },
        };
        using var read = new HttpRequestMessage(HttpMethod.Get, sidecar.Url("/v1.0/state/none/a")) { Headers = { { "Origin", origin } } };

        using HttpResponseMessage preflight = await sidecar.Http.SendAsync(asked);
        using HttpResponseMessage answer = await sidecar.Http.SendAsync(read);

        Assert.Equal(told, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal(told is null ? null : "content-type", Header(preflight, "Access-Control-Allow-Headers"));
        Assert.Equal(told is null ? null : "POST", Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Equal(told, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    private static async Task<HttpStatusCode> SendAsync(
        TestSidecar sidecar, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{sidecar.Host.Ports["worker"]}{path}");
        if (method != "GET")
        {
            request.Content = new StringContent("""[{"key":"a","value":1}]""");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await sidecar.Http.SendAsync(request);
        return response.StatusCode;
    }
}
