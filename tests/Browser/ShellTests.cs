using Microsoft.Playwright;
using TestSupport;

namespace Browser;

/// <summary>The frame of every page, for every screen.</summary>
[Collection(Browsers.Name)]
public sealed class ShellTests(Browsers browsers)
{
    [BrowserFact]
    public async Task ABrowserThatComesToTheAddressAlone_SeesTheOverview()
    {
        await using Tab tab = await browsers.OpenAsync();

        await tab.GoAsync("/");

        Assert.Equal("/ui", new Uri(tab.Page.Url).AbsolutePath);
        Assert.Equal("Overview", await tab.Page.Locator("h1").InnerTextAsync());
    }

    [BrowserFact]
    public async Task OnADesk_ThePagesStandLeftAndTheBoxAbove()
    {
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui");

        LocatorBoundingBoxResult rail = await BoxAsync(tab, ".rail");
        LocatorBoundingBoxResult top = await BoxAsync(tab, ".top");
        LocatorBoundingBoxResult main = await BoxAsync(tab, "main");

        Assert.Equal((0, 0), (rail.X, rail.Y));
        Assert.Equal(0, top.Y);
        Assert.True(top.X >= rail.X + rail.Width, "The box is beside the pages.");
        Assert.True(main.Y >= top.Y + top.Height && main.X >= rail.Width, "The page is below the box and beside the pages.");
    }

    [BrowserTheory]
    [InlineData(1_200, 900)]
    [InlineData(400, 800)]
    [InlineData(320, 640)]
    public async Task OnEveryScreen_NothingHasToBePushedSideways(int width, int height)
    {
        string job = await browsers.FinishedJobAsync();
        await using Tab tab = await browsers.OpenAsync(new Screen(width, height));
        foreach (string path in await browsers.PathsAsync(job))
        {
            await tab.GoAsync(path);

            int wide = await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

            Assert.True(wide <= width, $"{path} is {wide} pixels wide on {width}.");
        }
    }

    /// <summary>
    /// Each theme and each width once, for one takes a minute: contrast goes by the theme (every pair of colours is computed besides),
    /// what overlaps by the width.
    /// </summary>
    [BrowserTheory]
    [InlineData(false, 1_200)]
    [InlineData(true, 400)]
    public async Task ForEveryone_AxeFindsNothing(bool dark, int width)
    {
        string job = await browsers.FinishedJobAsync();
        await using Tab tab = await browsers.OpenAsync(new Screen(width, Dark: dark));
        foreach (string path in await browsers.PathsAsync(job))
        {
            await tab.GoAsync(path);

            await Axe.NothingFoundAsync(tab);
            string name = Made.QueueName().Replace(path.Replace(job, "job", StringComparison.Ordinal), "queue");
            name = string.Join('-', name.Split(['/', '?', '=', '&', ':', '%', ','], StringSplitOptions.RemoveEmptyEntries));
            await tab.PictureAsync($"{name}-{(dark ? "dark" : "light")}-{width}");
        }
    }

    /// <summary>With the system's colours alone shapes and words still say it, and nothing moves for whom that is too much.</summary>
    [BrowserFact]
    public async Task InTheSystemsColours_NothingIsLost_AndNothingMoves()
    {
        string job = await browsers.FinishedJobAsync();
        await using Tab tab = await browsers.OpenAsync(new Screen(Plain: true));
        foreach (string path in new[] { "/ui", "/ui/jobs", $"/ui/jobs/{job}", "/ui/queues" })
        {
            await tab.GoAsync(path);

            await Axe.NothingFoundAsync(tab);
            Assert.Equal(0, await tab.Page.EvaluateAsync<int>("document.getAnimations().length"));
        }

        foreach ((string path, string shapes) in new[] { ("/ui", ".plotted svg path"), ($"/ui/jobs/{job}", ".bars svg rect") })
        {
            await tab.GoAsync(path);
            string[] fills = await tab.Page.Locator(shapes).EvaluateAllAsync<string[]>(
                "shapes => shapes.map(shape => getComputedStyle(shape).fill + getComputedStyle(shape).stroke)");
            Assert.NotEmpty(fills);
            Assert.DoesNotContain("nonenone", fills);
            await tab.PictureAsync(path == "/ui" ? "ui-plain" : "job-plain");
        }
    }

    /// <summary>What needs a person is there too: a queue that nobody asks for, and the button of one that is paused.</summary>
    [BrowserFact]
    public async Task OnAPhone_TheQueuesSayWhatNeedsAPerson()
    {
        string paused = Made.NewQueue(), alone = Made.NewQueue();
        await browsers.WaitingJobAsync(paused);
        await browsers.WaitingJobAsync(alone);
        await browsers.Client.PauseQueueAsync(paused, "db migration");
        await Eventually.TrueAsync(
            async () => (await browsers.Operations.WorkersAsync()).Uncovered.Any(one => one.Queue == alone),
            "that nobody asks is told",
            // Nothing is told in the first minute that it is watched.
            TimeSpan.FromMinutes(2));
        await using Tab tab = await browsers.OpenAsync(Screen.Phone);

        await tab.GoAsync("/ui/queues");

        await tab.PictureAsync("queues-phone");
        ILocator resume = tab.Page.Locator($"[data-key=q-{paused}]").GetByRole(AriaRole.Button);
        ILocator nobody = tab.Page.Locator($"[data-key=q-{alone}] .instead");
        Assert.All(
            [await resume.BoundingBoxAsync(), await nobody.BoundingBoxAsync()],
            box => Assert.InRange(box!.X + box.Width, 1, Screen.Phone.Width));
        Assert.Contains("nobody for", await nobody.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(400, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await browsers.Client.ResumeQueueAsync(paused);
    }

    [BrowserFact]
    public async Task AChosenTheme_IsThereWithTheFirstByte()
    {
        await using Tab tab = await browsers.OpenAsync();
        await tab.GoAsync("/ui");
        await tab.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Switch between light and dark" }).ClickAsync();
        await tab.Page.Locator("html[data-theme=dark]").WaitForAsync();

        IResponse answer = await tab.GoAsync("/ui/jobs");

        Assert.Contains("data-theme=\"dark\"", await answer.TextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task TheFirstPage_IsSmall()
    {
        await using Tab tab = await browsers.OpenAsync();
        var answers = new List<IResponse>();
        tab.Page.Response += (_, answer) => answers.Add(answer);

        await tab.GoAsync("/ui");
        await tab.Page.WaitForLoadStateAsync(LoadState.Load);

        int bytes = 0;
        foreach (IResponse answer in answers.ToArray())
        {
            bytes += (await answer.Request.SizesAsync()).ResponseBodySize;
        }

        Assert.InRange(bytes, 1, 120 * 1024);
    }

    [BrowserFact]
    public async Task AWrongAddress_IsSaidOnAPage()
    {
        await using Tab tab = await browsers.OpenAsync();
        tab.Expect("404");

        IResponse answer = await tab.GoAsync("/ui/jobs/01a1fe2c-9962-7000-aa1f-8559bd02e2cb");

        Assert.Equal(404, answer.Status);
        Assert.Equal(1, await tab.Page.Locator("h1").CountAsync());
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(Tab tab, string selector) =>
        await tab.Page.Locator(selector).BoundingBoxAsync() ?? throw new InvalidOperationException($"{selector} is not seen.");
}
