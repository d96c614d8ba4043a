using System.CommandLine;
using JobOrchestrator.Search;

namespace JobOrchestrator.Cli;

/// <summary>A query as it is typed: one text in quotes, or its terms one after the other.</summary>
internal static class QueryArgument
{
    /// <summary>The argument's name; what looks like an option there is one that is not known (<see cref="UsageFault"/>).</summary>
    public const string Name = "query";

    public static Argument<string[]> Make() => new(Name)
    {
        Description = "Which: status:failed queue:mail older:1h -type:slow. All when nothing is said.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The query that was typed; null: none was.</summary>
    /// <exception cref="QueryFaultException">What was typed is none.</exception>
    public static string? Of(ParseResult parsed, Argument<string[]> argument)
    {
        string text = string.Join(' ', (parsed.GetValue(argument) ?? []).Select(term => term.TrimStart(' ')));
        return text.Length == 0 ? null
            : JobQuery.TryParse(text, out _, out IReadOnlyList<JobQueryError> errors) ? text
            : throw new QueryFaultException(text, errors);
    }
}
