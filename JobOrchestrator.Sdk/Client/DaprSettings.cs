using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where the own sidecar is, looked up as Dapr's SDK does: configuration first, then the environment.</summary>
internal static class DaprSettings
{
    /// <summary>The sidecar's HTTP endpoint; an endpoint goes before a port. Null when neither is said.</summary>
    public static string? Endpoint(IConfiguration? configuration) =>
        Setting(configuration, "DAPR_HTTP_ENDPOINT")
        ?? (Setting(configuration, "DAPR_HTTP_PORT") is { } port ? $"http://localhost:{port}" : null);

    /// <summary>Which setting is wrong, and how it is written; null: none.</summary>
    public static string? Refusal(IConfiguration? configuration)
    {
        if (Setting(configuration, "DAPR_HTTP_ENDPOINT") is { } endpoint)
        {
            bool isAddress = Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) && OrchestratorAddress.IsUsable(address);
            return isAddress ? null : OrchestratorAddress.Refusal("DAPR_HTTP_ENDPOINT", endpoint, "3500");
        }

        return Setting(configuration, "DAPR_HTTP_PORT") is { } text
            && !(ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0)
            ? $"DAPR_HTTP_PORT has to be a number from 1 to 65535. It is '{text}'."
            : null;
    }

    /// <summary>What the sidecar asks for; null for nothing.</summary>
    public static string? ApiToken(IConfiguration? configuration) => Setting(configuration, "DAPR_API_TOKEN");

#pragma warning disable RS0030 // A sidecar says where it is by these variables.
    private static string? Setting(IConfiguration? configuration, string name) =>
        Text(configuration?[name]) ?? Text(Environment.GetEnvironmentVariable(name));
#pragma warning restore RS0030

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
