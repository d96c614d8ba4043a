using System.Text.RegularExpressions;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Tables fit the terminal: long texts are cut, what matters least is left out, and nothing else is.</summary>
public sealed partial class WidthTests
{
    private static readonly string Error = string.Join(' ', Enumerable.Repeat("connection refused by mail.example:25,", 5));

    [Theory]
    [InlineData(60, "STATE JOB QUEUE WORKER / ERROR")]
    [InlineData(80, "STATE JOB TYPE QUEUE AGE WORKER / ERROR")]
    [InlineData(110, "STATE JOB TYPE QUEUE AGE TRIES WORKER / ERROR")]
    [InlineData(200, "STATE JOB TYPE QUEUE AGE TRIES WORKER / ERROR")]
    public async Task AList_WithALongError_CutsTheErrorAlone(int width, string headings)
    {
        Terminal terminal = await OneAnswer.ShowAsync(Jobs, width, "list");

        string[] lines = LinesOf(terminal);
        Assert.Equal(headings, Spaces().Replace(lines[0], " ").Trim());
        Assert.StartsWith("✕ failed     01a1fe2c…e2cb  ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("◷ scheduled", lines[2], StringComparison.Ordinal);
        Assert.Contains("  mail  ", lines[1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Equal(width, lines[1].Length);
    }

    [Fact]
    public async Task AList_WithRoomForAll_ShowsAll()
    {
        Terminal terminal = await OneAnswer.ShowAsync(Jobs, 300, "list");

        Assert.EndsWith(Error, LinesOf(terminal)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task APlainList_KeepsItsIdsWholeAndCutsInAscii()
    {
        Terminal terminal = await OneAnswer.ShowAsync(Jobs, 80, "list", "--plain");

        string line = LinesOf(terminal)[1];
        Assert.Contains("01a1fe2c-9962-7000-aa1f-8559bd02e2cb", line, StringComparison.Ordinal);
        Assert.EndsWith("~", line, StringComparison.Ordinal);
        Assert.True(line.All(char.IsAscii), line);
    }

    [Theory]
    [InlineData(76, "FAILED LAST QUEUE TYPE EXAMPLE ERROR")]
    [InlineData(110, "FAILED FIRST LAST QUEUE TYPE EXAMPLE ERROR")]
    public async Task Errors_CutTheErrorAlone(int width, string headings)
    {
        Terminal terminal = await OneAnswer.ShowAsync(
            $$"""
            {"from":"2026-11-29T03:00:00Z","asOf":"2026-11-29T04:00:00Z","since":"2026-11-28T00:00:00Z","step":60,
             "other":0,"missing":[],
             "errors":[{"id":"1","errorType":null,"text":"{{Error}}","queue":"mail","type":"send-newsletter",
               "count":201,"countIsLowerBound":false,"firstAt":"2026-11-29T03:10:00Z","lastAt":"2026-11-29T03:59:00Z",
               "example":"01a1fe2c-9962-7000-aa1f-8559bd02e2cb",
               "spark":[201],"query":"status:failed"}]}
            """,
            width,
            "errors");

        string[] lines = LinesOf(terminal);
        Assert.Equal(headings, Spaces().Replace(lines[0], " ").Trim());
        Assert.Contains("  mail  ", lines[1], StringComparison.Ordinal);
        Assert.Equal((2, width), (lines.Length, lines[1].Length));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(110)]
    [InlineData(200)]
    public async Task Workers_HaveALineEach(int width)
    {
        Terminal terminal = await OneAnswer.ShowAsync(
            """
            {"workers":[{"name":"mailer-7f9c5d4b8-x2x9q@node-12.example","version":"2026.11.29-abcdef0123",
               "queues":["mail","mail-bulk","sms","push"],
               "types":["send","send-many","digest"],"running":48,"slots":64,"longestSeconds":341,"lastAskedAt":"2026-11-29T03:59:00Z",
               "lastReportedAt":"2026-11-29T03:59:00Z","silent":false,"late15m":1,"lost15m":0}],
             "uncovered":[],"total":1,"watchedSince":"2026-11-29T03:00:00Z","missing":[]}
            """,
            width,
            "workers");

        string[] lines = LinesOf(terminal);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("WORKER ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("QUEUES", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("48/64", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
    }

    private static string Jobs => $$"""
        [
          {"id":"01a1fe2c-9962-7000-aa1f-8559bd02e2cb","type":"send-newsletter","queue":"mail","status":"failed","phase":"failed",
           "attempt":4,"maxRetries":3,"createdAt":"2026-11-29T03:00:00Z","finishedAt":"2026-11-29T03:11:00Z",
           "error":{"title":"{{Error}}" } },
          {"id":"01a1fe2c-9962-7000-aa1f-8559bd02e2cc","type":"send","queue":"mail","status":"new","phase":"scheduled","attempt":0,
           "maxRetries":3,"createdAt":"2026-11-29T03:00:00Z","runAt":"2999-01-01T00:00:00Z"}
        ]
        """;

    /// <summary>What is seen, without colours and without what is blank at the end.</summary>
    private static string[] LinesOf(Terminal terminal) =>
        [.. terminal.Lines.Select(line => Colours().Replace(line, "").TrimEnd()).Where(line => line.Length > 0)];

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
