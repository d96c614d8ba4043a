namespace JobOrchestrator.Cli.Tests;

/// <summary>What is looked at where nobody says where the sidecar is: what the orchestrator says of its own.</summary>
public sealed class DoctorTests
{
    private const string Caller = """{"admin":true,"queues":["*"],"submitQueues":["*"],"permissions":[],"by":"none"}""";

    [Theory]
    [InlineData(0, 0, ExitCode.Done, "no event waits for it")]
    [InlineData(3, 0.4, ExitCode.Done, "3 events wait, the oldest for 0.4 s")]
    [InlineData(412, 360, ExitCode.NeedsPerson, "412 events wait, the oldest for 6 min")]
    public async Task SidecarAndBroker_AreToldByTheOrchestrator(int pending, double seconds, int code, string words)
    {
        using var orchestrator = new SomeAnswers(
            ("/health/ready", """{"status":"ready","shards":2,"transactions":"rolls back"}"""),
            ("/me", Caller),
            ("/replicas", FormattableString.Invariant($$"""
                {"replicas":[{"name":"a","memoryBytes":1,"since":"2026-11-29T03:00:00Z","live":0,"waiting":0,"commits":{"perSecond":0},
                  "outbox":{"pending":{{pending}},"oldestSeconds":{{seconds}}},"shards":[]}],
                 "missing":[],"storeType":"state.redis","transactions":"rolls back","asOf":"2026-11-29T03:00:00Z"}
                """)));
        var terminal = new Terminal { Url = orchestrator.Url, IsPerson = true };

        Assert.Equal(code, await terminal.RunAsync("doctor", "--plain"));

        Assert.Matches("ok +sidecar +the orchestrator's answers", terminal.Out);
        Assert.Matches($"{(code == ExitCode.Done ? "ok" : "look")} +broker +{words}", terminal.Out);
        Assert.Matches("ok +store type +state.redis", terminal.Out);
        Assert.Contains("--round-trip", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyThatIsNotToldOfTheBroker_IsNoFault()
    {
        using var orchestrator = new SomeAnswers(
            ("/health/ready", """{"status":"ready","shards":2,"transactions":"rolls back"}"""), ("/me", Caller));
        var terminal = new Terminal { Url = orchestrator.Url, IsPerson = true };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("doctor", "--plain"));

        Assert.Matches("skip +broker +not told to this key", terminal.Out);
    }
}
