using System.Globalization;
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

    /// <summary>One that begins while another ends lost the file by which a third one sees it.</summary>
    [UnixFact]
    public async Task Terminate_AnotherHasClaimedTheFolder_LeavesItsFileAlone()
    {
        await using Suite suite = await Suite.StartAsync();
        string starter = Path.Combine(suite.DataFolder, "starter");
        await File.WriteAllTextAsync(starter, "12345\n");

        suite.Send(Signal.Terminate);

        Assert.Equal(143, await suite.WaitForExitAsync());
        Assert.Equal("12345\n", await File.ReadAllTextAsync(starter));
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

    /// <summary>Two that begin at the same moment both found nobody there, and emptied each other's logs.</summary>
    [UnixFact]
    public async Task Start_TwoAtTheSameMoment_OneRunsAndTheOtherSaysSo()
    {
        await using var one = Suite.Launch();
        await using var other = Suite.Launch(settings: new() { ["DATA_DIR"] = one.DataFolder });

        Task<int> firstEnd = await Task.WhenAny(one.WaitForExitAsync(), other.WaitForExitAsync());
        bool isOther = other.HasExited;
        await (isOther ? one : other).ReadyAsync();

        Assert.Equal(1, await firstEnd);
        Assert.Contains(
            (isOther ? other : one).Console,
            line => line.StartsWith("[start] Another ./start.sh", StringComparison.Ordinal)
                && line.Contains(one.DataFolder, StringComparison.Ordinal));
        Assert.Equal(Suite.Names, (await one.ProcessIdsAsync()).Keys);
        Assert.NotEqual(0, new FileInfo(Path.Combine(one.DataFolder, "logs", "LocalSidecar.log")).Length);
    }

    /// <summary>After a power cut the numbers may have become anybody's: they are neither minded nor killed.</summary>
    [UnixFact]
    public async Task Start_PidsOfBeforeAreOfAnotherProgram_StartsAndLeavesItAlone()
    {
        await using var bystander = ChildProcess.Start("sleep", ["600"], new Dictionary<string, string?>(), Repository.Root);
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(
            folder["pids"], Suite.Names.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name}={bystander.Id}")));
        await File.WriteAllTextAsync(folder["starter"], string.Create(CultureInfo.InvariantCulture, $"{bystander.Id}\n"));

        await using (var suite = Suite.Launch(settings: new() { ["DATA_DIR"] = folder.Path }))
        {
            await suite.ReadyAsync();
            suite.Send(Signal.Kill);
            await Eventually.TrueAsync(
                () => !File.Exists(folder["pids"]), "the services are stopped", TimeSpan.FromSeconds(40));
        }

        Assert.False(bystander.HasExited);
    }

    [UnixFact]
    public async Task Start_Again_KeepsTheLogsOfBefore()
    {
        using var folder = new TemporaryFolder();
        string log = Path.Combine(Directory.CreateDirectory(folder["logs"]).FullName, "JobOrchestrator.log");
        await File.WriteAllTextAsync(log, "the end of before");

        await using var suite = Suite.Launch(settings: new() { ["DATA_DIR"] = folder.Path });
        await suite.ReadyAsync();

        Assert.Equal("the end of before", await File.ReadAllTextAsync(log.Replace(".log", ".previous.log", StringComparison.Ordinal)));
        Assert.DoesNotContain("the end of before", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("a file is in the way")]
    [InlineData("under a file")]
    public async Task Start_NothingCanBeWritten_SaysSoAndStartsNothing(string how)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        string data = how == "under a file" ? folder["file/data"] : folder["file"];
        await using var suite = Suite.Launch(settings: new() { ["DATA_DIR"] = data });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal($"[start] Nothing can be written into {data}; choose another DATA_DIR.", suite.Console[0]);
        Assert.DoesNotContain(suite.Console, line => line.Contains(" | ", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData("JOBS_PORT", "localhost:5087")]
    [InlineData("X_PORT", "[::1]:5278")]
    [InlineData("SIDECAR_PORT", "many")]
    [InlineData("SIDECAR_PORT", "65535")]
    [InlineData("SIDECAR_GRPC_PORT", "070")]
    [InlineData("JOBS_PORT", "0")]
    public async Task Start_PortThatIsNone_NamesTheVariable(string variable, string value)
    {
        await using var suite = Suite.Launch(settings: new() { [variable] = value });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"[start] {variable} is ", Assert.Single(suite.Console), StringComparison.Ordinal);
    }

    /// <summary>Public report 14: another program on ::1 took half of the callers, and nobody was told.</summary>
    [UnixFact]
    public async Task Start_PortTakenOnTheOtherLoopback_NamesIt()
    {
        using var squatter = new TcpListener(IPAddress.IPv6Loopback, 0);
        squatter.Start();
        int port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        await using var suite = Suite.Launch(jobsPort: port);

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"[start] Port {port} is taken", Assert.Single(suite.Console), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Start_NothingWrong_WarnsOfNothingAndAllLinesHaveOneForm()
    {
        await using Suite suite = await Suite.StartAsync();

        string[] lines = [.. suite.Console.Where(line => line.Contains(" | ", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.Matches(@"^\w+ +\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: [\w.]+\[\d+\] ", line));
        Assert.Equal(Suite.Names.Order(), lines.Select(line => line.Split(' ')[0]).Distinct().Order());
        Assert.Contains(lines, line => line.Contains(" JobOrchestrator 0.", StringComparison.Ordinal));
        using var http = new HttpClient();
        foreach (string path in new[] { $"{suite.JobsPort}/jobs", $"{suite.XPort}/events", $"{suite.SidecarPort}/v1.0/metadata" })
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://[::1]:{path}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    /// <summary>The shell's won over what the script said by the setting's earlier name.</summary>
    [UnixFact]
    public async Task Start_ShellNamesAnotherOrchestrator_MicroserviceXWorksForThisOne()
    {
        await using Suite suite = await Suite.StartAsync(_ => [new("Jobs__Client__Address", $"http://127.0.0.1:{FreePort.Next()}")]);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = JsonContent.Create(new { type = "text-stats", queue = "microservice-x", input = new { text = "to be" } }),
            Headers = { { "Prefer", "wait=20" } },
        };
        using HttpResponseMessage done = await suite.Jobs.SendAsync(request);

        Assert.Contains("\"status\":\"Completed\"", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>By both: the setting, and how it is written.</summary>
    [UnixTheory]
    [InlineData("DAPR_GRPC_ENDPOINT", "localhost:50001", "DAPR_GRPC_ENDPOINT: 'localhost:50001'", "Write http://localhost:50001.")]
    [InlineData("Api__Origins__0", "localhost:3000", "Api:Origins: 'localhost:3000'", "as in https://jobs.example.com")]
    public async Task Start_AddressWithoutAScheme_NamesItAndTheRightForm(string setting, string value, string named, string form)
    {
        await using var suite = Suite.Launch(settings: new() { [setting] = value });

        int exitCode = await suite.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        string said = Assert.Single(suite.Console, line => line.StartsWith(named, StringComparison.Ordinal));
        Assert.Contains(form, said, StringComparison.Ordinal);
        Assert.DoesNotContain(suite.Console, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [UnixTheory]
    [InlineData("Api__WaitSecondsMax", "soon", "Api:WaitSecondsMax is 'soon'; it has to be a whole number.")]
    [InlineData("Doors__Relay", "soon", "Doors:Relay is 'soon'; it has to be true or false.")]
    [InlineData("Store__Shards", "0", "Section Store of the settings: Shards: The field ")]
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
        await using ChildProcess script = await StartOnDaprAsync(folder, how, runFile, "exit 0");

        Assert.Equal(1, await script.WaitForExitAsync());
        Assert.Contains(
            $"[start] Port {port} is taken by another program. Stop it, or write another number in place of {port} into {runFile}"
                + " (daprHTTPPort).",
            script.Lines);
    }

    /// <summary>Only the script's own services were told, and those that Dapr starts asked the proxy for their neighbours.</summary>
    [UnixFact]
    public async Task StartOnDapr_BehindAProxy_NeighboursAreReachedDirectly()
    {
        using var redis = StandInRedis.StartUnlessThereIsOne();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["run.yaml"], "apps:\n  - appID: one\n");

        await using ChildProcess script = await StartOnDaprAsync(
            folder, "dapr", folder["run.yaml"], "echo \"$no_proxy and $NO_PROXY\"", new() { ["NO_PROXY"] = "corp", ["no_proxy"] = null });

        Assert.Equal(0, await script.WaitForExitAsync());
        Assert.Contains("127.0.0.1,localhost,corp and 127.0.0.1,localhost,corp", script.Lines);
    }

    /// <summary>Where <c>dapr</c> is a script of this text.</summary>
    private static async Task<ChildProcess> StartOnDaprAsync(
        TemporaryFolder folder, string how, string runFile, string dapr, Dictionary<string, string?>? settings = null)
    {
        string bin = Directory.CreateDirectory(folder[".dapr/bin"]).FullName;
        foreach (string program in new[] { folder["dapr"], Path.Combine(bin, "daprd") })
        {
            await File.WriteAllTextAsync(program, $"#!/bin/sh\n{dapr}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return ChildProcess.Start(
            "env",
            ["./start.sh", how],
            new Dictionary<string, string?>(settings ?? [])
            {
                ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["DAPR_RUNTIME_PATH"] = folder.Path,
                ["RUN_FILE"] = runFile,
                ["START_NO_BUILD"] = "1",
                ["CONFIGURATION"] = Repository.Configuration,
            },
            Repository.Root);
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
