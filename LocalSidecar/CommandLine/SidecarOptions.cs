using JobOrchestrator;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.CommandLine;

/// <summary>What the command line asks for.</summary>
/// <param name="Apps">One for daprd's flags, all of a run file's with <c>-f</c>.</param>
/// <param name="DataFolder">Null: everything is in memory only.</param>
/// <param name="Unused">Flags of daprd's that have no use here.</param>
internal sealed record SidecarOptions(IReadOnlyList<AppSettings> Apps, string? DataFolder, IReadOnlyList<string> Unused)
{
    /// <summary>The least that is logged; what the flag says, else the most that one of the run file's apps asks for.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Whether a flag said that, which then goes before the settings of the environment.</summary>
    public bool IsLogLevelSaid { get; init; }

    /// <summary>Lines of the log are JSON objects, whatever the environment says.</summary>
    public bool LogAsJson { get; init; }

    public const string Usage = """
        LocalSidecar: Dapr's HTTP and gRPC API for one machine, with durable storage in a folder.

          LocalSidecar --app-id ID [--app-port PORT] [--dapr-http-port 3500] [--dapr-grpc-port 50001]
                       [--resources-path DIR]... [--data DIR]
          LocalSidecar -f dapr.yaml [--resources-path DIR]... [--set appId.key=value]... [--data DIR]

          --app-id                 the app's name
          --app-port               where the app listens; without it the app only calls
          --app-protocol           how the sidecar calls the app: http or grpc (http)
          --app-channel-address    the app's host, such as ::1 (127.0.0.1)
          --app-max-concurrency    calls into the app at one time (-1: no limit)
          --enable-app-health-check
                                   asks a gRPC app whether it is well; with --app-health-probe-interval (5, seconds),
                                   --app-health-probe-timeout (500, milliseconds) and --app-health-threshold (3)
          --dapr-http-port         where the sidecar listens, on localhost: 127.0.0.1 and ::1 (3500; 0: any free port, on
                                   127.0.0.1 alone)
          --dapr-grpc-port         where it listens for gRPC, likewise (50001; in a run file any free port)
          --max-body-size          the largest request body, and the largest message each way over gRPC (4Mi)
          --allowed-hosts          names besides this machine's own by which it may be called, with commas (none)
          --allowed-origins        origins whose pages may read and change something over HTTP, with commas (none; daprd: all)
          --resources-path         a folder of components, subscriptions and resiliency; may be given several times
          -f, --run-file           a multi-app run file: one process serves the sidecars of all its apps
          --set appId.key=value    overrides one key of the run file for one app
          --log-level              the least that is logged: debug, info, warn, error or fatal (info)
          --log-as-json            lines of the log are JSON objects
          --data                   keeps state and messages in this folder; without it they are in memory only

        Other flags of daprd's are accepted and named in one log line. Environment: DAPR_API_TOKEN, APP_API_TOKEN, and
        for the log Logging__LogLevel__Default, Logging__Console__FormatterName and all others of .NET's.
        """;

