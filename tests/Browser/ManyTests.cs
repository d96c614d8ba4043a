using Microsoft.Playwright;

namespace Browser;

/// <summary>Many jobs at once: counted, confirmed, seen to the end, taken back; refused where more match by then.</summary>
[Collection(Browsers.Name)]
public sealed class ManyTests(Browsers browsers)
{
    [BrowserFact]
    public async Task AGroupOfErrors_RunsAgainInParts_AndIsTakenBack()
    {
        const int Many = 510; // more than one request does
        string queue = Made.NewQueue();
        await browsers.Suite.Jobs.EndedJobsAsync(queue, Many, "SMTP 451: timeout after 30 s");
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui/errors");
        ILocator group = tab.Page.Locator("tr[data-row]").Filter(
            new LocatorFilterOptions { Has = tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = queue, Exact = true }) });
        Assert.Contains("510", await group.InnerTextAsync(), StringComparison.Ordinal);

        await group.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Retry…" }).ClickAsync();
        ILocator go = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Retry 510 jobs" });
        await go.WaitForAsync();
        Assert.Equal("Retry 510 jobs?", await tab.Page.Locator("h1").InnerTextAsync());
        Assert.Contains("each as a new job", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);

        int parts = 0;
        tab.Page.Request += (_, request) => parts += request.Url.EndsWith("/ui/do/bulk/retry", StringComparison.Ordinal) ? 1 : 0;
        await tab.Page.GetByLabel("Why").FillAsync("the mail server is back");

        // As it is answered: the page goes on by itself a moment later.
        IResponse first = await tab.Page.RunAndWaitForResponseAsync(
            () => go.ClickAsync(),
            answer => answer.Request.Method == "GET" && answer.Url.Contains("/ui/actions/", StringComparison.Ordinal));
        string told = await first.TextAsync();
        Assert.Contains(" value=\"500\" aria-label=\"Progress\"", told, StringComparison.Ordinal);
        Assert.Contains("<h1>Retrying", told, StringComparison.Ordinal);

        await tab.Page.Locator(".notice.good", new PageLocatorOptions { HasText = "Retried: retried 510 jobs" }).WaitForAsync();
        Assert.Equal(2, parts);
        Assert.Contains("the mail server is back", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(Many, await CountAsync($"queue:{queue} status:ready"));
        await Axe.NothingFoundAsync(tab);

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await tab.Page.Locator(".notice.good", new PageLocatorOptions { HasText = "Undid" }).WaitForAsync();
        Assert.Equal((0, Many), (await CountAsync($"queue:{queue} status:ready"), await CountAsync($"queue:{queue} status:cancelled")));
    }

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhereMoreMatchThanWereCounted_NothingIsDone(bool scripts)
    {
        string queue = Made.NewQueue();
        await browsers.Suite.Jobs.WaitingJobsAsync(queue, 3);
        await using Tab tab = await browsers.OpenAsync(new Screen(Scripts: scripts));
        tab.Expect("409");
        await tab.GoAsync($"/ui/bulk/cancel?q=queue:{queue}");
        await tab.Page.GetByLabel("Why").FillAsync("none of them is wanted");
        await browsers.Suite.Jobs.WaitingJobsAsync(queue, 40);

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel 3 jobs" }).ClickAsync();
        ILocator refused = tab.Page.GetByRole(AriaRole.Alert);
        await refused.WaitForAsync();

        Assert.StartsWith("Nothing was done.", await refused.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("43", await refused.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("Cancel 43 jobs?", await tab.Page.Locator("h1").InnerTextAsync());
        Assert.Equal("none of them is wanted", await tab.Page.GetByLabel("Why").InputValueAsync());
        Assert.Equal(43, await CountAsync($"queue:{queue} status:ready"));

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel 43 jobs" }).ClickAsync();
        await tab.Page.Locator(".notice.good").WaitForAsync();
        Assert.Equal(43, await CountAsync($"queue:{queue} status:cancelled"));
    }

    private async Task<int> CountAsync(string query) =>
        (await browsers.Operations.CountAsync(query)).Count;
}
