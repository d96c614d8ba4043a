using System.Runtime.CompilerServices;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Calls;

/// <summary>A test of one app's part of a gRPC recording, whichever sidecar is asked.</summary>
internal sealed class CallRecordingFactAttribute : FactAttribute
{
    public CallRecordingFactAttribute(
        string recording, string app, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = Deadlines.OfReplay;
        Skip = External.Url is null ? LocalSidecarProgram.Missing
            : External.GrpcUrl is null ? "The sidecar at SIDECAR_URL is not asked by gRPC: set SIDECAR_GRPC_URL too."
            : External.Recording != recording || External.App != app
                ? $"The sidecar at SIDECAR_GRPC_URL is set up for the recording {External.Recording} and an app of kind {External.App}."
                : null;
    }
}
