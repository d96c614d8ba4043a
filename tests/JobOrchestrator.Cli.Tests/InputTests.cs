using System.Text.Json;
using EndToEnd;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Values are read from files where commands say so; any other text may begin as it likes.</summary>
[Collection(RunningSuite.Name)]
public sealed class InputTests(RunningSuite suite)
{
    [UnixFact]
    public async Task AnInputInAFile_OnSeveralLines_IsTheJobs()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["in.json"], "{\n  \"seconds\": 20,\n  \"to\": \"a b\"\n}\n");
        string queue = RunningSuite.NewQueue();
        Terminal submit = suite.Pipe();

        Assert.Equal(ExitCode.Done, await submit.RunAsync("submit", "send", $"@{folder["in.json"]}", "--queue", queue));

        using var job = JsonDocument.Parse(Assert.Single(submit.Lines));
        Assert.Equal("""{"seconds":20,"to":"a b"}""", JsonSerializer.Serialize(job.RootElement.GetProperty("input")));
    }

    [UnixFact]
    public async Task ATextThatBeginsAsAFileDoes_IsTheText()
    {
        string queue = RunningSuite.NewQueue();
        string job = await suite.SubmitAsync(queue, "send", "--retries", "0");
        string token = await suite.LeaseAsync(queue);
        Terminal mark = suite.Pipe();
        Terminal pause = suite.Pipe();
        Terminal get = suite.Pipe();

        Assert.Equal(ExitCode.Done, await mark.RunAsync("mark", "@alice deploys", "--queue", queue, "-o", "id"));
        Assert.Equal(ExitCode.Done, await pause.RunAsync("queues", "pause", queue, "--reason", "@bob"));
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("fail", job, "@mail is away", "--token", token));
        Assert.Equal(ExitCode.Failed, await get.RunAsync("wait", job));

        Assert.Equal("@alice deploys", Assert.Single(mark.Lines));
        Assert.Contains("\"pauseReason\":\"@bob\"", Assert.Single(pause.Lines), StringComparison.Ordinal);
        Assert.Contains("\"@mail is away\"", Assert.Single(get.Lines), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task WhatTheOrchestratorRefuses_IsSaidOnce()
    {
        Terminal terminal = suite.Pipe();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("submit", new string('x', 300)));

        Assert.EndsWith(" /type: 1 to 256 characters.\n", terminal.Error, StringComparison.Ordinal);
        Assert.Single(terminal.Error.Split("/type").Skip(1));
    }

    [Fact]
    public async Task AQueryThatBeginsAsAFileDoes_ReadsNone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["q.txt"], "of-the-file:1");
        var terminal = new Terminal { Url = new Uri("http://127.0.0.1:9") };

        await terminal.RunAsync("count", $"@{folder["q.txt"]}", "statsu:failed");

        Assert.DoesNotContain("of-the-file", terminal.Error, StringComparison.Ordinal);
    }
}
