using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>The number that the program ends with says what became of the job, and of the wish.</summary>
[Collection(RunningSuite.Name)]
public sealed class OutcomeTests(RunningSuite suite)
{
    [UnixFact]
    public async Task Wait_JobCompletes_EndsWithItsResultAtHand()
    {
        Terminal terminal = suite.Pipe();

        int code = await terminal.RunAsync("submit", "simulate", """{"seconds":0}""", "--wait", "20s");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("\"status\":\"Completed\"", Assert.Single(terminal.Lines), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Wait_JobFails_EndsWithOne()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--retries", "0");
        string token = await suite.LeaseAsync(queue);
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("fail", job, "SMTP 451", "--token", token));

        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Failed, await terminal.RunAsync("wait", job));
        Assert.Contains("SMTP 451", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, await suite.Pipe().RunAsync("result", job));
    }

    [UnixFact]
    public async Task Wait_JobIsCancelled_EndsWithThree()
    {
        string job = await suite.SubmitAsync(RunningSuite.NewQueue());
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("cancel", job));

        Assert.Equal(ExitCode.Cancelled, await suite.Pipe().RunAsync("wait", job));
    }

    [UnixFact]
    public async Task Wait_TimeIsOver_SaysThatItGoesOn()
    {
        string job = await suite.SubmitAsync(RunningSuite.NewQueue());
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.StillGoing, await terminal.RunAsync("wait", job, "--timeout", "50ms"));

        Assert.Contains("still goes on (ready)", terminal.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Result_OfACompletedJob_IsWhatItsWorkerWroteByteForByte()
    {
        const string Result = """{"n":12345678901234567890.10,"n2":1e400,"a":"é","a":2}""";
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        string token = await suite.LeaseAsync(queue);
        Assert.Equal(ExitCode.Done, await suite.Pipe(Result).RunAsync("complete", job, "-", "--token", token));

        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("result", job));
        Assert.Equal(Result + "\n", terminal.Out);
    }

    [UnixTheory]
    [InlineData("get")]
    [InlineData("why")]
    [InlineData("wait")]
    [InlineData("result")]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task AnUnknownJob_IsNotFound(string command)
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.NotFound, await terminal.RunAsync(command, "01a1fe2c-9962-7000-aa1f-8559bd02e2cb"));

        Assert.Equal("jobs: There is no job 01a1fe2c-9962-7000-aa1f-8559bd02e2cb.\n", terminal.Error);
        Assert.Empty(terminal.Out);
    }

    [UnixFact]
    public async Task AReportWhoseLeaseIsOver_FindsThingsOtherwise()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        await suite.LeaseAsync(queue);

        Assert.Equal(ExitCode.Otherwise, await suite.Pipe().RunAsync("complete", job, "--token", "another"));
    }

    [UnixFact]
    public async Task AnExternalIdThatIsTaken_NamesWhoHasIt()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--external-id", "order-7");
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Otherwise, await terminal.RunAsync("submit", "send", "--queue", queue, "--external-id", "order-7"));

        Assert.Contains(job, terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyAtTheAddress_SaysThatNothingWasDone()
    {
        var terminal = new Terminal { Url = new Uri($"http://127.0.0.1:{TestSupport.FreePort.Next()}") };

        Assert.Equal(ExitCode.Away, await terminal.RunAsync("doctor"));

        Assert.Contains("\"ok\":false", terminal.Lines[0], StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task ControlC_WhileAJobIsWaitedFor_CancelsNothingAndSaysSo()
    {
        string job = await suite.SubmitAsync(RunningSuite.NewQueue());
        Terminal terminal = suite.Pipe();

        Task<int> waiting = terminal.RunAsync("wait", job);
        terminal.Interruption.Stop(ExitCode.Interrupted);

        Assert.Equal(ExitCode.Interrupted, await waiting);
        Assert.Contains("No job was cancelled", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.StillGoing, await suite.Pipe().RunAsync("wait", job, "--timeout", "10ms"));
    }

    [UnixFact]
    public async Task Why_NobodyWorksTheQueue_EndsWithTenAndSaysIt()
    {
        string job = await suite.SubmitAsync(RunningSuite.NewQueue());
        Terminal terminal = suite.Person();

        Assert.Equal(ExitCode.NeedsPerson, await terminal.RunAsync("why", job));

        Assert.Contains("No worker", terminal.Out, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Lease_NothingThere_IsNotFound() =>
        Assert.Equal(ExitCode.NotFound, await suite.Pipe().RunAsync("lease", RunningSuite.NewQueue()));
}
