using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>Without script everything is there but live change.</summary>
[Collection(Browsers.Name)]
public sealed class NoScriptTests(Browsers browsers)
{
    [BrowserFact]
    public async Task AFailedJob_IsFoundAndRunAgain()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync($"/ui/queues/{queue}");

        await tab.Page.Locator($"a[href$='{job.Id}']").First.ClickAsync();
        Assert.Contains("SMTP 451: timeout", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run again" }).ClickAsync();

        string? again = (await browsers.Client.GetAsync(job.Id))!.RetriedAs;
        Assert.EndsWith($"/ui/jobs/{again}", new Uri(tab.Page.Url).AbsolutePath, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task AQueue_IsPausedWithAReasonAndResumed()
    {
        string queue = Made.NewQueue();
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync($"/ui/queues/{queue}");

        await tab.Page.GetByText("Pause", new PageGetByTextOptions { Exact = false }).First.ClickAsync();
        if (await tab.Page.Locator("[name=reason]").CountAsync() > 0)
        {
            await tab.Page.Locator("[name=reason]").First.FillAsync("db migration");
            await tab.Page.Locator("form:has([name=reason]) button").First.ClickAsync();
        }

        JobQueue paused = await browsers.Client.GetQueueAsync(queue);
        Assert.Equal((true, "db migration"), (paused.Paused, paused.PauseReason));
        await tab.GoAsync($"/ui/queues/{queue}");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" }).First.ClickAsync();
        Assert.False((await browsers.Client.GetQueueAsync(queue)).Paused);
    }
}
