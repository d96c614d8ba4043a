using Sidecar.Conformance.Recorded;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

/// <summary>
/// Replays recordings of a real sidecar. Whatever is not as recorded must stand in <see cref="ListedDifferences"/>, and
/// whatever stands there must show.
/// </summary>
public abstract class RecordingTests
{
    private protected static async Task ReplayAsync(string name, string[] resources, Dictionary<string, string>? tokens = null)
    {
        if (External.Url is { } url)
        {
            await ReplayExternallyAsync(name, url);
        }
        else
        {
            await ReplayLocallyAsync(name, resources, tokens ?? []);
        }
    }

    private static async Task ReplayLocallyAsync(string name, string[] resources, Dictionary<string, string> tokens)
    {
        string run = $"r{Guid.NewGuid().ToString("N")[..8]}";
        int[] ports = Ports.Free(2);
        using var folder = new RunFolder(run, resources);
        using var http = new HttpClient();
        await using var app = new RecordedApp(ports[0], run);
        await app.StartAsync();
        await using var sidecar = LocalSidecarProcess.Start(folder, ports[1], ports[0], tokens);
        await sidecar.ReadyAsync(http);
        IReadOnlyList<ListedDifference> listed = ListedDifferences.In(name);

        IReadOnlyList<Difference> found = await new Replay(Recording.Read(name), sidecar.Address, app, run, listed).RunAsync(http);

        string report = Verdict.Of(found, listed);
        Assert.True(report.Length == 0, $"{report}\n\nLocalSidecar said:\n{sidecar.Output}");
        Assert.Equal(0, await sidecar.ExitCodeAsync());
    }

    private static async Task ReplayExternallyAsync(string name, Uri url)
    {
        using var http = new HttpClient();
        await using var app = new RecordedApp(External.AppPort, External.Run);
        await app.StartAsync();
        Assert.True(
            await Eventually.IsAsync(async () => (await http.GetAsync(new Uri(url, "/v1.0/healthz"))).IsSuccessStatusCode),
            $"{url} is not ready.");

        IReadOnlyList<Difference> found = await new Replay(
            Recording.Read(name), url, app, External.Run, []).RunAsync(http, without: "shutdown");

        string report = string.Join("\n\n", found.Where(difference => !ListedDifferences.IsOfVersion(difference)));
        Assert.True(report.Length == 0, report);
    }
}

public sealed class InMemoryRecordingTests : RecordingTests
{
    [RecordingFact("in-memory")]
    public Task InMemory_Replayed_IsAsRecorded() => ReplayAsync("in-memory", ["common"]);
}

public sealed class RetryRecordingTests : RecordingTests
{
    [RecordingFact("in-memory+retry")]
    public Task Retry_Replayed_IsAsRecorded() => ReplayAsync("in-memory+retry", ["common", "retry"]);
}

public sealed class PatientRecordingTests : RecordingTests
{
    [RecordingFact("in-memory+patient")]
    public Task Patient_Replayed_IsAsRecorded() => ReplayAsync("in-memory+patient", ["common", "patient"]);
}

public sealed class TokensRecordingTests : RecordingTests
{
    [RecordingFact("in-memory+tokens")]
    public Task Tokens_Replayed_IsAsRecorded() =>
        ReplayAsync("in-memory+tokens", ["common"], new() { ["DAPR_API_TOKEN"] = "sidecar-secret", ["APP_API_TOKEN"] = "app-secret" });
}
