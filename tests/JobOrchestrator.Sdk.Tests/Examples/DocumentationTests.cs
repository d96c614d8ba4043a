using System.Text.RegularExpressions;
using JobOrchestrator.Sdk.Tests.Wire;

namespace JobOrchestrator.Sdk.Tests.Examples;

/// <summary>What the documentation shows is what is compiled here.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Snippets_InTheDocumentation_AreTheCompiledOnes()
    {
        var compiled = Directory.EnumerateFiles(Path.Combine(WireFile.Repository(), "tests", "JobOrchestrator.Sdk.Tests", "Examples"), "*.cs")
            .SelectMany(file => Compiled().Matches(File.ReadAllText(file)))
            .ToDictionary(match => match.Groups["name"].Value, match => Unindented(match.Groups["code"].Value));
        var shown = Shown().Matches(File.ReadAllText(Path.Combine(WireFile.Repository(), "docs", "sdk.md")))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["code"].Value.TrimEnd());

        Assert.Equal(compiled.Keys.Order(), shown.Keys.Order());
        Assert.All(compiled, snippet => Assert.Equal(snippet.Value, shown[snippet.Key]));
    }

    private static string Unindented(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }

    [GeneratedRegex(@"^ *// snippet:(?<name>[\w-]+)\n(?<code>.*?)^ *// end-snippet$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Compiled();

    [GeneratedRegex(@"^<!-- snippet:(?<name>[\w-]+) -->\n```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shown();
}
