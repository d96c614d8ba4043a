using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features.Actions;

/// <summary>Who may do what to whose jobs, and who is told of it.</summary>
public sealed class ActionScopeTests
{
    private static readonly (string, string) Admin = TestKeys.Bearer(TestKeys.Secret("admin"));
    private static readonly (string, string) Shop = TestKeys.Bearer(TestKeys.Secret("shop"));
    private static readonly (string, string) Bank = TestKeys.Bearer(TestKeys.Secret("bank"));
    private static readonly (string, string) Mail = TestKeys.Bearer(TestKeys.Secret("mail"));
    private static readonly (string, string) Looks = TestKeys.Bearer(TestKeys.Secret("looks"));

    [Fact]
    public async Task Act_ByAnOwnersKey_CountsAndTouchesItsOwnAlone()
    {
        await using ApiHost host = await StartAsync();
        JobId own = await SubmitAsync(host, """{"owner":"shop","labels":{"a":"1"}}""");
        JobId others = await SubmitAsync(host, """{"owner":"bank","labels":{"a":"1"}}""");

        Answer count = await host.ActAsync("cancel", "label.a:1", "\"dryRun\":true", Shop);
        Answer byId = await host.ActAsync("cancel", $"id:{others}", "\"expect\":1", Shop);
        Answer go = await host.ActAsync("cancel", "label.a:1", "\"expect\":1", Shop);

        Assert.Equal(1, count.Json.GetProperty("matched").GetInt32());
        Assert.DoesNotContain(others.ToString(), count.Text, StringComparison.Ordinal);
        Assert.Equal(("0", "1"), (byId.Told(), go.Told()));
        Assert.Equal("Cancelled", (await host.GetAsync($"/jobs/{own}", Admin)).JobStatus);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{others}", Admin)).JobStatus);
    }

    /// <summary>A key that sees a queue and does not operate it is refused job by job, as by the route for one.</summary>
    [Fact]
    public async Task Act_OnJobsThatTheKeySeesAndMayNotChange_SkipsThem()
    {
        await using ApiHost host = await StartAsync();
        await SubmitAsync(host, """{"queue":"mail","owner":"bank"}""");
        JobId own = await SubmitAsync(host, """{"queue":"mail","owner":"shop"}""");

        Answer answer = await host.ActAsync("cancel", "queue:mail", "\"expect\":2", TestKeys.Bearer(TestKeys.Secret("shopmail")));

        Assert.Equal("1 forbidden:1", answer.Told());
        Assert.Equal("Cancelled", (await host.GetAsync($"/jobs/{own}", Admin)).JobStatus);
    }

    [Fact]
    public async Task Act_ByAKeyThatOnlyLooks_CountsAndIsRefused()
    {
        await using ApiHost host = await StartAsync();
        await SubmitAsync(host, """{"queue":"mail"}""");

        Answer count = await host.ActAsync("cancel", "queue:mail", "\"dryRun\":true", Looks);
        Answer go = await host.ActAsync("cancel", "queue:mail", "\"expect\":1", Looks);

        Assert.Equal(1, count.Json.GetProperty("matched").GetInt32());
        go.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal("", await host.ActionsAsync(Admin));
    }

    [Fact]
    public async Task Move_IntoAQueueThatTheKeyMayNotFill_SkipsTheJobs()
    {
        await using ApiHost host = await StartAsync(shards: 1);
        await SubmitAsync(host, """{"queue":"default","owner":"shop"}""");

        Answer refused = await host.ActAsync("move", "queue:default", "\"expect\":1,\"queue\":\"mail\"", Shop);
        Answer taken = await host.ActAsync("move", "queue:default", "\"expect\":1,\"queue\":\"spare\"", Shop);

        Assert.Equal(("0 forbidden:1", "1"), (refused.Told(), taken.Told()));
    }

    [Fact]
    public async Task Retry_OverTheKeysPriority_SkipsTheJob()
    {
        await using ApiHost host = await StartAsync();
        foreach (int priority in new[] { 1, 9 })
        {
            JobId id = await SubmitAsync(host, $$"""{"owner":"shop","priority":{{priority}}}""");
            await host.PostAsync($"/jobs/{id}/cancel", "", Admin);
        }

        Answer answer = await host.ActAsync("retry", "status:cancelled", "\"expect\":2", Shop);

        Assert.Equal("1 forbidden:1", answer.Told());
    }

    [Fact]
    public async Task Actions_AreSeenByWhoDidThem_AndByWhoOperatesEveryQueue()
    {
        await using ApiHost host = await StartAsync();
        await SubmitAsync(host, """{"owner":"shop"}""");
        Answer own = await host.ActAsync("cancel", "queue:default", "\"expect\":1,\"reason\":\"of the shop\"", Shop);

        Answer[] others = [await host.GetAsync($"/actions/{own.Id()}", Bank), await host.PostAsync($"/actions/{own.Id()}/undo", "", Bank)];

        Assert.All(others, answer => answer.ShouldBeProblem(HttpStatusCode.NotFound, "action-not-found"));
        Assert.Equal(
            ("cancel", "", "", "cancel"),
            (await host.ActionsAsync(Shop), await host.ActionsAsync(Bank), await host.ActionsAsync(Mail), await host.ActionsAsync(Admin)));
        JsonElement told = await host.ActionAsync(own.Id(), Admin);
        Assert.Equal(("shop", "of the shop"), (told.GetProperty("by").GetString(), told.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Pause_IsSeenByWhoSeesTheQueue_ByWhomAndWhyByWhoOperatesIt()
    {
        await using ApiHost host = await StartAsync();
        await host.PostAsync("/queues/mail/pause", """{"reason":"migration"}""", Admin);
        string id = (await host.GetAsync("/actions", Admin)).Json.GetProperty("actions")[0].GetProperty("id").GetString()!;

        JsonElement forMail = await host.ActionAsync(id, Mail);
        JsonElement forLooks = await host.ActionAsync(id, Looks);

        Assert.Equal(
            ("pause", "mail", "admin", "migration"),
            (forMail.GetProperty("action").GetString(), forMail.GetProperty("queue").GetString(), forMail.GetProperty("by").GetString(),
                forMail.GetProperty("reason").GetString()));
        Assert.False(forLooks.TryGetProperty("by", out _));
        Assert.False(forLooks.TryGetProperty("reason", out _));
        Assert.Equal("", await host.ActionsAsync(Shop));
        (await host.PostAsync($"/actions/{id}/undo", "", Looks)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"/actions/{id}/undo", "", Mail)).Status);
        Assert.False((await host.GetAsync("/queues/mail", Admin)).Json.GetProperty("paused").GetBoolean());
    }

    private static Task<ApiHost> StartAsync(int shards = 4) => ApiHost.StartAsync(
        settings: TestKeys.Of(
            ("admin", ["Admin=true"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=default", "SubmitQueues:1=spare", "PriorityMax=5"]),
            ("bank", ["Owner=bank", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("mail", ["Queues:0=mail", "Permissions=Work,Operate"]),
            ("shopmail", ["Owner=shop", "Queues:0=mail", "Permissions=Submit"]),
            ("looks", ["Queues:0=mail", "Permissions=Read"])),
        replica: settings => settings with { Shards = shards });

    private static async Task<JobId> SubmitAsync(ApiHost host, string json)
    {
        Answer answer = await host.PostAsync("/jobs", json, Admin);
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        return answer.JobId;
    }
}
