using System.Text.RegularExpressions;
using Structure.Tests.Reading;

namespace Structure.Tests;

public sealed partial class SourceFileTests
{
    /// <summary>Lines stay under this many columns. No formatter looks at length.</summary>
    private const int Columns = 140;

    public static TheoryData<string> Projects => [.. Repository.Projects.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Lines_OfEverySourceFile_AreUnder140Columns(string name)
    {
        ProjectFile project = Repository.Project(name);

        IEnumerable<string> tooLong =
            from file in Repository.SourcesUnder(project.Folder)
            from line in File.ReadLines(Path.Combine(project.Folder, file)).Index()
            where line.Item.Length >= Columns
            select $"{project.Place}/{file}:{line.Index + 1} has {line.Item.Length} columns";

        string[] told = [.. tooLong];
        string message = $"{told.Length} lines of {Columns} columns or more:";
        Assert.True(told.Length == 0, string.Join(Environment.NewLine, told.Prepend(message)));
    }

    /// <summary>
    /// But those that stand for users: of the packages, an app that is copied out of the repository and built there; of the API's
    /// document, programs around clients that are generated.
    /// </summary>
    [Fact]
    public void Sources_OfTheRepository_BelongToAProjectOfTheSolution()
    {
        string[] folders = [.. Repository.Projects.Select(project => $"{project.Place}/"), "tests/Consumer/", "tests/Clients/"];

        IEnumerable<string> outside = Repository.SourcesUnder(Repository.Root)
            .Where(file => !folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)));

        Assert.Empty(outside);
    }

    /// <summary>A log method takes its logger: it is seen at the call which one writes.</summary>
    [Fact]
    public void LogMethods_OfEverySourceFile_AreStatic() => Assert.Empty(
        from file in Repository.SourcesUnder(Repository.Root)
        from line in File.ReadLines(Path.Combine(Repository.Root, file)).Index()
        where LogMethodOfAnInstance().IsMatch(line.Item)
        select $"{file}:{line.Index + 1}");

    /// <summary>A log line whose level is a parameter calls its member by such a parameter's name, sign and all: <c>@event</c>.</summary>
    [Fact]
    public void Parameters_OfEverySourceFile_NeedNoSign() => Assert.Empty(
        from file in Repository.SourcesUnder(Repository.Root)
        from line in File.ReadLines(Path.Combine(Repository.Root, file)).Index()
        where SignedParameter().IsMatch(line.Item)
        select $"{file}:{line.Index + 1}");

    /// <summary>Such a name is still being looked for.</summary>
    [Fact]
    public void Names_OfSourceFiles_SayWhatIsInside() =>
        Assert.DoesNotContain(Repository.SourcesUnder(Repository.Root), file => Nameless().IsMatch(file));

    [GeneratedRegex(@"[\w>\]]\?? @[a-z]\w*\s*[,)]")]
    private static partial Regex SignedParameter();

    [GeneratedRegex(@"^\s+(private|internal|public) partial void Log\w+\(")]
    private static partial Regex LogMethodOfAnInstance();

    [GeneratedRegex(@"(Helpers?|Utils?|Manager)\.cs$", RegexOptions.IgnoreCase)]
    private static partial Regex Nameless();
}
