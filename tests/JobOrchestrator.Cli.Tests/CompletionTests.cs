using EndToEnd;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>While somebody types, names come from the orchestrator, if it answers at once.</summary>
public sealed class CompletionTests
{
    private const string Mail = """
        {"at":0,"length":7,"suggestions":[{"text":"queue:mail","kind":"value","count":3},
         {"text":"queue:mail-bulk","kind":"value","count":1},
         {"text":"queue:\"m $(reboot)\"","kind":"value","count":1}]}
        """;

    private const string Failed = """{"at":0,"length":10,"suggestions":[{"text":"status:failed","kind":"word","count":3}]}""";

    [Theory]
    [InlineData("queues pause m", "queue%3Am", "mail", "mail-bulk")]
    [InlineData("queues pause ", "queue%3A", "mail", "mail-bulk")]
    [InlineData("lease m", "queue%3Am", "mail", "mail-bulk")]
    [InlineData("list --queue m", "queue%3Am", "mail", "mail-bulk")]
    [InlineData("move queue:pdf --to m", "queue%3Am", "mail", "mail-bulk")]
    [InlineData("list queue:m", "queue%3Am", "queue:mail", "queue:mail-bulk")]
    [InlineData("list 'type:send queue:m", "queue%3Am", "queue:mail", "queue:mail-bulk")]
    public async Task ANameOfAQueue_IsOfferedWhereOneIsTyped_UnlessAShellWouldActOnIt(
        string line, string asked, params string[] offered)
    {
        using var orchestrator = new SomeAnswers(("/search/suggest", Mail));
        Terminal terminal = await CompleteAsync(orchestrator.Url, line);

        Assert.Equal(offered, terminal.Lines.Where(one => !one.StartsWith('-')));
        Assert.Contains($"q={asked}", Assert.Single(orchestrator.Asked), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("list status:fai")]
    [InlineData("count queue:mail status:fai")]
    [InlineData("retry status:fai")]
    public async Task ATermOfAQuery_IsOffered(string line)
    {
        using var orchestrator = new SomeAnswers(("/search/suggest", Failed));

        Assert.Equal(["status:failed"], (await CompleteAsync(orchestrator.Url, line)).Lines);
    }

    [Theory]
    [InlineData("queues pause mail --reason m")]
    [InlineData("queues pause mail m")]
    [InlineData("get m")]
    [InlineData("li")]
    public async Task WhereNoNameIsTyped_NobodyIsAsked(string line)
    {
        using var orchestrator = new SomeAnswers(("/search/suggest", Mail));
        await CompleteAsync(orchestrator.Url, line);

        Assert.Empty(orchestrator.Asked);
    }

    [Fact]
    public async Task AnOrchestratorThatIsAwayOrRefuses_IsNotHeardOf()
    {
        using var refusing = new SomeAnswers();
        Terminal refused = await CompleteAsync(refusing.Url, "queues pause m");
        Terminal away = await CompleteAsync(new Uri("http://127.0.0.1:9"), "queues pause m", TimeSpan.FromMilliseconds(1));
        Terminal odd = await CompleteAsync(new Uri("ftp://127.0.0.1"), "queues pause m");

        Assert.All([refused, away, odd], terminal => Assert.Equal(("", ""), (terminal.Out, terminal.Error)));
    }

    [UnixFact]
    public async Task InBash_ATermGoesOnBehindItsColon_AndNothingThatIsOfferedIsCarriedOut()
    {
        using var folder = new TemporaryFolder();
        var made = new Terminal();
        Assert.Equal(ExitCode.Done, await made.RunAsync("completion", "bash"));
        await File.WriteAllTextAsync(
            folder["complete.bash"],
            made.Out + """
                env() { printf '%s\n' 'queue:mail' 'status:failed' 'queue:$(touch carried-out)'; }
                COMP_WORDBREAKS=' :=' COMP_LINE="jobs list 'type:send queue:" COMP_POINT=27
                _jobs_complete
                printf '%s\n' "${COMPREPLY[@]}"
                """);

        await using var bash = ChildProcess.Start("bash", ["-c", $"cd '{folder.Path}' && bash complete.bash"]);

        Assert.Equal(0, await bash.WaitForExitAsync());
        Assert.Equal(["mail", "$(touch carried-out)"], bash.Lines.Where(line => line.Length > 0));
        Assert.False(File.Exists(folder["carried-out"]));
    }

    private static async Task<Terminal> CompleteAsync(Uri url, string line, TimeSpan? patience = null)
    {
        var terminal = new Terminal { Url = url, Patience = patience ?? TimeSpan.FromMinutes(1) };
        line = $"jobs {line}";

        Assert.Equal(ExitCode.Done, await terminal.RunAsync(CompletionCommand.Asked, $"{line.Length}", line));
        return terminal;
    }
}
