using System.CommandLine;
using System.CommandLine.Parsing;

namespace JobOrchestrator.Cli;

/// <summary>
/// The command as it was typed, to be copied into a shell and gone on with. What all commands have is left out: a key is never written.
/// </summary>
internal static class TypedLine
{
    /// <summary>The line.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="without">An option that is left out, because it is written anew.</param>
    public static string Of(ParseResult parsed, Option without)
    {
        List<string> words = ["jobs", parsed.CommandResult.Command.Name];
        foreach (SymbolResult child in parsed.CommandResult.Children)
        {
            switch (child)
            {
                case OptionResult { Implicit: false } option when option.Option != without && !option.Option.Recursive:
                    words.Add(option.Option.Name);
                    words.AddRange(option.Tokens.Select(token => Quoted(token.Value)));
                    break;
                case ArgumentResult { Tokens.Count: > 0 } argument:
                    words.Add(Quoted(string.Join(' ', argument.Tokens.Select(token => token.Value.TrimStart(' ')))));
                    break;
            }
        }

        return string.Join(' ', words);
    }

    /// <summary>A word as a shell takes it.</summary>
    public static string Quoted(string text) =>
        text.Length > 0 && text.All(one => char.IsAsciiLetterOrDigit(one) || "-_./:=,@%+".Contains(one, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
