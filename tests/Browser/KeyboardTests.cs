using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>Mail is stuck at night, and there is no mouse: from the queues to the jobs that run again.</summary>
[Collection(Browsers.Name)]
public sealed class KeyboardTests(Browsers browsers)
{
    [BrowserFact]
    public async Task ByKeysAlone_FailedJobsOfAQueueRunAgain()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.FailedJobAsync(queue);
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui");
        IKeyboard keys = tab.Page.Keyboard;

        await keys.PressAsync("g");
        await keys.PressAsync("q");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Queues" }).WaitForAsync();
        await UntilAsync(tab, "j", queue);
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = queue }).WaitForAsync();
        await UntilAsync(tab, "Tab", "Retry failed…");
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Retry 1 job?" }).WaitForAsync();
        await UntilAsync(tab, "Tab", "Retry 1 job");
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Retried" }).WaitForAsync();

        Assert.NotNull((await browsers.Client.GetAsync(job.Id))!.RetriedAs);
    }

    /// <summary>The alert's link, the group of errors, its button: three steps, and then it goes down.</summary>
    [BrowserFact]
    public async Task ByKeysAlone_FromTheAlertsLink_AGroupOfErrorsRunsAgain()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        IKeyboard keys = tab.Page.Keyboard;
        await tab.GoAsync($"/ui/queues/{queue}");

        await UntilAsync(tab, "Tab", "Skip to the content");
        await keys.PressAsync("Enter");
        await UntilAsync(tab, "Tab", "SMTP #: timeout");
        await UntilAsync(tab, "Tab", "Retry…");
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Retry 1 job?" }).WaitForAsync();
        await UntilAsync(tab, "Tab", "Retry 1 job");
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Retried" }).WaitForAsync();
        Assert.NotNull((await browsers.Client.GetAsync(job.Id))!.RetriedAs);

        await UntilAsync(tab, "Tab", "Undo");
        await keys.PressAsync("Enter");
        await tab.Page.Locator("h1", new PageLocatorOptions { HasText = "Undid" }).WaitForAsync();
        Assert.Equal(0, (await browsers.Client.GetQueueAsync(queue)).Depth);
    }

    /// <summary>Presses a key until what has the focus says this; all the way the focus can be seen.</summary>
    private static async Task UntilAsync(Tab tab, string key, string words)
    {
        for (int i = 0; i < 80; i++)
        {
            await tab.Page.Keyboard.PressAsync(key);

            // A page that is about to be left, as the last key may have done, says nothing any more.
            await tab.Page.WaitForLoadStateAsync();
            string? outline = await tab.Page.EvaluateAsync<string?>(
                "words => [document.activeElement].filter(at => at?.textContent.trim() === words)"
                    + ".map(at => getComputedStyle(at).outlineWidth)[0] ?? null",
                words);
            if (outline is not null)
            {
                Assert.True(outline.StartsWith('2') || outline.StartsWith('3'), $"The focus on {words} is not seen: {outline}.");
                return;
            }
        }

        Assert.Fail($"Nothing with the focus says {words}.");
    }
}
