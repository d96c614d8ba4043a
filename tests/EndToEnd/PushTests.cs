using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>Push workers with the real processes: the sample in Node.js speaks to nothing but its sidecar's pub/sub.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private const int MaxRunning = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly int _workerPorts = FreePort.NextBlock(2);
    private readonly int _workerSidecarPorts = FreePort.NextBlock(2);
    private Suite? _suite;

    private Suite Suite => _suite!;

    public async Task InitializeAsync() => _suite = Node.Missing is not null ? null : await Suite.StartAsync(suite =>
    [
        new("RUN_FILE", WriteRunFile(suite)),
        new("Push__Queues__words__MaxRunning", MaxRunning.ToString(CultureInfo.InvariantCulture)),
        new("Push__Queues__1__Name", "microservice-x"),
        new("Push__Queues__1__MaxRunning", "2"),
        new("Push__Queues__2__Name", "text-stats"),
        new("Doors__RelayOwner", "microservice-x"),
    ]);

    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }

    [NodeFact]
    public async Task NodeWorkers_OneIsKilled_TheOtherDoesItsJobs()
    {
        await using ChildProcess first = await StartWorkerAsync(0, "words");
        await using ChildProcess second = await StartWorkerAsync(1, "words");
        var ids = new List<string>();
        for (int i = 0; i < 9; i++)
        {
            ids.Add(await SubmitAsync("words", leaseSeconds: 5, lines: 6, pauseMilliseconds: 600));
        }

        // Amid its first job: who gets how many is not said. Its heartbeat shows that the message counts as taken; before that the
        // broker brings the message to the other, and no lease is lost.
        string line = await StartedAsync(first);
        string begun = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        await Eventually.TrueAsync(async () => (await JobAsync(begun))["progress"] is not null, "the first has told progress", Deadline);
        first.Kill();

        int mostAtOnce = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                mostAtOnce = Math.Max(mostAtOnce, await LeasedAsync("words"));
                return (await Task.WhenAll(ids.Select(JobAsync))).All(job => Status(job) == "Completed");
            },
            "every job is completed",
            Deadline);
        Assert.InRange(mostAtOnce, 1, MaxRunning);

        JsonNode[] done = await Task.WhenAll(ids.Select(JobAsync));
        Assert.All(
            done, job => Assert.Equal((6, 6), (job["result"]!["lines"]!.GetValue<int>(), job["result"]!["words"]!.GetValue<int>())));
        var lost = done.Where(job => Attempts(job).Any(attempt => attempt.Outcome == "LeaseLost")).ToList();
        Assert.NotEmpty(lost);
        foreach (JsonNode? job in lost)
        {
            await second.WaitForLineAsync(line => line == $"{job["id"]} attempt {job["attempt"]}: done", Deadline);
        }

        Assert.All(done.SelectMany(Attempts), attempt => Assert.Equal("push", attempt.Worker));
    }

    [NodeFact]
    public async Task PullAndPushWorkers_ShareAQueue()
    {
        await using ChildProcess worker = await StartWorkerAsync(0, "microservice-x");
        var ids = new List<string>();
        for (int i = 0; i < 30; i++)
        {
            ids.Add(await SubmitAsync("microservice-x", leaseSeconds: 15, lines: 2, pauseMilliseconds: 150));
        }

        JsonNode[] done = await Task.WhenAll(ids.Select(CompletedAsync));

        var workers = done.Select(job => Attempts(job)[^1].Worker).Distinct().ToList();
        Assert.Contains("push", workers);
        Assert.Contains(workers, name => name != "push");
        Assert.All(
            done, job => Assert.True(JsonNode.DeepEquals(done[0]["result"], job["result"]), $"{done[0]["result"]} and {job["result"]}"));
    }

    [NodeFact]
    public async Task LocalSidecar_KilledAmidWork_LosesNoMessageAndNoReport()
    {
        await using ChildProcess first = await StartWorkerAsync(0, "words");
        await using ChildProcess second = await StartWorkerAsync(1, "words");
        var ids = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            ids.Add(await SubmitAsync("words", leaseSeconds: 5, lines: 3, pauseMilliseconds: 200));
        }

        await StartedAsync(first);
        await Suite.KillAndWaitForReturnAsync("LocalSidecar");

        JsonNode[] done = await Task.WhenAll(ids.Select(CompletedAsync));
        Assert.All(done, job => Assert.Equal(3, job["result"]!["lines"]!.GetValue<int>()));
    }

    [NodeFact]
    public async Task NodeWorker_FailsWhatItCannotDo_AndTellsProgress()
    {
        await using ChildProcess worker = await StartWorkerAsync(0, "words");
        string slow = await SubmitAsync("words", leaseSeconds: 6, lines: 20, pauseMilliseconds: 450);
        string unknown = await SubmitAsync("words", leaseSeconds: 15, lines: 1, pauseMilliseconds: 0, type: "paint");

        JsonNode failed = await Eventually.ValueAsync(
            () => JobAsync(unknown), job => Status(job) == "Failed", "the unknown type fails", Deadline);
        Assert.Contains("paint", failed["error"]!["title"]!.GetValue<string>(), StringComparison.Ordinal);
        await Eventually.ValueAsync(
            () => JobAsync(slow), job => job["progress"]?["percent"]?.GetValue<double>() > 0, "progress is told", Deadline);
        JsonNode done = await CompletedAsync(slow);
        Assert.Equal(1, done["attempt"]!.GetValue<int>());
    }

    [NodeFact]
    public async Task OneJob_InByRelay_IsSeenByAllDoors_WorkedByAPushWorkerAndHeardOfByItsOwner()
    {
        await using ChildProcess worker = await StartWorkerAsync(0, "text-stats");

        using var body = new StringContent(
            """[{"id":"travel-1","queue":"text-stats","timeout":20,"max_retries":2,"payload":{"text":"to be or not to"""
                + """ be","pauseMilliseconds":1500}}]""", Encoding.UTF8, "application/json");
        using HttpResponseMessage accepted = await Suite.Jobs.PostAsync("/v1/queues/jobs", body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        // Everyone sees the one job, each in words of its own.
        JsonNode native = Assert.Single(
            (await Suite.Jobs.GetFromJsonAsync<JsonArray>(new Uri("/jobs?queue=text-stats", UriKind.Relative)))!)!;
        string id = native["id"]!.GetValue<string>();
        Assert.Equal(("travel-1", "microservice-x"), (native["externalId"]!.GetValue<string>(), native["owner"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, await ExistsAsync());
        Assert.Equal("processing", await HastyStatusAsync(id));
        Assert.Equal(
            id,
            (await Suite.Jobs.GetFromJsonAsync<JsonNode>(new Uri($"/Jobs/get?jobId={id}", UriKind.Relative)))!["id"]!.GetValue<string>());

        JsonNode done = await CompletedAsync(id);

        Assert.Equal(("push", "Completed"), Assert.Single(Attempts(done)));
        Assert.Equal(6, done["result"]!["words"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.NotFound, await ExistsAsync());
        Assert.Equal("finished", await HastyStatusAsync(id));
        await Eventually.TrueAsync(
            async () => (await Suite.MicroserviceX.GetFromJsonAsync<JsonArray>(new Uri("/events", UriKind.Relative)))!
                .Where(told => told!["jobId"]!.GetValue<string>() == id)
                .Select(told => told!["kind"]!.GetValue<string>())
                .ToHashSet().IsSupersetOf(["Created", "Completed"]),
            "its owner has heard of its beginning and its end",
            Deadline);
    }

    private async Task<HttpStatusCode> ExistsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/queues/text-stats/jobs/travel-1");
        using HttpResponseMessage answer = await Suite.Jobs.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<string> HastyStatusAsync(string id) =>
        (await Suite.Jobs.GetFromJsonAsync<JsonNode>(new Uri($"/{id}", UriKind.Relative)))!["message"]!["status"]!.GetValue<string>();

    private static string Status(JsonNode job) => job["status"]!.GetValue<string>();

    private static List<(string Worker, string? Outcome)> Attempts(JsonNode job) =>
        [.. job["attempts"]!.AsArray().Select(
            attempt => (attempt!["worker"]!.GetValue<string>(), attempt["outcome"]?.GetValue<string>()))];

    private static Task<string> StartedAsync(ChildProcess worker) =>
        worker.WaitForLineAsync(line => line.EndsWith(": started", StringComparison.Ordinal), Deadline);

    /// <summary>The suite's apps, and two instances of the worker under one app id.</summary>
    private string WriteRunFile(Suite suite)
    {
        var apps = new StringBuilder("version: 1\napps:\n");
        foreach ((string app, int port, int sidecarPort) in new[]
        {
            ("job-orchestrator", suite.JobsPort, suite.SidecarPort), ("microservice-x", suite.XPort, suite.SidecarPort + 1),
            ("node-worker", _workerPorts, _workerSidecarPorts), ("node-worker", _workerPorts + 1, _workerSidecarPorts + 1),
        })
        {
            apps.Append(
                CultureInfo.InvariantCulture, $"- {{appID: {app}, appDirPath: ., appPort: {port}, daprHTTPPort: {sidecarPort}}}\n");
        }

        string file = suite.FileBeside("dapr.yaml");
        File.WriteAllText(file, apps.ToString());
        return file;
    }

    private async Task<ChildProcess> StartWorkerAsync(int instance, string queue)
    {
        var worker = ChildProcess.Start("node", ["index.js"], new Dictionary<string, string?>
        {
            ["APP_PORT"] = (_workerPorts + instance).ToString(CultureInfo.InvariantCulture),
            ["DAPR_HTTP_PORT"] = (_workerSidecarPorts + instance).ToString(CultureInfo.InvariantCulture),
            ["QUEUE"] = queue,
        }, Node.WorkerFolder);
        await worker.WaitForLineAsync(line => line.StartsWith("ready", StringComparison.Ordinal), Deadline);

        // Subscribed: what is published before goes to nobody.
        using var sidecar = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_workerSidecarPorts + instance}") };
        await Eventually.TrueAsync(
            async () =>
                (await sidecar.GetFromJsonAsync<JsonNode>(new Uri("/v1.0/metadata", UriKind.Relative)))!["subscriptions"]!.AsArray()
                    .Any(subscription => subscription!["topic"]!.GetValue<string>() == $"job-work-{queue}"),
            "the worker has subscribed",
            Deadline);
        return worker;
    }

    private async Task<string> SubmitAsync(string queue, int leaseSeconds, int lines, int pauseMilliseconds, string type = "text-stats")
    {
        string text = string.Join("\\n", Enumerable.Repeat("word", lines));
        using var body = new StringContent(
            $$$"""
            {"queue":"{{{queue}}}","type":"{{{type}}}","leaseSeconds":{{{leaseSeconds}}},"maxRetries":"unlimited",
             "backoff":{"kind":"fixed","seconds":0},"input":{"text":"{{{text}}}","pauseMilliseconds":{{{pauseMilliseconds}}}}}
            """,
            Encoding.UTF8,
            "application/json");
        using HttpResponseMessage answer = await Suite.Jobs.PostAsync("/jobs", body);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    private async Task<int> LeasedAsync(string queue) =>
        (await Suite.Jobs.GetFromJsonAsync<JsonNode>(new Uri("/queues", UriKind.Relative)))!.AsArray()
            .FirstOrDefault(one => one!["name"]!.GetValue<string>() == queue)?["leased"]!.GetValue<int>() ?? 0;

    private async Task<JsonNode> JobAsync(string id) =>
        (await Suite.Jobs.GetFromJsonAsync<JsonNode>(new Uri($"/jobs/{id}", UriKind.Relative)))!;

    private Task<JsonNode> CompletedAsync(string id) =>
        Eventually.ValueAsync(() => JobAsync(id), job => Status(job) == "Completed", $"job {id} is completed", Deadline);
}
