using LocalSidecar.Errors;

namespace LocalSidecar.CommandLine;

/// <summary>One app and its sidecar, whether described by flags or by a run file.</summary>
internal sealed record AppSettings
{
    public string AppId { get; init; } = "";

    /// <summary>Where the app listens; null for an app that only calls.</summary>
    public int? AppPort { get; init; }

    /// <summary>Where the sidecar listens. Default 3500; 0 for any free port.</summary>
    public int HttpPort { get; init; } = 3500;

    /// <summary>Where the sidecar listens for gRPC; 0 for any free port. Default 0, and 50001 for an app that flags describe.</summary>
    public int GrpcPort { get; init; }

    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>The largest request body, in bytes. Default 4 MiB.</summary>
    public long MaxBodySize { get; init; } = 4 << 20;

    /// <summary>Calls into the app at one time; null for no limit.</summary>
    public int? AppMaxConcurrency { get; init; }

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    /// <summary>Applies one key of the run file (also the last word of <c>--set appId.key=value</c>). False when it has no use here.</summary>
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
                var port = Number(key, value, where);
                settings = this with { AppPort = port == 0 ? null : port };
                return true;
            case "daprHTTPPort":
                settings = this with { HttpPort = Number(key, value, where) };
                return true;
            case "daprGRPCPort":
                settings = this with { GrpcPort = Number(key, value, where) };
                return true;
            case "appProtocol":
                return value is "" or "http" ? true : throw new StartException($"{where}: {key} '{value}': LocalSidecar calls apps over http only.");
            case "appChannelAddress":
                settings = this with { AppChannelAddress = value.Length == 0 ? "127.0.0.1" : value };
                return true;
            case "appMaxConcurrency":
                var limit = value == "-1" ? 0 : Number(key, value, where);
                settings = this with { AppMaxConcurrency = limit == 0 ? null : limit };
                return true;
            case "maxBodySize":
                settings = this with { MaxBodySize = Quantity.Parse(key, value, where) };
                return true;
            case "resourcesPath":
                settings = this with { ResourcesPaths = [value] };
                return true;
            default:
                return false;
        }
    }

    private static int Number(string key, string value, string where) =>
        ushort.TryParse(value, out var number) ? number : throw new StartException($"{where}: {key} should be a number from 0 to 65535, not '{value}'.");
}

/// <summary>Sizes as Kubernetes writes them: <c>16Mi</c>, <c>4M</c>, <c>1048576</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, long Factor)[] Suffixes =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("k", 1000), ("K", 1000), ("M", 1000_000), ("G", 1000_000_000), ("", 1)];

    public static long Parse(string key, string value, string where)
    {
        foreach (var (suffix, factor) in Suffixes)
        {
            if (value.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(value.AsSpan(0, value.Length - suffix.Length), out var number) && number > 0 && number * factor <= 1 << 30)
            {
                return number * factor;
            }
        }

        throw new StartException($"{where}: {key} should be a size such as 16Mi, at most 1Gi, not '{value}'.");
    }
}
