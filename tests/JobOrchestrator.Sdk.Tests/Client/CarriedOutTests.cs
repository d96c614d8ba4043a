using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>Whether what was given up may have been carried out all the same.</summary>
public sealed class CarriedOutTests
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    [InlineData(HttpStatusCode.GatewayTimeout, true)]
    public async Task AChange_GivenUpAfterAnAnswer_MayBeDoneUnlessItSaysOtherwise(HttpStatusCode answer, bool mayBe)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.RetryFor = TimeSpan.Zero);
        orchestrator.Faults.AnswerNext(answer);

        JobOrchestratorUnavailableException exception =
            await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(() => client.PauseQueueAsync("mail"));

        Assert.Equal(mayBe, exception.MayHaveBeenCarriedOut);
    }

    [Fact]
    public async Task AChange_WhoseAnswerIsLost_MayBeDone()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.RetryFor = TimeSpan.Zero);
        orchestrator.Faults.LoseNextAnswer();

        JobOrchestratorUnavailableException exception = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => client.EnqueueAsync(new { }, new JobOptions { Type = "render" }));

        Assert.True(exception.MayHaveBeenCarriedOut);
    }

    [Fact]
    public async Task ALook_GivenUp_HasChangedNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.RetryFor = TimeSpan.Zero);
        orchestrator.Faults.AnswerNext(HttpStatusCode.GatewayTimeout);

        JobOrchestratorUnavailableException exception =
            await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(() => client.GetAsync("01a1fe2c-9962-7000-aa1f-8559bd02e2cb"));

        Assert.False(exception.MayHaveBeenCarriedOut);
    }

    /// <summary>It is posted, and only counts.</summary>
    [Fact]
    public async Task ACountOfAnAction_GivenUp_HasChangedNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.RetryFor = TimeSpan.Zero);
        var action = new JobBulk { Kind = JobBulkKind.Cancel, Query = "queue:mail" };
        orchestrator.Faults.AnswerNext(HttpStatusCode.GatewayTimeout);
        JobOrchestratorUnavailableException counted = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => new JobOperations(client).CountActionAsync(action));
        orchestrator.Faults.AnswerNext(HttpStatusCode.GatewayTimeout);
        JobOrchestratorUnavailableException gone = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => new JobOperations(client).ActPartAsync(action, 1));

        Assert.Equal((false, true), (counted.MayHaveBeenCarriedOut, gone.MayHaveBeenCarriedOut));
    }
}
