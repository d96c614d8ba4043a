using EndToEnd;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>The program as a process of its own: in a pipe that closes, at a terminal, and under Ctrl+C.</summary>
[Collection(RunningSuite.Name)]
public sealed class ProcessTests(RunningSuite suite)
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "jobs.dll");

    [UnixFact]
    public async Task APipeThatCloses_EndsTheProgramQuietly()
    {
        string queue = RunningSuite.NewQueue();
        string input = $"\"{new string('x', 8_000)}\"";
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(ExitCode.Done, await suite.Pipe(input).RunAsync("submit", "send", "-", "--queue", queue));
        }

        // More than a pipe holds: the program is amid its lines when nobody reads them any more.
        await using var shell = ChildProcess.Start(
            "bash",
            ["-c", $"dotnet '{Program}' export queue:{queue} | head -c 7 >&2; echo; echo ended ${{PIPESTATUS[0]}}"],
            Environment());

        Assert.Equal(0, await shell.WaitForExitAsync());
        Assert.Equal(["ended 0", "{\"id\":\""], shell.Lines.Where(line => line.Length > 0).Order(StringComparer.Ordinal));
    }

    [UnixFact]
    public async Task AStreamThatNobodyReadsAnyMore_Ends()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        await using var shell = ChildProcess.Start(
            "bash", ["-c", $"dotnet '{Program}' events tail --queue {queue} --after oldest | head -n 1"], Environment());
        await shell.WaitForLineAsync(line => line.Contains(queue, StringComparison.Ordinal));

        // The next event is written to nobody.
        await suite.SubmitAsync(queue);

        Assert.Equal(0, await shell.WaitForExitAsync());
    }

    [UnixFact]
    public async Task AFileForBoth_HasResultsAndMessages()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        await suite.SubmitAsync(queue);
        using var folder = new TemporaryFolder();
        await using var shell = ChildProcess.Start(
            "bash", ["-c", $"dotnet '{Program}' list queue:{queue} -n 1 > '{folder["both"]}' 2>&1"], Environment());

        Assert.Equal(0, await shell.WaitForExitAsync());

        string[] lines = await File.ReadAllLinesAsync(folder["both"]);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("{\"id\":", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1; to go on", lines[1], StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task ControlC_EndsWith130AndCancelsNothing()
    {
        string job = await suite.SubmitAsync(RunningSuite.NewQueue());
        await using var watch = ChildProcess.Start("env", ["--default-signal=INT", "dotnet", Program, "watch", job], Environment());
        await watch.WaitForLineAsync(line => line.Contains(job, StringComparison.Ordinal));

        watch.Send(Signal.Interrupt);

        Assert.Equal(ExitCode.Interrupted, await watch.WaitForExitAsync());
        Assert.Contains("No job was cancelled", watch.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.StillGoing, await suite.Pipe().RunAsync("wait", job, "--timeout", "10ms"));
    }

    [LinuxFact]
    public async Task ATerminal_GetsATableInColours()
    {
        string queue = RunningSuite.NewQueue();
        await suite.SubmitAsync(queue);
        await using var terminal = ChildProcess.Start(
            "script", ["-qec", $"dotnet '{Program}' list queue:{queue}", "/dev/null"], Environment());

        Assert.Equal(ExitCode.Done, await terminal.WaitForExitAsync());

        Assert.Contains("STATE", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("○ ready", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("\u001b[", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("1 in all", terminal.Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> Environment() => new()
    {
        [Settings.UrlVariable] = suite.Url.ToString(),
        [Surroundings.KeyVariable] = null,
        ["TERM"] = "xterm",
        ["NO_COLOR"] = null,
    };
}

/// <summary>A fact about commands that Linux alone has: <c>env --default-signal</c>, and util-linux's <c>script</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            Skip = "needs Linux with util-linux's script";
        }
    }
}
