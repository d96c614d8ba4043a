using System.Globalization;
using System.Net.Http.Json;
using TestSupport;

namespace EndToEnd;

/// <summary>A service of one's own beside <c>./start.sh</c>, as docs/your-service.md tells: the sample in <c>samples/Shop</c>.</summary>
public sealed class OwnServiceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [UnixFact]
    public async Task Shop_InMicroserviceXsPlace_StartsAJobWorksItAndHearsOfIt()
    {
        int port = FreePort.Next();
        int sidecarPorts = FreePort.NextBlock(2);
        await using Suite suite = await Suite.StartAsync(suite => [new("RUN_FILE", WriteRunFile(suite, port, sidecarPorts))]);
        await using ChildProcess shop = StartShop(suite, port, sidecarPorts);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Deadline };
        await suite.LineAsync(line => line.EndsWith(" shop: the app is up, with 5 subscriptions", StringComparison.Ordinal));

        string greeting = await http.GetStringAsync(new Uri("/greet/Ada", UriKind.Relative));
        string[] heard = await Eventually.ValueAsync(
            async () => (await http.GetFromJsonAsync<string[]>(new Uri("/heard", UriKind.Relative)))!,
            lines => lines.Length > 0,
            "the shop hears of its job",
            Deadline);

        Assert.Equal("Hello, Ada", greeting);
        Assert.EndsWith(" Completed by Broker", Assert.Single(heard), StringComparison.Ordinal);
        Assert.Equal(["LocalSidecar", "JobOrchestrator"], (await suite.ProcessIdsAsync()).Keys);
        Assert.DoesNotContain(suite.Console, line => line.Contains("MicroserviceX", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task Start_RunFileWithoutTheOrchestrator_SaysWhatItLacks()
    {
        using var folder = new TemporaryFolder();
        string runFile = folder["run.yaml"];
        await File.WriteAllTextAsync(runFile, "apps:\n  - appID: shop\n    # appID: job-orchestrator\n");
        await using var suite = Suite.Launch(settings: new() { ["RUN_FILE"] = runFile });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"[start] {runFile} has no app with \"appID: job-orchestrator\"", Assert.Single(suite.Console), StringComparison.Ordinal);
    }

    /// <summary>The sample's own run file on free ports; it lies elsewhere, and no path in it has a use on LocalSidecar.</summary>
    private static string WriteRunFile(Suite suite, int port, int sidecarPorts)
    {
        string file = suite.FileBeside("dapr.yaml");
        File.WriteAllText(file, File.ReadAllText(Path.Combine(Repository.Root, "samples", "Shop", "dapr.yaml"))
            .Replace("5400", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("3600", sidecarPorts.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("50100", (sidecarPorts + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return file;
    }

    private static ChildProcess StartShop(Suite suite, int port, int sidecarPorts) => ChildProcess.Start(
        "dotnet",
        [Path.Combine(Repository.Root, "samples", "Shop", "bin", Repository.Configuration, "net10.0", "Shop.dll")],
        new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["DAPR_HTTP_PORT"] = sidecarPorts.ToString(CultureInfo.InvariantCulture),
            ["DAPR_GRPC_PORT"] = (sidecarPorts + 1).ToString(CultureInfo.InvariantCulture),
            ["Jobs__Client__Address"] = $"http://127.0.0.1:{suite.JobsPort}",
            // Under the data of this suite: what an owner remembers is one process's.
            ["Jobs__Events__Folder"] = suite.FileBeside("job-events"),
        });
}
