using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>A job's values: folded, shown and copied as they were written, there when they come.</summary>
[Collection(Browsers.Name)]
public sealed class ValueTests(Browsers browsers)
{
    private const string Input =
        """{ "n" : 123456789012345678901234567890.10,  "n":1, "list": [ 1, { "a":"b" } ], "password":"open sesame" }""";

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_GivesTheVeryBytes_ButForWhatIsHidden(bool clipboard)
    {
        string id = await SubmitAsync(Input);
        await using Tab tab = await browsers.OpenAsync();
        if (!clipboard)
        {
            // As on plain HTTP beyond this machine.
            await tab.Page.AddInitScriptAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        }

        await tab.GoAsync($"/ui/jobs/{id}");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Copy the input exactly" }).ClickAsync();
        await tab.Page.Locator("[data-key=value-input]").GetByText("copied", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();

        await tab.Page.Locator("[data-go]").ClickAsync();
        await tab.Page.Keyboard.PressAsync("Control+V");
        Assert.Equal(
            Input.Replace("open sesame", "●●●●", StringComparison.Ordinal), await tab.Page.Locator("[data-go]").InputValueAsync());
    }

    [BrowserFact]
    public async Task Copy_OfAValueThatIsNoMore_SaysThatNothingWasCopied()
    {
        string id = await SubmitAsync(Input);
        await browsers.Client.CancelAsync(id);
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("410");
        tab.Expect("404");
        await tab.GoAsync($"/ui/jobs/{id}");

        await browsers.Client.PurgeAsync(id);
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Copy the input exactly" }).ClickAsync();

        await tab.Page.GetByText("not copied", new PageGetByTextOptions { Exact = true }).WaitForAsync();
    }

    [BrowserFact]
    public async Task ATree_StandsWithoutHoles_AndFoldsByKeyboard()
    {
        string id = await SubmitAsync(Input);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/jobs/{id}");
        ILocator list = tab.Page.Locator(".json details details").First;

        LocatorBoundingBoxResult head = (await list.Locator("> summary").BoundingBoxAsync())!;
        LocatorBoundingBoxResult first = (await list.Locator("> ul > li").First.BoundingBoxAsync())!;
        await list.Locator("> summary").PressAsync("Enter");

        Assert.InRange(first.Y - (head.Y + head.Height), 0, 6);
        Assert.False(await list.Locator("> ul > li").First.IsVisibleAsync());
        Assert.Contains("123456789012345678901234567890.10", await tab.Page.Locator(".json").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ATreeThatIsCut_LeadsToTheWhole()
    {
        string id = await SubmitAsync(JsonSerializer.Serialize(Enumerable.Range(0, 700)));
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("favicon.ico"); // asked for by the browser, of a text that names no icon
        await tab.GoAsync($"/ui/jobs/{id}");
        await tab.Page.Locator(".json summary").First.ClickAsync();

        await tab.Page.Locator(".json").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { NameRegex = new("more$") }).ClickAsync();

        await tab.Page.WaitForURLAsync($"**/ui/jobs/{id}/input");
        Assert.EndsWith(",698,699]", await tab.Page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task AResultThatComes_IsThereWithoutReload_AndWhatIsOpenStaysOpen()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.WaitingJobAsync(queue);
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync($"/ui/jobs/{job.Id}");
        await tab.Page.Locator("[data-key=value-input] > summary").FocusAsync();

        JobLease lease = Assert.Single(await browsers.Leases.LeaseAsync(queue, new JobLeaseRequest("w-1")));
        await browsers.Leases.CompleteAsync(
            job.Id, lease.Token, JsonSerializer.SerializeToElement(new Dictionary<string, int> { ["sent"] = 1 }));

        await tab.Page.Locator("[data-key=value-result] .json", new PageLocatorOptions { HasText = "sent" }).WaitForAsync();
        Assert.True(await tab.Page.Locator("[data-key=value-input] .json").IsVisibleAsync());
        Assert.True(await tab.Page.Locator("[data-key=value-input] > summary").EvaluateAsync<bool>("at => at === document.activeElement"));
    }

    /// <summary>As it is written here: a client would write it anew.</summary>
    private async Task<string> SubmitAsync(string input)
    {
        using var body = new StringContent(
            $$"""{"type":"send","queue":"{{Made.NewQueue()}}","input":{{input}}}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await browsers.Suite.Jobs.PostAsync(new Uri("jobs", UriKind.Relative), body);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
    }
}
