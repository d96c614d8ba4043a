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

        string endpoint = DaprSettings.Endpoint(configuration) ?? "http://localhost:3500";
        return new OrchestratorAddress(
            WithSlash($"{endpoint.TrimEnd('/')}/v1.0/invoke/{Uri.EscapeDataString(options.AppId)}/method"),
            DaprSettings.ApiToken(configuration));
    }

    /// <summary>Without the slash the last segment would be replaced by the routes.</summary>
    private static Uri WithSlash(string address) => new(address.TrimEnd('/') + "/");
}
