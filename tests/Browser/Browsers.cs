using EndToEnd;
using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>One browser and one running suite for all tests that change nothing that others look at.</summary>
public sealed class Browsers : IAsyncLifetime, IDisposable
{
    /// <summary>The collection's name.</summary>
    public const string Name = "one browser";

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Suite? _suite;
    private JobClient? _client;

    internal Suite Suite => _suite!;

    internal IBrowser Browser => _browser!;

    internal JobClient Client => _client!;

    internal Uri Origin => new($"http://127.0.0.1:{Suite.JobsPort}");

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchAsync(_playwright);
        _suite = await Suite.StartAsync();
        _client = new JobClient(new JobClientOptions { Address = Origin });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }

    }

    public void Dispose()
    {
        _client?.Dispose();
        _playwright?.Dispose();
    }

    /// <summary>A tab of its own.</summary>
    internal Task<Tab> OpenAsync(Screen? screen = null) => Tab.OpenAsync(Browser, Origin, screen ?? Screen.Desk);

    internal static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Chromium.Path,
        Args = Chromium.Arguments,
        ChromiumSandbox = false,
    });
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(Browsers.Name)]
public sealed class BrowsersCollection : ICollectionFixture<Browsers>;
