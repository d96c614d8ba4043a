using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>One thing done to all jobs that a query finds, and undone.</summary>
[Collection(RunningSuite.Name)]
public sealed class BulkTests(RunningSuite suite)
{
    [UnixFact]
    public async Task AQuery_InAPipeWithoutBothSwitches_SaysThemAndDoesNothing()
    {
        string queue = await WaitingAsync(2);

        foreach (string[] switches in new[] { Array.Empty<string>(), ["--yes"], ["--expect", "2"] })
        {
            Terminal terminal = suite.Pipe();
            Assert.Equal(ExitCode.Usage, await terminal.RunAsync(["cancel", $"queue:{queue}", .. switches]));
            Assert.Contains("2 jobs match", terminal.Error, StringComparison.Ordinal);
            Assert.Contains("say --yes --expect 2.", terminal.Error, StringComparison.Ordinal);
        }

        Assert.Equal(2, await CountAsync($"queue:{queue} status:new"));
    }

    [UnixFact]
    public async Task AQuery_InAPipe_IsDoneAndToldAsJson()
    {
        string queue = await WaitingAsync(2);
        Terminal terminal = suite.Pipe();

        string[] line = ["cancel", $"queue:{queue}", "status:new", "--yes", "--expect", "2", "--reason", "wrong"];
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(line));

        using var done = JsonDocument.Parse(Assert.Single(terminal.Lines));
        Assert.Equal((2, 2), (done.RootElement.GetProperty("matched").GetInt32(), done.RootElement.GetProperty("done").GetInt32()));
        Assert.Equal(2, await CountAsync($"queue:{queue} status:cancelled"));
        JsonElement action = await ActionAsync(queue);
        Assert.Equal(("cancel", "wrong"), (action.GetProperty("action").GetString(), action.GetProperty("reason").GetString()));
    }

    [UnixFact]
    public async Task AQuery_CountedDifferently_DoesNothing()
    {
        string queue = await WaitingAsync(22);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Otherwise, await terminal.RunAsync("cancel", $"queue:{queue}", "--yes", "--expect", "1"));

        Assert.Contains("22 jobs match, and 1 were counted. Nothing was done.", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(22, await CountAsync($"queue:{queue} status:new"));
    }

    [UnixTheory]
    [InlineData("yes\n", ExitCode.Usage, 2)]
    [InlineData("\n", ExitCode.Usage, 2)]
    [InlineData("2\n", ExitCode.Done, 0)]
    public async Task APerson_IsAskedAndTypesTheNumber(string typed, int code, int left)
    {
        string queue = await WaitingAsync(2);
        var terminal = new Terminal
        {
            Url = suite.Url,
            Input = typed,
            IsPerson = true,
            Variables = { ["JOBS_NAME"] = "PRODUCTION" },
        };

        Assert.Equal(code, await terminal.RunAsync("cancel", $"queue:{queue}"));

        Assert.Contains("PRODUCTION · 2 jobs match, oldest ", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Type 2 to go on:", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(left, await CountAsync($"queue:{queue} status:new"));
    }

    [UnixFact]
    public async Task NoneThatMatches_IsNothingToDo()
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("purge", "queue:nobody-uses-it", "--yes", "--expect", "0"));

        Assert.Contains("None matches. Nothing was done.", terminal.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("-type:mail", "does not say which jobs")]
    [InlineData("statsu:failed", "did you mean `status`")]
    public async Task AQueryThatIsNone_IsSaid(string query, string says)
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("retry", query, "--yes", "--expect", "1"));

        Assert.Contains(says, terminal.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task ARetry_IsUndoneByTheBeginningOfItsId()
    {
        string queue = await WaitingAsync(2);
        await DoneAsync("cancel", $"queue:{queue}", "--yes", "--expect", "2");
        await DoneAsync("retry", $"queue:{queue}", "--yes", "--expect", "2");
        string id = (await ActionAsync(queue)).GetProperty("id").GetString()!;
        Terminal terminal = suite.Person();

        Assert.Equal(ExitCode.Done, await suite.Person().RunAsync("actions"));
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("undo", $"{id[..8]}…{id[^4..]}"));

        Assert.Contains($"of {id}", terminal.Out, StringComparison.Ordinal);
        Assert.Equal((0, 4), (await CountAsync($"queue:{queue} status:new"), await CountAsync($"queue:{queue} status:cancelled")));
        Assert.Equal(ExitCode.Otherwise, await suite.Pipe().RunAsync("undo", id));
        Assert.Equal(ExitCode.NotFound, await suite.Pipe().RunAsync("undo", "01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17"));
        Assert.Equal(ExitCode.Usage, await suite.Pipe().RunAsync("undo", "nonsense"));
    }

    [UnixFact]
    public async Task Labels_AreSubmittedSetAndTakenAway()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--label", "tenant=42", "--label", "draft=a=b");

        await DoneAsync("label", $"queue:{queue}", "--set", "seen=yes", "--unset", "draft", "--yes", "--expect", "1");
        await DoneAsync("label", job, "--set", "tenant=43");

        Assert.Equal(1, await CountAsync($"queue:{queue} label.tenant:43 label.seen:yes -label.draft:*"));
    }

    [UnixTheory]
    [InlineData("label", "queue:a")]
    [InlineData("label", "queue:a", "--set", "novalue")]
    [InlineData("label", "queue:a", "--set", "a=1", "--unset", "a")]
    [InlineData("move", "queue:a")]
    [InlineData("cancel", "01a1fe2c-9962-7000-aa1f-8559bd02e2cb", "--expect", "1")]
    [InlineData("retry", "01a1fe2c-9962-7000-aa1f-8559bd02e2cb", "--reason", "why")]
    [InlineData("cancel")]
    [InlineData("cancel", "queue:a", "--expext", "1")]
    [InlineData("submit", "send", "--label", "tenant")]
    public async Task WhatCannotBe_IsUsage(params string[] line) =>
        Assert.Equal(ExitCode.Usage, await suite.Pipe().RunAsync(line));

    [UnixFact]
    public async Task Move_ByIdAndByQuery_WaitInTheOtherQueue()
    {
        string from = await WaitingAsync(2);
        string one = await suite.SubmitAsync(from);
        string to = RunningSuite.NewQueue();

        await DoneAsync("move", one, "--to", to);
        await DoneAsync("move", $"queue:{from}", "--to", to, "--yes", "--expect", "2");

        Assert.Equal(3, await CountAsync($"queue:{to} status:new"));
    }

    private async Task DoneAsync(params string[] line)
    {
        Terminal terminal = suite.Pipe();
        Assert.True(await terminal.RunAsync(line) == ExitCode.Done, terminal.Error);
    }

    private async Task<string> WaitingAsync(int count)
    {
        string queue = RunningSuite.NewQueue();
        for (int job = 0; job < count; job++)
        {
            await suite.SubmitAsync(queue);
        }

        return queue;
    }

    private async Task<int> CountAsync(string query)
    {
        Terminal terminal = suite.Pipe();
        Assert.True(await terminal.RunAsync("count", query, "-o", "id") == ExitCode.Done, terminal.Error);
        return int.Parse(Assert.Single(terminal.Lines), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The last action on a queue.</summary>
    private async Task<JsonElement> ActionAsync(string queue)
    {
        Terminal terminal = suite.Pipe();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("actions", "-n", "200"));
        return terminal.Lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .First(action => action.TryGetProperty("q", out JsonElement query)
                && query.GetString()!.StartsWith($"queue:{queue}", StringComparison.Ordinal));
    }
}
