using JobOrchestrator;
using JobOrchestrator.Hosting;
using LocalSidecar.Errors;
using LocalSidecar.Resources;

namespace LocalSidecar.CommandLine;

/// <summary>How the sidecar calls its app.</summary>
internal enum AppProtocol
{
    /// <summary>HTTP/1.1: routes of the app's own.</summary>
    Http = 1,

    /// <summary>gRPC over HTTP/2 without TLS: Dapr's AppCallback services.</summary>
    Grpc,
}

/// <summary>How the sidecar asks its app whether it is well.</summary>
/// <param name="Interval">Between two questions. Default 5 s.</param>
/// <param name="Timeout">For one answer. Default 500 ms.</param>
/// <param name="Threshold">So many failures in a row, from 1, make the app unwell. Default 3.</param>
internal sealed record AppHealthCheck(TimeSpan Interval, TimeSpan Timeout, int Threshold)
{
    public static readonly AppHealthCheck Default = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(500), 3);
}

/// <summary>One app and its sidecar, whether described by flags or by a run file.</summary>
internal sealed record AppSettings
{
    public string AppId { get; init; } = "";

    /// <summary>Where the app listens; null for an app that only calls.</summary>
    public int? AppPort { get; init; }

    /// <summary>How the app is called. Default HTTP.</summary>
    public AppProtocol AppProtocol { get; init; } = AppProtocol.Http;

    /// <summary>Off by default; it has a use with <see cref="AppProtocol.Grpc"/> only.</summary>
    public bool EnableAppHealthCheck { get; init; }

    public AppHealthCheck AppHealthCheck { get; init; } = AppHealthCheck.Default;

    /// <summary>Where the sidecar listens. Default 3500; 0 for any free port.</summary>
    public int HttpPort { get; init; } = 3500;

    /// <summary>Where the sidecar listens for gRPC; 0 for any free port. Default 0, and 50001 for an app that flags describe.</summary>
    public int GrpcPort { get; init; }

    /// <summary>The app's host: a name, or an IP address without brackets. Default 127.0.0.1.</summary>
    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>Names, besides this machine's own, by which the sidecar may be called over HTTP; <c>*</c>: all. None.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of pages that may change something over HTTP; <c>*</c>: all. None.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The largest request body, in bytes. Default 4 MiB.</summary>
    public long MaxBodySize { get; init; } = 4 << 20;

    /// <summary>The least that is logged. Default information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Calls into the app at one time; null for no limit.</summary>
    public int? AppMaxConcurrency { get; init; }

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    /// <summary>Those that <see cref="TryWith"/> takes.</summary>
    private static readonly string[] KeyNames =
    [
        "appID", "appPort", "daprHTTPPort", "daprGRPCPort", "appProtocol", "enableAppHealthCheck", "appHealthProbeInterval",
        "appHealthProbeTimeout", "appHealthThreshold", "appChannelAddress", "appMaxConcurrency", "allowedHosts", "allowedOrigins",
        "maxBodySize", "logLevel", "resourcesPath",
    ];

    /// <summary>What may have been meant by a key that is none, to stand at a sentence's end; empty: nothing is near.</summary>
    /// <param name="key">The key.</param>
    /// <param name="others">Further keys that may stand beside those of <see cref="TryWith"/>.</param>
    public static string Meant(string key, params string[] others) =>
        NearestName.Of(key, [.. KeyNames, .. others]) is { } name ? $"; did you mean '{name}'?" : "";

