using System.Runtime.CompilerServices;
using Sidecar.Conformance.Running;

namespace Sidecar.Conformance.Recorded;

/// <summary>A test of one recording, whichever sidecar is asked.</summary>
internal sealed class RecordingFactAttribute : FactAttribute
{
    public RecordingFactAttribute(
        string recording, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = Deadlines.OfReplay;
        Skip = External.Recording is not { } only ? LocalSidecarProgram.Missing
            : only != recording ? $"The sidecar at SIDECAR_URL is set up for the recording {only}."
            : null;
    }
}
