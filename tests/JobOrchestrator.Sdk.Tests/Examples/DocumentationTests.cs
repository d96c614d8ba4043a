using System.Text.RegularExpressions;
using JobOrchestrator.Sdk.Tests.Wire;

namespace JobOrchestrator.Sdk.Tests.Examples;

/// <summary>What the documentation shows is what is compiled, here or in a sample.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Sources = [Path.Combine("tests", "JobOrchestrator.Sdk.Tests", "Examples"), "samples"];

    private static readonly string[] Names =
    [
        "README.md", "docs/sdk.md", "docs/your-service.md", "JobOrchestrator.Abstractions/README.md",
        "JobOrchestrator.Sdk/README.md", "JobOrchestrator.Sdk.Testing/README.md", "samples/Fibonacci/README.md",
    ];

    public static TheoryData<string> Documents => [.. Names];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_EveryExampleInIt_IsACompiledOne(string document)
    {
        Dictionary<string, string> compiled = CompiledSnippets();
        string text = TextOf(document);
        MatchCollection shown = Shown().Matches(text);

        Assert.All(
            shown,
            snippet => Assert.Equal(compiled.GetValueOrDefault(snippet.Groups["name"].Value), snippet.Groups["code"].Value.TrimEnd()));
        // A block without a name would be compiled by nobody.
        Assert.Equal(CSharpBlock().Count(text), shown.Count);
    }

    [Fact]
    public void Snippets_AllOfThem_AreShownSomewhere()
    {
        IEnumerable<string> shown = Names.SelectMany(name => Shown().Matches(TextOf(name)))
            .Select(snippet => snippet.Groups["name"].Value)
            .Distinct();

        Assert.Equal(CompiledSnippets().Keys.Order(), shown.Order());
    }

    private static Dictionary<string, string> CompiledSnippets() => Sources
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(WireFile.Repository(), folder), "*.cs", SearchOption.AllDirectories))
        .SelectMany(file => Compiled().Matches(Text(file)))
        .ToDictionary(match => match.Groups["name"].Value, match => Unindented(match.Groups["code"].Value));

    private static string TextOf(string document) => Text(Path.Combine(WireFile.Repository(), document));

    private static string Text(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    private static string Unindented(string code)
    {
        string[] lines = code.TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }

    [GeneratedRegex(@"^ *// snippet:(?<name>[\w-]+)\n(?<code>.*?)^ *// end-snippet$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Compiled();

    [GeneratedRegex(@"^<!-- snippet:(?<name>[\w-]+) -->\n```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"^ *```(csharp|cs|c#)\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex CSharpBlock();
}
