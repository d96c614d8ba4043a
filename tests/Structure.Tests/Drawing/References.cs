using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Structure.Tests.Drawing;

/// <summary>What one piece of syntax refers to: types and members, by name or without one (<c>var</c>, <c>new()</c>, operators).</summary>
internal static class References
{
    public static IEnumerable<ISymbol> Of(SyntaxNode node, SemanticModel model) =>
        node switch
        {
            SimpleNameSyntax name => name.Parent is NameEqualsSyntax ? [] : Named(name, model),
            ForEachStatementSyntax loop => Members(model.GetForEachStatementInfo(loop).GetEnumeratorMethod),
            BaseObjectCreationExpressionSyntax or ElementAccessExpressionSyntax or ElementBindingExpressionSyntax
                or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or ConstructorInitializerSyntax =>
                Symbols(model.GetSymbolInfo(node)),
            _ => [],
        };

    private static IEnumerable<ISymbol> Named(SimpleNameSyntax name, SemanticModel model) =>
        name is IdentifierNameSyntax { IsVar: true }
            ? Types(model.GetTypeInfo(name).Type)
            : Symbols(model.GetSymbolInfo(name));

    /// <summary>
    /// The symbol, or a candidate: <c>nameof</c> of a method names all its overloads, and what is generated is not there to choose by.
    /// </summary>
    private static IEnumerable<ISymbol> Symbols(SymbolInfo info) =>
        info.Symbol is not null ? Members(info.Symbol) : info.CandidateSymbols.Take(1).SelectMany(Members);

    private static IEnumerable<ISymbol> Members(ISymbol? symbol) =>
        symbol switch
        {
            INamedTypeSymbol type => [type],
            IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.BuiltinOperator or MethodKind.AnonymousFunction } => [],
            IMethodSymbol method => DeclaredOrOwner(method.ReducedFrom ?? method),
            IPropertySymbol or IFieldSymbol or IEventSymbol => DeclaredOrOwner(symbol),
            _ => [],
        };

    /// <summary>The member, or its type where the compiler wrote the member (a default constructor, a record's <c>Equals</c>).</summary>
    private static IEnumerable<ISymbol> DeclaredOrOwner(ISymbol member) =>
        member.OriginalDefinition.DeclaringSyntaxReferences.Length > 0 || member.ContainingType is null
            ? [member]
            : [member.ContainingType];

    /// <summary>A type and everything it is made of.</summary>
    private static IEnumerable<ISymbol> Types(ITypeSymbol? type) =>
        type switch
        {
            IArrayTypeSymbol array => Types(array.ElementType),
            INamedTypeSymbol named => [named, .. named.TypeArguments.SelectMany(Types)],
            _ => [],
        };
}
