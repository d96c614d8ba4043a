using System.Text.Json;
using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>No text that a caller or worker supplies is anything but text; nobody changes anything from another site.</summary>
[Collection(Browsers.Name)]
public sealed class HostileTests(Browsers browsers)
{
    private const string Script = "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">";

    public static TheoryData<string> Texts => new(
        Script,
        "\"><svg onload=document.title='hit'>",
        "javascript:document.title='hit'",
        "a\u202ekcab\u200b",
        new string('x', 5_000),
        "😀 é 漢字",
        "{{constructor.constructor('document.title=1')()}}");

    [BrowserTheory]
    [MemberData(nameof(Texts))]
    public async Task AText_StaysText(string text)
    {
        string queue = Made.NewQueue();
        string shortened = text.Length > 200 ? text[..200] : text;
        var labels = new Dictionary<string, string> { ["said"] = text.Length > 128 ? text[..128] : text };
        Job job = await browsers.Client.EnqueueAsync(
            new Dictionary<string, string> { [shortened] = text, ["value"] = text },
            new JobOptions
            {
                Type = shortened,
                Queue = queue,
                ExternalId = shortened,
                Owner = shortened,
                MaxRetries = 0,
                Labels = labels,
            });
        JobLease lease = Assert.Single(await browsers.Leases.LeaseAsync(queue, new JobLeaseRequest(shortened)));
        await browsers.Leases.HeartbeatAsync(
            job.Id, lease.Token, new JobProgress(40, text), JsonSerializer.SerializeToElement(text));
        await browsers.Leases.FailAsync(job.Id, lease.Token, new JobError(text, shortened));
        await using Tab tab = await browsers.OpenAsync();
        string[] paths =
        [
            "/ui", "/ui/jobs", $"/ui/jobs?queue={queue}", $"/ui/jobs/{job.Id}", $"/ui/queues/{queue}", $"/ui/new?like={job.Id}",
            "/ui/errors", "/ui/workers", "/ui/owners", $"/ui/jobs?q={Uri.EscapeDataString(text[..Math.Min(text.Length, 300)])}",
        ];
        foreach (string path in paths)
        {
            IResponse answer = await tab.GoAsync(path);

            Assert.Equal(200, answer.Status);
            Assert.NotEqual("hit", await tab.Page.TitleAsync());
            Assert.Equal(0, await tab.Page.Locator("main script, main img, main svg[onload], main a[href^='javascript']").CountAsync());
            Assert.DoesNotContain('\u202e', await tab.Page.Locator("main").InnerTextAsync());
        }
    }

    [BrowserFact]
    public async Task DigitsOfANumber_AreAllShown()
    {
        Job job = await browsers.Client.EnqueueAsync(
            JsonDocument.Parse("""{"n":123456789012345678901234567890.10,"password":"open sesame"}""").RootElement,
            new JobOptions { Type = "send", Queue = Made.NewQueue() });
        await using Tab tab = await browsers.OpenAsync();

        IResponse answer = await tab.GoAsync($"/ui/jobs/{job.Id}");

        string html = await answer.TextAsync();
        Assert.Contains("123456789012345678901234567890.10", html, StringComparison.Ordinal);
        Assert.DoesNotContain("open sesame", html, StringComparison.Ordinal);
    }

    /// <summary>What cannot be undone wants more than a click.</summary>
    [BrowserFact]
    public async Task APurgeOfAQueue_WantsItsNameTyped()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.FailedJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("422");
        await tab.GoAsync($"/ui/queues/{queue}");
        await tab.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Purge failed…" }).ClickAsync();
        ILocator typed = tab.Page.GetByLabel("Type the queue's name");
        ILocator purge = tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Purge 1 job" });
        await tab.Page.GetByLabel("Why").FillAsync("a test");

        await purge.ClickAsync();
        Assert.Equal("/ui/bulk/purge", new Uri(tab.Page.Url).AbsolutePath);
        await typed.FillAsync(queue[..^1]);
        await purge.ClickAsync();
        await tab.Page.GetByText("Nothing was done.").WaitForAsync();
        Assert.NotNull(await browsers.Client.GetAsync(job.Id));

        await typed.FillAsync(queue);
        await purge.ClickAsync();
        await tab.Page.WaitForURLAsync("**/ui/actions/*");
        Assert.Null(await browsers.Client.GetAsync(job.Id));
    }

    [BrowserFact]
    public async Task AnotherSite_ChangesNothing()
    {
        string queue = Made.NewQueue();
        await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("403");
        await tab.GoAsync("/ui");
        IAPIRequestContext request = tab.Page.Context.APIRequest;

        IAPIResponse crossSite = await request.PostAsync(
            $"{browsers.Origin}ui/do/queues/{queue}/pause",
            new APIRequestContextOptions { Headers = [new("Sec-Fetch-Site", "cross-site")] });
        IAPIResponse without = await request.PostAsync($"{browsers.Origin}ui/do/queues/{queue}/pause");
        IAPIResponse read = await request.GetAsync($"{browsers.Origin}ui/do/queues/{queue}/pause");

        Assert.Equal((403, 403, 405), (crossSite.Status, without.Status, read.Status));
        Assert.False((await browsers.Client.GetQueueAsync(queue)).Paused);
    }
}
