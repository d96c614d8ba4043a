using Sidecar.Conformance.Running;

namespace Sidecar.Conformance;

public sealed class JavaScriptClientTests
{
    [NodeFact]
    public async Task DaprsOwnClient_Unmodified_WorksThroughout()
    {
        var ports = Ports.Free(2);
        using var folder = new RunFolder("js", "common");
        await using var sidecar = LocalSidecarProcess.Start(folder, ports[1], ports[0], new Dictionary<string, string>());

        var (exitCode, output) = await Node.RunAsync("check.mjs", ports[1], ports[0]);

        Assert.True(exitCode == 0, $"node ended with {exitCode}:\n{output}\n\nLocalSidecar said:\n{sidecar.Output}");
        Assert.Equal(0, await sidecar.ExitCodeAsync());
    }
}
