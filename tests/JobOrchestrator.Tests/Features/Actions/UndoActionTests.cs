using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Tests.Push;

namespace JobOrchestrator.Tests.Features.Actions;

/// <summary>What was done is kept for a while, and some of it can be undone.</summary>
public sealed class UndoActionTests
{
    [Fact]
    public async Task Undo_OfARetry_CancelsThoseThatStillWait()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int job = 0; job < 3; job++)
        {
            await host.FailAsync();
        }

        Answer retried = await host.ActAsync("retry", "status:failed", "\"expect\":3");
        (JobId running, _) = await host.LeaseAsync();

        Answer undone = await host.PostAsync($"/actions/{retried.Id()}/undo", "");

        Assert.Equal("2 job-not-waiting:1", undone.Told());
        Assert.Equal("InProgress", (await host.GetAsync($"/jobs/{running}")).JobStatus);
        Assert.Equal((0, 2), (await host.CountAsync("status:new"), await host.CountAsync("status:cancelled")));
        JsonElement action = await host.ActionAsync(retried.Id());
        Assert.Equal((undone.Id(), false), (action.GetProperty("undoneBy").GetString(), action.GetProperty("undoable").GetBoolean()));
        Assert.Equal(
            ("undo", retried.Id()), (undone.Json.GetProperty("action").GetString(), undone.Json.GetProperty("undoOf").GetString()));
        (await host.PostAsync($"/actions/{retried.Id()}/undo", "")).ShouldBeProblem(HttpStatusCode.Conflict, "not-undoable");
    }

    [Fact]
    public async Task Undo_OfLabels_PutsThemBackWhereNobodyHasChangedThemSince()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId first = await host.SubmitAsync("""{"labels":{"draft":"yes","a":"1"}}""");
        JobId second = await host.SubmitAsync("""{"labels":{"a":"1"}}""");
        Answer labelled = await host.ActAsync("label", "queue:default", """ "expect":2,"labels":{"seen":"yes","draft":null}""");
        await host.SendAsync(HttpMethod.Patch, $"/jobs/{second}", """{"labels":{"seen":"twice"}}""");

        Answer undone = await host.PostAsync($"/actions/{labelled.Id()}/undo", "");

        Assert.Equal("1 sequence-mismatch:1", undone.Told());
        Assert.Equal("""{"a":"1","draft":"yes"}""", await LabelsAsync(first));
        Assert.Equal("""{"a":"1","seen":"twice"}""", await LabelsAsync(second));

        async Task<string> LabelsAsync(JobId id) => (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("labels").GetRawText();
    }

    [Fact]
    public async Task Undo_OfAMove_BringsThemBack()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: settings => settings with { Shards = 1 });
        JobId id = await host.SubmitAsync("""{"externalId":"e","uniqueKey":"u","uniqueSeconds":600}""");
        await host.SubmitAsync();
        Answer moved = await host.ActAsync("move", "queue:default", "\"expect\":2,\"queue\":\"slow\"");
        await host.LeaseAsync("slow");

        Answer undone = await host.PostAsync($"/actions/{moved.Id()}/undo", "");

        Assert.Equal(("2", "1 job-not-waiting:1"), (moved.Told(), undone.Told()));
        Assert.Equal(1, (await host.GetAsync("/queues/default")).Json.GetProperty("ready").GetInt32());
        Assert.Equal("slow", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("queue").GetString());
    }

    [Theory]
    [InlineData("cancel", "Cancelled jobs stay so")]
    [InlineData("purge", "is gone")]
    [InlineData("retry", "changed nothing")]
    public async Task Undo_OfWhatCannotBe_SaysSo(string action, string why)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer done = await host.ActAsync(action, "status:failed", "\"expect\":10000");

        Answer answer = await host.PostAsync($"/actions/{done.Id()}/undo", "");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "not-undoable");
        Assert.Contains(why, answer.Text, StringComparison.Ordinal);
        Assert.Contains(why, (await host.ActionAsync(done.Id())).GetProperty("notUndoable").GetString(), StringComparison.Ordinal);
    }

    /// <summary>What could not even be looked at is undone by the next try.</summary>
    [Fact]
    public async Task Undo_WhileTheStoreIsAway_IsTriedAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(120);
        Answer labelled = await host.ActAsync("label", "queue:default", """ "expect":120,"labels":{"seen":"yes"}""");
        host.Shards.Finding = () => throw new JobOrchestrator.Shards.StoreUnavailableException("away");

        Answer[] away = [await Undo(), await Undo()];
        host.Shards.Finding = null;
        Answer back = await Undo();

        Assert.All(away, answer => answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "store-unavailable"));
        Assert.Equal("120", back.Told());
        Assert.Equal(0, await host.CountAsync("label.seen:yes"));

        Task<Answer> Undo() => host.PostAsync($"/actions/{labelled.Id()}/undo", "");
    }

    /// <summary>Who pauses what is paused has done nothing that could be undone: the first pause stays.</summary>
    [Fact]
    public async Task PauseOfAPausedQueue_IsNoAction_AndAnUndoThatFindsNothingSaysSo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/mail/pause", """{"reason":"incident"}""");
        await host.PostAsync("/queues/mail/pause", """{"reason":"second"}""");
        JsonElement action = Assert.Single((await host.GetAsync("/actions")).Json.GetProperty("actions").EnumerateArray());
        await host.PostAsync("/queues/mail/resume", "");

        Answer undone = await host.PostAsync($"/actions/{action.GetProperty("id").GetString()}/undo", "");

        Assert.Equal("0 already-done:1", undone.Told());
    }

    [Fact]
    public async Task PauseAndResume_AreActions_AndUndoEachOther()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/mail/pause", """{"reason":"migration"}""");
        await host.PostAsync("/queues/mail/pause", "");
        await host.PostAsync("/queues/mail/resume", "");
        await host.PostAsync("/queues/mail/resume", "");
        JsonElement[] actions = [.. (await host.GetAsync("/actions")).Json.GetProperty("actions").EnumerateArray()];

        Answer again = await host.PostAsync($"/actions/{actions[0].GetProperty("id").GetString()}/undo", "");
        bool paused = (await host.GetAsync("/queues/mail")).Json.GetProperty("paused").GetBoolean();
        Answer off = await host.PostAsync($"/actions/{actions[1].GetProperty("id").GetString()}/undo", "");

        Assert.Equal(["resume", "pause"], actions.Select(action => action.GetProperty("action").GetString()));
        Assert.Equal("migration", actions[1].GetProperty("reason").GetString());
        Assert.Equal((HttpStatusCode.OK, true, HttpStatusCode.OK), (again.Status, paused, off.Status));
        Assert.False((await host.GetAsync("/queues/mail")).Json.GetProperty("paused").GetBoolean());
        (await host.PostAsync($"/actions/{again.Id()}/undo", "")).ShouldBeProblem(HttpStatusCode.Conflict, "not-undoable");
    }

    [Fact]
    public async Task ChoiceOfAQueuesEvents_IsAnActionIfItChangesThem_AndIsUndone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await ChooseAsync("\"completed\",\"failed\"");
        await ChooseAsync("\"failed\",\"completed\"");
        await ChooseAsync("");
        JsonElement[] actions = [.. (await host.GetAsync("/actions")).Json.GetProperty("actions").EnumerateArray()];
        string[] ids = [.. actions.Select(action => action.GetProperty("id").GetString()!)];

        Answer tooLate = await host.PostAsync($"/actions/{ids[1]}/undo", "");
        Answer undone = await host.PostAsync($"/actions/{ids[0]}/undo", "");

        Assert.Equal(
            ["publish mail []", "publish mail [\"completed\",\"failed\"]"],
            actions.Select(action => $"{action.GetProperty("action").GetString()} {action.GetProperty("queue").GetString()} "
                + action.GetProperty("events").GetRawText()));
        Assert.Equal(("0 already-done:1", HttpStatusCode.OK), (tooLate.Told(), undone.Status));
        Assert.Equal("[\"completed\",\"failed\"]", (await host.GetAsync("/queues/mail")).Json.GetProperty("events").GetRawText());
        (await host.PostAsync($"/actions/{ids[0]}/undo", "")).ShouldBeProblem(HttpStatusCode.Conflict, "not-undoable");
        Assert.Empty((await host.GetAsync("/marks")).Json.GetProperty("marks").EnumerateArray());

        Task ChooseAsync(string kinds) => host.SendAsync(HttpMethod.Patch, "/queues/mail", $$"""{"events":[{{kinds}}]}""");
    }

    [Fact]
    public async Task ReplayAndPurgeOfAQueue_AreActions_AndTheReplayIsUndone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.FailAsync();
        await host.PostAsync("/queues/default/retry", "");
        await host.PostAsync("/queues/default/retry", "");
        string id = (await host.GetAsync("/actions")).Json.GetProperty("actions")[0].GetProperty("id").GetString()!;

        Answer undone = await host.PostAsync($"/actions/{id}/undo", "");
        await host.PostAsync("/queues/default/purge", "");

        Assert.Equal("1", undone.Told());
        Assert.Equal(1, await host.CountAsync("status:cancelled"));
        Assert.Equal("purge undo retry", await host.ActionsAsync());
    }

    [Fact]
    public async Task Actions_TheLast200AreKept()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.ActAsync("cancel", "status:new", "\"expect\":10000");
        for (int action = 1; action < ActionLog.Kept; action++)
        {
            await host.ActAsync("cancel", $"queue:q{action}", "\"expect\":10000");
        }

        HttpStatusCode before = (await host.GetAsync($"/actions/{first.Id()}")).Status;
        await host.ActAsync("cancel", "queue:last", "\"expect\":10000");

        Assert.Equal(HttpStatusCode.OK, before);
        (await host.GetAsync($"/actions/{first.Id()}")).ShouldBeProblem(HttpStatusCode.NotFound, "action-not-found");
        JsonElement some = (await host.GetAsync("/actions?limit=2")).Json;
        Assert.Equal(
            ["queue:last", "queue:q199"],
            some.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("q").GetString()));
        Assert.Equal(host.Time.GetUtcNow(), some.GetProperty("asOf").GetDateTimeOffset());
        Assert.Equal(200, (await host.GetAsync("/actions?limit=1000")).Json.GetProperty("actions").GetArrayLength());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17")]
    public async Task Action_ThatIsNone_Is404(string id)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer[] answers = [await host.GetAsync($"/actions/{id}"), await host.PostAsync($"/actions/{id}/undo", "")];

        Assert.All(answers, answer => answer.ShouldBeProblem(HttpStatusCode.NotFound, "action-not-found"));
    }

    /// <summary>One line, whatever somebody writes into a reason.</summary>
    [Fact]
    public async Task EachAction_IsOneLineInTheLog()
    {
        using var log = new LogLines();
        await using ApiHost host = await ApiHost.StartAsync(log: log);
        await host.SubmitManyAsync(501);
        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":501,\"reason\":\"one\\ntwo\"");
        await host.ActAsync("cancel", "queue:default", $"\"expect\":501,\"reason\":\"one\\ntwo\",\"cursor\":\"{first.Next()}\"");
        await host.PostAsync("/queues/mail/pause", "");

        IReadOnlyList<string> lines = log.Of(LogLevel.Information, "Action ");

        Assert.Equal(2, lines.Count);
        Assert.Equal(
            $"Action {first.Id()}: cancel; 501 matched, 500 done, 0 skipped by the end of its first request; by anyone, queue -, "
                + "query queue:default, reason one two",
            lines[0]);
        Assert.EndsWith("queue mail, query -, reason -", lines[1], StringComparison.Ordinal);
    }

    /// <summary>Whatever is done to many jobs or to a queue can be looked up afterwards, and outlasts the process in its log.</summary>
    [Fact]
    public async Task EveryKindOfAction_IsALineInTheLogAndAnEntry()
    {
        using var log = new LogLines();
        await using ApiHost host = await ApiHost.StartAsync(
            log: log, replica: settings => settings with { Shards = 1 });
        await host.FailAsync();
        await host.SubmitAsync();
        await host.PostAsync("/queues/mail/pause", "");
        await host.PostAsync("/queues/mail/resume", "");
        await host.ActAsync("label", "queue:default", "\"expect\":2,\"labels\":{\"a\":\"1\"}");
        await host.ActAsync("move", "queue:default", "\"expect\":2,\"queue\":\"slow\"");
        Answer cancelled = await host.ActAsync("cancel", "queue:slow", "\"expect\":1");
        Answer retried = await host.ActAsync("retry", "queue:slow status:cancelled", "\"expect\":1");
        await host.PostAsync($"/actions/{retried.Id()}/undo", "");
        await host.ActAsync("purge", "queue:slow", "\"expect\":2");
        await host.PostAsync("/queues/default/retry", "");
        await host.PostAsync("/queues/default/purge", "");
        await host.SendAsync(HttpMethod.Patch, "/queues/default", """{"events":["failed","completed"]}""");

        string[] lines = [.. log.Of(LogLevel.Information, "Action ")];

        Assert.Equal("1", cancelled.Told());
        string[] told = [.. lines.Reverse().Select(line => line.Split(": ")[1].Split(';')[0])];
        Assert.Equal(await host.ActionsAsync(), string.Join(' ', told.Select(action => action.Split(' ')[0])));
        Assert.Equal(
            ["publish completed, failed", "purge", "retry", "purge", "undo", "retry", "cancel", "move", "label", "resume", "pause"], told);
    }
}
