using System.Net;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Features.Actions;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>Many jobs at once by the SDK, with the service.</summary>
public sealed class ActionsTests
{
    [Fact]
    public async Task CountAction_CountsAndShowsSome()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitManyAsync(7, "mail");

        JobBulkCount count = await host.Operations.CountActionAsync(Cancel);

        Assert.Equal((7, true, 7, 5), (count.Matched, count.Exact, count.ByPhase["Ready"], count.Sample.Count));
        Assert.Equal(7, (await host.Operations.CountAsync("status:new")).Count);
    }

    [Fact]
    public async Task Act_OfMoreThanARequestTakes_GoesOnToTheEnd()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitManyAsync(1_100, "mail");

        var parts = new List<JobBulkPart>();
        await foreach (JobBulkPart part in host.Operations.ActAsync(Cancel with { Reason = "wrong input" }, 1_100))
        {
            parts.Add(part);
        }

        Assert.Equal([500, 500, 100], parts.Select(part => part.Done));
        JobAction action = Assert.Single(await host.Operations.ActionsAsync());
        Assert.Equal(
            (parts[0].Id, "cancel", "queue:mail", "wrong input", 1_100, 1_100, true, false),
            (action.Id, action.Action, action.Query, action.Reason, action.Matched, action.Done, action.Finished, action.Undoable));
    }

    /// <summary>The try whose answer is lost and the one after it are one action, and no job is made twice.</summary>
    [Fact]
    public async Task Act_WhoseAnswerIsLost_IsOneAction()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.FailAsync();
        await host.Api.FailAsync();
        host.Connection.LoseAnswers.Add(1);

        JobBulkPart part = await host.Operations.ActPartAsync(new JobBulk { Kind = JobBulkKind.Retry, Query = "status:failed" }, 2);

        Assert.Equal((0, 2), (part.Done, part.Skipped["already-done"]));
        Assert.Equal(2, (await host.Operations.CountAsync("status:new")).Count);
        Assert.Equal(2, Assert.Single(await host.Operations.ActionsAsync()).Done);
    }

    [Fact]
    public async Task Act_MoreThanCounted_IsRefusedAndDoesNothing()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitManyAsync(30, "mail");

        JobOrchestratorException refused = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => host.Operations.ActPartAsync(Cancel, 9));

        Assert.True(refused.Problem!.Is("changed-since-counted"));
        Assert.Equal(30, (await host.Operations.CountAsync("status:new")).Count);
    }

    [Fact]
    public async Task Undo_OfLabels_AndOfWhatCannotBe()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string id = (await host.Api.SubmitAsync("""{"queue":"mail","labels":{"draft":"yes"}}""")).ToString();
        var labels = new Dictionary<string, string?> { ["seen"] = "yes", ["draft"] = null };
        JobBulkPart labelled = await host.Operations.ActPartAsync(
            new JobBulk { Kind = JobBulkKind.Label, Query = "queue:mail", Labels = labels }, 1);

        JobAction before = await host.Operations.ActionAsync(labelled.Id);
        JobAction undo = await host.Operations.UndoAsync(labelled.Id);
        JobOrchestratorException again = await Assert.ThrowsAsync<JobOrchestratorException>(() => host.Operations.UndoAsync(labelled.Id));

        Assert.Equal((true, "yes", true), (before.Undoable, before.Labels!["seen"], before.Labels.ContainsKey("draft")));
        Assert.Equal(("undo", labelled.Id, 1), (undo.Action, undo.UndoOf, undo.Done));
        Assert.Equal(["draft"], (await host.Client.GetAsync(id))!.Labels.Keys);
        Assert.True(again.Problem!.Is("not-undoable"));
        Assert.Equal(undo.Id, (await host.Operations.ActionAsync(labelled.Id)).UndoneBy);
    }

    [Fact]
    public async Task Move_OneJob_WaitsInTheOtherQueue()
    {
        await using SdkHost host = await SdkHost.StartAsync(settings => settings with { Shards = 1 });
        string id = (await host.Api.SubmitAsync("""{"queue":"mail"}""")).ToString();

        Job moved = await host.Operations.MoveAsync(id, "slow");
        JobOrchestratorException changed = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => host.Operations.MoveAsync(id, "mail", ifSequence: 1));

        Assert.Equal(("slow", HttpStatusCode.PreconditionFailed), (moved.Queue, changed.Status));
    }

    private static JobBulk Cancel => new() { Kind = JobBulkKind.Cancel, Query = "queue:mail" };
}
