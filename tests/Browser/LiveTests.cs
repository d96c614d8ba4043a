using JobOrchestrator.Sdk;
using Microsoft.Playwright;
using TestSupport;

namespace Browser;

/// <summary>What changes is seen without reload, and nothing that the person did is lost by it.</summary>
[Collection(Browsers.Name)]
public sealed class LiveTests(Browsers browsers)
{
    [BrowserFact]
    public async Task AJobThatIsStartedHere_IsSeenToItsEnd()
    {
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui/new");
        await tab.Page.GetByLabel("Input").FillAsync("""{"seconds":1,"steps":4}""");

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start it" }).ClickAsync();

        await tab.Page.Locator("main .phase.completed, main [data-phase=completed]").First.WaitForAsync();
        Assert.StartsWith("Completed simulate", await tab.Page.TitleAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ARowThatChanges_KeepsFocus()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/jobs?queue={queue}");
        ILocator row = tab.Page.Locator($"tr[data-key='{job.Id}']");
        await row.Locator("a[data-open]").FocusAsync();

        await browsers.Client.CancelAsync(job.Id);

        await tab.Page.Locator($"tr[data-key='{job.Id}'][data-phase=cancelled]").WaitForAsync();
        Assert.True(await row.Locator("a[data-open]").EvaluateAsync<bool>("link => link === document.activeElement"));
    }

    [BrowserFact]
    public async Task ASlowAnswer_IsWaitedForAndNotAskedForTwice()
    {
        await using Tab tab = await browsers.OpenAsync();
        int open = 0, most = 0, answered = 0;
        var go = new TaskCompletionSource();
        await tab.Page.RouteAsync("**/ui/jobs?part=*", async route =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await go.Task;
            await route.ContinueAsync();
            Interlocked.Decrement(ref open);
            Interlocked.Increment(ref answered);
        });
        await tab.GoAsync("/ui/jobs");
        await Eventually.TrueAsync(() => Volatile.Read(ref open) == 1, "the part is asked for");

        // Whatever asks by hand finds one under way.
        await tab.Page.EvaluateAsync("for (let i = 0; i < 5; i++) document.querySelector('live-part[data-part=jobs]').ask()");
        go.SetResult();

        await Eventually.TrueAsync(() => Volatile.Read(ref answered) >= 2, "it is asked for again once it was answered");
        Assert.Equal(1, most);
        await tab.Page.UnrouteAllAsync();
    }

    [BrowserFact]
    public async Task AnAnswerThatDoesNotCome_LeavesWhatWasThereWithItsAge()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("Failed to load resource");
        await tab.GoAsync($"/ui/jobs?queue={queue}");
        await tab.Page.RouteAsync("**/ui/jobs?*part=*", route => route.AbortAsync());

        await tab.Page.Locator("live-part[data-part=jobs][data-away]").First.WaitForAsync();

        Assert.True(await tab.Page.Locator($"tr[data-key='{job.Id}']").IsVisibleAsync());
        Assert.Contains("not answered for", await tab.Page.Locator("live-age").InnerTextAsync(), StringComparison.Ordinal);
        await tab.Page.UnrouteAllAsync();
        await tab.Page.Locator("live-part[data-part=jobs]:not([data-away])").First.WaitForAsync();
    }
}
