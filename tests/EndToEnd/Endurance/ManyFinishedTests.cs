using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;
using Xunit.Abstractions;

namespace EndToEnd.Endurance;

/// <summary>What is finished costs a start next to nothing, and two replicas do not depose each other over it (F3, F5, F22).</summary>
public sealed class ManyFinishedTests(ITestOutputHelper output)
{
    private const int JobCount = 500_000;
    private static readonly TimeSpan TakeoverMax = TimeSpan.FromSeconds(45);

    [LongFact]
    public async Task TwoReplicas_HalfAMillionFinishedJobs_StartAndServe()
    {
        await using Suite suite = await Suite.StartAsync();
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, 4, async (lane, token) =>
        {
            for (int i = lane; i < JobCount / 1_000; i += 4)
            {
                await FinishAsync(suite.Jobs, $"lane-{lane}", token);
            }
        });
        output.WriteLine($"{JobCount} jobs finished in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        int port = FreePort.Next();
        var other = ChildProcess.Start("dotnet", [ProgramOf("JobOrchestrator")], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["DAPR_HTTP_PORT"] = suite.SidecarPort.ToString(CultureInfo.InvariantCulture),
            ["DAPR_GRPC_PORT"] = suite.SidecarGrpcPort.ToString(CultureInfo.InvariantCulture),
            ["Replica__Id"] = "other",
        }, Path.Combine(Repository.Root, "JobOrchestrator"));
        await using (other)
        {
            using var jobs = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await ReplicaServesAgainAsync(suite.Jobs, "the first alone", () => suite.KillAndWaitForReturnAsync("JobOrchestrator"));

            // Whichever takes it: somebody serves, and goes on serving.
            for (int i = 0; i < 3; i++)
            {
                started = Stopwatch.GetTimestamp();
                IReadOnlyDictionary<string, int> ids = await suite.ProcessIdsAsync();
                Signal.Kill.SendTo(ids["JobOrchestrator"]);
                await Eventually.TrueAsync(
                    async () => await ServesAsync(suite.Jobs) || await ServesAsync(jobs), "somebody serves", TakeoverMax);
                output.WriteLine($"kill {i}: served {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s later");
                for (int second = 0; second < 20; second++)
                {
                    Assert.True(await ServesAsync(suite.Jobs) || await ServesAsync(jobs), "It is served all the time.");
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }

                Assert.NotEqual(ids["JobOrchestrator"], (await suite.ProcessIdsAsync())["JobOrchestrator"]);
            }
        }
    }

    private async Task ReplicaServesAgainAsync(HttpClient jobs, string what, Func<Task> kill)
    {
        long started = Stopwatch.GetTimestamp();
        await kill();
        output.WriteLine($"{what}: ready {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s after the kill");
        Assert.True(await ServesAsync(jobs));
    }

    private static async Task<bool> ServesAsync(HttpClient jobs)
    {
        try
        {
            using HttpResponseMessage answer = await jobs.PostAsJsonAsync("/jobs", new { queue = "others", type = "counted" });
            return answer.StatusCode == HttpStatusCode.Accepted;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task FinishAsync(HttpClient jobs, string queue, CancellationToken token)
    {
        object[] batch = [.. Enumerable.Repeat(new { queue, type = "counted" }, 1_000)];
        using HttpResponseMessage submitted = await jobs.PostAsJsonAsync("/jobs/batch?atomic=false", batch, token);
        submitted.EnsureSuccessStatusCode();
        for (int left = 1_000; left > 0;)
        {
            using HttpResponseMessage leased = await jobs.PostAsJsonAsync(
                $"/queues/{queue}/lease", new { worker = "w", max = 1_000, wait = 5 }, token);
            var held = (JsonArray)(await leased.Content.ReadFromJsonAsync<JsonNode>(token))!;
            object[] reports = [.. held.Select(job => new
            {
                jobId = job!["id"]!.GetValue<string>(),
                leaseToken = job["leaseToken"]!.GetValue<string>(),
                action = "complete",
            })];
            using HttpResponseMessage reported = await jobs.PostAsJsonAsync("/jobs/report", new { reports }, token);
            reported.EnsureSuccessStatusCode();
            left -= held.Count;
        }
    }

    private static string ProgramOf(string project) => Path.Combine(
        Repository.Root, project, "bin", Repository.Configuration, "net10.0", $"{project}.dll");
}
