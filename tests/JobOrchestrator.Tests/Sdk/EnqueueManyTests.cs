using System.Net;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Tests.Sdk;

public sealed class EnqueueManyTests
{
    [JobType("render", Queue = "pictures", MaxRetries = 4)]
    private sealed record Render(int Page, string Text = "");

    [JobType("print", Queue = "pictures")]
    private sealed record Print(int Copies);

    [Fact]
    public async Task EnqueueMany_OneType_ComesInOrderByOneRequest()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        IReadOnlyList<JobOrchestrator.Sdk.Job> jobs = await host.Client.EnqueueManyAsync(Pages(3), new JobOptions { Priority = 7 });

        Assert.Equal(["POST /jobs/batch?atomic=true"], host.Connection.Requests);
        Assert.Equal([0, 1, 2], jobs.Select(job => job.ReadInput<Render>()!.Page));
        Assert.All(jobs, job => Assert.Equal(("render", "pictures", 4, 7), (job.Type, job.Queue, job.MaxRetries, job.Priority)));
        Assert.Equal(3, (await host.Client.GetQueueAsync("pictures")).Ready);
    }

    [Fact]
    public async Task EnqueueMany_SeveralTypes_EachHasItsOwnOptions()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        IReadOnlyList<JobOrchestrator.Sdk.Job> jobs = await host.Client.EnqueueManyAsync(
            [new JobSubmission(new Render(1)), new JobSubmission(new Print(2), new JobOptions { Priority = 5, MaxRetries = 0 })]);

        Assert.Equal([("render", 4, 0), ("print", 0, 5)], jobs.Select(job => (job.Type!, job.MaxRetries!.Value, job.Priority)));
    }

    [Fact]
    public async Task EnqueueMany_AnswerLost_MakesEachJobOnce()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        host.Connection.LoseAnswers.Add(1);

        IReadOnlyList<JobOrchestrator.Sdk.Job> jobs = await host.Client.EnqueueManyAsync(Pages(3));

        Assert.Equal(2, host.Connection.Requests.Count);
        Assert.Equal(jobs.Select(job => job.Id).Order(), await IdsAsync(host));
    }

    [Fact]
    public async Task EnqueueMany_SameKeyByTheCaller_MakesEachJobOnce()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        var options = new JobOptions { IdempotencyKey = "monday" };

        IReadOnlyList<JobOrchestrator.Sdk.Job> first = await host.Client.EnqueueManyAsync(Pages(2), options);
        IReadOnlyList<JobOrchestrator.Sdk.Job> again = await host.Client.EnqueueManyAsync(Pages(2), options);
        await host.Client.EnqueueManyAsync(Pages(2));

        Assert.Equal(first.Select(job => job.Id), again.Select(job => job.Id));
        Assert.Equal(4, (await IdsAsync(host)).Count);
    }

    [Fact]
    public async Task EnqueueMany_OneKeyTaken_MakesNoneAndNamesIt()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        JobOrchestrator.Sdk.Job holder = await host.Client.EnqueueAsync(new Print(1), new JobOptions { UniqueKey = "k" });

        DuplicateJobException refusal = await Assert.ThrowsAsync<DuplicateJobException>(() => host.Client.EnqueueManyAsync(
            [new JobSubmission(new Print(2)), new JobSubmission(new Print(3), new JobOptions { UniqueKey = "k" })]));

        Assert.Equal((holder.Id, 1), (refusal.HolderId, refusal.Problem!.Index));
        Assert.Equal([holder.Id], await IdsAsync(host));
    }

    [Fact]
    public async Task EnqueueMany_KeyTakenAndReturnAskedFor_AnswersWithTheHolder()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        JobOrchestrator.Sdk.Job holder = await host.Client.EnqueueAsync(new Print(1), new JobOptions { UniqueKey = "k" });

        IReadOnlyList<JobOrchestrator.Sdk.Job> jobs = await host.Client.EnqueueManyAsync(
            [new JobSubmission(new Print(2)), new JobSubmission(new Print(3), new JobOptions { UniqueKey = "k" })],
            new JobBatchOptions { OnDuplicate = JobDuplicate.Return });

        Assert.Equal(holder.Id, jobs[1].Id);
        Assert.Equal(2, (await IdsAsync(host)).Count);
    }

    [Fact]
    public async Task EnqueueMany_None_AsksNobody()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        Assert.Empty(await host.Client.EnqueueManyAsync(Pages(0)));
        Assert.Empty(await host.Client.EnqueueEachAsync(Pages(0)));
        Assert.Empty(host.Connection.Requests);
    }

    [Fact]
    public async Task EnqueueMany_KeyForOneJob_IsRefusedHere()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Client.EnqueueManyAsync([new JobSubmission(new Print(1), new JobOptions { IdempotencyKey = "k" })]));
        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Client.EnqueueEachAsync([new JobSubmission(new Print(1), new JobOptions { OnDuplicate = JobDuplicate.Return })]));
    }

    [Fact]
    public async Task EnqueueMany_MoreThanOneWriteTakes_IsRefusedAndMakesNone()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        JobOrchestratorException refusal = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => host.Client.EnqueueManyAsync(Pages(1_001)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refusal.Status);
        Assert.Empty(await IdsAsync(host));
    }

    [Fact]
    public async Task EnqueueEach_ManyJobsAndALostAnswer_GoInSeveralRequestsAndAreMadeOnce()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        host.Connection.LoseAnswers.Add(2);

        IReadOnlyList<JobSubmissionOutcome> outcomes = await host.Client.EnqueueEachAsync(Pages(2_500));

        Assert.Equal(Enumerable.Repeat("POST /jobs/batch?atomic=false", 4), host.Connection.Requests);
        Assert.Equal(Enumerable.Range(0, 2_500), outcomes.Select(outcome => outcome.Job!.ReadInput<Render>()!.Page));
        Assert.All(outcomes, outcome => Assert.Equal(HttpStatusCode.Accepted, outcome.Status));
        Assert.Equal(2_500, (await host.Client.GetQueueAsync("pictures")).Ready);
    }

    [Fact]
    public async Task EnqueueEach_SameKeyByTheCaller_MakesEachJobOnceWhateverTheirNumber()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        var options = new JobOptions { IdempotencyKey = "monday" };

        IReadOnlyList<JobSubmissionOutcome> first = await host.Client.EnqueueEachAsync(Pages(1_100), options);
        IReadOnlyList<JobSubmissionOutcome> again = await host.Client.EnqueueEachAsync(Pages(1_100), options);

        Assert.Equal(first.Select(outcome => outcome.Job!.Id), again.Select(outcome => outcome.Job!.Id));
        Assert.Equal(1_100, (await host.Client.GetQueueAsync("pictures")).Ready);
    }

    [Fact]
    public async Task EnqueueEach_LargeInputs_FitIntoWhatASidecarTakes()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string text = new string('x', 250_000);

        IReadOnlyList<JobSubmissionOutcome> outcomes = await host.Client.EnqueueEachAsync(
            Enumerable.Range(0, 30).Select(page => new Render(page, text)));

        Assert.Equal(3, host.Connection.Requests.Count);
        Assert.All(outcomes, outcome => Assert.Equal(HttpStatusCode.Accepted, outcome.Status));
    }

    [Fact]
    public async Task EnqueueEach_SomeRefused_TellsOfEach()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        var unique = new JobOptions { UniqueKey = "k" };

        IReadOnlyList<JobSubmissionOutcome> outcomes = await host.Client.EnqueueEachAsync(
        [
            new JobSubmission(new Print(1), unique),
            new JobSubmission(new Print(2), unique),
            new JobSubmission(new Print(3), new JobOptions { Priority = 1, UniqueKey = "" }),
            new JobSubmission(new Print(4)),
        ]);

        Assert.Equal([202, 409, 422, 202], outcomes.Select(outcome => (int)outcome.Status));
        Assert.Equal(
            (null, true, outcomes[0].Job!.Id), (outcomes[1].Job, outcomes[1].Problem!.Is("duplicate-job"), outcomes[1].Problem!.JobId));
    }

    [Fact]
    public async Task EnqueueEach_QueueFullForAMoment_TriesThoseAgainAndMakesNoneTwice()
    {
        await using SdkHost host = await SdkHost.StartAsync(settings => settings with { Jobs = settings.Jobs with { QueueJobsMax = 2 } });
        host.Connection.Before = async number =>
        {
            if (number == 2)
            {
                await host.Api.LeaseAsync("pictures");
            }
        };

        IReadOnlyList<JobSubmissionOutcome> outcomes = await host.Client.EnqueueEachAsync(Pages(3));

        Assert.Equal([202, 202, 202], outcomes.Select(outcome => (int)outcome.Status));
        Assert.Equal(outcomes.Select(outcome => outcome.Job!.Id).Order(), await IdsAsync(host));
        Assert.InRange(host.Connection.Requests.Count, 2, 2 + 1);
    }

    private static IEnumerable<Render> Pages(int count) => Enumerable.Range(0, count).Select(page => new Render(page));

    private static async Task<List<string>> IdsAsync(SdkHost host)
    {
        var ids = new List<string>();
        await foreach (JobOrchestrator.Sdk.Job job in host.Client.ListAsync())
        {
            ids.Add(job.Id);
        }

        return [.. ids.Order()];
    }
}
