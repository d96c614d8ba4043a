using System.Runtime.Versioning;
using EndToEnd;
using LocalSidecar.Log;
using TestSupport;

namespace LocalSidecar.Tests.Log;

/// <summary>L4: without start.sh, whose umask saw to it, every user of the machine could read the data.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnerOnlyTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;
    private const UnixFileMode Everybodys = OwnersFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void Open_NothingThere_MakesWhatOnlyTheOwnerReads()
    {
        Use(_folder["a/data"]);

        Assert.Equal(OwnersFolder, File.GetUnixFileMode(_folder["a/data"]));
        Assert.Contains(Segments("a/data"), path => path.EndsWith(".log", StringComparison.Ordinal));
        Assert.All(Segments("a/data"), path => Assert.Equal(OwnersFile, File.GetUnixFileMode(path)));
        Assert.Equal(OwnersFile, File.GetUnixFileMode(_folder["a/data/lock"]));
    }

    [UnixFact]
    public void Open_AFolderForEverybody_IsLeftAsItIsAndOnlyItsSegmentsAreClosed()
    {
        Directory.CreateDirectory(_folder["shared"]);
        Use(_folder["shared"]);
        File.SetUnixFileMode(_folder["shared"], Everybodys);
        File.WriteAllText(_folder["shared/another's.txt"], "");
        File.SetUnixFileMode(_folder["shared/another's.txt"], Everybodys);
        foreach (string path in Segments("shared"))
        {
            File.SetUnixFileMode(path, OwnersFile | UnixFileMode.OtherRead);
        }

        using (new DataFolder(_folder["shared"], 8 << 10))
        {
            Assert.Equal(Everybodys, File.GetUnixFileMode(_folder["shared"]));
            Assert.Equal(Everybodys, File.GetUnixFileMode(_folder["shared/another's.txt"]));
            Assert.NotEmpty(Segments("shared"));
            Assert.All(Segments("shared"), path => Assert.Equal(OwnersFile, File.GetUnixFileMode(path)));
        }
    }

    private static void Use(string folder)
    {
        using var segments = new DataFolder(folder, 8 << 10);
        segments.Create(1, 0, 8 << 10).Dispose();
    }

    private string[] Segments(string folder) => [.. Directory.GetFiles(_folder[folder], "0*.log")];
}
