using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EndToEnd.Worker;
using JobOrchestrator.Sdk;
using TestSupport;

namespace EndToEnd.Workers;

/// <summary>What a scraper reads of the running service, and what is shipped for those who look at it.</summary>
[Collection(SharedSuite.Name)]
public sealed partial class MetricsTests(SharedSuite shared)
{
    private static readonly string[] Counted =
    [
        "jobs_submitted_total", "jobs_finished_total", "attempts_total", "job_wait_seconds", "job_run_seconds", "commit_duration_seconds",
        "commit_jobs", "queue_depth", "queue_running", "queue_oldest_age_seconds", "outbox_pending", "outbox_oldest_age_seconds",
        "feed_readers", "shard_held", "waiters",
    ];

    // Of these a run in which all goes well shows zeros.
    private static readonly string[] OfTrouble = ["lease_lost_total", "reports_refused_total", "commit_conflicts_total"];

    [UnixFact]
    public async Task AfterAKnownRun_TheScrapeSaysWhatHappened()
    {
        string queue = SharedSuite.NewQueue("metrics");
        for (int i = 0; i < 3; i++)
        {
            await shared.Client.EnqueueAsync(new Work(), new JobOptions { Queue = queue });
        }

        IReadOnlyDictionary<string, double> waiting = await Eventually.ValueAsync(
            ScrapeAsync,
            scrape => Value(scrape, "queue_depth", queue, "state=\"ready\"") == 3,
            "three jobs wait",
            TimeSpan.FromSeconds(30));
        Assert.InRange(Value(waiting, "queue_oldest_age_seconds", queue), 0, 60);

        string name = $"{queue}-worker";
        await using (var fleet = new Fleet(1, _ => WorkerProcess.Start(shared.Suite, name, queue)))
        {
            await shared.Client.RunAsync(new Work(), new JobOptions { Queue = queue });
        }

        IReadOnlyDictionary<string, double> done = await Eventually.ValueAsync(
            ScrapeAsync,
            scrape => Value(scrape, "jobs_finished_total", queue, "status=\"Completed\"") == 4
                && Value(scrape, "attempts_total", queue, "outcome=\"Completed\"") == 4
                && Value(scrape, "job_run_seconds_count", queue) == 4
                && Value(scrape, "queue_depth", queue, "state=\"ready\"") == 0
                && Value(scrape, "queue_running", queue) == 0,
            "four jobs are done",
            TimeSpan.FromSeconds(30));
        Assert.Equal(4, Value(done, "jobs_submitted_total", queue));
        Assert.Equal(4, Value(done, "job_wait_seconds_count", queue));
        Assert.All(Counted.Concat(OfTrouble), metric => Assert.Contains(done.Keys, key =>
            key.StartsWith($"joborchestrator_{metric}", StringComparison.Ordinal)));

        // The service's own account says the same.
        using var audit = JsonDocument.Parse(await shared.Suite.Jobs.GetStringAsync("/audit"));
        long accepted = audit.RootElement.GetProperty("shards").EnumerateArray().Sum(shard => shard.GetProperty("accepted").GetInt64());
        Assert.True(Sum(done, "jobs_submitted_total") <= accepted);
        Assert.Equal(audit.RootElement.GetProperty("shards").GetArrayLength(), Sum(done, "shard_held"));
    }

    [UnixFact]
    public async Task WhoHasNoKey_IsToldNothing_UnlessMetricsAreOpen()
    {
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK], await AskAsync(open: false));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], await AskAsync(open: true));
    }

    /// <summary>What is shipped asks for nothing that is not measured.</summary>
    [Theory]
    [InlineData("deploy/grafana/joborchestrator.json")]
    [InlineData("deploy/prometheus/alerts.yml")]
    public void WhatIsShipped_AsksForWhatIsMeasured(string file)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var known = Counted.Concat(OfTrouble)
            .SelectMany(metric => new[] { metric, metric + "_bucket", metric + "_sum", metric + "_count" })
            .ToHashSet(StringComparer.Ordinal);

        var asked = MetricName().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(asked);
        Assert.All(asked, metric => Assert.Contains(metric, known));
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            // Each has its place on the page.
            Assert.All(
                Counted.Concat(OfTrouble),
                metric => Assert.Contains(asked, name => name.StartsWith(metric, StringComparison.Ordinal)));
        }
    }

    private static async Task<HttpStatusCode[]> AskAsync(bool open)
    {
        int port = FreePort.Next();
        await using var process = ChildProcess.Start(
            "dotnet",
            [$"bin/{Repository.Configuration}/net10.0/JobOrchestrator.dll"],
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["DAPR_HTTP_PORT"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
                ["DAPR_GRPC_PORT"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
                ["Metrics__Open"] = open ? "true" : "false",
                ["Api__Keys__0__Name"] = "ops",
                ["Api__Keys__0__Key"] = "operate-everything-1",
                ["Api__Keys__0__Admin"] = "true",
                ["Api__Keys__1__Name"] = "shop",
                ["Api__Keys__1__Key"] = "one-owner-only-12345",
                ["Api__Keys__1__Owner"] = "shop",
                ["Api__Keys__1__Permissions"] = "Submit",
                ["Api__Keys__1__SubmitQueues__0"] = "*",
            },
            Path.Combine(Repository.Root, "JobOrchestrator"));
        await process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var statuses = new List<HttpStatusCode>();
        foreach (string? key in new[] { null, "one-owner-only-12345", "operate-everything-1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            if (key is not null)
            {
                request.Headers.Add("X-Api-Key", key);
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            statuses.Add(response.StatusCode);
        }

        return [.. statuses];
    }

    private async Task<IReadOnlyDictionary<string, double>> ScrapeAsync()
    {
        string text = await shared.Suite.Jobs.GetStringAsync("/metrics");
        return text.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Line().Match(line))
            .GroupBy(match => match.Groups[1].Value, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => double.Parse(group.Last().Groups[2].Value, CultureInfo.InvariantCulture),
                StringComparer.Ordinal);
    }

    /// <summary>The sum of a metric's lines that have a queue and a label.</summary>
    private static double Value(IReadOnlyDictionary<string, double> scrape, string metric, string queue, string label = "") => scrape
        .Where(line => line.Key.StartsWith($"joborchestrator_{metric}{{", StringComparison.Ordinal)
            && line.Key.Contains($"queue=\"{queue}\"", StringComparison.Ordinal)
            && line.Key.Contains(label, StringComparison.Ordinal))
        .Sum(line => line.Value);

    private static double Sum(IReadOnlyDictionary<string, double> scrape, string metric) => scrape
        .Where(line => line.Key.StartsWith($"joborchestrator_{metric}{{", StringComparison.Ordinal))
        .Sum(line => line.Value);

    [GeneratedRegex(@"^(\S+?(?:\{.*\})?) (\S+)")]
    private static partial Regex Line();

    [GeneratedRegex("joborchestrator_([a-z_]+)")]
    private static partial Regex MetricName();
}
