using System.Globalization;
using TestSupport;

namespace EndToEnd;

/// <summary>The real processes, started by <c>./start.sh</c> on free ports with an empty data folder.</summary>
internal sealed class Suite : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);
    private readonly TemporaryFolder _folder = new();
    private readonly ChildProcess _script;

    private Suite(int? jobsPort, Func<Suite, IEnumerable<KeyValuePair<string, string?>>>? settings)
    {
        JobsPort = jobsPort ?? FreePort.Next();
        XPort = FreePort.Next();
        SidecarPort = FreePort.NextBlock(2);
        SidecarGrpcPort = FreePort.NextBlock(2);
        Jobs = ClientOf(JobsPort);
        MicroserviceX = ClientOf(XPort);
        Sidecar = ClientOf(SidecarPort);
        _script = ChildProcess.Start("env", [.. AsFromATerminal(), "./start.sh"], new Dictionary<string, string?>
        {
            ["JOBS_PORT"] = JobsPort.ToString(CultureInfo.InvariantCulture),
            ["X_PORT"] = XPort.ToString(CultureInfo.InvariantCulture),
            ["SIDECAR_PORT"] = SidecarPort.ToString(CultureInfo.InvariantCulture),
            ["SIDECAR_GRPC_PORT"] = SidecarGrpcPort.ToString(CultureInfo.InvariantCulture),
            ["DATA_DIR"] = DataFolder,
            ["CONFIGURATION"] = Repository.Configuration,
            ["START_NO_BUILD"] = "1",
            // Enough for MicroserviceX to show every event of a test, and not only the last 1,000.
            ["EVENTS_KEPT"] = "1000000",
        }.Concat(settings?.Invoke(this) ?? []), Repository.Root);
    }

    public static IReadOnlyList<string> Names { get; } = ["LocalSidecar", "JobOrchestrator", "MicroserviceX"];

    public int JobsPort { get; }

    public int XPort { get; }

    public int SidecarPort { get; }

    public int SidecarGrpcPort { get; }

    public string DataFolder => _folder["data"];

    /// <summary>A file of the test's own beside the data.</summary>
    public string FileBeside(string name) => _folder[name];

    /// <summary>Everything on the console so far.</summary>
    public IReadOnlyList<string> Console => _script.Lines;

    public HttpClient Jobs { get; }

    public HttpClient MicroserviceX { get; }

    public HttpClient Sidecar { get; }

    /// <summary>Starts the script without waiting for anything.</summary>
    /// <param name="jobsPort">A port for JobOrchestrator; a free one when null.</param>
    /// <param name="settings">More environment for the script.</param>
    public static Suite Launch(int? jobsPort = null, Dictionary<string, string?>? settings = null) =>
        new(jobsPort, settings is null ? null : _ => settings);

    /// <summary>Starts the script and waits for its line <c>ready</c>.</summary>
    /// <param name="settings">More environment for the script, perhaps made of the suite's ports.</param>
    public static async Task<Suite> StartAsync(Func<Suite, IEnumerable<KeyValuePair<string, string?>>>? settings = null)
    {
        var suite = new Suite(null, settings);
        try
        {
            await suite.ReadyAsync();
            return suite;
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }
    }

    public Task ReadyAsync() => _script.WaitForLineAsync(line => line == "ready", StartDeadline);

    /// <summary>Waits for a line on the console, of those before too.</summary>
    public Task LineAsync(Func<string, bool> accept) => _script.WaitForLineAsync(accept, StartDeadline);

    /// <summary>Process ids by name, as the file that is meant for people shows them.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ProcessIdsAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(DataFolder, "pids")))
            .Select(line => line.Split('='))
            .ToDictionary(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture));

    /// <summary>Kills services as <c>kill -9</c> does and waits until the script has started them again and found them ready.</summary>
    public Task KillAndWaitForReturnAsync(params IReadOnlyList<string> names) => SendAndWaitForReturnAsync(Signal.Kill, names);

    /// <summary>Has services stop as they are to, and waits until the script has started them again and found them ready.</summary>
    public Task StopAndWaitForReturnAsync(params IReadOnlyList<string> names) => SendAndWaitForReturnAsync(Signal.Terminate, names);

    private async Task SendAndWaitForReturnAsync(Signal signal, IReadOnlyList<string> names)
    {
        var returnsBefore = names.ToDictionary(name => name, name => Console.Count(line => IsReturn(line, name)));
        IReadOnlyDictionary<string, int> processIds = await ProcessIdsAsync();
        foreach (string name in names)
        {
            signal.SendTo(processIds[name]);
        }

        foreach (string name in names)
        {
            int returns = 0;
            await _script.WaitForLineAsync(line => IsReturn(line, name) && ++returns > returnsBefore[name], StartDeadline);
        }
    }

    /// <summary>Does what Ctrl+C in a terminal does: SIGINT to every process of the group. Returns the exit code.</summary>
    public Task<int> PressControlCAsync()
    {
        Signal.Interrupt.SendTo(OperatingSystem.IsLinux() ? -_script.Id : _script.Id);
        return WaitForExitAsync();
    }

    public Task<int> WaitForExitAsync() => _script.WaitForExitAsync(StartDeadline);

    /// <summary>Whether the script has ended.</summary>
    public bool HasExited => _script.HasExited;

    /// <summary>Sends a signal to the script alone.</summary>
    public void Send(Signal signal) => _script.Send(signal);

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Send(Signal.Terminate);
            await _script.WaitForExitAsync(StartDeadline);
        }

        await _script.DisposeAsync();
        Jobs.Dispose();
        MicroserviceX.Dispose();
        Sidecar.Dispose();
        _folder.Dispose();
    }

    // In a process group of its own, and with SIGINT heeded: a test run that was started in the background ignores it
    // and hands that down. macOS has neither command; there Ctrl+C is a signal to the script alone.
    private static string[] AsFromATerminal() => OperatingSystem.IsLinux() ? ["--default-signal=INT", "setsid"] : [];

    private static HttpClient ClientOf(int port) =>
        new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };

    private static bool IsReturn(string line, string name) =>
        line.StartsWith($"[start] {name} is ready again", StringComparison.Ordinal);
}
