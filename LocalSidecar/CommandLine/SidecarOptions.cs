using LocalSidecar.Errors;

namespace LocalSidecar.CommandLine;

/// <summary>What the command line asks for.</summary>
/// <param name="Apps">One for daprd's flags, all of a run file's with <c>-f</c>.</param>
/// <param name="DataFolder">Null: everything is in memory only.</param>
/// <param name="Unused">Flags of daprd's that have no use here.</param>
internal sealed record SidecarOptions(IReadOnlyList<AppSettings> Apps, string? DataFolder, IReadOnlyList<string> Unused)
{
    public const string Usage = """
        LocalSidecar: Dapr's HTTP API for one machine, with durable storage in a folder.

          LocalSidecar --app-id ID [--app-port PORT] [--dapr-http-port 3500] [--resources-path DIR]... [--data DIR]
          LocalSidecar -f dapr.yaml [--resources-path DIR]... [--set appId.key=value]... [--data DIR]

          --app-id                 the app's name
          --app-port               where the app listens; without it the app only calls
          --app-protocol           how the sidecar calls the app: http or grpc (http)
          --app-channel-address    the app's address (127.0.0.1)
          --app-max-concurrency    calls into the app at one time (-1: no limit)
          --enable-app-health-check
                                   asks a gRPC app whether it is well; with --app-health-probe-interval (5, seconds),
                                   --app-health-probe-timeout (500, milliseconds) and --app-health-threshold (3)
          --dapr-http-port         where the sidecar listens, on 127.0.0.1 (3500)
          --max-body-size          the largest request body (4Mi)
          --resources-path         a folder of components, subscriptions and resiliency; may be given several times
          -f, --run-file           a multi-app run file: one process serves the sidecars of all its apps
          --set appId.key=value    overrides one key of the run file for one app
          --data                   keeps state and messages in this folder; without it they are in memory only

        Other flags of daprd's are accepted and named in one log line. Environment: DAPR_API_TOKEN, APP_API_TOKEN.
        """;

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
        ["max-body-size"] = "maxBodySize",
    };

    // The flags of daprd's that take no value may stand alone.
    private static readonly string[] Switches =
    [
        "enable-metrics", "enable-api-logging", "enable-app-health-check", "enable-profiling", "enable-mtls", "log-as-json", "app-ssl", "wait",
        "disable-builtin-k8s-secret-store",
    ];

    private static readonly string[] UnusedFlags =
    [
        "app-health-check-path", "config", "mode",
        "dapr-grpc-port", "dapr-internal-grpc-port", "dapr-listen-addresses", "dapr-internal-grpc-listen-address", "dapr-public-port",
        "dapr-public-listen-address", "dapr-graceful-shutdown-seconds", "dapr-block-shutdown-duration", "dapr-http-read-buffer-size",
        "read-buffer-size", "metrics-port", "metrics-listen-address", "profile-port", "profile-listen-address", "placement-host-address",
        "scheduler-host-address", "sentry-address", "trust-domain", "control-plane-address", "control-plane-namespace",
        "control-plane-trust-domain", "actors-service", "reminders-service", "disable-init-endpoints", "unix-domain-socket", "log-level",
        "allowed-origins", "components-chart-repo",
    ];

    /// <exception cref="StartException">A flag is unknown, lacks its value, or has a wrong one.</exception>
    public static SidecarOptions Parse(IReadOnlyList<string> arguments)
    {
        var single = new AppSettings();
        var folders = new List<string>();
        var overrides = new List<string>();
        var unused = new List<string>();
        string? runFile = null;
        string? data = null;
        foreach (var (flag, value) in Flags(arguments))
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
                case "dapr-http-max-request-size":
                    single.TryWith("maxBodySize", value + "Mi", "--" + flag, out single);
                    break;
                default:
                    if (Keys.TryGetValue(flag, out var key))
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

        var apps = runFile is null ? [single] : RunFile.Read(runFile);
        apps = Override(apps, overrides);
        apps = folders.Count > 0 ? [.. apps.Select(app => app with { ResourcesPaths = folders })] : apps;
        Check(apps, runFile);
        if (apps.Any(static app => app is { EnableAppHealthCheck: true, AppProtocol: AppProtocol.Http }))
        {
            unused.Add("--enable-app-health-check (of apps called over HTTP)");
        }

        return new SidecarOptions(apps, data, unused);
    }

    private static IEnumerable<(string Flag, string Value)> Flags(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                throw new StartException($"'{argument}' is not a flag. --help names the flags.");
            }

            var name = argument.TrimStart('-');
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            var flag = equals < 0 ? name : name[..equals];
            var isSwitch = Switches.Contains(flag);
            if (!isSwitch && !Keys.ContainsKey(flag) && !UnusedFlags.Contains(flag)
                && flag is not ("f" or "run-file" or "data" or "set" or "resources-path" or "components-path" or "dapr-http-max-request-size"))
            {
                throw new StartException($"There is no flag {argument}. --help names the flags.");
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
        foreach (var text in overrides)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var dot = equals < 0 ? -1 : text.LastIndexOf('.', equals);
            var index = dot < 0 ? -1 : result.FindIndex(app => app.AppId == text[..dot]);
            if (index < 0)
            {
                throw new StartException($"--set {text}: it should read appId.key=value, with one of these apps: {string.Join(", ", result.Select(static app => app.AppId))}.");
            }

            if (result.Count(app => app.AppId == result[index].AppId) > 1)
            {
                throw new StartException($"--set {text}: the run file has several instances of {result[index].AppId}; write it there.");
            }

            if (!result[index].TryWith(text[(dot + 1)..equals], text[(equals + 1)..], $"--set {text}", out var changed))
            {
                throw new StartException($"--set {text}: '{text[(dot + 1)..equals]}' is not a key that can be set.");
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
            throw new StartException($"{runFile}: the app id '{twice.Key.AppId}' appears twice with one appPort; several instances of an app need a port each.");
        }

        if (apps.Where(static app => app.HttpPort != 0).GroupBy(static app => app.HttpPort).FirstOrDefault(static group => group.Count() > 1) is { } shared)
        {
            throw new StartException($"{runFile}: {string.Join(" and ", shared.Select(static app => app.AppId))} have the same daprHTTPPort, {shared.Key}.");
        }

        if (apps.FirstOrDefault(static app => app.AppPort == app.HttpPort && app.HttpPort != 0) is { } loop)
        {
            throw new StartException($"{loop.AppId}: the app and its sidecar cannot both listen on port {loop.HttpPort}.");
        }
    }
}
