using EndToEnd;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary><c>jobs work</c>: any program is a worker.</summary>
[Collection(RunningSuite.Name)]
public sealed class WorkTests(RunningSuite suite)
{
    [UnixFact]
    public async Task AProgramThatAnswers_CompletesTheJobWithWhatItWrote()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);

        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("work", queue, "-n", "1", "--", "cat"));

        Terminal result = suite.Pipe();
        Assert.Equal(ExitCode.Done, await result.RunAsync("result", job));
        Assert.Equal("""{"to":"a@b.c"}""" + "\n", result.Out);
    }

    [UnixFact]
    public async Task AProgramThatFails_LeavesItsLastWordsAsTheReason()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--retries", "0");

        int code = await suite.Pipe().RunAsync(
            "work", queue, "-n", "1", "--", "sh", "-c", "echo SMTP 451: timeout >&2; exit 3");

        Assert.Equal(ExitCode.Failed, code);
        Terminal told = suite.Pipe();
        await told.RunAsync("get", job);
        Assert.Contains("SMTP 451: timeout", told.Out, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task AProgramThatTellsHowFarItIs_IsHeardWhileItRuns()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        using var folder = new TemporaryFolder();

        Task<int> working = suite.Pipe().RunAsync(
            "work", queue, "-n", "1", "--", "sh", "-c",
            $"echo progress 40 half way >&2; until [ -e '{folder["go"]}' ]; do sleep 0.02; done");

        await Eventually.ValueAsync(
            async () =>
            {
                Terminal told = suite.Pipe();
                await told.RunAsync("get", job);
                return told.Out;
            },
            told => told.Contains("\"percent\":40,\"message\":\"half way\"", StringComparison.Ordinal),
            "its progress is told");
        await File.WriteAllTextAsync(folder["go"], "");
        Assert.Equal(ExitCode.Done, await working);
    }

    [UnixFact]
    public async Task AnInputAsAnArgument_StaysOneArgumentWhateverItSays()
    {
        string queue = RunningSuite.NewQueue();
        Terminal submit = suite.Pipe();
        await submit.RunAsync("submit", "send", "\"a b; rm -rf $HOME `x`\"", "--queue", queue, "-o", "id");

        await suite.Pipe().RunAsync("work", queue, "-n", "1", "--", "printf", "%s|%s", "{}", "{type}");

        Terminal result = suite.Pipe();
        await result.RunAsync("result", submit.Lines[0]);
        Assert.Equal("\"\\u0022a b; rm -rf $HOME \\u0060x\\u0060\\u0022|send\"", Escaped(result.Out.Trim()));
    }

    [UnixFact]
    public async Task AProgramThatIsNotThere_FailsTheJobAndNamesIt()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue, "send", "--retries", "0");
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Failed, await terminal.RunAsync("work", queue, "-n", "1", "--", "/no/such/program"));

        Assert.Contains("/no/such/program cannot be started", terminal.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task OnlyItsType_IsTaken()
    {
        string queue = RunningSuite.NewQueue();
        string other = await suite.SubmitAsync(queue, "other");
        await suite.SubmitAsync(queue, "send");

        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("work", queue, "--type", "send", "-n", "1", "--", "true"));

        Assert.Equal(ExitCode.StillGoing, await suite.Pipe().RunAsync("wait", other, "--timeout", "10ms"));
    }

    [UnixFact]
    public async Task TheKey_IsNotHandedToTheProgram()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue);
        var terminal = new Terminal { Url = suite.Url, Variables = { [Surroundings.KeyVariable] = "a-secret-of-sixteen" } };
        Environment.SetEnvironmentVariable(Surroundings.KeyVariable, "a-secret-of-sixteen");
        try
        {
            await terminal.RunAsync("work", queue, "-n", "1", "--", "sh", "-c", "echo \"\\\"$JOBS_KEY $JOB_ID\\\"\"");
        }
        finally
        {
            Environment.SetEnvironmentVariable(Surroundings.KeyVariable, null);
        }

        Terminal result = suite.Pipe();
        await result.RunAsync("result", job);
        Assert.Equal($"\" {job}\"", result.Out.Trim());
    }

    private static string Escaped(string json) => json.Replace("\\\"", "\\u0022", StringComparison.Ordinal)
        .Replace("`", "\\u0060", StringComparison.Ordinal);
}
