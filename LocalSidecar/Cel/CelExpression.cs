using System.Text.Json;

namespace LocalSidecar.Cel;

/// <summary>
/// The part of CEL that subscription rules use, over one variable, <c>event</c>: comparisons, <c>&amp;&amp;</c>,
/// <c>||</c>, <c>!</c>, <c>in</c>, <c>has()</c>, string functions, conversions, <c>size()</c>, indexing, literals.
/// </summary>
internal sealed class CelExpression
{
    private readonly CelNode? _root;

    private CelExpression(CelNode? root) => _root = root;

    /// <summary>Reads an expression; an empty one is always true. Returns what is wrong with it, or null.</summary>
    public static string? TryParse(string text, out CelExpression expression)
    {
        expression = new CelExpression(null);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            expression = new CelExpression(new CelParser(text).Parse());
            return null;
        }
        catch (CelException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Whether the rule holds for an event.</summary>
    /// <exception cref="CelException">It cannot be told: a member is missing, or types do not go together.</exception>
    public bool Matches(JsonElement cloudEvent) => _root is null || CelValue.Truth(_root.Evaluate(cloudEvent));
}

/// <summary>An expression that cannot be read or has no value.</summary>
internal sealed class CelException(string message) : Exception(message);
