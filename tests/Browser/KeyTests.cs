using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using JobOrchestrator.Sdk;
using Microsoft.Playwright;
using TestSupport;

namespace Browser;

/// <summary>
/// Who signs in sees what the key sees, and is offered what it may do; a service that is away a while comes back by itself.
/// </summary>
[Collection(Browsers.Name)]
public sealed partial class KeyTests(Browsers browsers, Keyed keyed) : IClassFixture<Keyed>
{
    [BrowserFact]
    public async Task AnOwnersKey_FindsNoTraceOfAnothersJobs_AndNoButtonForThem()
    {
        Job own = await keyed.Client.EnqueueAsync(new { }, new JobOptions { Type = "send", Queue = "mail", Owner = "shop" });
        Job others = await keyed.Client.EnqueueAsync(
            new { }, new JobOptions { Type = "hidden-type", Queue = "hidden-queue", Owner = "hidden-owner", ExternalId = "hidden-order" });
        await FailAsync("hidden-queue", "hidden-error");
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.Desk);
        tab.Expect("404");
        tab.Expect("403");
        await tab.GoAsync($"/ui/jobs/{own.Id}");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Shop);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Cancel…" }).WaitForAsync();

        Assert.EndsWith($"/ui/jobs/{own.Id}", tab.Page.Url, StringComparison.Ordinal);
        string[] paths =
            ["/ui", "/ui/jobs", "/ui/queues", "/ui/errors", "/ui/workers", "/ui/owners", "/ui/replicas", "/ui/queues/mail"];
        foreach (string path in paths)
        {
            IResponse answer = await tab.GoAsync(path);
            Assert.DoesNotContain("hidden-", await answer.TextAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await tab.Page.GetByText("Pause…").CountAsync());
            Assert.Equal(path == "/ui" ? 6 : 0, await tab.Page.Locator("section.plotted").CountAsync());
            await Axe.NothingFoundAsync(tab);
        }

        Assert.Equal(404, (await tab.GoAsync($"/ui/jobs/{others.Id}")).Status);
        foreach (string query in new[] { "queue:hidden-queue", "owner:hidden-owner", "external:hidden-order", "status:failed" })
        {
            await tab.GoAsync($"/ui/jobs?q={query}");
            Assert.Contains("0 jobs", await tab.Page.Locator("live-part[data-part=jobs]").InnerTextAsync(), StringComparison.Ordinal);
        }

        await tab.GoAsync("/ui?window=15m");
        Assert.Contains("failed 0", await Outcome(tab).Locator(".legend").InnerTextAsync(), StringComparison.Ordinal);
        await tab.GoAsync("/ui/jobs");
        IResponse suggested = await tab.Page.RunAndWaitForResponseAsync(
            () => tab.Page.Locator("#q").PressSequentiallyAsync("queue:hid"),
            answer => answer.Url.Contains("/ui/suggest", StringComparison.Ordinal)
                && answer.Url.Contains("hid", StringComparison.Ordinal));
        Assert.DoesNotContain("hidden", await suggested.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await tab.Page.GetByRole(AriaRole.Option).Filter(new LocatorFilterOptions { HasText = "hidden" }).CountAsync());
        int status = await tab.Page.EvaluateAsync<int>(
            "async () => (await fetch('ui/do/queues/mail/pause', { method: 'POST', body: new URLSearchParams() })).status");
        Assert.Equal(403, status);
        Assert.False((await keyed.Client.GetQueueAsync("mail")).Paused);
    }

    /// <summary>It sees everything, is offered nothing that it may not do, and what it sends all the same is refused.</summary>
    [BrowserFact]
    public async Task AKeyThatMayLook_HasNoButtons_AndChangesNothing()
    {
        Job job = await keyed.Client.EnqueueAsync(new { }, new JobOptions { Type = "send", Queue = "watched" });
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.Desk);
        tab.Expect("403");
        await tab.GoAsync("/ui/queues/watched");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Watch);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Queue watched" }).WaitForAsync();

        foreach (string path in new[] { "/ui/queues/watched", $"/ui/jobs/{job.Id}", "/ui/jobs?q=queue:watched" })
        {
            Assert.Equal(200, (await tab.GoAsync(path)).Status);
            Assert.Equal(0, await tab.Page.Locator("main form[method=post], main a[href*='/bulk/'], main .button", new PageLocatorOptions
            {
                HasTextRegex = Acts(),
            }).CountAsync());
        }

        foreach (string change in new[] { "queues/watched/pause", $"jobs/{job.Id}/cancel", $"jobs/{job.Id}/purge" })
        {
            Assert.Equal(403, await tab.Page.EvaluateAsync<int>(
                "async to => (await fetch('ui/do/' + to, { method: 'POST', body: new URLSearchParams() })).status", change));
        }

        Assert.Equal(JobStatus.New, (await keyed.Client.GetAsync(job.Id))!.Status);
        Assert.False((await keyed.Client.GetQueueAsync("watched")).Paused);
    }

    [BrowserFact]
    public async Task AServiceThatIsAway_LeavesThePageWithItsAge_AndIsBackByItself()
    {
        Job job = await keyed.Client.EnqueueAsync(new { }, new JobOptions { Type = "send", Queue = "away" });
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.Desk);
        tab.Expect("Failed to load resource");
        tab.Expect("ERR_CONNECTION");
        await tab.GoAsync("/ui/jobs?q=queue:away");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Root);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.Locator($"tr[data-key='{job.Id}'][data-phase=ready]").WaitForAsync();
        await tab.Page.EvaluateAsync("globalThis.here = 'the same page'");

        await keyed.Suite.KillAndWaitForReturnAsync("JobOrchestrator");
        await Eventually.TrueAsync(async () => await keyed.Client.GetAsync(job.Id) is not null, "the job is there again");
        await keyed.Client.CancelAsync(job.Id);

        await tab.Page.Locator($"tr[data-key='{job.Id}'][data-phase=cancelled]").WaitForAsync(
            new LocatorWaitForOptions { Timeout = 60_000 });
        Assert.Equal("the same page", await tab.Page.EvaluateAsync<string>("globalThis.here"));
        Assert.Equal(0, await tab.Page.Locator("live-part[data-part=jobs][data-away]").CountAsync());
    }

    [BrowserFact]
    public async Task AfterARestart_PlotsHaveAGap_AndTheHoursAreStillThere()
    {
        await CompleteAsync("hours");
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.NoScript);
        await tab.GoAsync("/ui/queues/hours?window=15m");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Root);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        Assert.Equal(1, await CompletedAsync(tab));

        await keyed.Suite.StopAndWaitForReturnAsync("JobOrchestrator");
        await CompleteAsync("hours");

        await tab.GoAsync("/ui/queues/hours?window=15m");
        Assert.True(await tab.Page.Locator("section.plotted rect.gap").First.IsVisibleAsync());
        Assert.Contains("No record ", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await CompletedAsync(tab));
        await tab.GoAsync("/ui/queues/hours?window=7d");
        Assert.Equal(2, await CompletedAsync(tab));
    }

    /// <summary>Everything stays within the prefix: pages, assets, parts, news, forms, the ticket and where they lead.</summary>
    [BrowserFact]
    public async Task BehindAProxyThatStripsItsPrefix_EverythingIsBelowIt()
    {
        Job job = await keyed.Client.EnqueueAsync(new { }, new JobOptions { Type = "send", Queue = "prefixed" });
        await using var proxy = PrefixProxy.Start(keyed.Origin, "/ops");
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, proxy.Origin, Screen.Desk);
        var asked = new ConcurrentQueue<string>();
        tab.Page.Request += (_, request) => asked.Enqueue(request.Url);
        await tab.GoAsync("/ops/ui/jobs?q=queue:prefixed");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Root);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.Locator($"tr[data-key='{job.Id}'] a[data-open]").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Cancel…" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Cancel" }).ClickAsync();
        await tab.Page.Locator("main .phase.cancelled, main [data-phase=cancelled]").First.WaitForAsync();

        Assert.NotEmpty(asked);
        Assert.All(asked, address => Assert.StartsWith($"{proxy.Origin}ops/", address, StringComparison.Ordinal));
        Assert.Equal($"{proxy.Origin}ops/ui/jobs/{job.Id}", tab.Page.Url);
    }

    /// <summary>
    /// A page that is open when its ticket ends asks for the key by itself, and the key leads back; whoever comes through a proxy that
    /// says who it is is never asked.
    /// </summary>
    [BrowserFact]
    public async Task ATicketThatCountsNoMore_LeadsToTheKeyAndBack_AndAProxysTokenNeedsNone()
    {
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.Desk);
        tab.Expect("401");
        await tab.GoAsync("/ui/queues?sort=oldest");
        string address = keyed.Origin + "ui/queues?sort=oldest";
        ILocator key = tab.Page.GetByLabel("API key");
        ILocator signIn = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" });
        ILocator queues = tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Queues" });
        await key.FillAsync(Keyed.Root);
        await signIn.ClickAsync();
        await queues.WaitForAsync();

        BrowserContextCookiesResult ticket = Assert.Single(await tab.Page.Context.CookiesAsync(), cookie => cookie.Name == "jobs");
        string[] parts = ticket.Value.Split('.');
        parts[2] = "1000000000";
        await tab.Page.Context.AddCookiesAsync(
            [new Cookie { Name = ticket.Name, Value = string.Join('.', parts), Url = keyed.Origin.ToString(), HttpOnly = true }]);
        await key.FillAsync(Keyed.Root);
        await signIn.ClickAsync();
        await queues.WaitForAsync();
        Assert.Equal(address, tab.Page.Url);

        await tab.Page.Context.ClearCookiesAsync();
        await tab.Page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Authorization"] = $"Bearer {Keyed.Shop}" });
        await tab.GoAsync("/ui/queues?sort=oldest");
        await queues.WaitForAsync();
        Assert.Equal(0, await key.CountAsync());
    }

    /// <summary>A link in a chat leads who has signed in to the page; a form of another site changes nothing.</summary>
    [BrowserFact]
    public async Task FromAnotherSite_ALinkLeadsToThePage_AndAFormIsRefused()
    {
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, keyed.Origin, Screen.Desk);
        tab.Expect("403");
        await tab.GoAsync("/ui/queues");
        await tab.Page.GetByLabel("API key").FillAsync(Keyed.Root);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Queues" }).WaitForAsync();

        // A page without an address is of no site.
        await tab.Page.GotoAsync("about:blank");
        await tab.Page.SetContentAsync($"<a href='{keyed.Origin}ui/workers'>look</a>");
        await tab.Page.GetByText("look").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Workers" }).WaitForAsync();

        await tab.Page.GotoAsync("about:blank");
        await tab.Page.SetContentAsync($"<form method=post action='{keyed.Origin}ui/do/queues/mail/pause'><button>win</button></form>");
        IResponse answer = await tab.Page.RunAndWaitForResponseAsync(
            () => tab.Page.GetByText("win").ClickAsync(), one => one.Request.Method == "POST");
        Assert.Equal(403, answer.Status);
        Assert.False((await keyed.Client.GetQueueAsync("mail")).Paused);
    }

    [GeneratedRegex("Pause|Resume|Retry|Purge|Cancel|Move|Label|Start")]
    private static partial Regex Acts();

    private static ILocator Outcome(Tab tab) =>
        tab.Page.Locator("section.plotted").Filter(new LocatorFilterOptions { HasText = "Outcome" });

    private async Task FailAsync(string queue, string error)
    {
        JobLease lease = Assert.Single(await keyed.Leases.LeaseAsync(queue, new JobLeaseRequest("hidden-worker")));
        await keyed.Leases.FailAsync(lease.Job.Id, lease.Token, new JobError(error), retry: false);
    }

    private async Task CompleteAsync(string queue)
    {
        Job job = await keyed.Client.EnqueueAsync(new { seconds = 0 }, new JobOptions { Type = "simulate", Queue = queue });
        await keyed.Client.WaitAsync(job.Id);
    }

    /// <summary>How many jobs completed, by the numbers of the plot.</summary>
    private static async Task<int> CompletedAsync(Tab tab)
    {
        ILocator plot = Outcome(tab);
        await plot.Locator("summary").ClickAsync();
        IReadOnlyList<string> numbers = await plot.Locator("tbody tr td:nth-child(2)").AllInnerTextsAsync();
        return numbers.Sum(number => int.TryParse(number, CultureInfo.InvariantCulture, out int known) ? known : 0);
    }
}
