using EndToEnd;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection;
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
    private ServiceProvider? _services;

    internal Suite Suite => _suite!;

    internal IBrowser Browser => _browser!;

    internal JobClient Client => _services!.GetRequiredService<JobClient>();

    internal JobOperations Operations => _services!.GetRequiredService<JobOperations>();

    /// <summary>A worker by hand.</summary>
    internal JobLeases Leases => _services!.GetRequiredService<JobLeases>();

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

        // The first page of a process that has just begun takes seconds on a busy machine, more than a page waits for its parts.
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri(Origin, "ui/queues"));
        _services = new ServiceCollection().AddJobTools().AddJobClient(options => options.Address = Origin).BuildServiceProvider();
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
        _services?.Dispose();
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
