using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TestSupport;

namespace MicroserviceX.Tests;

public sealed class MicroserviceXTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Subscribe_AsksForItsOwnEventsOfTheFiveTopics()
    {
        await using var factory = new XFactory(_folder.Path);
        using HttpClient http = factory.CreateClient();

        List<JsonElement>? subscriptions = await http.GetFromJsonAsync<List<JsonElement>>("/dapr/subscribe");

        var routes = subscriptions!.ToDictionary(
            entry => entry.GetProperty("topic").GetString()!, entry => entry.GetProperty("routes").GetProperty("rules")[0]);
        Assert.Equal(["job-cancelled", "job-completed", "job-created", "job-failed", "job-updated"], routes.Keys.Order());
        Assert.All(routes.Values, rule => Assert.Equal(
            "(has(event.owner) && event.owner == \"microservice-x\") "
            + "|| (!has(event.owner) && has(event.data.owner) && event.data.owner == \"microservice-x\")",
            rule.GetProperty("match").GetString()));
        Assert.Equal("JobEvents/JobCreated", routes["job-created"].GetProperty("path").GetString()!.Trim('/'));
    }

    /// <summary>Security review H9: a page posted events as text/plain, and they were handed on.</summary>
    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Event_SentByAPageOfAnotherSite_IsRefused(string header, string value)
    {
        await using var factory = new XFactory(_folder.Path);
        using HttpClient http = factory.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/JobEvents/JobCompleted")
        {
            Content = new StringContent(Event("forged", 1)),
            Headers = { { header, value } },
        };

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(await EventsAsync(http, ""));
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    public async Task Events_AskedForUnderAForeignName_AreNotShown(string host, HttpStatusCode status)
    {
        await using var factory = new XFactory(_folder.Path);
        _ = factory.Server;

        HttpContext answer = await factory.Server.SendAsync(http =>
        {
            http.Request.Path = "/events";
            http.Request.Host = new HostString(host);
            http.Connection.LocalIpAddress = IPAddress.Loopback;
        });

        Assert.Equal((int)status, answer.Response.StatusCode);
    }

    [Fact]
    public async Task Events_Delivered_AreShownNewestLastWithWhatTheyAre()
    {
        await using var factory = new XFactory(_folder.Path);
        using HttpClient http = factory.CreateClient();

        await DeliverAsync(http, "a", 2);
        await DeliverAsync(http, "a", 1);
        await DeliverAsync(http, "b", 1);
        await DeliverAsync(http, "a", 2);

        Assert.Equal(["a-2 New Broker 1", "a-1 Stale Broker 0", "b-1 New Broker 0"], await EventsAsync(http, ""));
        Assert.Equal(["b-1 New Broker 0"], await EventsAsync(http, "?jobId=b"));
    }

    [Fact]
    public async Task Restart_WhatWasMissed_IsFoundInTheFeedAndShownWithTheRest()
    {
        await using (var first = new XFactory(_folder.Path))
        {
            using HttpClient before = first.CreateClient();
            await DeliverAsync(before, "a", 1);
        }

        await using var second = new XFactory(_folder.Path) { Feed = $"{Event("a", 1)},{Event("a", 2)}", FeedEnd = "3" };
        using HttpClient http = second.CreateClient();

        List<string> events = await Eventually.ValueAsync(() => EventsAsync(http, ""), shown => shown.Count >= 2, "the missed event");
        Assert.Equal(["a-1 New Broker 0", "a-2 New Feed 0"], events);
    }

    [Fact]
    public async Task Delivery_AppTokenSet_IsTakenOnlyWithIt()
    {
        await using var factory = new XFactory(_folder.Path, "app-secret");
        using HttpClient http = factory.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, await DeliverAsync(http, "a", 1));
        http.DefaultRequestHeaders.Add("dapr-api-token", "app-secret");
        Assert.Equal(HttpStatusCode.OK, await DeliverAsync(http, "a", 1));
    }

    [Theory]
    [InlineData("/", "text-stats")]
    [InlineData("/health/live", "Healthy")]
    [InlineData("/health/ready", "Healthy")]
    public async Task Page_Asked_Answers(string path, string expected)
    {
        await using var factory = new XFactory(_folder.Path);
        using HttpClient http = factory.CreateClient();

        string text = await Eventually.ValueAsync<string>(() => http.GetStringAsync(path), _ => true, path);

        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    /// <summary>Public report 26: a body that came compressed was no event, and was dropped.</summary>
    [Theory]
    [InlineData("gzip", HttpStatusCode.OK, 1)]
    [InlineData("zstd", HttpStatusCode.UnsupportedMediaType, 0)]
    public async Task Event_CameCompressed_IsTakenOrTheCodingIsRefused(string coding, HttpStatusCode status, int shown)
    {
        await using var factory = new XFactory(_folder.Path);
        using HttpClient http = factory.CreateClient();
        using var packed = new MemoryStream();
        await using (var packer = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await packer.WriteAsync(Encoding.UTF8.GetBytes(Event("a", 1)));
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        content.Headers.ContentEncoding.Add(coding);
        using HttpResponseMessage response = await http.PostAsync("/JobEvents/JobUpdated", content);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(shown, (await EventsAsync(http, "")).Count);
    }

    private static async Task<HttpStatusCode> DeliverAsync(HttpClient http, string jobId, long sequence)
    {
        using var content = new StringContent(Event(jobId, sequence));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using HttpResponseMessage response = await http.PostAsync("/JobEvents/JobUpdated", content);
        return response.StatusCode;
    }

    private static string Event(string jobId, long sequence) => $$"""
        {"specversion":"1.0","id":"{{jobId}}-{{sequence}}","type":"job.updated","source":"job-orchestrator","subject":"{{jobId}}",
         "data":{"jobId":"{{jobId}}","owner":"microservice-x","type":"simulate","status":"InProgress","previousStatus":"New",
          "sequence":{{sequence}},"attempt":1} }
        """;

    private static async Task<List<string>> EventsAsync(HttpClient http, string query)
    {
        List<JsonElement>? events = await http.GetFromJsonAsync<List<JsonElement>>($"/events{query}");
        return events!.ConvertAll(shown =>
            $"{shown.GetProperty("id")} {shown.GetProperty("delivery")} {shown.GetProperty("source")} {shown.GetProperty("repeats")}");
    }
}
