using System.Net;
using System.Text.Json;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>What happened when, as callers set and see it.</summary>
public sealed class MarksTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Marks_OfPeopleAndPausesAndVersions_AreToldInOrder_AlsoByStats()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer set = await host.PostAsync("/marks", """{"text":"1.5 goes out"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        await host.PostAsync("/queues/mail/pause", """{"reason":"migration"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        await host.PostAsync("/queues/mail/resume", "");
        foreach (string version in new[] { "1.4", "1.5", "1.5", "1.4" })
        {
            await host.PostAsync("/queues/mail/lease", $$"""{"worker":"w","version":"{{version}}"}""");
        }

        Answer all = await host.GetAsync("/marks");
        JsonElement stats = (await host.GetAsync("/stats?m=submitted&from=-1m&step=60")).Json;

        Assert.Equal(HttpStatusCode.Created, set.Status);
        Assert.Equal("""{"at":"2030-01-01T00:00:00Z","kind":"mark","text":"1.5 goes out"}""", set.Text);
        Assert.Equal(
            ["mark 1.5 goes out", "pause mail paused: migration", "resume mail resumed", "version mail: workers of version 1.5"],
            Marks(all.Json).Select(mark => $"{mark.GetProperty("kind").GetString()} {mark.GetProperty("text").GetString()}"));
        Assert.Equal("mail", Marks(all.Json)[1].GetProperty("queue").GetString());
        Assert.Equal(all.Json.GetProperty("marks").GetRawText(), stats.GetProperty("marks").GetRawText());
    }

    [Fact]
    public async Task APause_IsMarkedWhenItIsNews_AndSoIsItsUndoing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await host.PostAsync("/queues/mail/pause", "");
        }

        string action = (await host.GetAsync("/actions")).Json.GetProperty("actions")[0].GetProperty("id").GetString()!;
        await host.PostAsync($"/actions/{action}/undo", "");
        await host.PostAsync("/queues/mail/resume", "");

        Assert.Equal(["mail paused", "mail resumed"], Texts(await host.GetAsync("/marks")));
    }

    [Fact]
    public async Task WhatIsDoneToManyJobs_IsMarkedOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/jobs/actions", """{"action":"cancel","q":"queue:mail","expect":0}""");
        await host.PostAsync("/jobs", """{"type":"send","queue":"mail"}""");
        await host.PostAsync("/jobs/actions", """{"action":"cancel","q":"queue:mail","dryRun":true}""");
        await host.PostAsync("/jobs/actions", """{"action":"cancel","q":"queue:mail","expect":1}""");

        JsonElement mark = Assert.Single(Marks((await host.GetAsync("/marks")).Json));

        Assert.Equal(
            ("action", "cancel, 1 matched: queue:mail"), (mark.GetProperty("kind").GetString(), mark.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Marks_OfATime_AreThoseAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string text in new[] { "a", "b", "c" })
        {
            await host.PostAsync("/marks", $$"""{"text":"{{text}}"}""");
            await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(["b", "c"], await TextsAsync("?from=-20s"));
        Assert.Equal(["a", "b"], await TextsAsync("?to=2030-01-01T00:00:20Z"));
        Assert.Equal(["b"], await TextsAsync("?from=2030-01-01T00:00:10Z&to=-10s"));
        (await host.GetAsync("/marks?from=monday")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");

        async Task<string[]> TextsAsync(string query) => Texts(await host.GetAsync("/marks" + query));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":""}""")]
    [InlineData("""{"text":"  "}""")]
    [InlineData("""{"text":7}""")]
    [InlineData("""{"text":"a","queue":""}""")]
    [InlineData("""{"text":"a","queue":"."}""")]
    [InlineData("""{"text":"a","at":"2030-01-01T00:00:00Z"}""")]
    [InlineData("""["a"]""")]
    [InlineData("")]
    public async Task Mark_ThatSaysNothingOrTooMuch_IsRefused(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Assert.InRange((int)(await host.PostAsync("/marks", body)).Status, 400, 422);
        Assert.Empty(Marks((await host.GetAsync("/marks")).Json));
    }

    [Fact]
    public async Task Mark_Of200Characters_IsTheLongest()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.Created, (await SetAsync(200)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SetAsync(201)).Status);

        Task<Answer> SetAsync(int length) => host.PostAsync("/marks", $$"""{"text":"{{new string('x', length)}}"}""");
    }

    [Fact]
    public async Task Marks_OfABoundCaller_AreThoseOfItsQueues()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("look", ["Queues:0=pdf", "Permissions=Read"]),
            ("lead", ["Queues:0=pdf", "Permissions=Operate"])));
        await host.PostAsync("/marks", """{"text":"of all"}""", Key("root"));
        await host.PostAsync("/marks", """{"text":"of secret","queue":"secret"}""", Key("root"));
        Answer led = await host.PostAsync("/marks", """{"text":"of pdf","queue":"pdf"}""", Key("lead"));
        await host.PostAsync("/queues/pdf/pause", """{"reason":"the secret migration"}""", Key("lead"));

        Assert.Equal("lead", led.Json.GetProperty("by").GetString());
        foreach ((string key, string body) in new[]
        {
            ("lead", """{"text":"x"}"""), ("lead", """{"text":"x","queue":"secret"}"""), ("look", """{"text":"x","queue":"pdf"}"""),
            ("shop", """{"text":"x","queue":"pdf"}"""),
        })
        {
            (await host.PostAsync("/marks", body, Key(key))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        }

        const string Paused = "pdf paused: the secret migration";
        Assert.Equal(["of all", "of secret", "of pdf", Paused], Texts(await host.GetAsync("/marks", Key("root"))));
        Assert.Equal(["of pdf", Paused], Texts(await host.GetAsync("/marks", Key("lead"))));
        Answer looked = await host.GetAsync("/marks", Key("look"));
        Assert.Equal(["of pdf", "pdf paused"], Texts(looked));
        Assert.False(Marks(looked.Json)[0].TryGetProperty("by", out _));
        Assert.Empty(Texts(await host.GetAsync("/marks", Key("shop"))));
        Assert.Empty(Marks((await host.GetAsync("/stats", Key("shop"))).Json));
    }

    [Fact]
    public void Book_OfMoreThanAreKept_HasTheLast()
    {
        var book = new MarkBook(countMax: 3);
        for (int i = 0; i < 10; i++)
        {
            book.Add(new Mark(Now.AddSeconds(i), MarkKind.Mark, $"{i}", null, null));
        }

        Assert.Equal(["7", "8", "9"], book.Read(Now, Now.AddDays(1), Caller.Anyone).Select(mark => mark.Text));
    }

    [Fact]
    public void Versions_OfManyQueues_AreBounded_AndOneIsNewBesideOthersAlone()
    {
        var watch = new VersionWatch(countMax: 100);
        Assert.False(watch.IsNew("mail", "1.0", Now));
        Assert.True(watch.IsNew("mail", "1.1", Now));
        Assert.False(watch.IsNew("mail", "1.0", Now));
        Assert.False(watch.IsNew("pdf", "1.1", Now));
        for (int i = 1; i <= 1_000; i++)
        {
            Assert.False(watch.IsNew($"q{i}", "1.0", Now.AddSeconds(i)));
        }

        // It had to go, so for all that is known it was there before.
        Assert.False(watch.IsNew("mail", "1.1", Now.AddSeconds(2_000)));
        Assert.True(watch.IsNew("q1000", "1.1", Now.AddSeconds(2_000)));
    }

    [Fact]
    public async Task MarkAsync_OfTheSdk_SetsOneThatStatsTell()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        JobMark mark = await host.Operations.MarkAsync("1.5 goes out", "mail");
        await host.Api.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(("mark", "1.5 goes out", "mail"), (mark.Kind, mark.Text, mark.Queue));
        Assert.Equal([mark], await host.Operations.MarksAsync());
        Assert.Equal([mark], await host.Operations.MarksAsync(mark.At, mark.At.AddSeconds(1)));
        Assert.Empty(await host.Operations.MarksAsync(mark.At.AddSeconds(1)));
        Assert.Equal([mark], (await host.Operations.StatsAsync()).Marks);
    }

    private static JsonElement[] Marks(JsonElement answer) => [.. answer.GetProperty("marks").EnumerateArray()];

    private static string[] Texts(Answer answer) => [.. Marks(answer.Json).Select(mark => mark.GetProperty("text").GetString()!)];

    private static (string, string) Key(string name) => ("X-Api-Key", TestKeys.Secret(name));
}
