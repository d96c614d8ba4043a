using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where requests go: to the orchestrator itself, or through the own sidecar's service invocation.</summary>
internal sealed record OrchestratorAddress(Uri Base, string? SidecarToken)
{
    /// <summary>What is said of an address that is none.</summary>
    public const string Refusal = "Jobs:Client:Address has to begin with http:// or https://, as in http://localhost:5087.";

    /// <summary>Whether requests can go there; <c>localhost:5087</c> is an absolute address too, of a scheme called localhost.</summary>
    public static bool IsUsable(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };

    /// <exception cref="ArgumentException">The address does not begin with http:// or https://.</exception>
    public static OrchestratorAddress From(JobClientOptions options, IConfiguration? configuration)
    {
        if (!IsUsable(options.Address))
        {
            throw new ArgumentException(Refusal, nameof(options));
        }

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
