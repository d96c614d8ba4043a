using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Structure.Tests.Reading;

/// <summary>
/// A project's code as the compiler sees it. What source generators write is not there; nothing but a few member names misses it.
/// </summary>
internal static class ProjectCode
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    private static readonly Lazy<IReadOnlyList<PortableExecutableReference>> Assemblies = new(
        () => [.. Trusted().Select(path => MetadataReference.CreateFromFile(path))]);

    public static CSharpCompilation Compile(ProjectFile project)
    {
        IEnumerable<SyntaxTree> sources = Repository.SourcesUnder(project.Folder)
            .Select(path => Parse(File.ReadAllText(Path.Combine(project.Folder, path)), path))
            .Concat(project.LinkedSources().Select(linked => Parse(File.ReadAllText(linked.File), linked.Place)));
        IEnumerable<SyntaxTree> usings = GlobalUsings(project).Select(path => Parse(File.ReadAllText(path), path));
        return Compile(project.Name, sources.Concat(usings));
    }

    public static CSharpCompilation Compile(string name, IEnumerable<SyntaxTree> trees) =>
        CSharpCompilation.Create(
            name,
            trees,
            Assemblies.Value.Where(assembly => Path.GetFileNameWithoutExtension(assembly.FilePath) != name),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text), Parsing, path);

    /// <summary>The newest of those the builds have left: one of Debug and one of Release say the same.</summary>
    private static IEnumerable<string> GlobalUsings(ProjectFile project)
    {
        string folder = Path.Combine(project.Folder, "obj");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, $"{project.Name}.GlobalUsings.g.cs", SearchOption.AllDirectories)
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .Take(1)
            : [];
    }

    /// <summary>The framework's assemblies and those beside this test.</summary>
    private static IEnumerable<string> Trusted() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.Ordinal));
}
