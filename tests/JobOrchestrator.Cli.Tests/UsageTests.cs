namespace JobOrchestrator.Cli.Tests;

/// <summary>What cannot be is said in one line, with what was probably meant; nothing is asked of anybody.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("lst", "Did you mean list?")]
    [InlineData("list --statsu failed", "Did you mean --status?")]
    [InlineData("count --statsu", "jobs count has no option --statsu.")]
    [InlineData("list -x status:failed", "has no option -x")]
    [InlineData("list -n 0", "--limit is at least 1")]
    [InlineData("queues paus mail", "Did you mean pause?")]
    [InlineData("get", "job")]
    [InlineData("get a b", "takes no further \"b\"")]
    [InlineData("complete JOB", "--token")]
    [InlineData("wait JOB --timeout soon", "no length of time")]
    [InlineData("list --created-after yesterday", "no time")]
    [InlineData("submit send {", "no JSON at line 1")]
    [InlineData("submit send @/no/such/file", "/no/such/file")]
    [InlineData("list --url ftp://x", "no address")]
    [InlineData("work mail --parallel 0 -- true", "--parallel is at least 1")]
    [InlineData("", "Say what to do")]
    [InlineData("list -o yaml", "--output is one of table, json, jsonl, id, not \"yaml\".")]
    [InlineData("list --status odd", "--status is one of new, inProgress, completed, failed, cancelled, not \"odd\".")]
    [InlineData("submit send --on-duplicate odd", "--on-duplicate is one of reject, return, replace, not \"odd\".")]
    [InlineData("completion fish", "The shell is one of bash, zsh, pwsh, not \"fish\".")]
    [InlineData("list --limit many", "--limit takes a whole number, not \"many\".")]
    [InlineData("export --limit 0", "--limit is at least 1.")]
    [InlineData("heartbeat JOB --token T --percent half", "--percent takes a number, not \"half\".")]
    public async Task AMistake_IsToldInOneLine(string typed, string words)
    {
        var terminal = new Terminal { Url = new Uri("http://127.0.0.1:9") };

        int code = await terminal.RunAsync(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(words, terminal.Error, StringComparison.Ordinal);
        Assert.Equal(1, terminal.Error.Count(one => one == '\n'));
        Assert.Empty(terminal.Out);
    }

    [Theory]
    [InlineData("An id is empty.", "retry", "")]
    [InlineData("An id is empty.", "cancel", "01a1fe2c-9962-7000-aa1f-8559bd02e2cb", " ")]
    [InlineData("The queue is empty.", "queues", "pause", "")]
    [InlineData("The text is empty.", "mark", "")]
    [InlineData("The job is empty.", "get", "")]
    [InlineData("The type is empty.", "submit", "")]
    [InlineData("behind --reason is empty.", "queues", "pause", "mail", "--reason", "")]
    [InlineData("behind --to is empty.", "move", "queue:mail", "--to", "")]
    [InlineData("The key has a line end", "queues", "ls", "--key", "a-secret\nof-sixteen")]
    public async Task NothingWhereSomethingHasToBe_IsToldInOneLineWithoutNamesOfALibrary(string words, params string[] typed)
    {
        var terminal = new Terminal { Url = new Uri("http://127.0.0.1:9") };

        int code = await terminal.RunAsync(typed);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(words, terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(1, terminal.Error.Count(one => one == '\n'));
    }

    [Fact]
    public async Task AKey_IsNeverWritten()
    {
        var terminal = new Terminal
        {
            Url = new Uri($"http://127.0.0.1:{TestSupport.FreePort.Next()}"),
            IsPerson = true,
            Variables = { [Surroundings.KeyVariable] = "a-secret-of-sixteen" },
        };

        await terminal.RunAsync("doctor");

        Assert.DoesNotContain("a-secret-of-sixteen", terminal.Out + terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesEveryCommand()
    {
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("--help"));

        Assert.All(
            Tree.Build(new Settings(), new Surroundings { In = Stream.Null, Out = TextWriter.Null, Error = TextWriter.Null })
                .Subcommands.Where(command => !command.Hidden),
            command => Assert.Contains(command.Name, terminal.Out, StringComparison.Ordinal));
        Assert.DoesNotContain(CompletionCommand.Asked, terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs li", "list")]
    [InlineData("jobs queues pa", "pause")]
    [InlineData("jobs list --st", "--status")]
    [InlineData("jobs list --status f", "failed")]
    [InlineData("jobs list -o ", "jsonl")]
    public async Task ACompletion_OffersWhatFits(string line, string offered)
    {
        var terminal = new Terminal();

        Assert.Equal(
            ExitCode.Done, await terminal.RunAsync(CompletionCommand.Asked, $"{line.Length}", line));

        Assert.Contains(offered, terminal.Lines);
    }
}
