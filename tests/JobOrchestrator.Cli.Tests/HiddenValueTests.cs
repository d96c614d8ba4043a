namespace JobOrchestrator.Cli.Tests;

/// <summary>What a key that may not read payloads is shown in their place.</summary>
public sealed class HiddenValueTests
{
    private const string Job = "018f0000-0000-7000-8000-000000000001";

    private const string Answer = $$$"""
        {"id":"{{{Job}}}","type":"send","queue":"mail","status":"Completed","phase":"completed","sequence":3,"attempt":1,"maxRetries":0,
         "priority":0,"createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","runAt":"2026-01-02T03:04:05Z",
         "finishedAt":"2026-01-02T03:04:06Z","inputBytes":12345,"stateBytes":7,"resultBytes":64}
        """;

    [Fact]
    public async Task Get_APerson_SeesHowLongTheyAre()
    {
        Terminal person = await OneAnswer.ShowAsync(Answer, 200, "get", Job);

        Assert.Contains("12,345 bytes; your key may not read payloads", person.Out, StringComparison.Ordinal);
        Assert.Contains("7 bytes; your key may not read payloads", person.Out, StringComparison.Ordinal);
        Assert.Contains("64 bytes; your key may not read payloads", person.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_APipe_GetsTheLengthsAndNoValue()
    {
        (Terminal pipe, _) = await OneAnswer.AskAsync(Answer, isPerson: false, "get", Job);

        string line = Assert.Single(pipe.Lines);
        Assert.Contains("\"resultBytes\":64", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\"result\":", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_IsRefused_AndTheReasonIsNamed()
    {
        using var orchestrator = new SomeAnswers(($"/jobs/{Job}", Answer));
        var terminal = new Terminal { Url = orchestrator.Url };

        Assert.Equal(ExitCode.NotAllowed, await terminal.RunAsync("result", Job));

        Assert.Contains(
            $"{Job} has a result of 64 bytes, and the key may not read payloads (ReadPayload).", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Lines);
    }
}
