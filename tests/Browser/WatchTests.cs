using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>Who looks costs little: what nobody sees asks nothing, and many tabs get on with each other.</summary>
[Collection(Browsers.Name)]
public sealed class WatchTests(Browsers browsers)
{
    private const string CountRequests =
        "globalThis.asked = 0; const real = fetch; fetch = (...all) => { globalThis.asked++; return real(...all); };";

    [BrowserFact]
    public async Task AHiddenTab_AsksNothing_AndAtOnceWhenItIsSeenAgain()
    {
        await using Tab tab = await browsers.OpenAsync();
        await tab.Page.Context.AddInitScriptAsync(CountRequests);
        await tab.Page.Clock.InstallAsync();
        await tab.GoAsync("/ui/jobs");
        await tab.Page.Clock.RunForAsync(30_000);
        Assert.True(await AskedAsync(tab) > 0, "A tab that is seen asks.");

        await SetHiddenAsync(tab, true);
        int before = await AskedAsync(tab);
        await tab.Page.Clock.RunForAsync(600_000);
        Assert.Equal(before, await AskedAsync(tab));

        await SetHiddenAsync(tab, false);
        Assert.True(await AskedAsync(tab) > before, "It is asked for at once, not with the next turn.");
    }

    /// <summary>
    /// A browser has six connections for a service. Only the tab that has the focus holds one for news of its job: the others ask now and
    /// then, and so does a seventh.
    /// </summary>
    [BrowserFact]
    public async Task SevenTabsOfOneBrowser_DoNotStarveEachOther()
    {
        string queue = Made.NewQueue();
        await using Tab tab = await browsers.OpenAsync();
        var tabs = new List<(IPage Page, Job Job)>();
        for (int number = 1; number <= 7; number++)
        {
            Job job = await browsers.WaitingJobAsync(queue);
            IPage page = number == 1 ? tab.Page : await tab.OpenBesideAsync();
            if (number < 7)
            {
                // Of several windows that are seen one has the focus; here each would believe that it has.
                await page.AddInitScriptAsync("document.hasFocus = () => false;");
            }

            await page.GotoAsync(new Uri(tab.Origin, $"/ui/jobs/{job.Id}").ToString());
            tabs.Add((page, job));
        }

        foreach ((_, Job job) in tabs)
        {
            await browsers.Client.CancelAsync(job.Id);
        }

        foreach ((IPage page, _) in tabs)
        {
            await page.Locator("main [data-phase=cancelled], main .phase.cancelled").First.WaitForAsync();
        }
    }

    private static Task<int> AskedAsync(Tab tab) => tab.Page.EvaluateAsync<int>("globalThis.asked");

    private static Task SetHiddenAsync(Tab tab, bool hidden) => tab.Page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        hidden);
}
