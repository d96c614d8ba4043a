namespace JobOrchestrator.Cli.Tests;

/// <summary>A query that is none is shown with a mark below the place, before anybody is asked.</summary>
public sealed class QueryFaultTests
{
    [Theory]
    [InlineData("list")]
    [InlineData("count")]
    [InlineData("export")]
    public async Task AFieldThatIsNone_IsMarkedWithWhatWasMeant(string command)
    {
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(command, "queue:mail", "statsu:failed"));

        string[] lines = terminal.Error.Split('\n');
        Assert.StartsWith("jobs: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("status", lines[0], StringComparison.Ordinal);
        Assert.Equal("  queue:mail statsu:failed", lines[1]);
        Assert.Equal("             ^~~~~~", lines[2]);
        Assert.Empty(terminal.Out);
    }

    [Theory]
    [InlineData("-quue:slow")]
    [InlineData("-oder:1h")]
    public async Task ATermThatTakesOutByAFieldThatIsNone_IsMarkedWhole(string term)
    {
        var terminal = new Terminal();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("list", "status:completed", term));

        string[] lines = terminal.Error.Split('\n');
        Assert.Contains($"`{term[1..term.IndexOf(':', StringComparison.Ordinal)]}`", lines[0], StringComparison.Ordinal);
        Assert.Equal($"  status:completed {term}", lines[1]);
    }

    [Fact]
    public async Task EveryFault_IsTold()
    {
        var terminal = new Terminal();

        await terminal.RunAsync("list", "statsu:failed quue:mail");

        Assert.Equal(2, terminal.Error.Split('\n').Count(line => line.StartsWith("jobs: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AMark_StandsRightBehindTextsThatAreShownOtherwise()
    {
        var terminal = new Terminal();

        await terminal.RunAsync("list", "\"a\u202eb\" statsu:failed");

        string[] lines = terminal.Error.Split('\n');
        Assert.Equal(lines[1].IndexOf("statsu", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
        Assert.DoesNotContain('\u202e', terminal.Error);
    }

    [Fact]
    public async Task ALongQuery_IsShownAsFarAsALineGoes()
    {
        var terminal = new Terminal();

        await terminal.RunAsync("list", $"owner:{new string('a', 300)} statsu:failed owner:{new string('b', 300)}");

        string[] lines = terminal.Error.Split('\n');
        Assert.All(lines[1..], line => Assert.True(line.Length < 80, line));
        Assert.Equal(lines[1].IndexOf("statsu", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
    }
}
