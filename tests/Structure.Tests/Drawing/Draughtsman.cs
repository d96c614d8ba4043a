using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Structure.Tests.Drawing;

/// <summary>Draws a project's folders from what its code refers to. Paths of the syntax trees are relative to the project.</summary>
internal static class Draughtsman
{
    public static Picture Draw(CSharpCompilation compilation)
    {
        Dictionary<(string From, string To), Arrow> arrows = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees.OrderBy(tree => tree.FilePath, StringComparer.Ordinal))
        {
            string from = FolderOf(tree.FilePath);
            SemanticModel model = compilation.GetSemanticModel(tree);

            // Not into trivia: what a documentation comment mentions is not used.
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                foreach (ISymbol symbol in References.Of(node, model))
                {
                    if (FolderOf(symbol, from) is string to && to != from)
                    {
                        arrows[(from, to)] = arrows.TryGetValue((from, to), out Arrow? known)
                            ? known with { Count = known.Count + 1 }
                            : new Arrow(from, to, 1, Example(node, symbol));
                    }
                }
            }
        }

        IEnumerable<Arrow> ordered = arrows.Values
            .OrderBy(arrow => arrow.From, StringComparer.Ordinal)
            .ThenBy(arrow => arrow.To, StringComparer.Ordinal);
        return new Picture([.. ordered]);
    }

    private static string Example(SyntaxNode node, ISymbol symbol)
    {
        int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        string name = symbol is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
            ? $"{symbol.ContainingType.Name}.{symbol.Name}"
            : symbol.Name;
        return $"{node.SyntaxTree.FilePath}:{line} → {name}";
    }

    /// <summary>
    /// Where a symbol is declared; the asking folder itself when a part of it is there; null for what this project does not declare.
    /// </summary>
    private static string? FolderOf(ISymbol symbol, string asking)
    {
        IEnumerable<string> folders =
            symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(part => FolderOf(part.SyntaxTree.FilePath));
        return folders.Contains(asking) ? asking : folders.FirstOrDefault();
    }

    private static string FolderOf(string path)
    {
        int end = path.LastIndexOf('/');
        return end < 0 ? "." : path[..end];
    }
}
