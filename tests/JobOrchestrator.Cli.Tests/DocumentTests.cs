using System.CommandLine;
using System.Globalization;
using System.Text;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>
/// The document's reference is the program's own: every command, argument, option and exit code. <c>CLI_DOC_WRITE=1</c> writes it anew.
/// </summary>
public sealed class DocumentTests
{
    private const string Begin = "<!-- reference: made by DocumentTests -->\n";
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "docs", "command-line.md");

    [Fact]
    public void TheReference_IsWhatTheProgramHas()
    {
        string document = File.ReadAllText(Path).ReplaceLineEndings("\n");
        int begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string made = Make();
        if (Environment.GetEnvironmentVariable("CLI_DOC_WRITE") == "1")
        {
            File.WriteAllText(Path, document[..begin] + made);
            return;
        }

        Assert.Equal(made, document[begin..]);
    }

    private static string Make()
    {
        var settings = new Settings();
        RootCommand root = Tree.Build(
            settings, new Surroundings { In = Stream.Null, Out = TextWriter.Null, Error = TextWriter.Null });
        var text = new StringBuilder("\n## Every command\n\nOptions that all have:\n\n");
        Describe(text, [], settings.All);
        foreach (Command command in root.Subcommands.Where(command => !command.Hidden))
        {
            Describe(text, command, "jobs");
        }

        text.Append("\n## Exit codes\n\n| code | means |\n|---|---|\n");
        foreach ((int code, string meaning) in ExitCode.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {code} | {meaning} |\n");
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, Command command, string above)
    {
        string line = $"{above} {command.Name}";
        if (command.Subcommands.Count > 0)
        {
            foreach (Command below in command.Subcommands)
            {
                Describe(text, below, line);
            }

            return;
        }

        string arguments = string.Concat(command.Arguments.Select(argument =>
            argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]"
            : argument.Arity.MaximumNumberOfValues > 1 ? $" {argument.Name} …" : $" {argument.Name}"));
        text.Append(CultureInfo.InvariantCulture, $"\n### `{line}{arguments}`\n\n{command.Description}\n");
        if (command.Arguments.Count + command.Options.Count > 0)
        {
            text.Append('\n');
            Describe(text, command.Arguments, command.Options);
        }
    }

    private static void Describe(StringBuilder text, IEnumerable<Argument> arguments, IEnumerable<Option> options)
    {
        text.Append("| | |\n|---|---|\n");
        foreach (Argument argument in arguments)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{argument.Name}` | {argument.Description} |\n");
        }

        foreach (Option option in options.Where(option => !option.Hidden))
        {
            string names = string.Join(
                ", ", option.Aliases.Where(alias => alias != option.Name).Append(option.Name).Select(name => $"`{name}`"));
            string value = option.ValueType == typeof(bool) ? "" : $" {option.HelpName?.Replace("|", "\\|", StringComparison.Ordinal)}";
            text.Append(CultureInfo.InvariantCulture, $"| {names}{value} | {option.Description} |\n");
        }
    }
}
