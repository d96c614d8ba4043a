using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>People see tables, pipes see JSON; nothing that others wrote reaches a terminal as it is.</summary>
[Collection(RunningSuite.Name)]
public sealed class OutputTests(RunningSuite suite)
{
    private const string Hostile = "a\u001b[31m\u202eb\nc";

    [UnixFact]
    public async Task AList_InAPipe_IsOneDocumentALineWithWholeIds()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        Terminal terminal = suite.Pipe();

        await terminal.RunAsync("list", "--queue", queue);

        using var document = JsonDocument.Parse(Assert.Single(terminal.Lines));
        Assert.Equal(job, document.RootElement.GetProperty("id").GetString());
        Assert.Empty(terminal.Error);
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AList_ForAPerson_IsATable(bool isPlain)
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        Terminal terminal = suite.Person();

        await terminal.RunAsync(["list", "--queue", queue, .. isPlain ? ["--plain"] : Array.Empty<string>()]);

        Assert.Contains("STATE", terminal.Lines[0], StringComparison.Ordinal);
        Assert.Contains(isPlain ? "ready" : "○ ready", terminal.Lines[1], StringComparison.Ordinal);
        Assert.Equal(isPlain, !terminal.Out.Contains('\u001b', StringComparison.Ordinal));
        Assert.Equal("1 in all\n", terminal.Error);
    }

    [UnixFact]
    public async Task NoColor_TakesTheColoursAlone()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        var terminal = new Terminal { Url = suite.Url, IsPerson = true, Variables = { ["NO_COLOR"] = "1" } };

        await terminal.RunAsync("list", "--queue", queue);

        Assert.DoesNotContain("\u001b[3", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("○ ready", terminal.Out, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("get")]
    [InlineData("list")]
    [InlineData("json")]
    public async Task HostileTexts_ReachNoTerminalAsTheyAre(string how)
    {
        string queue = RunningSuite.NewQueue();
        Terminal submit = suite.Pipe(JsonSerializer.Serialize(Hostile));
        Assert.Equal(
            ExitCode.Done,
            await submit.RunAsync("submit", "send", "-", "--queue", queue, "--external-id", "x\u202ey", "--retries", "0", "-o", "id"));
        string job = submit.Lines[0];
        await suite.Pipe().RunAsync("fail", job, "bad \u202e word", "--token", await suite.LeaseAsync(queue));
        Terminal terminal = suite.Person();

        await terminal.RunAsync(how switch
        {
            "get" => ["get", job, "--plain"],
            "list" => ["list", "--queue", queue, "--plain"],
            _ => ["get", job, "-o", "json"],
        });

        Assert.DoesNotContain(terminal.Out, one => one is '\u001b' or '\u202e');
        Assert.Contains("202", terminal.Out, StringComparison.OrdinalIgnoreCase);
    }

    [UnixFact]
    public async Task Events_AreWrittenAsTheyCome()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("events", "tail", "--queue", queue, "--after", "oldest", "-n", "1"));

        Assert.Contains(job, Assert.Single(terminal.Lines), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Events_AtATerminal_AreALineEachHoweverLongAnErrorIs()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--retries", "0");
        string error = string.Join(' ', Enumerable.Repeat("connection refused", 12));
        await suite.Pipe().RunAsync("fail", job, error, "--token", await suite.LeaseAsync(queue));
        var terminal = new Terminal { Url = suite.Url, IsPerson = true, Width = 80, Variables = { ["NO_COLOR"] = "1" } };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("events", "tail", "--queue", queue, "--after", "oldest", "-n", "3"));

        string[] lines = [.. terminal.Lines.Select(line => line.Replace("\u001b[2m", "", StringComparison.Ordinal)
            .Replace("\u001b[0m", "", StringComparison.Ordinal))];
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Matches("✕ failed .* connec.*…$", lines[2]);
    }

    [UnixFact]
    public async Task Doctor_RoundTrip_IsWell()
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("doctor", "--round-trip"));

        Assert.DoesNotContain("\"ok\":false", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("its events came", terminal.Out, StringComparison.Ordinal);
    }
}
