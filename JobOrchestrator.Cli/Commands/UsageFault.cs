using System.CommandLine;
using System.CommandLine.Parsing;

namespace JobOrchestrator.Cli;

/// <summary>What is wrong with what was typed, in one line, with the name that was probably meant.</summary>
internal static class UsageFault
{
    /// <summary>The first fault; null: there is none.</summary>
    public static string? Of(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return unknown.StartsWith('-')
                ? $"{Line(parsed)} has no option {unknown}.{Meant(unknown, OptionsOf(parsed))} See {Line(parsed)} --help."
                : command.Subcommands.Count > 0
                    ? $"{Line(parsed)} has no command \"{unknown}\".{Meant(unknown, command.Subcommands.Select(known => known.Name))} "
                        + $"See {Line(parsed)} --help."
                    : $"{Line(parsed)} takes no further \"{unknown}\". See {Line(parsed)} --help.";
        }

        return command.Subcommands.Count > 0 && !parsed.Tokens.Any(token => token.Type == TokenType.Command)
            ? $"Say what to do: {string.Join(", ", command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name))}."
            : $"{parsed.Errors[0].Message.TrimEnd('.')}. See {Line(parsed)} --help.";
    }

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
