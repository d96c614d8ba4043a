using System.Diagnostics;

namespace Sidecar.Conformance.Running;

/// <summary>
/// LocalSidecar's program: LOCAL_SIDECAR, an executable or a .dll for <c>dotnet</c>; else what was built beside this suite.
/// </summary>
internal static class LocalSidecarProgram
{
    private static readonly string Path = Environment.GetEnvironmentVariable("LOCAL_SIDECAR") is { Length: > 0 } given
        ? given
        : System.IO.Path.Combine(AppContext.BaseDirectory, "LocalSidecar.dll");

    /// <summary>Why it cannot be started; null when it can.</summary>
    public static string? Missing { get; } = File.Exists(Path)
        ? null
        : "LocalSidecar is not here: set LOCAL_SIDECAR to its executable, or SIDECAR_URL to the address of another sidecar.";

    /// <summary>How to start it; the arguments are still to be added.</summary>
    public static ProcessStartInfo StartInfo()
    {
        if (!Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return new ProcessStartInfo(Path);
        }

        return new ProcessStartInfo("dotnet") { ArgumentList = { Path } };
    }
}
