using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>Server-sent events of one job and of the feed, and the feed's pages.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task JobEvents_WholeLife_IsToldInOrderAndEnds()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        JobId id = await host.SubmitAsync("""{"owner":"microservice-x"}""");
        await using Stream stream = await OpenAsync(host, $"/jobs/{id}/events");
        using var reader = new StreamReader(stream);

        (string firstId, string firstType, JsonElement first) = await ReadEventAsync(reader);
        (_, string token) = await host.LeaseAsync();
        (string secondId, string secondType, _) = await ReadEventAsync(reader);
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}","result":1}""");
        (string thirdId, string thirdType, JsonElement third) = await ReadEventAsync(reader);

        Assert.Equal(
            ["1 job.created", "2 job.updated", "3 job.completed"],
            [$"{firstId} {firstType}", $"{secondId} {secondType}", $"{thirdId} {thirdType}"]);
        Assert.Equal(
            $$"""{"jobId":"{{id}}","owner":"microservice-x","type":"simulate","queue":"default","status":"New","sequence":1,"attempt":0"""
                + ""","occurredAt":"2030-01-01T00:00:00Z"}""",
            first.GetRawText());
        Assert.Equal($"/jobs/{id}/result", third.GetProperty("payloadUri").GetString());
        Assert.Equal("InProgress", third.GetProperty("previousStatus").GetString());
        Assert.Equal("", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task JobEvents_LastEventId_GoesOnBehindIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync();

        Answer behindTheFirst = await host.GetAsync($"/jobs/{id}/events", ("Last-Event-ID", "1"));
        Answer behindTheLast = await host.GetAsync($"/jobs/{id}/events", ("Last-Event-ID", "3"));
        Answer nonsense = await host.GetAsync($"/jobs/{id}/events", ("Last-Event-ID", "x"));

        Assert.Equal("text/event-stream", behindTheFirst["Content-Type"]);
        Assert.Equal("no-store", behindTheFirst["Cache-Control"]);
        Assert.Equal(["id: 3"], behindTheFirst.Text.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NoContent, behindTheLast.Status);
        nonsense.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    /// <summary>
    /// An id that the job has not reached, of another job or from before a store was put back: it waited for the job to reach it, and was
    /// told nothing, not even the end.
    /// </summary>
    [Fact]
    public async Task JobEvents_LastEventIdAheadOfTheJob_BeginsWithHowItStands()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        JobId id = await host.SubmitAsync();
        await using Stream stream = await OpenAsync(host, $"/jobs/{id}/events", ("Last-Event-ID", "99"));
        using var reader = new StreamReader(stream);

        (string liveId, string liveType, _) = await ReadEventAsync(reader);
        JobId ended = await host.CompleteAsync();
        (string nextId, _, _) = await ReadEventAsync(reader);
        Answer ahead = await host.GetAsync($"/jobs/{ended}/events", ("Last-Event-ID", "99"));

        Assert.Equal(("1", "job.created", "2"), (liveId, liveType, nextId));
        Assert.Equal(["id: 3"], ahead.Text.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task JobEvents_NothingHappens_SignsOfLifeEvery15Seconds()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        JobId id = await host.SubmitAsync();
        await using Stream stream = await OpenAsync(host, $"/jobs/{id}/events", ("Last-Event-ID", "1"));
        using var reader = new StreamReader(stream);
        Assert.Equal(":", await ReadLineAsync(reader));
        Assert.Equal("", await ReadLineAsync(reader));
        await host.Jobs.WaitingAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(":", await ReadLineAsync(reader));
    }

    [Fact]
    public async Task JobEvents_ServiceStops_Ends()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        JobId id = await host.SubmitAsync();
        await using Stream stream = await OpenAsync(host, $"/jobs/{id}/events");
        using var reader = new StreamReader(stream);
        await ReadEventAsync(reader);

        await host.StopAsync();

        Assert.Equal("", (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).Trim());
    }

    [Fact]
    public async Task JobEvents_ReaderLeaves_WaitEnds()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        JobId id = await host.SubmitAsync();
        Stream stream = await OpenAsync(host, $"/jobs/{id}/events");
        await host.Jobs.WaitingAsync();

        await stream.DisposeAsync();

        await Eventually.TrueAsync(() => host.Shards.Waiting == 0, "the stream has ended");
    }

    [Fact]
    public async Task Feed_Page_StartsWithNothingAndGoesOnFromTheCursor()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        Answer start = await PageAsync(host, "");
        JobId id = await host.SubmitAsync("""{"owner":"o","queue":"q"}""");
        await host.SubmitAsync();

        Answer next = await PageAsync(host, $"?owner=o&after={start.Json.GetProperty("cursor").GetString()}");
        Answer end = await PageAsync(host, $"?after={next.Json.GetProperty("cursor").GetString()}");
        Answer oldest = await PageAsync(host, "?after=oldest");

        Assert.Equal(0, start.Json.GetProperty("events").GetArrayLength());
        JsonElement cloudEvent = Assert.Single(next.Json.GetProperty("events").EnumerateArray());
        Assert.Equal($"{id}-1", cloudEvent.GetProperty("id").GetString());
        Assert.Equal("job.created", cloudEvent.GetProperty("type").GetString());
        Assert.Equal(0, end.Json.GetProperty("events").GetArrayLength());
        Assert.Equal(3, oldest.Json.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task Feed_PageWithWait_IsAnsweredByTheEvent()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string start = await CursorAsync(host);
        Task<Answer> pending = host.GetAsync($"/events?after={start}", ("Accept", "application/json"), ("Prefer", "wait=20"));
        await host.Jobs.WaitingAsync();

        await host.SubmitAsync();
        Answer answer = await pending;

        Assert.Equal(1, answer.Json.GetProperty("events").GetArrayLength());
        Assert.Equal("wait=20", answer["Preference-Applied"]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task Feed_CursorTooOldOrNone_IsTold(string accept)
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { EventRetention = TimeSpan.FromSeconds(10) });
        string start = await CursorAsync(host);
        await host.SubmitAsync();

        // It goes with a commit after its time, once the broker has it.
        await Eventually.TrueAsync(
            async () =>
            {
                await host.AdvanceAsync(TimeSpan.FromSeconds(5));
                return (await host.GetAsync($"/events?after={start}&limit=1")).Status == HttpStatusCode.Gone;
            },
            "the event is kept no more");

        (await host.GetAsync($"/events?after={start}", ("Accept", accept))).ShouldBeProblem(HttpStatusCode.Gone, "cursor-expired");
        (await host.GetAsync("/events?after=nonsense", ("Accept", accept))).ShouldBeProblem(
            HttpStatusCode.BadRequest, "malformed-request");
        (await host.GetAsync("/events?limit=x", ("Accept", accept))).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    /// <summary>A <c>curl</c> that asked for five events got a stream without an end.</summary>
    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html", "application/json")]
    [InlineData("text/event-stream", "text/event-stream")]
    [InlineData("application/json, text/event-stream", "text/event-stream")]
    public async Task Feed_WithALimit_IsAPageUnlessAStreamIsAskedFor(string? accept, string contentType)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.SubmitAsync();
        await host.SubmitAsync();
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];

        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Get, "/events?after=oldest&limit=1", null, headers);
        using HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        if (contentType != "text/event-stream")
        {
            Assert.Equal(1, (await Answer.OfAsync(response)).Json.GetProperty("events").GetArrayLength());
        }
    }

    [Fact]
    public async Task Feed_Stream_TellsItsPlaceAndThenEachEvent()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.SubmitAsync("""{"owner":"other"}""");
        string start = await CursorAsync(host);
        await using Stream stream = await OpenAsync(host, "/events?owner=o", ("Accept", "text/event-stream"));
        using var reader = new StreamReader(stream);
        Assert.Equal(
            [":", "", $"id: {start}", ""],
            [await ReadLineAsync(reader), await ReadLineAsync(reader), await ReadLineAsync(reader), await ReadLineAsync(reader)]);

        JobId id = await host.SubmitAsync("""{"owner":"o"}""");

        (string cursor, string type, JsonElement cloudEvent) = await ReadEventAsync(reader);
        Assert.Equal(await CursorAsync(host), cursor);
        Assert.Equal("job.created", type);
        Assert.Equal(id.ToString(), cloudEvent.GetProperty("subject").GetString());
        Assert.Equal("o", cloudEvent.GetProperty("data").GetProperty("owner").GetString());
    }

    [Fact]
    public async Task Feed_StreamWithLastEventId_GoesOnThere()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.SubmitAsync();
        string afterTheFirst = await CursorAsync(host);
        JobId second = await host.SubmitAsync();
        await using Stream stream = await OpenAsync(host, "/events?after=oldest", ("Last-Event-ID", afterTheFirst));
        using var reader = new StreamReader(stream);

        (_, _, JsonElement cloudEvent) = await ReadEventAsync(reader);

        Assert.Equal(second.ToString(), cloudEvent.GetProperty("subject").GetString());
    }

    private static Task<Answer> PageAsync(ApiHost host, string query) => host.GetAsync("/events" + query, ("Accept", "application/json"));

    /// <summary>The place behind the newest event.</summary>
    private static async Task<string> CursorAsync(ApiHost host) =>
        (await PageAsync(host, "")).Json.GetProperty("cursor").GetString()!;

    private static async Task<Stream> OpenAsync(ApiHost host, string path, params (string, string)[] headers)
    {
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Get, path, null, headers);
        HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStreamAsync();
    }

    private static async Task<(string Id, string Type, JsonElement Data)> ReadEventAsync(StreamReader reader)
    {
        var fields = new Dictionary<string, string>();
        while (true)
        {
            string line = await ReadLineAsync(reader);
            if (line.Length == 0 && fields.TryGetValue("data", out string? json))
            {
                using var data = JsonDocument.Parse(json);
                return (fields["id"], fields["event"], data.RootElement.Clone());
            }

            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
            {
                fields[line[..colon]] = line[(colon + 2)..];
            }
        }
    }

    private static async Task<string> ReadLineAsync(StreamReader reader) =>
        await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new EndOfStreamException("The stream has ended.");
}
