using System.Text.RegularExpressions;

namespace Structure.Tests.Reading;

/// <summary>The checkout this test was built from.</summary>
internal static partial class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>The projects of the solution.</summary>
    public static IReadOnlyList<ProjectFile> Projects { get; } =
    [
        .. ProjectLine().Matches(File.ReadAllText(Path.Combine(Root, "JobOrchestrator.sln")))
            .Select(match => new ProjectFile(match.Groups["path"].Value.Replace('\\', '/')))
            .OrderBy(project => project.Path, StringComparer.Ordinal),
    ];

    /// <summary>The projects of the solution that are no tests.</summary>
    public static IEnumerable<ProjectFile> Products =>
        Projects.Where(project => !project.Path.StartsWith("tests/", StringComparison.Ordinal));

    public static ProjectFile Project(string name) => Projects.Single(project => project.Name == name);

    /// <summary>The C# files somebody wrote under a folder, relative to it, with forward slashes.</summary>
    public static IEnumerable<string> SourcesUnder(string folder) => FilesUnder(folder, "*.cs");

    /// <summary>Files that somebody wrote under a folder, by the form of their names, told as sources are.</summary>
    public static IEnumerable<string> FilesUnder(string folder, string pattern) =>
        Walk(folder, pattern).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Walk(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(inner => Path.GetFileName(inner) is string name && name[0] != '.' && !NotOurs.Contains(name))
                .SelectMany(inner => Walk(inner, pattern)));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "JobOrchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No JobOrchestrator.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^Project\(.*?""(?<path>[^""]+\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