    /// <summary>
    /// Applies one key of the run file (also the last word of <c>--set appId.key=value</c>). False when it has no use here.
    /// </summary>
    /// <exception cref="StartException">The value is not what the key takes.</exception>
    public bool TryWith(string key, string value, string where, out AppSettings settings)
    {
        settings = this;
        switch (key)
        {
            case "appID":
                settings = this with { AppId = value };
                return true;
            case "appPort":
                int port = Number(key, value, where);
                settings = this with { AppPort = port == 0 ? null : port };
                return true;
            case "daprHTTPPort":
                settings = this with { HttpPort = Number(key, value, where) };
                return true;
            case "daprGRPCPort":
                settings = this with { GrpcPort = Number(key, value, where) };
                return true;
            case "appProtocol":
                settings = this with
                {
                    AppProtocol = value switch
                    {
                        "" or "http" => AppProtocol.Http,
                        "grpc" => AppProtocol.Grpc,
                        _ => throw new StartException(
                            $"{where}: {key} should be http or grpc, not '{value}': LocalSidecar calls apps without TLS."),
                    },
                };
                return true;
            case "enableAppHealthCheck":
                settings = this with
                {
                    EnableAppHealthCheck = GoBoolean.TryParse(value, out bool isOn)
                        ? isOn
                        : throw new StartException($"{where}: {key} should be true or false, not '{value}'."),
                };
                return true;
            case "appHealthProbeInterval":
                var interval = TimeSpan.FromSeconds(Positive(key, value, where));
                settings = this with { AppHealthCheck = AppHealthCheck with { Interval = interval } };
                return true;
            case "appHealthProbeTimeout":
                var timeout = TimeSpan.FromMilliseconds(Positive(key, value, where));
                settings = this with { AppHealthCheck = AppHealthCheck with { Timeout = timeout } };
                return true;
            case "appHealthThreshold":
                settings = this with { AppHealthCheck = AppHealthCheck with { Threshold = Positive(key, value, where) } };
                return true;
            case "appChannelAddress":
                settings = this with { AppChannelAddress = Host(key, value, where) };
                return true;
            case "appMaxConcurrency":
                int limit = value == "-1" ? 0 : Number(key, value, where);
                settings = this with { AppMaxConcurrency = limit == 0 ? null : limit };
                return true;
            case "allowedHosts":
                settings = this with { AllowedHosts = Names(value) };
                return true;
            case "allowedOrigins":
                settings = this with { AllowedOrigins = [.. Names(value).Select(origin => Origin(key, origin, where))] };
                return true;
            case "maxBodySize":
                settings = this with { MaxBodySize = Quantity.Parse(key, value, where) };
                return true;
            case "logLevel":
                settings = this with { LogLevel = Level(key, value, where) };
                return true;
            case "resourcesPath":
                settings = this with { ResourcesPaths = [value] };
                return true;
            default:
                return false;
        }
    }

    /// <summary>A level by daprd's words.</summary>
    /// <exception cref="StartException">It is none.</exception>
    public static LogLevel Level(string key, string value, string where) => value.ToLowerInvariant() switch
    {
        "debug" => LogLevel.Debug,
        "" or "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => throw new StartException($"{where}: {key} should be debug, info, warn, error or fatal, not '{value}'."),
    };

    private static string[] Names(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Host(string key, string value, string where)
    {
        string host = value.Length == 0 ? "127.0.0.1" : value is ['[', .., ']'] ? value[1..^1] : value;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? host
            : throw new StartException(
                $"{where}: {key} should be a host without scheme and port, such as 127.0.0.1, ::1 or a name, not '{value}'.");
    }

    private static string Origin(string key, string value, string where) => Origins.Normal(value)
        ?? throw new StartException($"{where}: {key} should be scheme, host and port, such as http://localhost:3000, not '{value}'.");

    private static int Positive(string key, string value, string where) =>
        ushort.TryParse(value, out ushort number) && number > 0
            ? number
            : throw new StartException($"{where}: {key} should be a number from 1 to 65535, not '{value}'.");

    private static int Number(string key, string value, string where) =>
        ushort.TryParse(value, out ushort number)
            ? number
            : throw new StartException($"{where}: {key} should be a number from 0 to 65535, not '{value}'.");
}

/// <summary>Sizes as Kubernetes writes them: <c>16Mi</c>, <c>4M</c>, <c>1048576</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, long Factor)[] Suffixes =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("k", 1000), ("K", 1000), ("M", 1000_000), ("G", 1000_000_000), ("", 1)];

    public static long Parse(string key, string value, string where)
    {
        foreach ((string suffix, long factor) in Suffixes)
        {
            if (value.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(value.AsSpan(0, value.Length - suffix.Length), out int number) && number > 0 && number * factor <= 1 << 30)
            {
                return number * factor;
            }
        }

        throw new StartException($"{where}: {key} should be a size such as 16Mi, at most 1Gi, not '{value}'.");
    }
}
