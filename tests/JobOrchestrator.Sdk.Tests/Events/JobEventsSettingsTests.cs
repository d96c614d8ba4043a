using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>Where an owner's settings come from.</summary>
public sealed class JobEventsSettingsTests
{
    [Fact]
    public async Task Settings_OfTheConfiguration_CountAndCodeOverridesThem()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        JobEventsOptions named = Options(orchestrator, services => services.AddJobEvents("shop", _ => { }));
        JobEventsOptions unnamed = Options(orchestrator, services => services.AddJobEvents(
            events => events.Configure(options => options.RememberJobs = 7)));

        Assert.Equal(("shop", "/data/events", 9), (named.Owner, named.Folder, named.RememberJobs));
        Assert.Equal(("from-settings", 7, "earlier"), (unnamed.Owner, unnamed.RememberJobs, unnamed.PubSubName));
    }

    [Fact]
    public async Task Owner_WithoutAName_IsRefused()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services().AddJobEvents(_ => { });

        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => services.BuildServiceProvider().GetRequiredService<IOptions<JobEventsOptions>>().Value);

        Assert.Contains("Jobs:Events:Owner", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_AddedInTwoPlaces_HaveOneHealthCheck()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services().AddJobEvents("shop", _ => { }).AddJobEvents("shop", _ => { });

        HealthCheckServiceOptions checks =
            services.BuildServiceProvider().GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value;

        Assert.Single(checks.Registrations, check => check.Name == "job-events");
    }

    private static JobEventsOptions Options(FakeOrchestrator orchestrator, Action<IServiceCollection> add)
    {
        IServiceCollection services = orchestrator.Services();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jobs:Events:Owner"] = "from-settings",
            ["Jobs:Events:Folder"] = "/data/events",
            ["Jobs:Events:RememberJobs"] = "9",
            ["JobEvents:PubSubName"] = "earlier",
            ["JobEvents:RememberJobs"] = "8",
        }).Build());
        add(services);
        return services.BuildServiceProvider().GetRequiredService<IOptions<JobEventsOptions>>().Value;
    }
}
