namespace Load;

/// <summary>What a scenario needs beside LocalSidecar and JobOrchestrator.</summary>
[Flags]
internal enum Needs
{
    Nothing = 0,

    /// <summary>MicroserviceX, with its sidecar.</summary>
    MicroserviceX = 1,

    /// <summary>A proxy between JobOrchestrator and its sidecar that counts.</summary>
    Counts = 2,
}

/// <summary>
/// LocalSidecar and JobOrchestrator of one checkout, as processes on free ports, with a data folder that goes with them.
/// </summary>
internal sealed class Suite : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("load-").FullName;
    private readonly int[] _ports = Ports.Free(6);
    private readonly List<Child> _children = [];

    private readonly IReadOnlyList<(string, string)> _settings;
    private readonly Needs _needs;

    private Suite(string folder, Needs needs, IReadOnlyList<(string, string)> settings)
    {
        Folder = folder;
        _needs = needs;
        _settings = settings;
    }

    public string Folder { get; }

    public int JobsPort => _ports[0];

    public int SidecarHttpPort => _ports[1];

    public int SidecarGrpcPort => _ports[2];

    public int MicroserviceXPort => _ports[3];

    /// <summary>What each process has used until now.</summary>
    public async Task<IReadOnlyDictionary<string, Usage>> UsageAsync()
    {
        var all = new Dictionary<string, Usage>();
        foreach (Child child in _children)
        {
            all[child.Name] = await child.UsageAsync();
        }

        return all;
    }

    public Child Sidecar => _children[0];

    public Child Orchestrator => _children[1];

    /// <summary>What goes to the sidecar; null: nobody counts.</summary>
    public CountingProxy? Counts { get; private set; }

    /// <exception cref="InvalidOperationException">It did not become ready.</exception>
    public static async Task<Suite> StartAsync(string folder, Needs needs, IReadOnlyList<(string Name, string Value)> settings)
    {
        var suite = new Suite(folder, needs, settings);
        try
        {
            await suite.StartAllAsync();
            return suite;
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills both and starts them on what they have stored; how long until JobOrchestrator was ready again.</summary>
    public async Task<(TimeSpan Sidecar, TimeSpan Orchestrator)> RestartAsync()
    {
        await Orchestrator.DisposeAsync();
        await Sidecar.DisposeAsync();
        _children.Clear();
        return await StartBothAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Child child in _children)
        {
            await child.DisposeAsync();
        }

        if (Counts is not null)
        {
            await Counts.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAllAsync()
    {
        if (_needs.HasFlag(Needs.Counts))
        {
            Counts = await CountingProxy.StartAsync(SidecarGrpcPort);
        }

        await StartBothAsync();
        if (_needs.HasFlag(Needs.MicroserviceX))
        {
            Launch(
                "MicroserviceX",
                "MicroserviceX",
                [],
                ("ASPNETCORE_URLS", $"http://127.0.0.1:{Ports.Text(MicroserviceXPort)}"),
                ("DAPR_HTTP_PORT", Ports.Text(_ports[4])),
                ("DAPR_GRPC_PORT", Ports.Text(_ports[5])),
                ("Jobs__Client__Address", $"http://127.0.0.1:{Ports.Text(JobsPort)}"),
                ("DATA_DIR", _data));
            await Readiness.WaitAsync(MicroserviceXPort, "/health/ready");
        }
    }

    private async Task<(TimeSpan Sidecar, TimeSpan Orchestrator)> StartBothAsync()
    {
        bool withX = _needs.HasFlag(Needs.MicroserviceX);
        Launch(
            "LocalSidecar",
            ".",
            [
                .. withX ? ForBoth() : ForOne(), "--resources-path", Components(), "--data", Path.Combine(_data, "sidecar"),
            ],
            [.. _settings]);
        TimeSpan sidecar = await Readiness.WaitAsync(SidecarHttpPort, "/v1.0/healthz/outbound");
        Launch(
            "JobOrchestrator",
            "JobOrchestrator",
            [],
            [
                ("ASPNETCORE_URLS", $"http://127.0.0.1:{Ports.Text(JobsPort)}"),
                ("APP_PORT", Ports.Text(JobsPort)),
                ("DAPR_HTTP_PORT", Ports.Text(SidecarHttpPort)),
                ("DAPR_GRPC_PORT", Ports.Text(Counts?.Port ?? SidecarGrpcPort)),
                .. _settings,
            ]);
        return (sidecar, await Readiness.WaitAsync(JobsPort, "/health/ready"));
    }

    private string[] ForOne() =>
    [
        "--app-id", "job-orchestrator", "--app-port", Ports.Text(JobsPort), "--dapr-http-port", Ports.Text(SidecarHttpPort),
        "--dapr-grpc-port", Ports.Text(SidecarGrpcPort),
    ];

    private string[] ForBoth() =>
    [
        "-f", "dapr.yaml", .. Set("job-orchestrator", JobsPort, SidecarHttpPort, SidecarGrpcPort),
        .. Set("microservice-x", MicroserviceXPort, _ports[4], _ports[5]),
    ];

    private static string[] Set(string app, int appPort, int httpPort, int grpcPort) =>
    [
        "--set", $"{app}.appPort={Ports.Text(appPort)}", "--set", $"{app}.daprHTTPPort={Ports.Text(httpPort)}",
        "--set", $"{app}.daprGRPCPort={Ports.Text(grpcPort)}",
    ];

    /// <summary>The local components, with a secrets file of this run's own.</summary>
    private string Components()
    {
        string folder = Path.Combine(_data, "components");
        Directory.CreateDirectory(folder);
        string secrets = Path.Combine(_data, "secrets.json");
        File.WriteAllText(secrets, "{}");
        foreach (string file in Directory.GetFiles(Path.Combine(Folder, "components", "local")))
        {
            string text = File.ReadAllText(file).Replace("./secrets.json", secrets, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }

        return folder;
    }

    private void Launch(string name, string workingFolder, IEnumerable<string> arguments, params (string, string)[] environment)
    {
        string dll = Path.Combine(Folder, name, "bin", "Release", "net10.0", $"{name}.dll");
        if (!File.Exists(dll))
        {
            throw new InvalidOperationException($"{Folder} has no Release build of {name}.");
        }

        _children.Add(Child.Start(name, dll, Path.Combine(Folder, workingFolder), arguments, environment));
    }
}
