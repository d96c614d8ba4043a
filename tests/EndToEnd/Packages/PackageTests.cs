using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using TestSupport;

namespace EndToEnd.Packages;

/// <summary>
/// What a user has who installs the SDK as a package, outside this repository, with Dapr's published packages beside it.
/// </summary>
public sealed class PackageTests
{
    private const string Version = "1.0.0-packed";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private static readonly string[] Packed = ["JobOrchestrator.Abstractions", "JobOrchestrator.Sdk", "JobOrchestrator.Sdk.Testing"];

    [UnixFact]
    public async Task PackedSdk_CallerWorkerAndOwnerInOneApp_AJobGoesAllTheWay()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder["feed"]);
        await BuildAppAsync(folder);
        string app = Path.Combine(folder["app"], "Consumer");
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
                ["Jobs__Client__Address"] = $"http://127.0.0.1:{suite.JobsPort}",
            },
            app);

        Assert.True(await consumer.WaitForExitAsync(Deadline) == 0, consumer.Output);
        Assert.Contains("caller: Hello, Ada", consumer.Lines);
        Assert.Contains("caller: Hello, Grace!!", consumer.Lines);
        Assert.Contains(consumer.Lines, line => line.Contains("\"status\":\"Completed\"", StringComparison.Ordinal));
        Assert.Contains(
            $"health: Healthy, Works greet from greetings (2 at once) at http://127.0.0.1:{suite.JobsPort}/.", consumer.Lines);
        Assert.Contains(consumer.Lines, line => line.StartsWith("owner: Healthy, ", StringComparison.Ordinal));
        Assert.Contains("owner: Completed by Broker", consumer.Lines);
        Assert.Contains("store: Completed", consumer.Lines);
    }

    [UnixFact]
    public async Task PackedTesting_ProcessorOfAnApp_RunsInMemory()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder["feed"]);
        await BuildAppAsync(folder);

        await using var rehearsal = ChildProcess.Start(
            Dotnet, [Path.Combine(folder["app"], "Rehearsal", "bin", "Release", "net10.0", "Rehearsal.dll")]);

        Assert.True(await rehearsal.WaitForExitAsync(Deadline) == 0, rehearsal.Output);
        Assert.Contains("test: Completed, Hello, Grace", rehearsal.Lines);
        Assert.Contains("fake: Welcome, 2 marks", rehearsal.Lines);
        Assert.Contains("fake: (No voice.)", rehearsal.Lines);
    }

    /// <summary>
    /// A contract assembly gets one small library; who tests gets the SDK that the test code was built with, and no other.
    /// </summary>
    [UnixFact]
    public async Task Packages_WhatTheyNeed_IsEachOtherAndDaprsAspNetCorePackage()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder["feed"]);

        Assert.Empty(NeedsOf(folder["feed"], "JobOrchestrator.Abstractions"));
        Assert.Equal(
            ["ASP.NET Core", "Dapr.AspNetCore", $"JobOrchestrator.Abstractions {Version}"],
            NeedsOf(folder["feed"], "JobOrchestrator.Sdk"));
        Assert.Contains($"JobOrchestrator.Sdk [{Version}]", NeedsOf(folder["feed"], "JobOrchestrator.Sdk.Testing"));
        Assert.All(Packed, package => Assert.NotEmpty(ReadmeOf(folder["feed"], package)));
    }

    /// <summary>What somebody looks for who may not install everything, and what an editor shows while one types.</summary>
    [UnixFact]
    public async Task Packages_EachOfThem_SayTheirLicenceAndBringDocumentationAndSymbols()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder["feed"]);

        Assert.All(Packed, package =>
        {
            XElement metadata = NuspecOf(folder["feed"], package).Root!.Elements().Single();
            ILookup<string, string> said = metadata.Elements().ToLookup(element => element.Name.LocalName, element => element.Value);
            Assert.Equal(("MIT", "the JobOrchestrator authors"), (said["license"].Single(), said["authors"].Single()));
            Assert.NotEmpty(said["description"].Single());
            Assert.NotEmpty(said["tags"].Single());
            using ZipArchive archive = Open(folder["feed"], package);
            Assert.NotNull(archive.GetEntry($"lib/net10.0/{package}.xml"));
            using ZipArchive symbols = Open(folder["feed"], package, "snupkg");
            Assert.NotNull(symbols.GetEntry($"lib/net10.0/{package}.pdb"));
        });
    }

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static async Task PackAsync(string feed)
    {
        foreach (string project in Packed)
        {
            await RunAsync(
                [
                    "pack", Path.Combine(Repository.Root, project), "-c", Repository.Configuration, "--no-build", "-o", feed,
                    $"-p:PackageVersion={Version}",
                ],
                Repository.Root);
        }
    }

    /// <summary>Packages that this machine has already are taken from there; ours goes into a folder that goes with the test.</summary>
    private static async Task BuildAppAsync(TemporaryFolder folder)
    {
        string sources = Path.Combine(Repository.Root, "tests", "Consumer");
        foreach (string project in Directory.GetDirectories(sources))
        {
            string copy = Path.Combine(folder["app"], Path.GetFileName(project));
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.GetFiles(project))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
        }

        string here = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await RunAsync(
            [
                "build", "-c", "Release", "-nologo", $"-p:SdkVersion={Version}", $"-p:RestorePackagesPath={folder["packages"]}",
                $"-p:RestoreFallbackFolders={here}", $"-p:RestoreAdditionalProjectSources={folder["feed"]}",
            ],
            Path.Combine(folder["app"], "Rehearsal"));
    }

    /// <summary>What a package makes its user install: other packages, ours with their versions, and shared frameworks.</summary>
    private static IEnumerable<string> NeedsOf(string feed, string package)
    {
        XDocument nuspec = NuspecOf(feed, package);
        IEnumerable<string> frameworks = nuspec.Descendants().Where(element => element.Name.LocalName == "frameworkReference")
            .Select(element => element.Attribute("name")!.Value == "Microsoft.AspNetCore.App" ? "ASP.NET Core" : element.ToString());
        IEnumerable<string> packages = nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (Id: element.Attribute("id")!.Value, Version: element.Attribute("version")!.Value))
            .Select(needed => Packed.Contains(needed.Id) ? $"{needed.Id} {needed.Version}" : needed.Id);
        return [.. frameworks.Concat(packages).Order(StringComparer.Ordinal)];
    }

    private static XDocument NuspecOf(string feed, string package)
    {
        using ZipArchive archive = Open(feed, package);
        using Stream stream = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(stream);
    }

    private static string ReadmeOf(string feed, string package)
    {
        using ZipArchive archive = Open(feed, package);
        using var reader = new StreamReader(archive.GetEntry("README.md")!.Open());
        return reader.ReadToEnd();
    }

    private static ZipArchive Open(string feed, string package, string kind = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(feed, $"{package}.{Version}.{kind}"));

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
