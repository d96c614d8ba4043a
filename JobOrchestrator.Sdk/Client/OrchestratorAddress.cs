using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where requests go: to the orchestrator itself, or through the own sidecar's service invocation.</summary>
internal sealed record OrchestratorAddress(Uri Base, string? SidecarToken)
{
    /// <exception cref="ArgumentException">The settings name no address that requests can go to; which and how it is written.</exception>
    public static OrchestratorAddress From(JobClientOptions options, IConfiguration? configuration) =>
        TryFrom(options, configuration, out OrchestratorAddress? address, out string? refusal)
            ? address
            : throw new ArgumentException(refusal, nameof(options));

    /// <summary>The address of these settings.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="configuration">Where the sidecar's address is looked for before the environment; null: nowhere.</param>
    /// <param name="address">The address.</param>
    /// <param name="refusal">Which setting is wrong, and how it is written.</param>
    public static bool TryFrom(
        JobClientOptions options,
        IConfiguration? configuration,
        [NotNullWhen(true)] out OrchestratorAddress? address,
        [NotNullWhen(false)] out string? refusal)
    {
        address = null;
        refusal = IsUsable(options.Address)
            ? null
            : Refusal("Jobs:Client:Address (or JobOrchestrator:Address)", options.Address?.OriginalString, "5087");
        if (refusal is null && !options.ThroughSidecar)
        {
            address = new OrchestratorAddress(WithSlash(options.Address!.AbsoluteUri), null);
        }
        else if (refusal is null)
        {
            address = OfSidecar(options.AppId, configuration, out refusal);
        }

        return address is not null;
    }

    private static OrchestratorAddress? OfSidecar(string appId, IConfiguration? configuration, out string? refusal)
    {
        refusal = DaprSettings.Refusal(configuration);
        string endpoint = DaprSettings.Endpoint(configuration) ?? "http://localhost:3500";
        return refusal is not null
            ? null
            : new OrchestratorAddress(
                WithSlash($"{endpoint.TrimEnd('/')}/v1.0/invoke/{Uri.EscapeDataString(appId)}/method"),
                DaprSettings.ApiToken(configuration));
    }

    /// <summary>Whether requests can go there; <c>localhost:5087</c> is an absolute address too, of a scheme called localhost.</summary>
    public static bool IsUsable([NotNullWhen(true)] Uri? address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", Host.Length: > 0, Query: "", Fragment: "" };

    /// <summary>What is said of an address that is none.</summary>
    public static string Refusal(string setting, string? said, string port)
    {
        string host = (said ?? "").Trim('/');
        bool isHost = !host.Contains("://", StringComparison.Ordinal) && !host.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            && Uri.TryCreate($"http://{host}", UriKind.Absolute, out Uri? meant) && IsUsable(meant);
        return $"{setting} has to begin with http:// or https:// and name a host, as in http://localhost:{port}. It is '{said}'."
            + (isHost ? $" Write http://{host}." : "");
    }

    /// <summary>Without the slash the last segment would be replaced by the routes.</summary>
    private static Uri WithSlash(string address) => new(address.TrimEnd('/') + "/");
}
