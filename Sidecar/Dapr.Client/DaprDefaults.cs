using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Where the sidecar is and which tokens go with it: configuration first, then the process environment.</summary>
internal static class DaprDefaults
{
    public const string TokenHeader = "dapr-api-token";

    private const int HttpPort = 3500;

    /// <summary>The sidecar's HTTP address. An endpoint beats a port; neither means port 3500 of this machine.</summary>
    /// <exception cref="DaprException">DAPR_HTTP_PORT is no port.</exception>
    public static string HttpEndpoint(IConfiguration? configuration = null)
    {
        if (Value(configuration, "DAPR_HTTP_ENDPOINT") is { } endpoint)
            return endpoint;

        var text = Value(configuration, "DAPR_HTTP_PORT");
        if (text is null)
            return Local(HttpPort);
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? Local(port)
            : throw new DaprException($"DAPR_HTTP_PORT is '{text}', which is not a port.");
    }

    /// <summary>DAPR_API_TOKEN: what this process shows to its sidecar; empty when there is none.</summary>
    public static string DaprApiToken(IConfiguration? configuration = null) => Value(configuration, "DAPR_API_TOKEN") ?? "";

    /// <summary>APP_API_TOKEN: what the sidecar shows to this process; empty when there is none.</summary>
    public static string AppApiToken(IConfiguration? configuration = null) => Value(configuration, "APP_API_TOKEN") ?? "";

    // 127.0.0.1, not localhost: a sidecar that listens on IPv4 only would cost every new connection a refused attempt.
    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static string? Value(IConfiguration? configuration, string name)
    {
        var value = configuration?[name];
        if (string.IsNullOrWhiteSpace(value))
            value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}
