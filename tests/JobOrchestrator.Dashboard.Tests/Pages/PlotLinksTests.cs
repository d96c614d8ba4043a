using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>From a plot to its jobs, to one of its lines alone, and to its numbers as a file.</summary>
public sealed class PlotLinksTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    /// <summary>Those that ended so in its step, and none of the one after it.</summary>
    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/queues/mail")]
    public async Task ABar_LeadsToItsJobs(string path)
    {
        string completed = await EndAsync("complete");
        string failed = await EndAsync("fail");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(5));
        string later = await EndAsync("fail");

        string outcome = Plot(await _host.GetAsync($"{path}?window=15m"), "Outcome, jobs that ended");
        string[] bars = [.. Links(outcome, "<a href=\"([^\"]+)\" tabindex=\"-1\"><path class=\"bars-of failed")];
        Page jobs = await _host.GetAsync($"/{bars[0]}");

        Assert.Equal(2, bars.Length);
        Assert.Equal(bars, Links(outcome, "<td class=\"n\"><a href=\"([^\"]+status%3Afailed[^\"]+)\">1</a></td>").Reverse());
        Assert.Contains(failed, jobs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(completed, jobs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(later, jobs.Text, StringComparison.Ordinal);
        Assert.Equal(path.EndsWith("mail", StringComparison.Ordinal), bars[0].Contains("queue%3Amail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnEntryOfTheLegend_ShowsItsLineAlone_AndStaysInTheAddress()
    {
        await EndAsync("complete");
        await EndAsync("fail");
        Page all = await _host.GetAsync("/ui?window=15m");
        string link = Entry(all, "Outcome, jobs that ended", "failed");

        Page one = await _host.GetAsync($"/{link}");
        string outcome = Plot(one, "Outcome, jobs that ended");

        Assert.Equal("ui?window=15m&only=outcome%3Afailed", link);
        Assert.Contains("tabindex=\"-1\"><path class=\"bars-of failed", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("tabindex=\"-1\"><path class=\"bars-of completed", outcome, StringComparison.Ordinal);
        Assert.Contains("<li class=\"off\"><a", outcome, StringComparison.Ordinal);
        Assert.Contains("only=outcome%3Afailed&amp;part=plots", one.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"off\"", Plot(one, "Throughput, jobs"), StringComparison.Ordinal);
        Assert.Equal("ui?window=15m", Entry(one, "Outcome, jobs that ended", "failed"));
        Assert.Equal("ui?window=15m&only=outcome%3Afailed%2Crun%3Ap95", Entry(one, "Run, one attempt", "p95"));
        Assert.Contains("only=outcome%3Afailed", Entry(one, "Outcome, jobs that ended", "completed"), StringComparison.Ordinal);
    }

    /// <summary>Where there are no colours, or nobody tells them apart: in the plot and in its legend.</summary>
    [Fact]
    public async Task Bars_AreToldApartWithoutTheirColours()
    {
        await EndAsync("complete");
        await EndAsync("fail");

        Page page = await _host.GetAsync("/ui?window=15m");
        string outcome = Plot(page, "Outcome, jobs that ended");
        string[] fills =
        [
            .. Regex.Matches(outcome, "class=\"bars-of (\\w+)[^\"]*\" fill=\"([^\"]+)\"")
                .Select(bar => $"{bar.Groups[1]} {bar.Groups[2]}"),
        ];

        Assert.Equal(
            ["cancelled url(#fill-cancelled)", "completed currentColor", "failed url(#fill-failed)"], fills.Distinct().Order());
        Assert.All(
            fills.Where(fill => fill.Contains('#', StringComparison.Ordinal)),
            fill => Assert.Contains($"<pattern id=\"{fill.Split('#')[1].TrimEnd(')')}\"", page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsNoLine_LeavesAllOfThem_AndIsSaid()
    {
        Page page = await _host.GetAsync("/ui?only=outcome:none,outcome:<b>,x,:,%00");

        Assert.DoesNotContain("class=\"off\"", page.Text, StringComparison.Ordinal);
        Assert.Contains(
            "The address chooses <q>none, &lt;b&gt;</q>, which is no line",
            Plot(page, "Outcome, jobs that ended"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("The address chooses", Plot(page, "Run, one attempt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HasARowForEachStep_AndNothingWhereNothingIsKnown()
    {
        await _host.AdvanceAsync(TimeSpan.FromMinutes(5));
        await EndAsync("complete");
        await EndAsync("fail");
        await EndAsync("complete", "other");

        Page file = await _host.GetAsync("/" + File(await _host.GetAsync("/ui/queues/mail?window=15m"), "outcome.csv"));
        string[] rows = file.Text.TrimEnd().Split("\r\n");

        Assert.Equal(200, file.Status);
        Assert.Equal("text/csv; charset=utf-8", file["Content-Type"]);
        Assert.Matches(
            "^attachment; filename=\"outcome-mail-[0-9]{8}T[0-9]{6}Z-[0-9]{8}T[0-9]{6}Z\\.csv\"$", file["Content-Disposition"]!);
        Assert.Equal("from,completed,failed,cancelled", rows[0]);
        Assert.Matches("^20[0-9:TZ-]+,,,$", rows[1]);
        Assert.Matches("^20[0-9:TZ-]+,1,1,0$", Assert.Single(rows, row => row.EndsWith(",1,1,0", StringComparison.Ordinal)));
        Assert.Equal(15 * 12, rows.Length - 1, 2.0);
    }

    [Fact]
    public async Task Json_HasWhatStatsAnswers()
    {
        await EndAsync("complete");

        Page file = await _host.GetAsync("/" + File(await _host.GetAsync("/ui?window=15m"), "run.json"));
        using var answer = JsonDocument.Parse(file.Text);
        using var stats = JsonDocument.Parse((await _host.GetAsync("/stats?m=run&from=-15m")).Text);

        Assert.Equal("application/json", file["Content-Type"]);
        foreach (string member in new[] { "series", "from", "to", "step" })
        {
            Assert.True(
                JsonElement.DeepEquals(stats.RootElement.GetProperty(member), answer.RootElement.GetProperty(member)), member);
        }
    }

    [Fact]
    public async Task Csv_HasTheLinesThatTheAddressChooses_AndIsCalledByItsQueueWhateverThatHolds()
    {
        await EndAsync("complete");
        string file = File(await _host.GetAsync("/ui?window=15m&only=outcome:failed"), "outcome.csv");

        Page chosen = await _host.GetAsync($"/{file}");
        Page odd = await _host.GetAsync($"/{file}&queue=a%22/%C3%A9{new string('x', 100)}");

        Assert.StartsWith("from,failed\r\n", chosen.Text, StringComparison.Ordinal);
        Assert.StartsWith("attachment; filename=\"outcome-2", chosen["Content-Disposition"], StringComparison.Ordinal);
        Assert.Matches("^attachment; filename=\"outcome-a___x{56}-[0-9TZ-]+\\.csv\"$", odd["Content-Disposition"]!);
    }

    /// <summary>What was before is in it where the page shows that.</summary>
    [Fact]
    public async Task Files_HaveWhatWasBefore()
    {
        await EndAsync("complete");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(15));
        Page page = await _host.GetAsync("/ui?window=15m&compare=before");

        Page csv = await _host.GetAsync("/" + File(page, "outcome.csv"));
        Page json = await _host.GetAsync("/" + File(page, "outcome.json"));

        Assert.StartsWith("from,completed,failed,cancelled,completed before", csv.Text, StringComparison.Ordinal);
        Assert.Contains("\"before\":[", json.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APlotThatThereIsNot_IsNoFile() => Assert.Equal(404, (await _host.GetAsync("/ui/plots/nothing.csv")).Status);

    [Fact]
    public async Task WhereStatsDoNotAnswer_TheFileSaysSo()
    {
        _host.Away.Add("/stats");

        Page page = await _host.GetAsync("/ui/plots/outcome.csv");

        Assert.Equal((503, null), (page.Status, page["Content-Disposition"]));
        Assert.StartsWith("The numbers could not be read.", page.Text, StringComparison.Ordinal);
    }

    private static string Plot(Page page, string title) => page.Text.Split($"{title}</h3>", 2)[1].Split("</section>", 2)[0];

    private static string Entry(Page page, string title, string line) => Links(
        Plot(page, title), $"<a href=\"([^\"]+)\"[^>]*><svg class=\"key\"(?:(?!</a>).)+</svg>{line}</a>").Single();

    private static string File(Page page, string name) => Links(page.Text, $"href=\"(ui/plots/{name}[^\"]*)\"").Single();

    private static IEnumerable<string> Links(string text, string pattern) =>
        Regex.Matches(text, pattern).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value));

    private async Task<string> EndAsync(string how, string queue = "mail")
    {
        string id = await _host.SubmitAsync(JsonSerializer.Serialize(new { type = "send", queue, maxRetries = 0 }));
        await _host.WorkAsync(how, how == "fail" ? ""","error":{"title":"no"}""" : "", queue);
        return id;
    }
}
