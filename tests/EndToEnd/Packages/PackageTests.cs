using System.Globalization;
using TestSupport;

namespace EndToEnd.Packages;

/// <summary>
/// What a user has who installs the SDK as a package, outside this repository, with Dapr's published packages beside it.
/// </summary>
public sealed class PackageTests
{
    private const string Version = "1.0.0-packed";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    [UnixFact]
    public async Task PackedSdk_CallerWorkerAndOwnerInOneApp_AJobGoesAllTheWay()
    {
        using var folder = new TemporaryFolder();
        string app = folder["app"];
        await PackAsync(folder["feed"]);
        await BuildAppAsync(app, folder["feed"], folder["packages"]);
        int appPort = FreePort.Next();
        int sidecarPorts = FreePort.NextBlock(2);
        await using Suite suite = await Suite.StartAsync(suite => [new("RUN_FILE", WriteRunFile(suite, appPort, sidecarPorts))]);

        await using var consumer = ChildProcess.Start(
            Dotnet,
            [Path.Combine(app, "bin", "Release", "net10.0", "Consumer.dll")],
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{appPort}",
                ["DAPR_HTTP_PORT"] = sidecarPorts.ToString(CultureInfo.InvariantCulture),
                ["DAPR_GRPC_PORT"] = (sidecarPorts + 1).ToString(CultureInfo.InvariantCulture),
                ["JobOrchestrator__Address"] = $"http://127.0.0.1:{suite.JobsPort}",
            },
            app);

        Assert.True(await consumer.WaitForExitAsync(Deadline) == 0, consumer.Output);
        Assert.Contains("caller: Hello, Ada", consumer.Lines);
        Assert.Contains("owner: Completed by Broker", consumer.Lines);
        Assert.Contains("store: Completed", consumer.Lines);
    }

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static Task PackAsync(string feed) => RunAsync(
        ["pack", Path.Combine(
            Repository.Root,
            "JobOrchestrator.Sdk"), "-c", Repository.Configuration, "--no-build", "-o", feed, $"-p:PackageVersion={Version}"],
        Repository.Root);

    /// <summary>Packages that this machine has already are taken from there; ours goes into a folder that goes with the test.</summary>
    private static async Task BuildAppAsync(string app, string feed, string packages)
    {
        Directory.CreateDirectory(app);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Consumer")))
        {
            File.Copy(file, Path.Combine(app, Path.GetFileName(file)));
        }

        string here = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await RunAsync(
            [
                "build", "-c", "Release", "-nologo", $"-p:SdkVersion={Version}", $"-p:RestorePackagesPath={packages}",
                $"-p:RestoreFallbackFolders={here}", $"-p:RestoreAdditionalProjectSources={feed}",
            ],
            app);
    }

    /// <summary>The suite's apps, and the consumer's, whose sidecar serves both of Dapr's APIs.</summary>
    private static string WriteRunFile(Suite suite, int appPort, int sidecarPorts)
    {
        string file = suite.FileBeside("dapr.yaml");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            version: 1
            apps:
            - appID: job-orchestrator
              appDirPath: .
            - appID: microservice-x
              appDirPath: .
            - appID: shop
              appDirPath: .
              appPort: {appPort}
              daprHTTPPort: {sidecarPorts}
              daprGRPCPort: {sidecarPorts + 1}
            """));
        return file;
    }

    private static async Task RunAsync(IEnumerable<string> arguments, string workingDirectory)
    {
        await using var process = ChildProcess.Start(Dotnet, arguments, workingDirectory: workingDirectory);
        Assert.True(await process.WaitForExitAsync(Deadline) == 0, process.Output);
    }
}
