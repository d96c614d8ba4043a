using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>What jobs failed of, who works and who holds the shards.</summary>
[Collection(RunningSuite.Name)]
public sealed class StandingTests(RunningSuite suite)
{
    [UnixFact]
    public async Task Errors_InAPipe_AreAGroupALineWithTheQueryThatRetriesIt()
    {
        string queue = RunningSuite.NewQueue();
        await FailAsync(queue, "it's 451: timeout after 3 s");
        await FailAsync(queue, "it's 452: timeout after 12 s");
        await FailAsync(queue, "no such mailbox");
        Terminal errors = suite.Pipe();

        Assert.Equal(ExitCode.Done, await errors.RunAsync("errors", "--queue", queue, "--window", "1h"));

        string[] groups = [.. errors.Lines];
        Assert.Equal(2, groups.Length);
        using var first = JsonDocument.Parse(groups[0]);
        Assert.Equal(2, first.RootElement.GetProperty("count").GetInt32());
        string query = first.RootElement.GetProperty("query").GetString()!;

        Terminal ids = suite.Pipe();
        Assert.Equal(ExitCode.Done, await ids.RunAsync("errors", "--queue", queue, "-n", "1", "-o", "id"));
        Assert.Equal([query], ids.Lines);

        Terminal retry = suite.Pipe();
        Assert.Equal(ExitCode.Done, await retry.RunAsync("retry", query, "--yes", "--expect", "2"));
        using var done = JsonDocument.Parse(Assert.Single(retry.Lines));
        Assert.Equal(2, done.RootElement.GetProperty("done").GetInt32());
    }

    [UnixFact]
    public async Task Errors_AtATerminal_AreATableAndTheLineThatRetriesTheFirst()
    {
        string queue = RunningSuite.NewQueue();
        await FailAsync(queue, "it's 451: timeout");
        Terminal terminal = suite.Person();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("errors", "--queue", queue));

        Assert.Contains("FAILED", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("it's #: timeout", terminal.Out, StringComparison.Ordinal);
        Assert.Contains($"jobs retry 'status:failed queue:{queue} type:send error:~", terminal.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Errors_OfAHostileWorker_ObeyNothing()
    {
        string queue = RunningSuite.NewQueue();
        await FailAsync(queue, "\u001b[2Jred\u202E $(reboot) it's");
        Terminal terminal = suite.Person();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("errors", "--queue", queue, "--plain"));

        Assert.DoesNotContain(terminal.Out + terminal.Error, c => c is '\u001b' or '\u202E');
        Assert.Contains("$(reboot) it'\\''s\" -retriedas:*'", terminal.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Errors_WhereNoneFailed_SaySoToAPersonAndNothingInAPipe()
    {
        string queue = RunningSuite.NewQueue();
        Terminal pipe = suite.Pipe();
        Terminal person = suite.Person();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("errors", "--queue", queue));
        Assert.Equal(ExitCode.Done, await person.RunAsync("errors", "--queue", queue));

        Assert.Empty(pipe.Lines);
        Assert.Contains("No job has failed since ", person.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("errors", "--window", "soon")]
    [InlineData("errors", "--window", "99d")]
    [InlineData("errors", "-n", "0")]
    public async Task Errors_AskedForWrongly_SayWhatIsWrong(params string[] line)
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(line));

        Assert.NotEmpty(terminal.Error);
    }

    [UnixFact]
    public async Task Workers_ThatHoldAJob_AreTold()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        await suite.LeaseAsync(queue);
        Terminal pipe = suite.Pipe();
        Terminal person = suite.Person();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("workers", "--queue", queue));
        Assert.Equal(ExitCode.Done, await person.RunAsync("workers", "--queue", queue));

        using var worker = JsonDocument.Parse(Assert.Single(pipe.Lines, line => line.Contains("by-hand", StringComparison.Ordinal)));
        Assert.Equal(1, worker.RootElement.GetProperty("running").GetInt32());
        Assert.Contains("RUNNING", person.Out, StringComparison.Ordinal);
        Assert.Contains("by-hand", person.Out, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Workers_WhereSomethingWaitsThatNobodyAsksFor_AreToldWithIt()
    {
        const string Answer = """
            {"workers":[{"name":"w-1","queues":["*"],"types":["png"],"running":2,"slots":4,"silent":true,"late15m":1,"lost15m":3}],
            "total":700,"uncovered":[{"queue":"pdf","type":"pdf\u001b[2J","ready":1234,"oldestSeconds":400,
            "since":"2020-01-31T10:00:00Z"}],"watchedSince":"2020-01-31T10:00:00Z","asOf":"2020-01-31T10:10:00Z","missing":[2,5]}
            """;
        (Terminal pipe, _) = await OneAnswer.AskAsync(Answer, isPerson: false, "workers", "--uncovered");
        (Terminal person, string? asked) = await OneAnswer.AskAsync(Answer, isPerson: true, "workers", "--queue", "a b");

        using var one = JsonDocument.Parse(Assert.Single(pipe.Lines));
        Assert.Equal(1234, one.RootElement.GetProperty("ready").GetInt32());
        Assert.Contains("shards 2, 5.", pipe.Error, StringComparison.Ordinal);
        Assert.Equal("/workers?queue=a%20b", asked);
        Assert.Contains("w-1 (silent)", person.Out, StringComparison.Ordinal);
        Assert.Contains("2/4", person.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 700 workers", person.Error, StringComparison.Ordinal);
        Assert.Contains("Queue pdf, type pdf", person.Error, StringComparison.Ordinal);
        Assert.Contains(": 1,234 wait, and nobody has asked for ", person.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", person.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("workers", "No worker was heard of since 2020-01-31 10:00")]
    [InlineData("workers --uncovered", "Somebody asks for everything that waits.")]
    public async Task Workers_ThatAreNone_AreSaidToAPerson(string line, string says)
    {
        const string Answer = """
            {"workers":[],"total":0,"uncovered":[],"watchedSince":"2020-01-31T10:00:00Z","asOf":"2020-01-31T10:10:00Z","missing":[]}
            """;
        (Terminal person, _) = await OneAnswer.AskAsync(Answer, isPerson: true, line.Split(' '));
        (Terminal pipe, _) = await OneAnswer.AskAsync(Answer, isPerson: false, line.Split(' '));

        Assert.Contains(says, person.Error, StringComparison.Ordinal);
        Assert.Equal("", pipe.Out + pipe.Error);
    }

    [UnixFact]
    public async Task Replicas_AreToldWithTheirShards()
    {
        Terminal pipe = suite.Pipe();
        Terminal person = suite.Person();

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("replicas"));
        Assert.Equal(ExitCode.Done, await person.RunAsync("replicas"));

        using var replica = JsonDocument.Parse(Assert.Single(pipe.Lines));
        JsonElement shard = Assert.Single(replica.RootElement.GetProperty("shards").EnumerateArray());
        Assert.Equal(0, shard.GetProperty("shard").GetInt32());
        Assert.Contains("COMMITS/S", person.Out, StringComparison.Ordinal);
        Assert.Contains("The state store, state.in-memory, rolls back.", person.Error, StringComparison.Ordinal);
    }

    private async Task FailAsync(string queue, string title)
    {
        string job = await suite.SubmitAsync(queue, "send", "--retries", "0");
        string token = await suite.LeaseAsync(queue);
        Terminal terminal = suite.Pipe();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("fail", job, title, "--token", token, "--permanently"));
    }
}
