using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Jobs by a query, and one job by whatever one has of it.</summary>
[Collection(RunningSuite.Name)]
public sealed class QueryTests(RunningSuite suite)
{
    [UnixTheory]
    [InlineData("status:ready queue:{0} type:send")]
    [InlineData("status:ready", "queue:{0}", "type:send")]
    [InlineData("queue:{0}", "-type:other")]
    [InlineData("queue:{0} type:send,other", "-older:1h -type:other")]
    [InlineData("-queue:{0}-other", "-owner:shop", "-older:1d", "queue:{0}", "-label.n-1:5", "type:send")]
    public async Task AQuery_InOneTextOrTermByTerm_FindsWhatFits(params string[] typed)
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        await suite.SubmitAsync(queue, "other");
        string[] query = [.. typed.Select(text => text.Replace("{0}", queue, StringComparison.Ordinal))];
        Terminal list = suite.Pipe();
        Terminal export = suite.Pipe();
        Terminal count = suite.Pipe();

        Assert.Equal(ExitCode.Done, await list.RunAsync(["list", .. query, "-o", "id"]));
        Assert.Equal(ExitCode.Done, await export.RunAsync(["export", .. query]));
        Assert.Equal(ExitCode.Done, await count.RunAsync(["count", .. query, "-o", "id"]));

        Assert.Equal(job, Assert.Single(list.Lines));
        Assert.Contains(job, Assert.Single(export.Lines), StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(count.Lines));
    }

    [UnixFact]
    public async Task AnExport_EndsAfterAsManyAsAreWanted()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        string last = await suite.SubmitAsync(queue);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("export", $"queue:{queue}", "-n", "1"));

        Assert.Contains(last, Assert.Single(terminal.Lines), StringComparison.Ordinal);
        Assert.Equal("1 job\n", terminal.Error);
    }

    [UnixFact]
    public async Task AList_ThatEndsBeforeItsJobs_SaysTheLineThatGoesOn()
    {
        string queue = RunningSuite.NewQueue();
        string first = await suite.SubmitAsync(queue);
        await suite.SubmitAsync(queue);
        var terminal = new Terminal { Url = suite.Url, IsPerson = true, Variables = { [Surroundings.KeyVariable] = "a-secret-of-16" } };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("list", $"queue:{queue} type:send", "-n", "1", "--key", "a-secret-of-16"));

        string line = terminal.Error.Trim();
        Assert.StartsWith($"1 of 2; to go on: jobs list 'queue:{queue} type:send' --limit 1 --cursor ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        Terminal next = suite.Pipe();
        Assert.Equal(ExitCode.Done, await next.RunAsync(
            "list", $"queue:{queue} type:send", "--limit", "1", "--cursor", line.Split(' ')[^1], "-o", "id"));
        Assert.Equal(first, Assert.Single(next.Lines));
        Assert.Empty(next.Error);
    }

    [UnixFact]
    public async Task AList_InAPipe_SaysThatItIsNotAll()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        await suite.SubmitAsync(queue);
        Terminal terminal = suite.Pipe();

        await terminal.RunAsync("list", "--queue", queue, "-n", "1", "--oldest");

        Assert.StartsWith(
            $"1; to go on: jobs list --queue {queue} --limit 1 --oldest --cursor ", terminal.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("list")]
    [InlineData("count")]
    [InlineData("export")]
    public async Task AQueryThatIsTooBroad_SaysWhatToAdd(string command)
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(command, "error:~timeout"));

        Assert.Contains("The query would read everything.", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("add", terminal.Error, StringComparison.OrdinalIgnoreCase);
    }

    [UnixFact]
    public async Task ACount_ForAPerson_SaysWhereTheyStand()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        string job = await suite.SubmitAsync(queue);
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("cancel", job));
        Terminal person = suite.Person();
        Terminal pipe = suite.Pipe();

        Assert.Equal(ExitCode.Done, await person.RunAsync("count", $"queue:{queue}", "--plain"));
        Assert.Equal(ExitCode.Done, await pipe.RunAsync("count", $"queue:{queue}"));

        Assert.Equal("2 jobs", person.Lines[0].TrimEnd());
        Assert.Contains("  1 ready", person.Lines.Select(line => line.TrimEnd()));
        Assert.Contains("  1 cancelled", person.Lines.Select(line => line.TrimEnd()));
        using var document = JsonDocument.Parse(Assert.Single(pipe.Lines));
        Assert.Equal((2, true), (
            document.RootElement.GetProperty("count").GetInt32(), document.RootElement.GetProperty("exact").GetBoolean()));
    }

    [UnixTheory]
    [InlineData("get", "external")]
    [InlineData("why", "external")]
    [InlineData("wait", "external")]
    [InlineData("get", "unique")]
    [InlineData("get", "halves")]
    [InlineData("wait", "halves")]
    [InlineData("cancel", "halves")]
    [InlineData("get", "beginning")]
    [InlineData("cancel", "beginning")]
    public async Task AJob_IsFoundByWhateverOneHasOfIt(string command, string has)
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--external-id", $"order \"{queue}\"", "--unique-key", $"key-{queue}");
        string typed = has switch
        {
            "external" => $"order \"{queue}\"",
            "unique" => $"key-{queue}",
            "halves" => $"{job[..8]}…{job[^4..]}",
            _ => job[..^2],
        };
        Terminal terminal = suite.Pipe();

        int code = await terminal.RunAsync([command, typed, .. command == "wait" ? ["--timeout", "10ms"] : Array.Empty<string>()]);

        Assert.Equal(command switch { "wait" => ExitCode.StillGoing, "why" => ExitCode.NeedsPerson, _ => ExitCode.Done }, code);
        Assert.Contains(job, Assert.Single(terminal.Lines), StringComparison.Ordinal);
    }

    /// <summary>A job that is called by another's beginning is neither changed in its place nor in its way.</summary>
    [UnixFact]
    public async Task ABeginning_ThatAnotherHasAsItsLabel_IsThatOfTheId()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send");
        string called = await suite.SubmitAsync(queue, "send", "--label", $"parent={job[..^2]}");

        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("cancel", job[..^2]));
        Terminal terminal = suite.Pipe();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("count", $"queue:{queue} status:cancelled"));

        Assert.Contains("\"count\":1", Assert.Single(terminal.Lines).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(ExitCode.StillGoing, await suite.Pipe().RunAsync("wait", called, "--timeout", "10ms"));
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("get", job[..^2]));
    }

    [UnixFact]
    public async Task ABeginning_ThatSeveralJobsHave_NamesThem()
    {
        string queue = RunningSuite.NewQueue();
        string first = await suite.SubmitAsync(queue, "send", "--external-id", queue);
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("cancel", first));
        string second = await suite.SubmitAsync(queue, "send", "--external-id", queue);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("get", queue));

        Assert.Contains(first, terminal.Error, StringComparison.Ordinal);
        Assert.Contains(second, terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Out);
    }

    [UnixTheory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task WhatChangesAJob_TakesNoWordOfIt(string command)
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--external-id", queue);

        Assert.Equal(ExitCode.NotFound, await suite.Pipe().RunAsync(command, queue));

        Assert.Equal(ExitCode.StillGoing, await suite.Pipe().RunAsync("wait", job, "--timeout", "10ms"));
    }
}
