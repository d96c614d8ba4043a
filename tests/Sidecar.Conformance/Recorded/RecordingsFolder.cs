namespace Sidecar.Conformance.Recorded;

/// <summary>The recordings of a real sidecar, beside this program.</summary>
internal static class RecordingsFolder
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Recordings");
}
