using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;

namespace JobOrchestrator.Cli;

/// <summary>What is wrong with what was typed, in one line, with the name that was probably meant.</summary>
internal static class UsageFault
{
    /// <summary>The first fault; null: there is none.</summary>
    public static string? Of(ParseResult parsed)
    {
        if (UnknownOption(parsed) is { } option)
        {
            return NoOption(parsed, option);
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return unknown.StartsWith('-')
                ? NoOption(parsed, unknown)
                : command.Subcommands.Count > 0
                    ? $"{Line(parsed)} has no command \"{unknown}\".{Meant(unknown, command.Subcommands.Select(known => known.Name))} "
                        + $"See {Line(parsed)} --help."
                    : $"{Line(parsed)} takes no further \"{unknown}\". See {Line(parsed)} --help.";
        }

        return command.Subcommands.Count > 0 && !parsed.Tokens.Any(token => token.Type == TokenType.Command)
            ? $"Say what to do: {string.Join(", ", command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name))}."
            : $"{TextOf(parsed.Errors[0])}. See {Line(parsed)} --help.";
    }

    /// <summary>
    /// A query takes whatever no option is known for. No term of one begins with two minuses, and one of a minus and a letter is a slip.
    /// </summary>
    private static string? UnknownOption(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(result => result.Argument.Name == QueryArgument.Name)
            .SelectMany(result => result.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(text => text.StartsWith("--", StringComparison.Ordinal) || text is ['-', _]);

    /// <summary>What is no number is told without the names that types have inside.</summary>
    private static string TextOf(ParseError error)
    {
        SymbolResult? at = error.SymbolResult is ArgumentResult { Parent: OptionResult option } ? option : error.SymbolResult;
        return at is OptionResult { Tokens: [.., var said], Option: { } of } && IsNumber(of.ValueType, out string? kind)
            ? $"{of.Name} takes {kind}, not \"{said.Value}\""
            : error.Message.TrimEnd('.');
    }

    private static bool IsNumber(Type type, [NotNullWhen(true)] out string? kind)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        kind = plain == typeof(int) ? "a whole number" : plain == typeof(double) ? "a number" : null;
        return kind is not null;
    }

    private static string NoOption(ParseResult parsed, string unknown) =>
        $"{Line(parsed)} has no option {unknown}.{Meant(unknown, OptionsOf(parsed))} See {Line(parsed)} --help.";

    private static string Meant(string unknown, IEnumerable<string> known) =>
        NearestName.Of(unknown, known) is { } near ? $" Did you mean {near}?" : "";

    private static IEnumerable<string> OptionsOf(ParseResult parsed)
    {
        for (CommandResult? result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            foreach (Option option in result.Command.Options.Where(option => option.Recursive || result == parsed.CommandResult))
            {
                yield return option.Name;
            }
        }
    }

    private static string Line(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (CommandResult? result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Push(result.Parent is null ? "jobs" : result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
