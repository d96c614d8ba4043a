using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>The jobs of a query as files: all that were found, or as many as are said, and names that nobody need trust.</summary>
public sealed class FilesTests : IAsyncLifetime
{
    private const string Hostile = "=cmd|' /C calc'!A0,\"\u202e<b>ключ 🙂";
    private const string Lines = "=one\n\"two\",";

    /// <summary>An error's title is one line.</summary>
    private const string Line = "=one \"two\",";

    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Names_OfTheWorstKind_StayInTheirCells()
    {
        await FailHostileAsync();

        Page csv = await _host.GetAsync("/ui/jobs.csv");

        List<string[]> rows = Rows(csv.Text);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(18, row.Length));
        Assert.All(
            ["type", "queue", "owner", "externalId", "worker"],
            name => Assert.Equal($"'{Hostile}", rows[1][Array.IndexOf(rows[0], name)]));
        Assert.Equal($"'{Line}", rows[1][Array.IndexOf(rows[0], "error")]);
        Assert.StartsWith("tenant:", rows[1][Array.IndexOf(rows[0], "labels")], StringComparison.Ordinal);
        Assert.Equal(
            ("text/csv; charset=utf-8", "attachment; filename=\"jobs.csv\""), (csv["Content-Type"], csv["Content-Disposition"]));
        Assert.Equal("nosniff", csv["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task Names_OfTheWorstKind_AreInJsonAsTheyWere()
    {
        await FailHostileAsync();

        Page json = await _host.GetAsync("/ui/jobs.json?q=status:failed");

        JsonElement root = JsonDocument.Parse(json.Text).RootElement;
        JsonElement job = Assert.Single(root.GetProperty("jobs").EnumerateArray());
        Assert.All(
            ["type", "queue", "owner", "externalId", "worker"], name => Assert.Equal(Hostile, job.GetProperty(name).GetString()));
        Assert.Equal(Line, job.GetProperty("error").GetString());
        Assert.Equal(Hostile, job.GetProperty("labels").GetProperty("tenant").GetString());
        Assert.Equal("status:failed", root.GetProperty("query").GetString());
        Assert.False(root.GetProperty("more").GetBoolean());
        Assert.Equal(
            ("application/json", "attachment; filename=\"jobs.json\""), (json["Content-Type"], json["Content-Disposition"]));
    }

    /// <summary>Whoever opens the file sees by its name that it is not all.</summary>
    [Fact]
    public async Task MoreJobsThanAFileHolds_AreSaidToBeMore()
    {
        for (int batch = 0; batch < 5; batch++)
        {
            await _host.CallAsync("/jobs/batch?atomic=false", JsonSerializer.Serialize(Enumerable.Repeat(new { type = "send" }, 1_000)));
        }

        Page all = await _host.GetAsync("/ui/jobs.csv");
        await _host.SubmitAsync();
        Page csv = await _host.GetAsync("/ui/jobs.csv");
        Page json = await _host.GetAsync("/ui/jobs.json");

        Assert.Equal("attachment; filename=\"jobs.csv\"", all["Content-Disposition"]);
        Assert.Equal("attachment; filename=\"jobs-first-5000.csv\"", csv["Content-Disposition"]);
        Assert.All([all, csv], file => Assert.Equal(5_001, file.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length));
        JsonElement root = JsonDocument.Parse(json.Text).RootElement;
        Assert.True(root.GetProperty("more").GetBoolean());
        Assert.Equal(5_000, root.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("/ui/jobs.csv?q=statsu:x", 400)]
    [InlineData("/ui/jobs.json?q=run:%3E1m", 422)]
    public async Task WhatCannotBeAsked_IsNoFile(string path, int status)
    {
        Page page = await _host.GetAsync(path);

        Assert.Equal(status, page.Status);
        Assert.Null(page["Content-Disposition"]);
        Assert.StartsWith("The list could not be read.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereTheApiIsAway_ThereIsNoFileEither()
    {
        _host.Away.Add("/jobs");

        Page page = await _host.GetAsync("/ui/jobs.csv");

        Assert.Equal(503, page.Status);
        Assert.Null(page["Content-Disposition"]);
    }

    private async Task FailHostileAsync()
    {
        string text = JsonSerializer.Serialize(Hostile);
        await _host.SubmitAsync(
            $$"""
            {"type":{{text}},"queue":{{text}},"owner":{{text}},"externalId":{{text}},"maxRetries":0,"labels":{"tenant":{{text}}} }
            """);
        string title = JsonSerializer.Serialize(Lines);
        await _host.WorkAsync("fail", $$""","error":{"title":{{title}}}""", Uri.EscapeDataString(Hostile), Hostile);
    }

    /// <summary>As RFC 4180 has them.</summary>
    private static List<string[]> Rows(string text)
    {
        var rows = new List<string[]>();
        var cells = new List<string>();
        for (int at = 0; at < text.Length;)
        {
            string cell = "";
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    cell += text[at];
                    at += text[at] == '"' ? 1 : 0;
                }

                at++;
            }
            else
            {
                int end = text.IndexOfAny([',', '\r'], at);
                cell = text[at..end];
                at = end;
            }

            cells.Add(cell);
            if (text[at] == '\r')
            {
                rows.Add([.. cells]);
                cells.Clear();
                at++;
            }

            at++;
        }

        return rows;
    }
}
