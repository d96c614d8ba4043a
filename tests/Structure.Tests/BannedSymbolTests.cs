using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Structure.Tests.Reading;

namespace Structure.Tests;

public sealed class BannedSymbolTests
{
    private const string List = "BannedSymbols.txt";

    public static TheoryData<string> Projects =>
        [.. Repository.Products.Where(project => File.Exists(Path.Combine(project.Folder, List))).Select(project => project.Name)];

    /// <summary>An entry that names nothing bans nothing, and no analyzer says so.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Entries_OfEveryList_NameSomething(string project)
    {
        CSharpCompilation compilation = ProjectCode.Compile(Repository.Project(project));

        string[] ids = [.. Ids(project)];

        Assert.NotEmpty(ids);
        Assert.DoesNotContain(ids, id => DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is null);
        Assert.Equal(ids.Distinct(), ids);
    }

    /// <summary>
    /// A method that is banned in one form is banned in all, those of a newer runtime too: but for the form that takes the clock, and for
    /// a source that runs on no timer.
    /// </summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Entries_OfAMethod_NameAllItsOverloads(string project)
    {
        CSharpCompilation compilation = ProjectCode.Compile(Repository.Project(project));
        HashSet<string> ids = [.. Ids(project)];

        IEnumerable<string> open =
            from method in ids.Select(id => DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation)).OfType<IMethodSymbol>()
            from overload in method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
            where overload.DeclaredAccessibility == Accessibility.Public
            let id = overload.GetDocumentationCommentId()
            where !ids.Contains(id)
                && overload.Parameters.All(parameter => parameter.Type.Name != nameof(TimeProvider))
                && id != "M:System.Threading.CancellationTokenSource.#ctor"
            select id;

        Assert.Empty(open.Distinct());
    }

    /// <summary>
    /// Worker and owner run on one thread with the shards, so what may not leave it there may not leave it here. (What the shards do to
    /// themselves is their own affair, and so is their clock: answers and events have dates of the wall's.)
    /// </summary>
    [Fact]
    public void Entries_OfTheSdk_AreThoseOfTheShards() =>
        Assert.Equal(
            Ids("JobOrchestrator.Shards").Where(
                id => !id.Contains(":JobOrchestrator.", StringComparison.Ordinal) && id != "M:System.TimeProvider.GetUtcNow"),
            Ids("JobOrchestrator.Sdk"));

    /// <summary>
    /// Rooms of the service that are simulated beside the shards keep to the shards' list, though the analyzer knows projects alone.
    /// </summary>
    [Theory]
    [InlineData("Push/")]
    [InlineData("BuiltIn/")]
    [InlineData("Features/Events/")]
    public void Rooms_ThatAreSimulated_KeepToTheListOfTheShards(string room) => Assert.Empty(Banned(room));

    /// <summary>The ten lines of host around each of them.</summary>
    [Fact]
    public void Rooms_ThatAreNot_ShowThatTheSearchFindsSomething() =>
        Assert.Contains("Hosting/LoopService.cs: T:Microsoft.Extensions.Hosting.BackgroundService", Banned("Hosting/"));

    /// <summary>What a room of the service uses of the shards' list, with the file.</summary>
    private static IReadOnlyList<string> Banned(string room)
    {
        HashSet<string> ids = [.. Ids("JobOrchestrator.Shards")];
        CSharpCompilation compilation = ProjectCode.Compile(Repository.Project("JobOrchestrator"));
        SyntaxTree[] trees = [.. compilation.SyntaxTrees.Where(tree => tree.FilePath.StartsWith(room, StringComparison.Ordinal))];
        Assert.NotEmpty(trees);
        return
        [
            .. from tree in trees
               let model = compilation.GetSemanticModel(tree)
               from node in tree.GetRoot().DescendantNodes()
               let symbol = model.GetSymbolInfo(node).Symbol
               where symbol is not null
               from used in new[] { symbol, symbol.ContainingType }
               let id = used?.OriginalDefinition.GetDocumentationCommentId()
               where id is not null && ids.Contains(id)
               select $"{tree.FilePath}: {id}",
        ];
    }

    /// <summary>The ids of a list: what stands in front of the reason.</summary>
    private static IEnumerable<string> Ids(string project) =>
        File.ReadLines(Path.Combine(Repository.Project(project).Folder, List))
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
            .Select(line => line.Split(';')[0]);
}
