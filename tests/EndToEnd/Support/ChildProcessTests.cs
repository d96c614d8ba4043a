using TestSupport;

namespace EndToEnd.Support;

/// <summary>How tests start, watch and end processes.</summary>
public sealed class ChildProcessTests
{
    [UnixFact]
    public async Task WaitForLine_WrittenBeforeOrAfterAsking_IsReturned()
    {
        await using var process = ChildProcess.Start("/bin/sh", ["-c", "echo first; echo second >&2; exit 3"]);

        string second = await process.WaitForLineAsync(line => line == "second");
        string first = await process.WaitForLineAsync(line => line == "first");

        Assert.Equal(("first", "second"), (first, second));
        Assert.Equal(3, await process.WaitForExitAsync());
    }

    [UnixFact]
    public async Task WaitForLine_ProcessEndsWithoutIt_SaysSoWithTheOutput()
    {
        await using var process = ChildProcess.Start("/bin/sh", ["-c", "echo something else"]);

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => process.WaitForLineAsync(line => line == "wanted"));

        Assert.Contains("something else", failure.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Dispose_ProcessWithChildren_NoneIsLeft()
    {
        var process = ChildProcess.Start("/bin/sh", ["-c", "sleep 1000 & echo $!; wait"]);
        int child = int.Parse(await process.WaitForLineAsync(line => line.Length > 0), System.Globalization.CultureInfo.InvariantCulture);

        await process.DisposeAsync();

        await Eventually.TrueAsync(() => !ProcessTable.IsRunning(child), "the child of the process has ended");
    }

    [UnixFact]
    public async Task Send_Terminate_ProcessMayTidyUp()
    {
        await using var process = ChildProcess.Start(
            "/bin/sh", ["-c", "trap 'echo tidied; exit 7' TERM; echo waiting; while :; do sleep 0.05; done"]);
        await process.WaitForLineAsync(line => line == "waiting");

        process.Send(Signal.Terminate);

        Assert.Equal(7, await process.WaitForExitAsync());
        Assert.Equal("tidied", process.Lines[^1]);
    }
}
