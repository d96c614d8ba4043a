using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where requests go: to the orchestrator itself, or through the own sidecar's service invocation.</summary>
internal sealed record OrchestratorAddress(Uri Base, string? SidecarToken)
{
    public static OrchestratorAddress From(JobClientOptions options, IConfiguration? configuration)
    {
        if (!options.ThroughSidecar)
        {
            return new OrchestratorAddress(WithSlash(options.Address.AbsoluteUri), null);
        }

        // Looked up as Dapr's SDK does: configuration first, then the environment; an endpoint goes before a port.
        string endpoint = Setting("DAPR_HTTP_ENDPOINT") ?? $"http://localhost:{Setting("DAPR_HTTP_PORT") ?? "3500"}";
        return new OrchestratorAddress(
            WithSlash($"{endpoint.TrimEnd('/')}/v1.0/invoke/{Uri.EscapeDataString(options.AppId)}/method"),
            Setting("DAPR_API_TOKEN"));

#pragma warning disable RS0030 // A sidecar says where it is by these variables.
        string? Setting(string name) => Text(configuration?[name]) ?? Text(Environment.GetEnvironmentVariable(name));
#pragma warning restore RS0030
        static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>Without the slash the last segment would be replaced by the routes.</summary>
    private static Uri WithSlash(string address) => new(address.TrimEnd('/') + "/");
}
