using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>Jobs are found by a query, whose faults are shown where they are; the address keeps it.</summary>
[Collection(Browsers.Name)]
public sealed class SearchTests(Browsers browsers)
{
    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFaultOfAQuery_IsUnderlinedAndMendedByItsLink(bool scripts)
    {
        string queue = Made.NewQueue();
        Job job = await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(new Screen(Scripts: scripts));
        await tab.GoAsync("/ui/jobs");

        await tab.Page.GetByLabel("Query", new PageGetByLabelOptions { Exact = true }).FillAsync($"queue:{queue} statsu:failed");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Search" }).ClickAsync();

        Assert.Equal("statsu", await tab.Page.Locator(".q-says mark").InnerTextAsync());
        Assert.Contains(
            "underline", await tab.Page.Locator(".q-says mark").EvaluateAsync<string>("mark => getComputedStyle(mark).textDecorationLine"),
            StringComparison.Ordinal);
        await Axe.NothingFoundAsync(tab, scripts);
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Write status" }).ClickAsync();
        await tab.Page.Locator($"tr[data-key='{job.Id}']").WaitForAsync();
        Assert.Equal($"queue:{queue} status:failed", await tab.Page.Locator("#q").InputValueAsync());
    }

    /// <summary>It says that it stopped, and never a number that it did not count.</summary>
    [BrowserFact]
    public async Task OfMoreThanTenThousand_CountingStops()
    {
        string queue = Made.NewQueue();
        await Parallel.ForAsync(0, 11, async (_, _) => await browsers.Suite.Jobs.WaitingJobsAsync(queue, 917, delaySeconds: 86_400));
        await using Tab tab = await browsers.OpenAsync();

        await tab.GoAsync($"/ui/jobs?q=queue:{queue}");

        Assert.StartsWith(
            "10,000+ jobs", await tab.Page.Locator("live-part[data-part=jobs] .count").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("10,087", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.False((await browsers.Operations.CountAsync($"queue:{queue}")).Exact);
        await tab.GoAsync($"/ui/bulk/cancel?q=queue:{queue}");
        Assert.Equal("Cancel 10,000 jobs or more?", await tab.Page.Locator("h1").InnerTextAsync());
    }

    [BrowserFact]
    public async Task ATermThatIsTakenOut_IsBackByBack_AndAnAddressShowsTheSameElsewhere()
    {
        string queue = Made.NewQueue();
        Job failed = await browsers.FailedJobAsync(queue);
        Job waiting = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/jobs?q=queue:{queue}%20status:failed");
        await tab.Page.Locator($"tr[data-key='{failed.Id}']").WaitForAsync();

        await tab.Page.Locator("a.chip", new PageLocatorOptions { HasText = "failed" }).Last.ClickAsync();
        await tab.Page.Locator($"tr[data-key='{waiting.Id}']").WaitForAsync();
        Assert.Equal($"queue:{queue}", await tab.Page.Locator("#q").InputValueAsync());
        await using Tab elsewhere = await browsers.OpenAsync();
        await elsewhere.Page.GotoAsync(tab.Page.Url);
        Assert.Equal(2, await elsewhere.Page.Locator("tbody tr[data-key]").CountAsync());

        await tab.Page.GoBackAsync();
        await tab.Page.Locator($"tr[data-key='{waiting.Id}']").WaitForAsync(
            new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.Equal($"queue:{queue} status:failed", await tab.Page.Locator("#q").InputValueAsync());
    }

    [BrowserFact]
    public async Task WithoutScript_AFilterIsAddedByItsForm()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync("/ui/jobs?q=status:ready");

        await tab.Page.GetByText("Filter", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await tab.Page.Locator("#f-queue").FillAsync(queue);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add", Exact = true }).ClickAsync();

        Assert.True(await tab.Page.Locator($"tr[data-key='{job.Id}']").IsVisibleAsync());
        Assert.Equal($"status:ready queue:{queue}", await tab.Page.Locator("#q").InputValueAsync());
    }

    [BrowserFact]
    public async Task Suggestions_AreWalkedByKeysAndTaken()
    {
        string queue = Made.NewQueue();
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui/jobs");
        ILocator box = tab.Page.Locator("#q");

        await box.ClickAsync();
        await box.PressSequentiallyAsync($"status:ready queue:{queue[..^1]}");
        ILocator options = tab.Page.GetByRole(AriaRole.Option);
        await options.Filter(new LocatorFilterOptions { HasText = $"queue:{queue}" }).First.WaitForAsync();
        await Axe.NothingFoundAsync(tab);
        for (int i = 0; i < await options.CountAsync(); i++)
        {
            await box.PressAsync("ArrowDown");
            ILocator item = tab.Page.Locator("[role=option][aria-selected=true]");
            string? marked = await item.EvaluateAsync<string?>("item => item.firstChild.data");
            if (marked == $"queue:{queue}")
            {
                break;
            }
        }

        await box.PressAsync("Enter");
        Assert.Equal($"status:ready queue:{queue} ", await box.InputValueAsync());
        await box.PressAsync("Enter");
        await tab.Page.WaitForURLAsync("**/ui/jobs?q=*");
        Assert.Equal(1, await tab.Page.Locator("tbody tr[data-key]").CountAsync());
    }

    [BrowserFact]
    public async Task RowsThatCome_AreToldToWhoIsAmongTheRows_AndPutInForOthers()
    {
        string queue = Made.NewQueue();
        Job first = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/jobs?q=queue:{queue}");
        await tab.Page.Locator($"tr[data-key='{first.Id}'] a[data-open]").FocusAsync();

        await browsers.WaitingJobAsync(queue);
        await browsers.WaitingJobAsync(queue);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "2 new, show" }).WaitForAsync();

        Assert.Equal(1, await tab.Page.Locator("tbody tr[data-key]").CountAsync());
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "2 new, show" }).ClickAsync();
        Assert.Equal(3, await tab.Page.Locator("tbody tr[data-key]").CountAsync());
        Assert.Equal(0, await tab.Page.Locator(".news").CountAsync());
        await tab.Page.Locator("h1").HoverAsync();
        await tab.Page.EvaluateAsync("document.activeElement.blur()");
        Job last = await browsers.WaitingJobAsync(queue);
        await tab.Page.Locator($"tr[data-key='{last.Id}']").WaitForAsync();
    }
}
