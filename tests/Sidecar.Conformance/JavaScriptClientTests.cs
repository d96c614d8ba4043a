using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

public sealed class JavaScriptClientTests
{
    [NodeFact]
    public Task DaprsOwnClient_Unmodified_WorksThroughout() => WorksAsync("check.mjs", sidecar => sidecar.Address.Port);

    [NodeFact]
    public Task DaprsOwnClient_ByGrpc_WorksThroughout() => WorksAsync("grpc.mjs", sidecar => sidecar.GrpcAddress.Port);

    private static async Task WorksAsync(string script, Func<LocalSidecarProcess, int> port)
    {
        int[] ports = Ports.Free(2);
        using var folder = new RunFolder("js", "common");
        await using var sidecar = LocalSidecarProcess.Start(folder, ports[1], ports[0], new Dictionary<string, string>());

        (int? exitCode, string? output) = await Node.RunAsync(script, port(sidecar), ports[0]);

        Assert.True(exitCode == 0, $"node ended with {exitCode}:\n{output}\n\nLocalSidecar said:\n{sidecar.Output}");
        Assert.Equal(0, await sidecar.ExitCodeAsync());
    }
}
