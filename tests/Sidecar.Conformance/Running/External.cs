using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sidecar.Conformance.Running;

/// <summary>A sidecar somebody else has started, named by environment variables; see the README of this folder.</summary>
internal static class External
{
    /// <summary>SIDECAR_URL; null: start LocalSidecar.</summary>
    public static Uri? Url { get; } = Text("SIDECAR_URL") is { } url ? new Uri(url) : null;

    /// <summary>SIDECAR_GRPC_URL; null: the named sidecar is not asked by gRPC.</summary>
    public static Uri? GrpcUrl { get; } = Text("SIDECAR_GRPC_URL") is { } url ? new Uri(url) : null;

    /// <summary>SIDECAR_APP: the gRPC recordings' app it is set up for: <c>http</c> (unless set), <c>grpc</c>, <c>health</c>.</summary>
    public static string App { get; } = Text("SIDECAR_APP") ?? "http";

    /// <summary>SIDECAR_RECORDING: the recording whose policy and tokens it runs with; <c>in-memory</c> unless set.</summary>
    public static string? Recording { get; } = Url is null ? null : Text("SIDECAR_RECORDING") ?? "in-memory";

    /// <summary>SIDECAR_RUN: the suffix in its declared subscriptions; ten characters, as recorded, for messages' sizes.</summary>
    public static string Run { get; } = Text("SIDECAR_RUN") ?? "externally";

    /// <summary>SIDECAR_APP_PORT: the port at which it expects the app.</summary>
    public static int AppPort { get; } = int.Parse(Text("SIDECAR_APP_PORT") ?? "6100", CultureInfo.InvariantCulture);

    /// <summary>SIDECAR_API_TOKEN: what its DAPR_API_TOKEN was; the tests' own requests carry it.</summary>
    public static string? ApiToken { get; } = Text("SIDECAR_API_TOKEN");

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}

/// <summary>A test of LocalSidecar alone.</summary>
internal sealed class LocalFactAttribute : FactAttribute
{
    public LocalFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = External.Url is null ? LocalSidecarProgram.Missing : "Runs against LocalSidecar only.";
        Timeout = Deadlines.OfTest;
    }
}

/// <summary>A test of any sidecar: the one that is named, else LocalSidecar.</summary>
internal sealed class SidecarTheoryAttribute : TheoryAttribute
{
    public SidecarTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = External.Url is null ? LocalSidecarProgram.Missing : null;
        Timeout = Deadlines.OfTest;
    }
}
