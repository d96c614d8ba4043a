using System.CommandLine;
using System.CommandLine.Parsing;

namespace JobOrchestrator.Cli;

/// <summary>Short ways to build commands, so that a command reads as what it is.</summary>
/// <param name="settings">The options that every command has.</param>
/// <param name="around">What is around the program.</param>
internal sealed class Building(Settings settings, Surroundings around)
{
    public Settings Settings => settings;

    public Surroundings Around => around;

    /// <summary>A command that speaks to the orchestrator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, for the list of commands.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">What it does; ends with one of <see cref="ExitCode"/>.</param>
    public Command Command(
        string name,
        string description,
        IReadOnlyList<Symbol> symbols,
        Func<Session, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
            }
        }

        command.SetAction(async (parsed, stopping) =>
        {
            using var session = Session.Open(settings, parsed, around);
            return await run(session, parsed, stopping);
        });
        return command;
    }

    /// <summary>A command that only has others below it.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (Command command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    /// <summary>A text that has to be there, and has something in it.</summary>
    public static Argument<string> Argument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        NotEmpty(argument, $"The {name}");
        return argument;
    }

    /// <summary>Refuses what has nothing in it but blanks.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="what">What is said to be empty then, at the beginning of a sentence.</param>
    public static void NotEmpty(Argument argument, string what) => argument.Validators.Add(result =>
    {
        if (IsAnyEmpty(result))
        {
            result.AddError($"{what} is empty");
        }
    });

    /// <inheritdoc cref="NotEmpty(Argument, string)"/>
    public static Option<string?> NotEmpty(Option<string?> option)
    {
        option.Validators.Add(result =>
        {
            if (IsAnyEmpty(result))
            {
                result.AddError($"What is said behind {option.Name} is empty");
            }
        });
        return option;
    }

    /// <summary>One of several words, in either case.</summary>
    public static Option<string?> Choice(string name, string description, IReadOnlyList<string> words)
    {
        Option<string?> option = Text(name, description, string.Join('|', words));
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result => Among(words, result, name));
        return option;
    }

    /// <inheritdoc cref="Choice"/>
    public static Argument<string> AmongWords(Argument<string> argument, IReadOnlyList<string> words)
    {
        argument.CompletionSources.Add([.. words]);
        argument.Validators.Add(result => Among(words, result, $"The {argument.Name}"));
        return argument;
    }

    /// <summary>Refuses a word that is none of those.</summary>
    /// <param name="words">All that there are.</param>
    /// <param name="result">What was typed.</param>
    /// <param name="what">What the words are of, at the beginning of a sentence.</param>
    public static void Among(IReadOnlyList<string> words, SymbolResult result, string what)
    {
        if (result.Tokens.FirstOrDefault(token => !words.Contains(token.Value, StringComparer.OrdinalIgnoreCase)) is { } odd)
        {
            result.AddError($"{what} is one of {string.Join(", ", words)}, not \"{odd.Value}\"");
        }
    }

    public static Option<string?> Text(string name, string description, string helpName = "text") =>
        new(name) { Description = description, HelpName = helpName };

    public static Option<string?> Time(string name, string description) => Text(name, description, "30s|5m|2h");

    public static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "number" };

    /// <summary>How many of something are shown at most.</summary>
    /// <param name="of">Of what, with a blank before it; empty: that is plain.</param>
    /// <param name="byDefault">How many where nothing is said.</param>
    public static Option<int> Limit(int byDefault, string of = "") => new("--limit", "-n")
    {
        Description = $"At most so many{of}; {byDefault} by default.",
        HelpName = "number",
        DefaultValueFactory = _ => byDefault,
    };

    /// <summary>What <see cref="Limit"/> says.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static int MostOf(ParseResult parsed, Option<int> limit) =>
        parsed.GetValue(limit) is >= 1 and var most ? most : throw new UsageException("--limit is at least 1.");

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static bool IsAnyEmpty(SymbolResult result) => result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value));

    /// <summary>A length of time that was typed; null: none was.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static TimeSpan? TimeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? Durations.Parse(text) : null;
}
