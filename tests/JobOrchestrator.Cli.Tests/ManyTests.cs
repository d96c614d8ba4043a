using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>What many jobs feel is counted first; a person types the number, a script says it in advance.</summary>
[Collection(RunningSuite.Name)]
public sealed class ManyTests(RunningSuite suite)
{
    [UnixFact]
    public async Task APurge_InAPipeWithoutYes_DoesNothing()
    {
        string queue = await DeadLettersAsync(2);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("queues", "purge", queue));

        Assert.Contains("say --yes", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(queue));
    }

    [UnixFact]
    public async Task APurge_CountedDifferently_DoesNothing()
    {
        string queue = await DeadLettersAsync(2);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Otherwise, await terminal.RunAsync("queues", "purge", queue, "--yes", "--expect", "1"));

        Assert.Contains("2 are meant, not 1", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(queue));
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("queues", "purge", queue, "--yes", "--expect", "2"));
        Assert.Equal(0, await CountAsync(queue));
    }

    [UnixTheory]
    [InlineData("yes", ExitCode.Usage, 1)]
    [InlineData("1", ExitCode.Done, 0)]
    public async Task APerson_TypesTheNumber(string typed, int code, int left)
    {
        string queue = await DeadLettersAsync(1);
        Terminal terminal = suite.Person(typed + "\n");

        Assert.Equal(code, await terminal.RunAsync("queues", "purge", queue));

        Assert.Contains("Type 1 to go on:", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(left, await CountAsync(queue));
    }

    [UnixFact]
    public async Task AReplay_RunsDeadLettersAgain()
    {
        string queue = await DeadLettersAsync(2);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("queues", "replay", queue, "--yes"));

        Assert.Equal("{\"retried\":2,\"skipped\":0}", Assert.Single(terminal.Lines));
    }

    [UnixFact]
    public async Task Cancel_OneOfSeveralIsUnknown_CancelsTheOthersAndSaysIt()
    {
        string queue = RunningSuite.NewQueue();
        string first = await suite.SubmitAsync(queue);
        string second = await suite.SubmitAsync(queue);
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.NotFound, await terminal.RunAsync("cancel", first, "01a1fe2c-9962-7000-aa1f-8559bd02e2cb", second));

        Assert.Equal(2, terminal.Lines.Count(line => line.Contains("\"status\":\"Cancelled\"", StringComparison.Ordinal)));
    }

    private async Task<string> DeadLettersAsync(int count)
    {
        string queue = RunningSuite.NewQueue();
        for (int i = 0; i < count; i++)
        {
            string job = await suite.SubmitAsync(queue, "send", "--retries", "0");
            Assert.Equal(
                ExitCode.Done, await suite.Pipe().RunAsync("fail", job, "no such mailbox", "--token", await suite.LeaseAsync(queue)));
        }

        return queue;
    }

    private async Task<int> CountAsync(string queue)
    {
        Terminal terminal = suite.Pipe();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("list", "--queue", queue, "--status", "failed", "-o", "id"));
        return terminal.Lines.Length;
    }
}
