using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TestSupport;

namespace EndToEnd;

/// <summary>The first command that a newcomer runs.</summary>
public sealed class StartScriptTests
{
    [UnixFact]
    public async Task Start_AllReady_PrintsAddressesThatAnswer()
    {
        await using Suite suite = await Suite.StartAsync();

        string[] addresses =
        [
            $"http://127.0.0.1:{suite.JobsPort}/swagger",
            $"http://127.0.0.1:{suite.JobsPort}/jobs",
            $"http://127.0.0.1:{suite.XPort}/events",
            $"http://127.0.0.1:{suite.SidecarPort}/v1.0/metadata",
        ];
        using var http = new HttpClient();
        foreach (string address in addresses)
        {
            Assert.Contains(suite.Console, line => line.EndsWith(" " + address, StringComparison.Ordinal));
            using HttpResponseMessage answer = await http.GetAsync(new Uri(address));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    /// <summary>L4: jobs, logs and secrets could be read by every user of the machine.</summary>
    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_AllReady_NobodyElseCanReadItsFiles()
    {
        await using Suite suite = await Suite.StartAsync();
        using HttpResponseMessage submitted = await suite.Jobs.PostAsJsonAsync(new Uri("/jobs", UriKind.Relative), new { queue = "q" });
        submitted.EnsureSuccessStatusCode();

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        string[] open = [.. new[] { suite.DataFolder, Path.Combine(Repository.Root, "secrets.json") }
            .Concat(Directory.EnumerateFileSystemEntries(suite.DataFolder, "*", SearchOption.AllDirectories))
            .Where(path => (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)];
        Assert.Empty(open);
    }

    [UnixFact]
    public async Task ControlC_AllRunning_StopsThemInOrderAndLeavesNothing()
    {
        await using Suite suite = await Suite.StartAsync();
        IReadOnlyDictionary<string, int> processIds = await suite.ProcessIdsAsync();

        int exitCode = await suite.PressControlCAsync();

        Assert.Equal(130, exitCode);
        Assert.Equal(Suite.Names, processIds.Keys);
        Assert.All(processIds.Values, id => Assert.False(ProcessTable.IsRunning(id)));
        Assert.Equal("[start] stopped.", suite.Console[^1]);
        Assert.False(File.Exists(Path.Combine(suite.DataFolder, "pids")));
        Assert.Equal(
            ["[start] MicroserviceX has stopped.", "[start] JobOrchestrator has stopped.", "[start] LocalSidecar has stopped."],
            suite.Console.Where(line => line.EndsWith(" has stopped.", StringComparison.Ordinal)));
        Assert.DoesNotContain(suite.Console, line => line.Contains("killing it", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task Terminate_AllRunning_StopsThem()
    {
        await using Suite suite = await Suite.StartAsync();
        IReadOnlyDictionary<string, int> processIds = await suite.ProcessIdsAsync();

        suite.Send(Signal.Terminate);

        Assert.Equal(143, await suite.WaitForExitAsync());
        Assert.All(processIds.Values, id => Assert.False(ProcessTable.IsRunning(id)));
    }

    [UnixFact]
    public async Task Kill_TheScriptItself_ServicesStopAllTheSame()
    {
        await using Suite suite = await Suite.StartAsync();
        IReadOnlyDictionary<string, int> processIds = await suite.ProcessIdsAsync();

        suite.Send(Signal.Kill);

        await Eventually.TrueAsync(
            () => !processIds.Values.Any(ProcessTable.IsRunning), "no service is left without its script", TimeSpan.FromSeconds(40));
    }

    [UnixFact]
    public async Task Kill_OneService_IsStartedAgain()
    {
        await using Suite suite = await Suite.StartAsync();
        IReadOnlyDictionary<string, int> before = await suite.ProcessIdsAsync();

        await suite.KillAndWaitForReturnAsync("MicroserviceX");

        IReadOnlyDictionary<string, int> after = await suite.ProcessIdsAsync();
        Assert.NotEqual(before["MicroserviceX"], after["MicroserviceX"]);
        Assert.Equal(before["JobOrchestrator"], after["JobOrchestrator"]);
        Assert.Contains($"[start] MicroserviceX (pid {before["MicroserviceX"]}) was killed (signal 9); starting it again.", suite.Console);
    }

    [UnixFact]
    public async Task Start_PortTaken_NamesPortAndVariableAndStartsNothing()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        int port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        await using var suite = Suite.Launch(jobsPort: port);

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        string message = Assert.Single(suite.Console);
        Assert.StartsWith($"[start] Port {port} is taken by another program.", message, StringComparison.Ordinal);
        Assert.Contains($"JOBS_PORT={port + 1000}", message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_SeveralPortsTaken_NamesAllOfThemAtOnce()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        other.Start();
        int jobsPort = ((IPEndPoint)squatter.LocalEndpoint).Port, xPort = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var suite = Suite.Launch(jobsPort: jobsPort, settings: new() { ["X_PORT"] = $"{xPort}" });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        string message = Assert.Single(suite.Console);
        Assert.StartsWith($"[start] Ports {jobsPort}, {xPort} are taken by other programs.", message, StringComparison.Ordinal);
        Assert.EndsWith($": JOBS_PORT={jobsPort + 1000} X_PORT={xPort + 1000} ./start.sh", message, StringComparison.Ordinal);
    }

    /// <summary>The second one emptied the first one's logs and took its file of process ids away, by which it is stopped.</summary>
    [UnixFact]
    public async Task Start_AnotherRunsOnTheSameData_SaysSoAndLeavesItsFilesAlone()
    {
        await using Suite first = await Suite.StartAsync();
        IReadOnlyDictionary<string, int> before = await first.ProcessIdsAsync();
        await using var second = Suite.Launch(settings: new() { ["DATA_DIR"] = first.DataFolder });

        int exitCode = await second.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"[start] Another ./start.sh runs with the data in {first.DataFolder} (LocalSidecar is process {before["LocalSidecar"]}).",
            second.Console[0],
            StringComparison.Ordinal);
        Assert.Equal(before, await first.ProcessIdsAsync());
        Assert.NotEqual(0, new FileInfo(Path.Combine(first.DataFolder, "logs", "LocalSidecar.log")).Length);
    }

    [UnixFact]
    public async Task Start_NothingWrong_WarnsOfNothing()
    {
        await using Suite suite = await Suite.StartAsync();

        Assert.DoesNotContain(suite.Console, line => line.Contains(" warn: ", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData("Api__WaitSecondsMax", "soon", "Failed to convert configuration value 'soon' at 'Api:WaitSecondsMax'")]
    [InlineData("Doors__Relay", "soon", "Failed to convert configuration value 'soon' at 'Doors:Relay'")]
    [InlineData("Store__Shards", "0", "Shards: The field StoreOptions.Shards must be between 1 and 256.")]
    public async Task Start_WrongSetting_NamesItInTheEndWithoutAStackTrace(string setting, string value, string complaint)
    {
        await using var suite = Suite.Launch(settings: new() { [setting] = value });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(suite.Console, line => line.StartsWith(complaint, StringComparison.Ordinal));
        Assert.DoesNotContain(suite.Console, line => line.StartsWith("JobOrchestrator | Unhandled exception", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData("dapr")]
    [InlineData("cosmos")]
    public async Task StartOnDapr_CommandMissing_SaysWhatToInstall(string how)
    {
        await using var script = ChildProcess.Start(
            "env", ["./start.sh", how], new Dictionary<string, string?> { ["PATH"] = "/usr/bin:/bin" }, Repository.Root);

        Assert.Equal(1, await script.WaitForExitAsync());
        Assert.Contains(script.Lines, line => line.StartsWith("[start] The dapr command is not here.", StringComparison.Ordinal));
        Assert.DoesNotContain(script.Lines, line => line.StartsWith("[cosmos]", StringComparison.Ordinal));
    }

    /// <summary>On Dapr the ports are the run file's: those are looked at, and that is where another one is to be written.</summary>
    [UnixTheory]
    [InlineData("dapr")]
    [InlineData("cosmos")]
    public async Task StartOnDapr_PortTaken_NamesThePortAndTheRunFile(string how)
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        int port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        using var redis = StandInRedis.StartUnlessThereIsOne();
        using var folder = new TemporaryFolder();
        string runFile = folder["run.yaml"];
        await File.WriteAllTextAsync(runFile, $"""
            common:
              resourcesPath: ./components/redis
            apps:
              - appID: one
                appPort: {FreePort.Next()}
                daprHTTPPort: {FreePort.Next()}
              - appID: other
                daprHTTPPort: {port}
            """);
        string bin = Directory.CreateDirectory(folder[".dapr/bin"]).FullName;
        foreach (string program in new[] { folder["dapr"], Path.Combine(bin, "daprd") })
        {
            await File.WriteAllTextAsync(program, "#!/bin/sh\nexit 0\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        await using var script = ChildProcess.Start(
            "env",
            ["./start.sh", how],
            new Dictionary<string, string?>
            {
                ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["DAPR_RUNTIME_PATH"] = folder.Path,
                ["RUN_FILE"] = runFile,
                ["START_NO_BUILD"] = "1",
                ["CONFIGURATION"] = Repository.Configuration,
            },
            Repository.Root);

        Assert.Equal(1, await script.WaitForExitAsync());
        Assert.Contains(
            $"[start] Port {port} is taken by another program. Stop it, or write another number in place of {port} into {runFile}"
                + " (daprHTTPPort).",
            script.Lines);
    }

    [UnixFact]
    public async Task StartCosmos_CheckWithoutAnEmulator_SaysThatNothingListensAndNeedsNoDapr()
    {
        using var components = new TemporaryFolder();
        string shipped = Path.Combine(Repository.Root, "components", "cosmos");
        string store = await File.ReadAllTextAsync(Path.Combine(shipped, "statestore.yaml"));
        string url = $"https://localhost:{FreePort.Next()}";
        await File.WriteAllTextAsync(
            components["statestore.yaml"], store.Replace("https://localhost:8081", url, StringComparison.Ordinal));
        File.Copy(Path.Combine(shipped, "secrets.yaml"), components["secrets.yaml"]);
        await File.WriteAllTextAsync(components["secrets.json"], """{"cosmos-key":"a2V5"}""");
        string app = Directory.CreateDirectory(components["app"]).FullName;

        await using var script = ChildProcess.Start(
            "env",
            ["./start.sh", "cosmos", "--check", "--components", components.Path, "--app", app],
            new Dictionary<string, string?> { ["START_NO_BUILD"] = "1", ["CONFIGURATION"] = Repository.Configuration },
            Repository.Root);

        Assert.Equal(1, await script.WaitForExitAsync());
        Assert.Equal($"[cosmos] Nothing listens on {url}: is the emulator running?", script.Lines[^1]);
    }
}
