using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>The sample worker in shell, with the real processes.</summary>
public sealed class ShellWorkerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string Script = Path.Combine(Repository.Root, "samples", "shell-worker", "worker.sh");

    [ShellWorkerFact]
    public async Task Worker_Works_AndAnotherDoesTheJobOfOneThatWasKilled()
    {
        await using Suite suite = await Suite.StartAsync();
        var environment = new Dictionary<string, string?> { ["JOBS"] = $"http://127.0.0.1:{suite.JobsPort}" };
        await using var first = ChildProcess.Start("bash", [Script, "mine"], environment);

        using var body = new StringContent(
            """{"queue":"mine","type":"shout","input":{"say":"hello"}}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = body, Headers = { { "Prefer", "wait=20" } } };
        using HttpResponseMessage answer = await suite.Jobs.SendAsync(request);

        Assert.Equal("HELLO", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["result"]!.GetValue<string>());

        // A pipe that nobody writes to: work that takes for ever, until its worker is killed.
        string pipe = suite.FileBeside("never");
        await using (var make = ChildProcess.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync();
        }

        first.KillTree();
        string stuck = suite.FileBeside("stuck.sh");
        await File.WriteAllTextAsync(stuck, (await File.ReadAllTextAsync(Script)).Replace(
            "tr '[:lower:]' '[:upper:]' <<<\"$1\";", $"cat '{pipe}';", StringComparison.Ordinal));
        await using var second = ChildProcess.Start("bash", [stuck, "mine"], environment);
        using var again = new StringContent(
            """{"queue":"mine","type":"shout","leaseSeconds":6,"input":{"say":"once more"}}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage accepted = await suite.Jobs.PostAsync("/jobs", again);
        Uri location = Assert.IsType<Uri>(accepted.Headers.Location);
        await second.WaitForLineAsync(line => line.EndsWith(": started", StringComparison.Ordinal), Deadline);
        JsonNode leased = (await suite.Jobs.GetFromJsonAsync<JsonNode>(location))!;

        // Its heartbeats keep the job past the lease it began with ...
        await Eventually.TrueAsync(
            () => DateTimeOffset.UtcNow > leased["updatedAt"]!.GetValue<DateTimeOffset>().AddSeconds(8),
            "the first lease is over",
            Deadline);
        Assert.Equal((1, "InProgress"), await StandingAsync(suite, location));

        // ... and end with it, although nobody told them.
        second.Kill();
        await using var third = ChildProcess.Start("bash", [Script, "mine"], environment);
        await Eventually.ValueAsync(
            () => StandingAsync(suite, location), standing => standing == (2, "Completed"), "the third has done it", Deadline);

        // What the killed one was at ends, too: opened and closed, the pipe has come to its end.
        await using (new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite))
        {
        }
    }

    /// <summary>It went on for as long as the work did, and said nothing of it.</summary>
    [ShellWorkerFact]
    public async Task Job_Cancelled_StopsItsWorkAndTheWorkerTakesTheNext()
    {
        await using Suite suite = await Suite.StartAsync();
        string script = suite.FileBeside("slow.sh");
        await File.WriteAllTextAsync(script, (await File.ReadAllTextAsync(Script)).Replace(
            "tr '[:lower:]' '[:upper:]' <<<\"$1\";", "[ \"$1\" != slow ] || sleep 600; echo \"$1\";", StringComparison.Ordinal));
        await using var worker = ChildProcess.Start(
            "bash", [script, "mine"], new Dictionary<string, string?> { ["JOBS"] = $"http://127.0.0.1:{suite.JobsPort}" });
        Uri slow = await SubmitAsync(suite, """{"queue":"mine","type":"shout","leaseSeconds":600,"input":{"say":"slow"}}""");
        await worker.WaitForLineAsync(line => line.EndsWith(": started", StringComparison.Ordinal), Deadline);

        await suite.Jobs.DeleteAsync(slow);

        await Eventually.ValueAsync(
            () => StandingAsync(suite, slow), standing => standing == (1, "Cancelled"), "it is cancelled", Deadline);
        Uri next = await SubmitAsync(suite, """{"queue":"mine","type":"shout","input":{"say":"next"}}""");
        await Eventually.ValueAsync(
            () => StandingAsync(suite, next), standing => standing == (1, "Completed"), "the next is done", Deadline);
    }

    private static async Task<Uri> SubmitAsync(Suite suite, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage accepted = await suite.Jobs.PostAsync("/jobs", body);
        return Assert.IsType<Uri>(accepted.Headers.Location);
    }

    private static async Task<(int Attempt, string Status)> StandingAsync(Suite suite, Uri location)
    {
        JsonNode job = (await suite.Jobs.GetFromJsonAsync<JsonNode>(location))!;
        return (job["attempt"]!.GetValue<int>(), job["status"]!.GetValue<string>());
    }
}

/// <summary>A test that runs the shell worker, and says what is missing where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellWorkerFactAttribute : FactAttribute
{
    public ShellWorkerFactAttribute() => Skip =
        OperatingSystem.IsWindows() ? "needs a POSIX shell and signals"
        : !Programs.IsInstalled("curl") || !Programs.IsInstalled("jq") ? "curl and jq are not installed."
        : null;
}
