using System.Globalization;

namespace Sidecar.Conformance.Running;

/// <summary>A sidecar somebody else has started, named by environment variables; see the README of this folder.</summary>
internal static class External
{
    /// <summary>SIDECAR_URL; null: start LocalSidecar.</summary>
    public static Uri? Url { get; } = Text("SIDECAR_URL") is { } url ? new Uri(url) : null;

    /// <summary>SIDECAR_RECORDING: the recording whose policy and tokens it runs with; <c>in-memory</c> unless set.</summary>
    public static string? Recording { get; } = Url is null ? null : Text("SIDECAR_RECORDING") ?? "in-memory";

    /// <summary>SIDECAR_RUN: the suffix in its declared subscriptions.</summary>
    public static string Run { get; } = Text("SIDECAR_RUN") ?? "external";

    /// <summary>SIDECAR_APP_PORT: the port at which it expects the app.</summary>
    public static int AppPort { get; } = int.Parse(Text("SIDECAR_APP_PORT") ?? "6100", CultureInfo.InvariantCulture);

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}

/// <summary>A test of LocalSidecar, whichever sidecar else is named.</summary>
internal sealed class LocalFactAttribute : FactAttribute
{
    public LocalFactAttribute() => Skip = External.Url is null ? null : "Runs against LocalSidecar only.";
}
