using System.CommandLine;
using System.CommandLine.Parsing;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>
/// Names of queues, types and owners, and terms of queries, by which what is typed may go on: as the orchestrator suggests them, asked
/// once. Who types does not wait for one that is slow or away, and hears nothing of it.
/// </summary>
internal static class NamesToComplete
{
    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["--queue"] = "queue:",
        ["--to"] = "queue:",
        ["--type"] = "type:",
        ["--owner"] = "owner:",
        ["queue"] = "queue:",
        ["type"] = "type:",
        [QueryArgument.Name] = "",
    };

    /// <summary>Finds them.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="settings">The options that every command has.</param>
    /// <param name="typed">The line without the program's name, as far as the cursor.</param>
    /// <param name="around">What is around the program.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>Each as it is typed; none that a shell would take for more than a word.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(
        RootCommand root, Settings settings, string typed, Surroundings around, CancellationToken stopping)
    {
        string word = typed[(typed.LastIndexOfAny([' ', '"', '\'']) + 1)..];
        string[] before = [.. CommandLineParser.SplitCommandLine(typed[..^word.Length].TrimEnd('"', '\''))];

        // What is behind an option's equals sign may be a key, and goes into no address.
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            return [];
        }

        ParseResult parsed = TypedArguments.Parse(root, before);
        if (FieldOf(root, parsed, before) is not { } field || (field.Length == 0 && word.Length == 0))
        {
            return [];
        }

        try
        {
            using var session = Session.Open(settings, parsed, around);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            over.CancelAfter(around.CompletionPatience);
            JobSuggestions found = await session.Operations.SuggestAsync(field + word, cancellationToken: over.Token);
            return
            [
                .. found.Suggestions.Select(suggestion => suggestion.Text)
                    .Where(text => text.StartsWith(field, StringComparison.OrdinalIgnoreCase))
                    .Select(text => text[field.Length..])
                    .Where(text => text.Length > 0 && TypedLine.Quoted(text) == text),
            ];
        }
        catch (Exception exception) when (
            exception is JobOrchestratorException or OperationCanceledException or UsageException or ArgumentException
                or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>Of which field the word at the cursor is a value; empty: it is a term of a query. Null: nothing that has names.</summary>
    private static string? FieldOf(RootCommand root, ParseResult parsed, string[] before)
    {
        Command command = parsed.CommandResult.Command;
        if (before is [.., var last] && last.StartsWith('-')
            && command.Options.Concat(root.Options)
                .FirstOrDefault(option => option.Name == last || option.Aliases.Contains(last)) is { } option
            && option.ValueType != typeof(bool))
        {
            return Fields.GetValueOrDefault(option.Name);
        }

        Argument? next = command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MaximumNumberOfValues > 1 || parsed.GetResult(argument) is not { Tokens.Count: > 0 });
        return next is null ? null : Fields.GetValueOrDefault(next.Name);
    }
}
