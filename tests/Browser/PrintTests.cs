using Microsoft.Playwright;

namespace Browser;

/// <summary>On paper there is what was looked for, and nothing to press.</summary>
[Collection(Browsers.Name)]
public sealed class PrintTests(Browsers browsers)
{
    /// <summary>Whether the screen is dark by the person's choice here, or by that of the whole machine.</summary>
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheListOfJobs_IsItsRowsAlone_DarkOnWhite(bool chosen)
    {
        string queue = Made.NewQueue();
        await browsers.FailedJobAsync(queue);
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(chosen ? Screen.Desk : Screen.Night);
        await tab.GoAsync($"/ui/jobs?q=queue:{queue}");
        if (chosen)
        {
            await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Switch between light and dark" }).ClickAsync();
            await tab.Page.Locator("html[data-theme=dark]").WaitForAsync();
        }

        await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        Assert.Equal(2, await tab.Page.Locator("table.jobs tbody tr:visible").CountAsync());
        Assert.Contains("SMTP 451: timeout", await tab.Page.Locator("table.jobs").InnerTextAsync(), StringComparison.Ordinal);
        Assert.All(
            await tab.Page.Locator("table.jobs tbody tr").EvaluateAllAsync<double[]>("rows => rows.map(row => row.offsetHeight)"),
            height => Assert.InRange(height, 20, 60));
        Assert.Contains("2 jobs", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await tab.Page.Locator("nav:visible, header.top:visible, button:visible, input:visible").CountAsync());
        Assert.Equal("rgb(26, 31, 38)", await tab.Page.EvaluateAsync<string>("getComputedStyle(document.body).color"));
        await tab.PictureAsync($"print-{(chosen ? "chosen" : "machine")}-dark");
    }

    [BrowserFact]
    public async Task AQueue_HasNothingToPress()
    {
        string queue = Made.NewQueue();
        await browsers.WaitingJobAsync(queue);
        await browsers.Client.PauseQueueAsync(queue, "db migration");
        await using Tab tab = await browsers.OpenAsync();
        foreach (string path in new[] { $"/ui/queues/{queue}", "/ui/queues" })
        {
            await tab.GoAsync(path);
            Assert.NotEqual(0, await tab.Page.Locator("main button:visible").CountAsync());

            await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

            Assert.Equal(0, await tab.Page.Locator("button:visible, .button:visible, input:visible, select:visible").CountAsync());
            Assert.Contains("db migration", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
            await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
        }

        await browsers.Client.ResumeQueueAsync(queue);
    }
}
