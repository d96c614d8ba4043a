using System.Collections.Concurrent;
using EndToEnd;
using Microsoft.Playwright;

namespace Browser;

/// <summary>
/// One tab, alone with its cookies, that keeps watch: whatever the page's policy forbids, any error on the console and any request to
/// another origin fails the test at its end.
/// </summary>
internal sealed class Tab : IAsyncDisposable
{
    private const string ReportViolations =
        "document.addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI"
        + " + ' ' + e.sourceFile + ':' + e.lineNumber + ' ' + e.sample));";

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly HashSet<string> _expected = [];

    private Tab(IBrowserContext context, IPage page, Uri origin)
    {
        _context = context;
        Page = page;
        Origin = origin;
    }

    public IPage Page { get; }

    public Uri Origin { get; }

    /// <summary>Opens an empty tab.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="origin">Where the page is; nothing may come from elsewhere.</param>
    /// <param name="screen">What it is looked at with.</param>
    public static async Task<Tab> OpenAsync(IBrowser browser, Uri origin, Screen screen)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            ColorScheme = screen.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = screen.Scripts,
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            ForcedColors = screen.Plain ? ForcedColors.Active : ForcedColors.None,
            ReducedMotion = screen.Plain ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
        });
        await context.AddInitScriptAsync(ReportViolations);
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var tab = new Tab(context, page, origin);
        tab.KeepWatch(page);
        return tab;
    }

    /// <summary>One more tab beside it, with the same cookies and under the same watch.</summary>
    public async Task<IPage> OpenBesideAsync()
    {
        IPage page = await _context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        KeepWatch(page);
        return page;
    }

    /// <summary>Goes to an address below the origin and returns the answer.</summary>
    public async Task<IResponse> GoAsync(string path) =>
        await Page.GotoAsync(new Uri(Origin, path).ToString()) ?? throw new InvalidOperationException($"Nothing was answered at {path}.");

    /// <summary>A console message with these words is this test's own doing, as a 403 that it asks for.</summary>
    public void Expect(string words) => _expected.Add(words);

    /// <summary>Keeps a picture of the whole page among the build's artifacts.</summary>
    public Task PictureAsync(string name, bool whole = false) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Repository.Root, "artifacts", "screens", $"{name}.png"),
        FullPage = whole,
        Animations = ScreenshotAnimations.Disabled,
    });

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        string[] unexpected =
            [.. _troubles.Where(trouble => !_expected.Any(words => trouble.Contains(words, StringComparison.Ordinal)))];
        Assert.True(unexpected.Length == 0, string.Join("\n", unexpected));
    }

    private void KeepWatch(IPage page)
    {
        page.Console += Told;
        page.PageError += (_, error) => _troubles.Enqueue($"script: {error}");
        page.Request += Asked;
    }

    private void Told(object? sender, IConsoleMessage message)
    {
        if (message.Type is "error" or "warning")
        {
            _troubles.Enqueue($"console: {message.Text} at {message.Location}");
        }
    }

    private void Asked(object? sender, IRequest request)
    {
        var address = new Uri(request.Url);
        if (address.Scheme is "http" or "https" or "ws" or "wss" && address.Authority != Origin.Authority)
        {
            _troubles.Enqueue($"elsewhere: {request.Url}");
        }
    }
}
