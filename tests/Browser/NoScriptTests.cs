using System.Net.Http.Json;
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
    public async Task OnCall_FromTheAlertsLink_AGroupOfErrorsRunsAgainAndIsTakenBack()
    {
        string queue = Made.NewQueue();
        await browsers.Suite.Jobs.EndedJobsAsync(queue, 505, "SMTP 451: timeout");
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync($"/ui/queues/{queue}");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Retry…", Exact = true }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Retry 505 jobs" }).ClickAsync();
        Assert.Equal("Retrying…", await tab.Page.Locator("h1").InnerTextAsync());
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Go on" }).ClickAsync();
        Assert.Equal("Retried", await tab.Page.Locator("h1").InnerTextAsync());
        Assert.Equal(505, (await browsers.Client.GetQueueAsync(queue)).Ready);

        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        Assert.Equal("Undid", await tab.Page.Locator("h1").InnerTextAsync());
        Assert.Equal(0, (await browsers.Client.GetQueueAsync(queue)).Ready);
    }

    [BrowserFact]
    public async Task Support_ByAnOrdersNumber_IsAtTheJobAndReadsWhyItWaits()
    {
        string queue = Made.NewQueue();
        string order = $"order-{Guid.NewGuid()}";
        Job job = await browsers.Client.EnqueueAsync(
            new { to = "a@b.c" }, new JobOptions { Type = "send", Queue = queue, ExternalId = order });
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync("/ui");

        await tab.Page.Locator("[data-go]").FillAsync(order);
        await tab.Page.Locator("[data-go]").PressAsync("Enter");

        Assert.EndsWith($"/ui/jobs/{job.Id}", new Uri(tab.Page.Url).AbsolutePath, StringComparison.Ordinal);
        Assert.Equal("Ready", await tab.Page.Locator("main .phase").First.InnerTextAsync());
        Assert.Contains("worker", await tab.Page.Locator(".said").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ADeveloper_StartsAJobAndSeesItEnd()
    {
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync("/");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Start a job" }).First.ClickAsync();
        await tab.Page.GetByLabel("Input").FillAsync("""{"seconds":0}""");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start it" }).ClickAsync();
        string id = new Uri(tab.Page.Url).Segments[^1];
        await browsers.Client.WaitAsync(id);
        await tab.Page.ReloadAsync();

        Assert.Equal("Completed", await tab.Page.Locator("main .phase").First.InnerTextAsync());
        Assert.Contains($"/jobs/{id}'", await tab.Page.Locator(".lines").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task AnOperatorAtADeploy_SeesWhatRunsWhere_AndTheMarkAfterwards()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.WaitingJobAsync(queue);
        string worker = $"worker-{queue}";
        await browsers.Suite.Jobs.PostAsJsonAsync($"queues/{queue}/lease", new { worker, version = "1.4.2", slots = 4 });
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync("/ui");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Workers" }).First.ClickAsync();
        ILocator row = tab.Page.Locator($"tr[data-key='w-{worker}']");
        string said = await row.InnerTextAsync();
        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = worker }).ClickAsync();
        Assert.True(await tab.Page.Locator($"tr[data-key='{job.Id}']").IsVisibleAsync());
        await browsers.Operations.MarkAsync($"worker 1.4.3 ({queue})");
        await tab.GoAsync("/ui?window=15m");

        Assert.Contains("1 of 4", said, StringComparison.Ordinal);
        Assert.Contains("1.4.2", said, StringComparison.Ordinal);
        Assert.Contains($"worker 1.4.3 ({queue})", await tab.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await tab.Page.Locator(".plot path.mark").CountAsync() > 0);

        string compare = $"Compare before and after: worker 1.4.3 ({queue})";
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = compare }).ClickAsync();
        Assert.StartsWith("Since the mark", await tab.Page.Locator("h2").Filter(
            new LocatorFilterOptions { HasText = "mark" }).First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("true", await tab.Page.GetByRole(
            AriaRole.Link, new PageGetByRoleOptions { Name = compare }).GetAttributeAsync("aria-current"));
    }

    [BrowserFact]
    public async Task ATeamLead_ReadsTheWeek_ItsErrors_AndAQueue()
    {
        string queue = Made.NewQueue();
        await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync("/ui");

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "7d", Exact = true }).ClickAsync();
        Assert.Equal("7d", await tab.Page.Locator("nav[aria-label=Window] [aria-current]").InnerTextAsync());
        ILocator outcome = tab.Page.Locator("section.plotted").Filter(new LocatorFilterOptions { HasText = "Outcome" });
        await outcome.Locator("summary").ClickAsync();
        Assert.NotEqual(0, await outcome.Locator("tbody tr").CountAsync());

        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Errors" }).First.ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "7d", Exact = true }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = queue, Exact = true }).First.ClickAsync();

        Assert.Contains(queue, await tab.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("SMTP #: timeout", await tab.Page.Locator("table.errors").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task AQueue_IsPausedWithAReasonAndResumed()
    {
        string queue = Made.NewQueue();
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync(Screen.NoScript);
        await tab.GoAsync($"/ui/queues/{queue}");

        ILocator pause = tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Pause…" });
        await pause.ClickAsync();
        await tab.Page.Locator("[name=reason]").First.FillAsync("db migration");
        await tab.Page.Locator("form:has([name=reason]) button").First.ClickAsync();
        ILocator resume = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" });
        await resume.First.WaitForAsync();

        JobQueue paused = await browsers.Client.GetQueueAsync(queue);
        Assert.Equal((true, "db migration"), (paused.Paused, paused.PauseReason));
        await resume.First.ClickAsync();
        await pause.WaitForAsync();
        Assert.False((await browsers.Client.GetQueueAsync(queue)).Paused);
    }
}
