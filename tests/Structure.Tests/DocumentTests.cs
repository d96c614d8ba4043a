using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Structure.Tests.Reading;

namespace Structure.Tests;

/// <summary>What the documents say of places and routes is there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents => [.. Repository.FilesUnder(Repository.Root, "*.md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_OfEveryDocument_LeadToAFileAndAHeading(string document)
    {
        IEnumerable<string> dead = Link().Matches(Fence().Replace(TextOf(document), ""))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Leads(document, target));

        Assert.Empty(dead);
    }

    /// <summary>The page that tells what there is tells all of it, and nothing else.</summary>
    [Fact]
    public void Operations_OfTheApi_AreThoseOfItsPage()
    {
        JsonNode document = JsonNode.Parse(TextOf("docs/api/openapi.json"))!;
        IEnumerable<string> served = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        IEnumerable<string> told = Operation().Matches(TextOf("docs/api/README.md")).Select(match => match.Groups["operation"].Value);

        Assert.Equal(served.Order(StringComparer.Ordinal), told.Distinct().Order(StringComparer.Ordinal));
    }

    private static bool Leads(string document, string target)
    {
        string[] parts = target.Split('#', 2);
        string place = parts[0].Length == 0
            ? Path.Combine(Repository.Root, document)
            : Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, parts[0]));
        return Path.Exists(place) && (parts.Length == 1 || AnchorsOf(place).Contains(parts[1]));
    }

    /// <summary>As GitHub makes them: small letters, digits and dashes, and nothing of the rest.</summary>
    private static IEnumerable<string> AnchorsOf(string place) =>
        Heading().Matches(Fence().Replace(File.ReadAllText(place).ReplaceLineEndings("\n"), ""))
            .Select(heading => NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string TextOf(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?<fence>```+).*?^\k<fence>", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"`(?<operation>(GET|POST|PUT|PATCH|DELETE) /[^`]*)`")]
    private static partial Regex Operation();
}
