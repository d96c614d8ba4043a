using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where the own sidecar is, looked up as Dapr's SDK does: configuration first, then the environment.</summary>
internal static class DaprSettings
{
    /// <summary>The sidecar's HTTP endpoint; an endpoint goes before a port. Null when neither is said.</summary>
    public static string? Endpoint(IConfiguration? configuration) =>
        Setting(configuration, "DAPR_HTTP_ENDPOINT")
        ?? (Setting(configuration, "DAPR_HTTP_PORT") is { } port ? $"http://localhost:{port}" : null);

    /// <summary>What the sidecar asks for; null for nothing.</summary>
    public static string? ApiToken(IConfiguration? configuration) => Setting(configuration, "DAPR_API_TOKEN");

#pragma warning disable RS0030 // A sidecar says where it is by these variables.
    private static string? Setting(IConfiguration? configuration, string name) =>
        Text(configuration?[name]) ?? Text(Environment.GetEnvironmentVariable(name));
#pragma warning restore RS0030

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
