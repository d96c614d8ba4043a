using System.Net;
using System.Net.Http.Headers;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Health;

namespace JobOrchestrator.Tests.Features;

/// <summary>Requests that are well-formed and seldom seen, and such as are nearly so.</summary>
public sealed class OddRequestsTests
{
    /// <summary>To whoever writes it, it means true; taken as absent, it cancelled the job.</summary>
    [Theory]
    [InlineData("?purge")]
    [InlineData("?purge=")]
    [InlineData("?purge=1")]
    public async Task Purge_WithoutTrueOrFalse_IsRefusedAndCancelsNothing(string query)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = (await host.PostAsync("/jobs", "{}")).JobId;

        Answer answer = await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}{query}", null);

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal("New", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    /// <summary>RFC 8259 §11: JSON has no charset, and whoever names one of UTF-8's says nothing new.</summary>
    [Theory]
    [InlineData("utf8", HttpStatusCode.Accepted)]
    [InlineData("\"UTF8\"", HttpStatusCode.Accepted)]
    [InlineData("us-ascii", HttpStatusCode.Accepted)]
    [InlineData("iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("utf-16", HttpStatusCode.UnsupportedMediaType)]
    public async Task Charset_OfUtf8ByAnotherName_IsTaken(string charset, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, "/jobs", "{}"u8.ToArray());
        request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse($"application/json; charset={charset}");

        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("2030-06-30T23:59:60Z", "2030-07-01T00:00:00Z")]
    [InlineData("2030-06-30T23:59:60.25Z", "2030-07-01T00:00:00.25Z")]
    [InlineData("2030-07-01T01:59:60+02:00", "2030-07-01T00:00:00Z")]
    [InlineData("2031-01-01T00:00:00+23:59", "2030-12-31T00:01:00Z")]
    [InlineData("2030-01-01t00:00:00.1234567890z", "2030-01-01T00:00:00.1234567Z")]
    [InlineData("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("9999-12-31T23:59:60Z", "9999-12-31T23:59:59.9999999Z")]
    public async Task Instant_OfRfc3339_IsTaken(string said, string meant)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"runAt":"{{said}}"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(meant, answer.Json.GetProperty("runAt").GetString());
    }

    /// <summary>A program's empty time where clocks are ahead of Greenwich; it is past like any other.</summary>
    [Fact]
    public async Task Instant_BeforeTheFirstOne_IsPast()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", """{"runAt":"0001-01-01T00:00:00+01:00"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(answer.Json.GetProperty("createdAt").GetDateTimeOffset(), answer.Json.GetProperty("runAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("2030-06-30T12:34:60Z")]
    [InlineData("2030-06-30T23:59:60+02:00")]
    [InlineData("2030-06-30T23:59:60.Zunge")]
    [InlineData("2030-06-30T23:59:61Z")]
    [InlineData("2030-06-30T24:00:00Z")]
    [InlineData("2030-06-30T00:00:00+24:00")]
    [InlineData("2030-06-30T00:00:00+2:00")]
    [InlineData("2030-06-30T00:00+02:00")]
    [InlineData("00:00:00:00:00+02:00")]
    [InlineData("2030-06-30T00:00:00")]
    [InlineData("2030-06-30")]
    [InlineData("+02:00")]
    [InlineData("Z")]
    public async Task Instant_ThatIsNone_IsRefused(string said)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"runAt":"{{said}}"}""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    /// <summary>As all words are: what is generated writes one as the member of its enum is called.</summary>
    [Theory]
    [InlineData("unlimited")]
    [InlineData("Unlimited")]
    [InlineData("UNLIMITED")]
    public async Task MaxRetries_InAnyCase_AreUnlimited(string word)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"maxRetries":"{{word}}"}""");

        Assert.Equal("unlimited", answer.Json.GetProperty("maxRetries").GetString());
        (await host.PostAsync("/jobs", """{"maxRetries":"unlimited "}""")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("note=\"a, wait=9\"", null)]
    [InlineData("note=\"a \\\", wait=9\"; x, wait=0", "wait=0")]
    [InlineData("note=\"a; b, c\", wait=\"0\"", "wait=0")]
    [InlineData("wait=0; note=\"a, wait=9\"", "wait=0")]
    public async Task Prefer_WithQuotes_IsReadAsItIsMeant(string prefer, string? applied)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", "{}", ("Prefer", prefer));

        Assert.Equal(applied, answer["Preference-Applied"]);
    }

    /// <summary>Probes of load balancers, and wget --spider, ask with HEAD; it was 405, which is not healthy.</summary>
    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/problems/job-not-found", HttpStatusCode.OK)]
    public async Task Head_OfWhatCanBeGot_IsAnswered(string path, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, routes: static app => app.MapHealth());
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(host.Address, path));

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("", "The body is empty")]
    [InlineData(" \r\n", "The body is empty")]
    [InlineData("{\"priority\":1,}", "trailing comma")]
    public async Task Body_ThatIsNoJson_IsToldOfInWordsOfItsWriter(string body, string said)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        string detail = (await host.PostAsync("/jobs", body)).Json.GetProperty("detail").GetString()!;

        Assert.Contains(said, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("reader", detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("isFinalBlock", detail, StringComparison.Ordinal);
    }
}
