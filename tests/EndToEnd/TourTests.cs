using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>A newcomer's first minutes, with the real processes: what the README walks through.</summary>
public sealed class TourTests : IAsyncLifetime
{
    private Suite? _suite;

    private Suite Suite => _suite!;

    public async Task InitializeAsync() => _suite = OperatingSystem.IsWindows() ? null : await Suite.StartAsync();

    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }

    [UnixFact]
    public async Task StartJobWithTimeout_DoneInTime_AnswersWithTheResultByteForByte()
    {
        const string Result = """{ "answer" : 42, "precise":0.123456789012345678901234567890 }""";
        using StringContent body = Json(
            $$$"""{"owner":"microservice-x","initialTimeout":20000,"input":{"seconds":0.2,"result":{{{Result}}} } }""");

        using HttpResponseMessage answer = await Suite.Jobs.PostAsync("/Jobs/StartJobWithTimeout", body);

        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains(Result, text, StringComparison.Ordinal);
        Uri location = Assert.IsType<Uri>(answer.Headers.Location);
        Assert.Equal(Result, await Suite.Jobs.GetStringAsync(location + "/result"));
    }

    [UnixFact]
    public async Task StartJob_NoWaiting_LocationLeadsToTheJobAndItsOwnerHearsEverything()
    {
        using StringContent body = Json("""{"owner":"microservice-x","parameters":{"seconds":"0.3"}}""");

        using HttpResponseMessage answer = await Suite.Jobs.PostAsync("/Jobs/StartJob", body);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Uri location = Assert.IsType<Uri>(answer.Headers.Location);
        JsonNode job = await FinishedAsync(location);
        Assert.Equal("Completed", job["status"]!.GetValue<string>());
        await OwnerHeardOfAsync(job);
    }

    [UnixFact]
    public async Task Text_OfTheFermyonSample_FailsWithItsWordsWhenItIsFoobar()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = Json("""{"input":"FooBar"}""") };
        request.Headers.Add("Prefer", "wait=20");

        using HttpResponseMessage answer = await Suite.Jobs.SendAsync(request);

        JsonNode? job = await answer.Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal("Failed", job!["status"]!.GetValue<string>());
        Assert.Equal("Received 'foobar' as input", job["error"]!["title"]!.GetValue<string>());
    }

    [UnixFact]
    public async Task TextStats_WaitedFor_IsWorkedByMicroserviceX()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = Json(
                """{"owner":"microservice-x","type":"text-stats","queue":"microservice-x","input":{"text":"to be or\nnot to be"}}"""),
            Headers = { { "Prefer", "wait=20" } },
        };

        using HttpResponseMessage answer = await Suite.Jobs.SendAsync(request);

        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        JsonNode result = JsonNode.Parse(text)!["result"]!;
        Assert.Equal(
            (2, 6, 4), (result["lines"]!.GetValue<int>(), result["words"]!.GetValue<int>(), result["distinctWords"]!.GetValue<int>()));
    }

    [UnixFact]
    public async Task Cancel_RunningJob_EndsCancelledAndItsOwnerHearsOfIt()
    {
        using StringContent body = Json("""{"owner":"microservice-x","input":{"seconds":600},"leaseSeconds":5}""");
        using HttpResponseMessage answer = await Suite.Jobs.PostAsync("/jobs", body);
        Uri location = Assert.IsType<Uri>(answer.Headers.Location);
        await JobAsync(location, job => job["status"]!.GetValue<string>() == "InProgress", "the job is running");

        using HttpResponseMessage cancelled = await Suite.Jobs.DeleteAsync(location);

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        JsonNode job = await FinishedAsync(location);
        Assert.Equal("Cancelled", job["status"]!.GetValue<string>());
        await OwnerHeardOfAsync(job);
    }

    [UnixFact]
    public async Task State_OfAJob_IsReadableThroughAnyServicesSidecar()
    {
        using StringContent body = Json("""{"owner":"microservice-x","initialTimeout":20000,"input":{"seconds":0.1}}""");
        using HttpResponseMessage answer = await Suite.Jobs.PostAsync("/Jobs/StartJobWithTimeout", body);
        string id = answer.Headers.Location!.Segments[^1];

        using var http = new HttpClient();
        foreach (int port in new[] { Suite.SidecarPort, Suite.SidecarPort + 1 })
        {
            JsonNode? document = await http.GetFromJsonAsync<JsonNode>(new Uri($"http://127.0.0.1:{port}/v1.0/state/jobs/{id}"));
            Assert.Equal(id, document!["id"]!.GetValue<string>());
        }
    }

    [UnixFact]
    public async Task Swagger_DescribesTheRoutesOfTheTour()
    {
        string page = await Suite.Jobs.GetStringAsync(new Uri("/swagger/index.html", UriKind.Relative));
        JsonNode? description = await Suite.Jobs.GetFromJsonAsync<JsonNode>(new Uri("/swagger/v1/swagger.json", UriKind.Relative));

        Assert.Contains("swagger-ui", page, StringComparison.Ordinal);
        var paths = description!["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/Jobs/StartJobWithTimeout", paths);
        Assert.Contains("/jobs/{id}", paths);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private Task<JsonNode> FinishedAsync(Uri location) =>
        JobAsync(location, job => job["status"]!.GetValue<string>() is "Completed" or "Failed" or "Cancelled", "the job is finished");

    private Task<JsonNode> JobAsync(Uri location, Func<JsonNode, bool> accept, string what) => Eventually.ValueAsync(
        async () => (await Suite.Jobs.GetFromJsonAsync<JsonNode>(location))!, accept, what, TimeSpan.FromSeconds(20));

    // Every change of the job, from the first to the last, has reached MicroserviceX.
    private async Task OwnerHeardOfAsync(JsonNode job)
    {
        (string? id, long last) = (job["id"]!.GetValue<string>(), job["sequence"]!.GetValue<long>());
        var address = new Uri($"/events?jobId={id}", UriKind.Relative);
        await Eventually.ValueAsync(
            async () =>
            {
                JsonArray events = (await Suite.MicroserviceX.GetFromJsonAsync<JsonNode>(address))!.AsArray();
                return string.Join(' ', events.Select(received => received!["sequence"]!.GetValue<long>()).Distinct().Order());
            },
            sequences => sequences == string.Join(' ', Enumerable.Range(1, (int)last)),
            $"events 1 to {last} at MicroserviceX",
            TimeSpan.FromSeconds(20));
    }
}
