using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>The sample in <c>samples/Fibonacci</c>, as its README runs it.</summary>
public sealed class FibonacciTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [UnixFact]
    public async Task Fibonacci_WorkerAndBothSpawners_EveryJobCompletesAndSomeOnlyAfterTheirPauses()
    {
        await using Suite suite = await Suite.StartAsync();
        await using ChildProcess worker = Start(suite, "worker");

        await using ChildProcess spawner = Start(suite, "spawn");
        Assert.Equal(0, await spawner.WaitForExitAsync(Deadline));
        Assert.Contains(spawner.Lines, line => line.StartsWith("50 jobs wait in queue fibonacci, ", StringComparison.Ordinal));
        await using ChildProcess blocking = Start(suite, "spawn-blocking");
        Assert.Equal(0, await blocking.WaitForExitAsync(Deadline));
        Assert.Equal("50 jobs were started; the last one's result is 20365011074.", blocking.Lines[^1]);

        JsonArray jobs = await Eventually.ValueAsync(
            async () => (await suite.Jobs.GetFromJsonAsync<JsonArray>(
                new Uri("/jobs?queue=fibonacci&status=Completed&limit=1000", UriKind.Relative)))!,
            completed => completed.Count == 100,
            "100 completed jobs",
            Deadline);
        Assert.All(jobs, job => Assert.Equal(
            job!["input"]!["x"]!.GetValue<long>() + job["input"]!["y"]!.GetValue<long>(), job["result"]!.GetValue<long>()));
        var hard = jobs.Where(job => job!["attempt"]!.GetValue<int>() > 1).ToList();
        Assert.Equal(18, hard.Count);
        Assert.All(hard, job => Assert.Equal(
            ["Failed", "Failed", "Failed", "Completed"],
            job!["attempts"]!.AsArray().Select(attempt => attempt!["outcome"]!.GetValue<string>())));
        Assert.All(hard, AssertPauses);

        worker.Send(Signal.Terminate);
        Assert.Equal(0, await worker.WaitForExitAsync(Deadline));
    }

    [UnixFact]
    public async Task Fibonacci_NotToldWhatToBe_SaysWhatThereIs()
    {
        await using var process = ChildProcess.Start("dotnet", [Program]);

        Assert.Equal(64, await process.WaitForExitAsync(Deadline));
        Assert.Contains("worker, spawn or spawn-blocking", process.Output, StringComparison.Ordinal);
    }

    private static string Program =>
        Path.Combine(Repository.Root, "samples", "Fibonacci", "bin", Repository.Configuration, "net10.0", "Fibonacci.dll");

    private static ChildProcess Start(Suite suite, string role) => ChildProcess.Start(
        "dotnet",
        [Program, role],
        new Dictionary<string, string?> { ["JobOrchestrator__Address"] = $"http://127.0.0.1:{suite.JobsPort}" });

    /// <summary>At least 1, 2, 3 seconds, or 1, 2, 4.</summary>
    private static void AssertPauses(JsonNode? job)
    {
        int[] pauses = job!["type"]!.GetValue<string>() == "fibonacci-linear" ? [1, 2, 3] : [1, 2, 4];
        JsonArray attempts = job["attempts"]!.AsArray();
        for (int i = 0; i < pauses.Length; i++)
        {
            TimeSpan pause =
                attempts[i + 1]!["startedAt"]!.GetValue<DateTimeOffset>() - attempts[i]!["endedAt"]!.GetValue<DateTimeOffset>();
            Assert.True(pause >= TimeSpan.FromSeconds(pauses[i]), $"Pause {i + 1} of {job["type"]} took {pause}.");
        }
    }
}
