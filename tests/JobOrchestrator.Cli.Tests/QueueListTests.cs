using System.Text.Json;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Queues with what they did lately and who asks for them; what a key may not ask is left out.</summary>
public sealed partial class QueueListTests
{
    private const string Queues = """
        [{"name":"mail","paused":false,"depth":1204,"ready":1204,"scheduled":0,"leased":48,"oldestAgeSeconds":240},
         {"name":"pdf","paused":false,"depth":31,"ready":31,"scheduled":0,"leased":0,"oldestAgeSeconds":360},
         {"name":"reports","paused":true,"depth":0,"ready":0,"scheduled":0,"leased":0,"pauseReason":"db migration"}]
        """;

    private const string Stats = """
        {"from":"2026-11-29T03:00:00Z","to":"2026-11-29T03:02:00Z","step":60,"asOf":"2026-11-29T03:02:00Z","since":"2026-11-28T00:00:00Z",
         "series":[
          {"metric":"submitted","unit":"jobs","labels":{"queue":"mail"},"values":[1320,1320]},
          {"metric":"finished","unit":"jobs","labels":{"queue":"mail"},"values":[1080,1080]},
          {"metric":"failed","unit":"jobs","labels":{"queue":"mail"},"values":[200,14]},
          {"metric":"submitted","unit":"jobs","labels":{"queue":"pdf"},"values":[3,1]}],
         "gaps":[],"missing":[],"marks":[]}
        """;

    private const string Workers = """
        {"workers":[
          {"name":"w-1","queues":["mail"],"types":["*"],"running":24,"slots":32},
          {"name":"w-2","queues":["mail"],"types":["*"],"running":24,"slots":32}],
         "uncovered":[{"queue":"pdf","type":"make","ready":31,"oldestSeconds":360,"since":"2026-11-29T03:00:00Z"}],
         "total":2,"watchedSince":"2026-11-28T03:00:00Z","asOf":"2026-11-29T03:02:00Z","missing":[]}
        """;

    private static readonly (string, string)[] All = [("/queues", Queues), ("/stats", Stats), ("/workers", Workers)];

    [Fact]
    public async Task AtATerminal_WhatNeedsAPersonComesFirst_WithWhatEachDidAndWhoAsksForIt()
    {
        using var orchestrator = new SomeAnswers(All);
        var terminal = new Terminal { Url = orchestrator.Url, IsPerson = true };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("queues", "ls"));

        string[] rows = RowsOf(terminal);
        Assert.Equal("QUEUE READY OLDEST RUNNING SCHEDULED IN/S OUT/S FAILED 1H ASKED BY", rows[0]);
        Assert.StartsWith("▲ pdf 31 6 min 0 0 <0.1 – 0 nobody for ", rows[1], StringComparison.Ordinal);
        Assert.Equal("mail 1,204 4 min 48/64 0 22 18 214 2 workers", rows[2]);
        Assert.Equal("‖ reports 0 – 0 0 – – – paused: db migration", rows[3]);
    }

    [Fact]
    public async Task Plain_IsAscii()
    {
        using var orchestrator = new SomeAnswers(All);
        var terminal = new Terminal { Url = orchestrator.Url, IsPerson = true };

        await terminal.RunAsync("queues", "ls", "--plain");

        Assert.StartsWith("! pdf", RowsOf(terminal)[1], StringComparison.Ordinal);
        Assert.True(terminal.Out.All(char.IsAscii), terminal.Out);
    }

    [Fact]
    public async Task InAPipe_TheOrchestratorsMembersAreFollowedByWhatElseIsKnown()
    {
        using var orchestrator = new SomeAnswers(All);
        var terminal = new Terminal { Url = orchestrator.Url };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("queues", "ls"));

        Assert.Equal(
            """{"name":"mail","paused":false,"depth":1204,"ready":1204,"scheduled":0,"leased":48,"oldestAgeSeconds":240,"""
            + "\"inPerSecond\":22,\"outPerSecond\":18,\"failed1h\":214,\"askedBy\":2,\"askedByIsLowerBound\":false,\"slots\":64}",
            terminal.Lines[0]);
        using var pdf = JsonDocument.Parse(terminal.Lines[1]);
        Assert.Equal("make", Assert.Single(pdf.RootElement.GetProperty("nobodyAsksFor").EnumerateArray()).GetString());
        Assert.Equal("2026-11-29T03:00:00Z", pdf.RootElement.GetProperty("nobodyAsksSince").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForAKeyThatMayAskNoMore_TheRestIsLeftOut(bool isPerson)
    {
        using var orchestrator = new SomeAnswers(("/queues", Queues));
        var terminal = new Terminal { Url = orchestrator.Url, IsPerson = isPerson };

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("queues", "ls"));

        Assert.Empty(terminal.Error);
        Assert.Equal(isPerson ? "QUEUE READY OLDEST RUNNING SCHEDULED" : Queues.Split('\n')[0].Trim('[', ','), RowsOf(terminal)[0]);
    }

    private static string[] RowsOf(Terminal terminal) =>
        [.. terminal.Lines.Select(line => Spaces().Replace(Colours().Replace(line, ""), " ").Trim())];

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
