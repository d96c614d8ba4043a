using Sidecar.Conformance.Calls;
using Sidecar.Conformance.Recorded;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

/// <summary>
/// Replays recordings of a real sidecar's gRPC, each app against a fresh sidecar. Whatever is not as recorded must stand in
/// <see cref="ListedDifferences"/>, and whatever stands there must show.
/// </summary>
public abstract class CallRecordingTests
{
    private static readonly string[] HealthChecks =
    [
        "--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-probe-timeout", "500",
        "--app-health-threshold", "2",
    ];

    private protected static Task ReplayAsync(string name, string app, string[] resources, Dictionary<string, string>? tokens = null)
    {
        CallRecording recording = CallRecording.Read(name).Of(app);
        return External.GrpcUrl is null
            ? ReplayLocallyAsync(name, recording, app, resources, tokens ?? [])
            : ReplayExternallyAsync(recording);
    }

    private static async Task ReplayLocallyAsync(
        string name, CallRecording recording, string app, string[] resources, Dictionary<string, string> tokens)
    {
        // As long as the suffix that was recorded: the sizes of messages depend on it.
        string run = $"r{Guid.NewGuid().ToString("N")[..9]}";
        int[] ports = Ports.Free(2);
        string[] protocol = ["--app-protocol", app == "http" ? "http" : "grpc", .. app == "health" ? HealthChecks : []];
        using RunFolder folder = new(run, resources);
        using HttpClient http = new();
        await using ICallApp answering = CallApps.Of(recording, ports[0], run);
        await using var sidecar = LocalSidecarProcess.Start(folder, ports[1], ports[0], tokens, protocol);
        await sidecar.ReadyAsync(http, withoutApp: true);
        IReadOnlyList<ListedDifference> listed = ListedDifferences.In(name, recording);
        CallTarget target = new(sidecar.Address, sidecar.GrpcAddress, tokens.GetValueOrDefault("DAPR_API_TOKEN"));
        using CallReplay replay = new(recording, target, answering, run, listed, ReplayPace.Real);

        string report = Verdict.Of(await replay.RunAsync(), listed);

        Assert.True(report.Length == 0, $"{report}\n\nLocalSidecar said:\n{sidecar.Output}");
        Assert.Equal(0, await sidecar.ExitCodeAsync());
    }

    private static async Task ReplayExternallyAsync(CallRecording recording)
    {
        await using ICallApp app = CallApps.Of(recording, External.AppPort, External.Run);
        CallTarget target = new(External.Url!, External.GrpcUrl!, External.ApiToken);
        using CallReplay replay = new(recording, target, app, External.Run, [], ReplayPace.Real);
        string[] shutdown = [.. recording.Exchanges.Select(one => one.Name).SkipWhile(name => name != "shutdown")];

        IReadOnlyList<Difference> found = await replay.RunAsync(without: shutdown);

        string report = string.Join("\n\n", found.Where(difference => !ListedDifferences.IsOfVersion(difference)));
        Assert.True(report.Length == 0, report);
    }
}

public sealed class InMemoryCallRecordingTests : CallRecordingTests
{
    [CallRecordingFact("in-memory", "http")]
    public Task HttpApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory", "http", ["common"]);

    [CallRecordingFact("in-memory", "grpc")]
    public Task GrpcApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory", "grpc", ["common"]);

    [CallRecordingFact("in-memory", "health")]
    public Task HealthChecks_Replayed_AreAsRecorded() => ReplayAsync("in-memory", "health", ["common"]);
}

public sealed class RetryCallRecordingTests : CallRecordingTests
{
    [CallRecordingFact("in-memory+retry", "http")]
    public Task HttpApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory+retry", "http", ["common", "retry"]);

    [CallRecordingFact("in-memory+retry", "grpc")]
    public Task GrpcApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory+retry", "grpc", ["common", "retry"]);
}

public sealed class TokensCallRecordingTests : CallRecordingTests
{
    private static readonly Dictionary<string, string> Tokens = new()
    {
        ["DAPR_API_TOKEN"] = "sidecar-secret",
        ["APP_API_TOKEN"] = "app-secret",
    };

    [CallRecordingFact("in-memory+tokens", "http")]
    public Task HttpApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory+tokens", "http", ["common"], Tokens);

    [CallRecordingFact("in-memory+tokens", "grpc")]
    public Task GrpcApp_Replayed_IsAsRecorded() => ReplayAsync("in-memory+tokens", "grpc", ["common"], Tokens);
}
