namespace Sidecar.Conformance.Recorded;

/// <summary>
/// The folder of recordings of a real sidecar: DAPR_RECORDED_DIR, else <c>shared/dapr-recorded</c> beside the
/// repository or above it. They are not part of the repository.
/// </summary>
internal static class RecordingsFolder
{
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DAPR_RECORDED_DIR") is { Length: > 0 } given)
            return Directory.Exists(given) ? given : null;

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, "shared", "dapr-recorded");
            if (File.Exists(System.IO.Path.Combine(path, "in-memory.json")))
                return path;
        }

        return null;
    }
}

/// <summary>A test that needs the recordings, and says so where they are missing.</summary>
internal sealed class RecordingFactAttribute : FactAttribute
{
    public RecordingFactAttribute(string recording)
    {
        if (RecordingsFolder.Path is null)
            Skip = "Recordings of a real sidecar are not here: set DAPR_RECORDED_DIR, or put them in shared/dapr-recorded beside the repository.";
        else if (Running.External.Recording is { } only && only != recording)
            Skip = $"The sidecar at SIDECAR_URL is set up for the recording {only}.";
    }
}
