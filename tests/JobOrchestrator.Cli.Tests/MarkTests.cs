using System.Text.Json;
using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Saying what happens now.</summary>
[Collection(RunningSuite.Name)]
public sealed class MarkTests(RunningSuite suite)
{
    [UnixFact]
    public async Task AMark_IsSetAndToldBack()
    {
        string queue = RunningSuite.NewQueue();
        Terminal pipe = suite.Pipe();
        var person = new Terminal { Url = suite.Url, IsPerson = true };

        Assert.Equal(ExitCode.Done, await pipe.RunAsync("mark", "1.5 goes out", "--queue", queue));
        Assert.Equal(ExitCode.Done, await person.RunAsync("mark", "1.5 is out", "--plain"));

        using var mark = JsonDocument.Parse(Assert.Single(pipe.Lines));
        Assert.Equal(
            ("mark", "1.5 goes out", queue),
            (mark.RootElement.GetProperty("kind").GetString(), mark.RootElement.GetProperty("text").GetString(),
                mark.RootElement.GetProperty("queue").GetString()));
        Assert.EndsWith("UTC  1.5 is out", person.Out.Trim(), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task AMark_ThatIsTooLong_IsRefusedInWords()
    {
        Terminal terminal = suite.Pipe();

        Assert.NotEqual(ExitCode.Done, await terminal.RunAsync("mark", new string('x', 201)));
        Assert.Contains("200", terminal.Error, StringComparison.Ordinal);
    }
}
