using System.Xml.Linq;

namespace Structure.Tests.Reading;

/// <summary>A project file.</summary>
/// <param name="Path">Where it is, relative to the repository, with forward slashes.</param>
internal sealed record ProjectFile(string Path)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Its folder, relative to the repository.</summary>
    public string Place => Path[..Path.LastIndexOf('/')];

    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Repository.Root, Path))!;

    /// <summary>The names of the projects it references, whatever the condition.</summary>
    public IReadOnlyList<string> References() =>
    [
        .. XDocument.Load(System.IO.Path.Combine(Repository.Root, Path)).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(System.IO.Path.GetFileNameWithoutExtension)
            .OfType<string>(),
    ];
}
