using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk.Tests.Settings;

/// <summary>What an app with the SDK says at its start of settings that nobody reads.</summary>
public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Jobs:Worker:Concurency", "Did you mean Jobs:Worker:Concurrency?")]
    [InlineData("Jobs:Worker:Queues:steps:Prefech", "Did you mean Jobs:Worker:Queues:steps:Prefetch?")]
    [InlineData("Jobs:Worker:Queues:steps", "What it takes stands below it, as in Jobs:Worker:Queues:steps:Concurrency.")]
    [InlineData("Jobs:Client:Adress", "Did you mean Jobs:Client:Address?")]
    [InlineData("JobOrchestrator:Adress", "Did you mean JobOrchestrator:Address?")]
    [InlineData("Jobs:Clients:Address", "Did you mean Jobs:Client?", "Jobs:Clients")]
    [InlineData("JobEvents:Ower", "Did you mean JobEvents:Owner?")]
    [InlineData("Jobs:Events:Topics:Fialed", "Did you mean Jobs:Events:Topics:Failed?")]
    public async Task Setting_Unknown_IsSaidOnceWithTheNearestName(string setting, string why, string? said = null)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await StartAsync(orchestrator, setting, "1");

        Assert.Equal(
            [$"The setting {said ?? setting} is not known and has no effect (it comes from Memory). {why}"],
            worker.Log.At(LogLevel.Warning));
    }

    /// <summary>The orchestrator's own settings may stand in the same file or environment.</summary>
    [Theory]
    [InlineData("Jobs:RetentionSeconds", "60")]
    [InlineData("Jobs:Worker:Queues:any name:Concurrency", "2")]
    [InlineData("jobs:worker:concurrency", "2")]
    [InlineData("Jobs:Pictures:Folder", "/pictures")]
    [InlineData("Events:PubSub", "mine")]
    public async Task Setting_KnownOrOfSomebodyElse_IsNotMentioned(string setting, string value)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await StartAsync(orchestrator, setting, value);

        Assert.Empty(worker.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Word_ThatIsNone_IsRefusedWithThoseThatAre()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(orchestrator, "Jobs:Events:StartFrom", "Newest"));

        Assert.Equal("Jobs:Events:StartFrom is 'Newest'; it has to be Oldest or Now.", refused.Message);
    }

    private static Task<WorkerHost> StartAsync(FakeOrchestrator orchestrator, string setting, string value) => WorkerHost.StartAsync(
        orchestrator,
        builder => builder.Add<StepProcessor>().Services.AddJobEvents("shop", _ => { }).Configure<JobEventsOptions>(
            options => options.FeedOnly = true),
        settings: new Dictionary<string, string?> { [setting] = value });
}
