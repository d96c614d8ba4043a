using System.Buffers;
using System.CommandLine;
using JobOrchestrator.Search;

namespace JobOrchestrator.Cli;

/// <summary>
/// Reads what was typed. A text that begins with <c>@</c> is no file of arguments, as the library has it: values are read by
/// <see cref="JsonArgument"/>. And a term that takes out, such as <c>-queue:slow</c>, is no bundle of options.
/// </summary>
internal static class TypedArguments
{
    private const string Ends = "--";

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    /// <summary>No text is a file of arguments.</summary>
    public static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments)
    {
        ParseResult parsed = root.Parse(arguments, Plain);
        Command command = parsed.CommandResult.Command;
        return arguments.Any(IsTakingOut) && command.Arguments.Any(argument => argument.Name == QueryArgument.Name)
            ? root.Parse([.. Guarded(arguments, [.. root.Options, .. command.Options])], Plain)
            : parsed;
    }

    /// <summary>A blank in front makes a term no option; a query reads it as if there were none.</summary>
    private static IEnumerable<string> Guarded(IReadOnlyList<string> arguments, IReadOnlyList<Option> options)
    {
        bool isOver = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            isOver |= arguments[i] == Ends;
            bool isOfOption = i > 0 && options.Any(option =>
                option.ValueType != typeof(bool) && (option.Name == arguments[i - 1] || option.Aliases.Contains(arguments[i - 1])));
            yield return !isOver && !isOfOption && IsTakingOut(arguments[i]) ? " " + arguments[i] : arguments[i];
        }
    }

    /// <summary>Fields have two letters at least, also those that are misspelled; options that are bundled have one each.</summary>
    private static bool IsTakingOut(string text) =>
        text is ['-', var first, var second, ..] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second)
        && text.AsSpan(1, Math.Max(0, text.IndexOf(':', StringComparison.Ordinal) - 1)) is { Length: > 1 } name
        && (!name.ContainsAnyExcept(Letters) || name.StartsWith(QueryField.LabelPrefix, StringComparison.OrdinalIgnoreCase));
}
