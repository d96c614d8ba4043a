using EndToEnd;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Browser;

/// <summary>A suite of its own, with keys: one for everything, one of an owner that may submit, one that may look.</summary>
public sealed class Keyed : IAsyncLifetime, IDisposable
{
    internal const string Root = "root-key-0123456789";
    internal const string Shop = "shop-key-0123456789";
    internal const string Watch = "watch-key-0123456789";

    private Suite? _suite;
    private ServiceProvider? _services;

    internal Suite Suite => _suite!;

    /// <summary>With the key for everything.</summary>
    internal JobClient Client => _services!.GetRequiredService<JobClient>();

    /// <summary>A worker by hand, with that key.</summary>
    internal JobLeases Leases => _services!.GetRequiredService<JobLeases>();

    internal Uri Origin => new($"http://127.0.0.1:{Suite.JobsPort}");

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        _suite = await Suite.StartAsync(_ => new Dictionary<string, string?>
        {
            ["Api__Keys__0__Name"] = "root",
            ["Api__Keys__0__Key"] = Root,
            ["Api__Keys__0__Admin"] = "true",
            ["Api__Keys__1__Name"] = "shop",
            ["Api__Keys__1__Key"] = Shop,
            ["Api__Keys__1__Owner"] = "shop",
            ["Api__Keys__1__Permissions"] = "Submit",
            ["Api__Keys__1__SubmitQueues__0"] = "mail",
            ["Api__Keys__2__Name"] = "watch",
            ["Api__Keys__2__Key"] = Watch,
            ["Api__Keys__2__Queues__0"] = "*",
            ["Api__Keys__2__Permissions"] = "Read",
            ["Jobs__ApiKey"] = Root,
            ["Api__TrustForwardedHeaders"] = "true",
        });
        _services = new ServiceCollection()
            .AddJobTools()
            .AddJobClient(options => (options.Address, options.ApiKey) = (Origin, Root))
            .BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        if (_suite is not null)
        {
            await _suite.DisposeAsync();
        }
    }

    public void Dispose() => _services?.Dispose();
}
