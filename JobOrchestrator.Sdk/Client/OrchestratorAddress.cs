using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace JobOrchestrator.Sdk;

/// <summary>Where requests go: to the orchestrator itself, or through the own sidecar's service invocation.</summary>
internal sealed record OrchestratorAddress(Uri Base, string? SidecarToken)
{
    private const string SidecarPort = "3500";

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
        // Looked up as Dapr's SDK does: configuration first, then the environment; an endpoint goes before a port.
        string? endpoint = Setting("DAPR_HTTP_ENDPOINT");
        string port = Setting("DAPR_HTTP_PORT") ?? SidecarPort;
        refusal = null;
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? sidecar) && IsUsable(sidecar)))
        {
            refusal = Refusal("DAPR_HTTP_ENDPOINT", endpoint, SidecarPort);
        }
        else if (endpoint is null && !IsPort(port))
        {
            refusal = $"DAPR_HTTP_PORT has to be a number from 1 to 65535. It is '{port}'.";
        }

        return refusal is not null
            ? null
            : new OrchestratorAddress(
                WithSlash($"{endpoint?.TrimEnd('/') ?? $"http://localhost:{port}"}/v1.0/invoke/{Uri.EscapeDataString(appId)}/method"),
                Setting("DAPR_API_TOKEN"));

#pragma warning disable RS0030 // A sidecar says where it is by these variables.
        string? Setting(string name) => Text(configuration?[name]) ?? Text(Environment.GetEnvironmentVariable(name));
#pragma warning restore RS0030
        static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;

    /// <summary>Whether requests can go there; <c>localhost:5087</c> is an absolute address too, of a scheme called localhost.</summary>
    private static bool IsUsable([NotNullWhen(true)] Uri? address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", Host.Length: > 0, Query: "", Fragment: "" };

    private static string Refusal(string setting, string? said, string port)
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
