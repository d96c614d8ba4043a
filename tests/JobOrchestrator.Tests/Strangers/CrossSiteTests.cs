using System.Net;
using JobOrchestrator.Tests.Features;
using JobOrchestrator.Tests.Push;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>
/// Security review H9: pages in somebody's browser reached the service. What they have sent changes nothing, under whatever name; programs
/// notice nothing of it.
/// </summary>
public sealed class CrossSiteTests
{
    private const string Job = """{"id":"a","queue":"q","timeout":30,"payload":1}""";

    private static readonly (string, string)[] Evil =
        [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Content-Type", "text/plain")];

    [Theory]
    [InlineData("POST /", """{"object_id":"o"}""")]
    [InlineData("POST /queues/q/pause", "")]
    [InlineData("POST /queues/q/resume", "")]
    [InlineData("POST /queues/q/purge?status=Completed", "")]
    [InlineData("POST /queues/q/retry", "")]
    [InlineData("POST /jobs/{id}/cancel", "")]
    [InlineData("POST /jobs", "{}")]
    [InlineData("DELETE /jobs/{id}", "")]
    [InlineData("DELETE /v1/queues/q/jobs/a", "")]
    [InlineData("GET /next?queue=q", null)]
    [InlineData("GET /v1/next?queue=q", null)]
    [InlineData("GET /v1/queues/q/jobs?num_jobs=1000", null)]
    [InlineData("GET /v2/queues/q/jobs?num_jobs=1000", null)]
    public async Task Page_OfAnotherSite_ChangesNothing(string request, string? body)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.PostAsync("/v2/queues/jobs", $"[{Job}]");
        string id = (await host.GetAsync("/jobs")).Json[0].GetProperty("id").GetString()!;
        string[] parts = request.Replace("{id}", id, StringComparison.Ordinal).Split(' ');
        int changes = 0;
        host.Shards.Proposing = _ =>
        {
            changes++;
            return Task.CompletedTask;
        };

        Answer answer = await host.SendAsync(new HttpMethod(parts[0]), parts[1], body, body is null ? Evil[..2] : Evil);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal(0, changes);
    }

    /// <summary>As browsers say it, and as those do that do not say Sec-Fetch-Site.</summary>
    [Theory]
    [InlineData(403, "Origin: https://evil.example")]
    [InlineData(403, "Origin: null")]
    [InlineData(403, "Origin: http://127.0.0.1:1")]
    [InlineData(403, "Origin: http://{host}.evil.example")]
    [InlineData(403, "Sec-Fetch-Site: cross-site")]
    [InlineData(403, "Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:1")]
    [InlineData(403, "Sec-Fetch-Site: cross-site", "Origin: http://{host}")]
    [InlineData(200)]
    [InlineData(200, "Origin: http://{host}")]
    [InlineData(200, "Sec-Fetch-Site: same-origin", "Origin: https://jobs.example.com")]
    [InlineData(200, "Sec-Fetch-Site: none")]
    public async Task Change_ByOrigin_IsRefusedFromElsewhereOnly(int status, params string[] headers)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await host.PostAsync("/queues/q/pause", "", [.. headers.Select(header => Split(header, host))]);

        Assert.Equal(status, (int)answer.Status);
        if (status == 403)
        {
            answer.ShouldBeProblem(HttpStatusCode.Forbidden, "cross-site-request");
        }
    }

    [Theory]
    [InlineData("/jobs")]
    [InlineData("/queues/q")]
    [InlineData("/problems/duplicate-job")]
    [InlineData("/swagger/index.html")]
    public async Task Link_FollowedFromAnotherSite_Reads(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await host.GetAsync(path, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    /// <summary>Security review H9 and L8: a page whose name points here could read and write all, and be named in Location.</summary>
    [Theory]
    [InlineData("evil.example", 400)]
    [InlineData("evil.example:5087", 400)]
    [InlineData("localhost.evil.example", 400)]
    [InlineData("192.168.1.1", 400)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:5087", 200)]
    [InlineData("jobs.localhost", 200)]
    public async Task Host_OnLoopback_IsThisMachineOrRefused(string name, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        foreach (string path in new[] { "/jobs", "/swagger/index.html", "/problems" })
        {
            Answer answer = await host.GetAsync(path, ("Host", name));

            Assert.Equal(status, (int)answer.Status);
        }

        Answer submitted = await host.PostAsync("/jobs", "{}", ("Host", name));
        Assert.Equal(status == 200, submitted["Location"] is not null);
        Assert.DoesNotContain("evil", submitted["Location"] ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_ThatAllowedHostsNames_IsServed()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            kestrel: true, settings: new() { ["AllowedHosts"] = "jobs.example.com;127.0.0.1" });

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", ("Host", "jobs.example.com"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/jobs", ("Host", "evil.example"))).Status);
    }

    /// <summary>The start took such a name, and every request by it was refused.</summary>
    [Theory]
    [InlineData("jobs.example.com", HttpStatusCode.OK)]
    [InlineData("A.Jobs.Example.COM", HttpStatusCode.OK)]
    [InlineData("example.com", HttpStatusCode.BadRequest)]
    [InlineData(".example.com", HttpStatusCode.BadRequest)]
    [InlineData("evilexample.com", HttpStatusCode.BadRequest)]
    [InlineData("jobs.example.com.evil.example", HttpStatusCode.BadRequest)]
    public async Task Host_BelowANameOfAllowedHosts_IsServed(string host, HttpStatusCode status)
    {
        await using ApiHost service = await ApiHost.StartAsync(
            kestrel: true, settings: new() { ["AllowedHosts"] = "*.example.com;127.0.0.1" });

        Assert.Equal(status, (await service.GetAsync("/jobs", ("Host", host))).Status);
    }

    [Fact]
    public async Task Origin_ThatTheSettingsName_MayChangeAndReadTheAnswersHead()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            kestrel: true, settings: new() { ["Api:Origins:0"] = "https://shop.example.com" });
        (string, string)[] page = [("Origin", "https://shop.example.com"), ("Sec-Fetch-Site", "cross-site")];

        Answer asked = await host.SendAsync(
            HttpMethod.Options,
            "/jobs",
            null,
            [.. page, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")]);
        Answer submitted = await host.PostAsync("/jobs", "{}", page);
        Answer other = await host.PostAsync("/jobs", "{}", ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal("https://shop.example.com", asked["Access-Control-Allow-Origin"]);
        Assert.Equal(HttpStatusCode.Accepted, submitted.Status);
        Assert.Contains("Location", submitted["Access-Control-Expose-Headers"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, other.Status);
        Assert.Null(other["Access-Control-Allow-Origin"]);
    }

    /// <summary>A sidecar's deliveries go on: it is no browser.</summary>
    [Fact]
    public async Task Report_AsTheSidecarDelivers_IsTaken()
    {
        await using PushHost host = await PushHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.DeliverAsync("""{"data":{}}""", ("User-Agent", "Go-http-client/1.1"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.DeliverAsync("""{"data":{}}""", ("Origin", "https://evil.example"))).Status);
    }

    private static (string Name, string Value) Split(string header, ApiHost host)
    {
        string[] parts = header.Replace("{host}", host.Address.Authority, StringComparison.Ordinal).Split(": ");
        return (parts[0], parts[1]);
    }
}
