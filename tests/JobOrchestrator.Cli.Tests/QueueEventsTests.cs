using EndToEnd;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Which events of a queue's jobs the broker gets.</summary>
[Collection(RunningSuite.Name)]
public sealed class QueueEventsTests(RunningSuite suite)
{
    [UnixFact]
    public async Task Chosen_AreShownUntilAllAreAgain_AndTheChoiceIsAnActionThatIsUndone()
    {
        string queue = RunningSuite.NewQueue();
        Terminal chosen = suite.Pipe(), shown = suite.Person(), actions = suite.Pipe(), back = suite.Pipe(), all = suite.Pipe();

        Assert.Equal(ExitCode.Done, await chosen.RunAsync("queues", "events", queue, "Completed", "failed"));
        Assert.Equal(ExitCode.Done, await suite.Pipe().RunAsync("queues", "events", queue, "none"));
        await actions.RunAsync("actions", "-n", "1");
        string action = Assert.Single(actions.Lines).Split("\"id\":\"")[1].Split('"')[0];
        await suite.Pipe().RunAsync("undo", action);
        await back.RunAsync("queues", "show", queue);
        await shown.RunAsync("queues", "show", queue);
        await all.RunAsync("queues", "events", queue, "all");

        Assert.Contains("\"events\":[\"completed\",\"failed\"]", Assert.Single(chosen.Lines), StringComparison.Ordinal);
        Assert.Contains("\"action\":\"publish\"", actions.Lines[0], StringComparison.Ordinal);
        Assert.Contains("\"events\":[]", actions.Lines[0], StringComparison.Ordinal);
        Assert.Contains("\"events\":[\"completed\",\"failed\"]", Assert.Single(back.Lines), StringComparison.Ordinal);
        Assert.Contains("the broker gets: completed, failed.", shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("events", Assert.Single(all.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A kind is one of created, updated, completed, failed, cancelled, all, none, not \"ended\"", "failed", "ended")]
    [InlineData("\"all\" stands alone.", "all", "failed")]
    [InlineData("\"none\" stands alone.", "failed", "none")]
    public async Task OddKinds_AreRefusedBeforeAnythingIsAsked(string said, params string[] kinds)
    {
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(["queues", "events", "mail", .. kinds]));

        Assert.Contains(said, terminal.Error, StringComparison.Ordinal);
    }
}
