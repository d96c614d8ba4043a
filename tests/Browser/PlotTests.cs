using System.Globalization;
using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>A plot and its numbers say what the API says.</summary>
[Collection(Browsers.Name)]
public sealed class PlotTests(Browsers browsers)
{
    [BrowserFact]
    public async Task AfterAKnownRun_PlotTableStatsAndMetricsAgree()
    {
        string queue = Made.NewQueue();
        for (int i = 0; i < 3; i++)
        {
            await browsers.FailedJobAsync(queue);
        }

        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync($"/ui/queues/{queue}?window=24h");
        ILocator plot = tab.Page.Locator("section.plotted").Filter(new LocatorFilterOptions { HasText = "Outcome" });
        await plot.Locator("summary").ClickAsync();

        IReadOnlyList<string> failed = await plot.Locator("tbody tr td:nth-child(3)").AllInnerTextsAsync();
        JobStats stats = await browsers.Operations.StatsAsync(new JobStatsQuery { Metrics = ["failed"], Queue = queue });
        string metrics = await new HttpClient().GetStringAsync(new Uri(browsers.Origin, "metrics"));

        Assert.Equal(3, failed.Sum(text => int.Parse(text, CultureInfo.InvariantCulture)));
        Assert.Equal(3, stats.Series[0].Values.Sum());
        Assert.Contains(
            metrics.Split('\n'),
            line => line.StartsWith("joborchestrator_jobs_finished", StringComparison.Ordinal)
                && line.Contains($"queue=\"{queue}\"", StringComparison.Ordinal)
                && line.Contains("status=\"Failed\"", StringComparison.Ordinal) && line.Contains("} 3", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task BeforeTheServiceBegan_ThereIsAGapAndNoZero()
    {
        await browsers.FinishedJobAsync();
        await using Tab tab = await browsers.OpenAsync();

        await tab.GoAsync("/ui?window=24h");

        Assert.True(await tab.Page.Locator("section.plotted rect.gap").First.IsVisibleAsync());
        Assert.Contains("No record before", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ABar_LeadsToItsJobs_AndASharedTimeShowsTheSameLater()
    {
        string queue = Made.NewQueue();
        Job failed = await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/queues/{queue}?window=15m");
        ILocator outcome = tab.Page.Locator("section.plotted").Filter(new LocatorFilterOptions { HasText = "Outcome" });

        await outcome.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "failed" }).ClickAsync();
        await outcome.Locator("li.off").First.WaitForAsync();
        Assert.EndsWith("window=15m&only=outcome%3Afailed", tab.Page.Url, StringComparison.Ordinal);
        await outcome.Locator(".plot a path.failed").First.ClickAsync();
        await tab.Page.Locator($"table.jobs tr[data-key='{failed.Id}'] a[data-open]").First.WaitForAsync();
        Assert.StartsWith(
            $"queue:{queue} status:failed finished:>=", await tab.Page.Locator("#q").InputValueAsync(), StringComparison.Ordinal);

        await tab.Page.GoBackAsync();
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "‹ earlier" }).ClickAsync();
        await tab.Page.GetByText("This time is over").WaitForAsync();
        Assert.Contains("from=20", tab.Page.Url, StringComparison.Ordinal);
        Assert.Equal("60", await tab.Page.Locator("live-part[data-part=plots]").GetAttributeAsync("every"));
        await Axe.NothingFoundAsync(tab);
    }
}
