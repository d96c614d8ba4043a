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

    /// <summary>
    /// The C# files of other projects that it compiles too, as full paths, each with the place that it has here, relative to the project.
    /// </summary>
    public IEnumerable<(string File, string Place)> LinkedSources() =>
        from link in XDocument.Load(System.IO.Path.Combine(Repository.Root, Path)).Descendants("Compile")
        let folder = link.Attribute("LinkBase")?.Value
        where folder is not null
        let pattern = System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, link.Attribute("Include")!.Value))
        from file in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(pattern)!, System.IO.Path.GetFileName(pattern))
        select (file, $"{folder}/{System.IO.Path.GetFileName(file)}");
}
