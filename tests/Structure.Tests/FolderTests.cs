using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Structure.Tests.Drawing;
using Structure.Tests.Reading;
using Xunit.Abstractions;

namespace Structure.Tests;

public sealed class FolderTests(ITestOutputHelper output)
{
    /// <summary>A type or namespace that was not found: the picture would lack arrows and nobody would notice.</summary>
    private static readonly string[] NotFound = ["CS0246", "CS0234", "CS0012", "CS0400"];

    public static TheoryData<string> Products => [.. Repository.Products.Select(project => project.Name)];

    /// <summary>Folders of a project use each other one way only. The picture itself is in the test's output.</summary>
    [Theory]
    [MemberData(nameof(Products))]
    public void Folders_OfOneProject_GoInNoCircle(string project)
    {
        CSharpCompilation compilation = ProjectCode.Compile(Repository.Project(project));
        Picture picture = Draughtsman.Draw(compilation);

        foreach (Arrow arrow in picture.Arrows)
        {
            output.WriteLine($"{arrow}");
        }

        IReadOnlyList<string> circles = picture.Circles();
        Assert.True(circles.Count == 0, string.Join(Environment.NewLine, circles.Prepend($"Folders of {project} use each other:")));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Types_OfEveryProject_AreFoundByTheDrawing(string project)
    {
        CSharpCompilation compilation = ProjectCode.Compile(Repository.Project(project));

        IEnumerable<Diagnostic> missing = compilation.GetDeclarationDiagnostics().Where(diagnostic => NotFound.Contains(diagnostic.Id));

        Assert.Empty(missing);
        Assert.NotEmpty(compilation.SyntaxTrees);
    }
}