    /// <summary>Where daprd listens for gRPC unless it is told, and where apps look for it.</summary>
    private const int GrpcPort = 50001;

    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["app-id"] = "appID",
        ["app-port"] = "appPort",
        ["app-protocol"] = "appProtocol",
        ["app-channel-address"] = "appChannelAddress",
        ["app-max-concurrency"] = "appMaxConcurrency",
        ["enable-app-health-check"] = "enableAppHealthCheck",
        ["app-health-probe-interval"] = "appHealthProbeInterval",
        ["app-health-probe-timeout"] = "appHealthProbeTimeout",
        ["app-health-threshold"] = "appHealthThreshold",
        ["dapr-http-port"] = "daprHTTPPort",
        ["dapr-grpc-port"] = "daprGRPCPort",
        ["max-body-size"] = "maxBodySize",
        ["allowed-hosts"] = "allowedHosts",
        ["allowed-origins"] = "allowedOrigins",
    };

    /// <summary>Flags that are not one key of a run file.</summary>
    private static readonly string[] OtherFlags =
        ["f", "run-file", "data", "set", "resources-path", "components-path", "dapr-http-max-request-size", "log-level"];

    // The flags of daprd's that take no value may stand alone.
    private static readonly string[] Switches =
    [
        "enable-metrics", "enable-api-logging", "enable-app-health-check", "enable-profiling", "enable-mtls", "log-as-json", "app-ssl",
        "wait",
        "disable-builtin-k8s-secret-store",
    ];

    private static readonly string[] UnusedFlags =
    [
        "app-health-check-path", "config", "mode",
        "dapr-internal-grpc-port", "dapr-listen-addresses", "dapr-internal-grpc-listen-address", "dapr-public-port",
        "dapr-public-listen-address", "dapr-graceful-shutdown-seconds", "dapr-block-shutdown-duration", "dapr-http-read-buffer-size",
        "read-buffer-size", "metrics-port", "metrics-listen-address", "profile-port", "profile-listen-address", "placement-host-address",
        "scheduler-host-address", "sentry-address", "trust-domain", "control-plane-address", "control-plane-namespace",
        "control-plane-trust-domain", "actors-service", "reminders-service", "disable-init-endpoints", "unix-domain-socket",
        "components-chart-repo",
    ];

    /// <exception cref="StartException">A flag is unknown, lacks its value, or has a wrong one.</exception>
    public static SidecarOptions Parse(IReadOnlyList<string> arguments)
    {
        var single = new AppSettings { GrpcPort = GrpcPort };
        var folders = new List<string>();
        var overrides = new List<string>();
        var unused = new List<string>();
        string? runFile = null;
        string? data = null;
        LogLevel? logLevel = null;
        bool logAsJson = false;
        foreach ((string flag, string value) in Flags(arguments))
        {
            switch (flag)
            {
                case "f" or "run-file":
                    runFile = value;
                    break;
                case "data":
                    data = value;
                    break;
                case "set":
                    overrides.Add(value);
                    break;
                case "resources-path" or "components-path":
                    folders.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "log-level":
                    logLevel = AppSettings.Level(flag, value, "--" + flag);
                    break;
                case "log-as-json":
                    logAsJson = GoBoolean.TryParse(value, out bool isOn)
                        ? isOn
                        : throw new StartException($"--{flag} should be true or false, not '{value}'.");
                    break;
                case "dapr-http-max-request-size":
                    single.TryWith("maxBodySize", value + "Mi", "--" + flag, out single);
                    break;
                default:
                    if (Keys.TryGetValue(flag, out string? key))
                    {
                        single.TryWith(key, value, "--" + flag, out single);
                    }
                    else
                    {
                        unused.Add("--" + flag);
                    }

                    break;
            }
        }

        IReadOnlyList<AppSettings> apps = runFile is null ? [single] : RunFile.Read(runFile);
        apps = Override(apps, overrides);
        apps = folders.Count > 0 ? [.. apps.Select(app => app with { ResourcesPaths = folders })] : apps;
        Check(apps, runFile);
        if (apps.Any(static app => app is { EnableAppHealthCheck: true, AppProtocol: AppProtocol.Http }))
        {
            unused.Add("--enable-app-health-check (of apps called over HTTP)");
        }

        return new SidecarOptions(apps, data, unused)
        {
            LogLevel = logLevel ?? apps.Min(static app => app.LogLevel),
            IsLogLevelSaid = logLevel is not null,
            LogAsJson = logAsJson,
        };
    }

    private static IEnumerable<(string Flag, string Value)> Flags(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                throw new StartException($"'{argument}' is not a flag. --help names the flags.");
            }

            string name = argument.TrimStart('-');
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            string flag = equals < 0 ? name : name[..equals];
            bool isSwitch = Switches.Contains(flag);
            if (!isSwitch && !Keys.ContainsKey(flag) && !UnusedFlags.Contains(flag) && !OtherFlags.Contains(flag))
            {
                string? meant = NearestName.Of(flag, [.. Keys.Keys, .. OtherFlags, .. Switches, .. UnusedFlags]);
                throw new StartException(
                    $"There is no flag {argument}. {(meant is null ? "" : $"Did you mean --{meant}? ")}--help names the flags.");
            }

            if (equals >= 0)
            {
                yield return (flag, name[(equals + 1)..]);
            }
            else if (isSwitch)
            {
                // A switch may be followed by its value, as in "--enable-metrics false".
                i += i + 1 < arguments.Count && arguments[i + 1] is "true" or "false" ? 1 : 0;
                yield return (flag, "true");
            }
            else if (i + 1 < arguments.Count)
            {
                yield return (flag, arguments[++i]);
            }
            else
            {
                throw new StartException($"The flag {argument} needs a value.");
            }
        }
    }

    private static List<AppSettings> Override(IReadOnlyList<AppSettings> apps, List<string> overrides)
    {
        var result = apps.ToList();
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            int dot = equals < 0 ? -1 : text.LastIndexOf('.', equals);
            int index = dot < 0 ? -1 : result.FindIndex(app => app.AppId == text[..dot]);
            if (index < 0)
            {
                throw new StartException($"--set {text}: it should read appId.key=value, with one of these "
                    + $"apps: {string.Join(", ", result.Select(static app => app.AppId))}.");
            }

            if (result.Count(app => app.AppId == result[index].AppId) > 1)
            {
                throw new StartException($"--set {text}: the run file has several instances of {result[index].AppId}; write it there.");
            }

            if (!result[index].TryWith(text[(dot + 1)..equals], text[(equals + 1)..], $"--set {text}", out AppSettings? changed))
            {
                string key = text[(dot + 1)..equals];
                throw new StartException($"--set {text}: '{key}' is not a key that can be set{AppSettings.Meant(key)}.");
            }

            result[index] = changed;
        }

        return result;
    }

    private static void Check(IReadOnlyList<AppSettings> apps, string? runFile)
    {
        if (apps.FirstOrDefault(static app => app.AppId.Length == 0) is not null)
        {
            throw new StartException("--app-id is missing. --help names the flags.");
        }

        if (apps.GroupBy(static app => (app.AppId, app.AppPort)).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new StartException($"{runFile}: the app id '{twice.Key.AppId}' appears twice with one appPort; several instances of an "
                + "app need a port each.");
        }

        CheckPorts(apps, runFile);
    }

    private static void CheckPorts(IReadOnlyList<AppSettings> apps, string? runFile)
    {
        List<(AppSettings App, string Key, int Port)> ports =
        [
            .. apps.Select(static app => (app, "daprHTTPPort", app.HttpPort)),
            .. apps.Select(static app => (app, "daprGRPCPort", app.GrpcPort)),
        ];
        ports.RemoveAll(static port => port.Port == 0);
        if (ports.GroupBy(static port => port.Port).FirstOrDefault(static group => group.Count() > 1) is { } shared)
        {
            string keys = string.Join(" and ", shared.Select(static port => port.Key).Distinct());
            throw new StartException(shared.Select(static port => port.App).Distinct().Count() == 1
                ? $"{shared.First().App.AppId}: {keys} cannot both be {shared.Key}."
                : $"{runFile}: {string.Join(" and ", shared.Select(static port => port.App.AppId))} have the same {keys}, {shared.Key}.");
        }

        if (ports.FindIndex(static port => port.App.AppPort == port.Port) is >= 0 and int loop)
        {
            throw new StartException($"{ports[loop].App.AppId}: the app and its sidecar cannot both listen on port {ports[loop].Port}.");
        }
    }
}
