using System.Runtime.CompilerServices;

namespace JobOrchestrator.Sdk.Tests.Wire;

/// <summary>The example documents that this side and the service are both tested against.</summary>
internal static class WireFile
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(Repository(), "wire", name));

    public static string Repository([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
