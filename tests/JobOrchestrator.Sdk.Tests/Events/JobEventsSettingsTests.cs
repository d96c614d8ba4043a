using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TestSupport;

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

    [Theory]
    [InlineData("CatchUpInterval", "00:00:00")]
    [InlineData("CatchUpInterval", "often")]
    [InlineData("GapDelay", "-00:00:05")]
    [InlineData("RememberJobs", "0")]
    [InlineData("HandlerTries", "0")]
    [InlineData("PubSubName", " ")]
    [InlineData("Topics:Failed", "")]
    [InlineData("RoutePrefix", "/events?all")]
    [InlineData("StartFrom", "7")]
    [InlineData("Folder", "")]
    public async Task Setting_ThatCannotBe_IsNamed(string setting, string value)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services().AddJobEvents("shop", _ => { });
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { [$"Jobs:Events:{setting}"] = value }).Build());

        Exception refused = Assert.ThrowsAny<Exception>(
            () => services.BuildServiceProvider().GetRequiredService<IOptions<JobEventsOptions>>().Value);

        Assert.Contains($"Jobs:Events:{setting.Split(':')[0]}", refused.Message, StringComparison.Ordinal);
    }

    public interface IMissing;

    private sealed class NeedyHandler(IMissing missing) : IJobEventHandler
    {
        public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.FromResult(missing);
    }

    [Fact]
    public async Task Start_ServiceOfAHandlerIsMissing_NamesBoth()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using var folder = new TemporaryFolder();

        InvalidOperationException missing = await Assert.ThrowsAsync<InvalidOperationException>(
            () => OwnerHost.StartAsync(orchestrator, folder.Path, events => events.Add<NeedyHandler>()));

        Assert.Contains($"The event handler {typeof(NeedyHandler)} cannot be made", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"wants {typeof(IMissing)}, which is not registered", missing.Message, StringComparison.Ordinal);
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

    /// <summary>The second became the owner of all, and nobody heard of the first one's jobs.</summary>
    [Fact]
    public async Task Events_OfTwoOwners_AreRefusedByName()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services().AddJobEvents("shop", _ => { }).AddJobEvents(_ => { });

        InvalidOperationException refused =
            Assert.Throws<InvalidOperationException>(() => services.AddJobEvents("billing", _ => { }));

        Assert.Contains("\"shop\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\"billing\"", refused.Message, StringComparison.Ordinal);
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
