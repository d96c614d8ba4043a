using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Workers;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>Who works, and what waits that nobody asks for, as callers see it.</summary>
public sealed class ListWorkersTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Workers_WhoAskedAndHold_SayWhatTheyDo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId first = await host.SubmitAsync("""{"queue":"mail","type":"send"}""");
        await host.SubmitAsync("""{"queue":"mail","type":"send"}""");
        await LeaseAsync(host, "mail", "w-1", ""","types":["send","bounce"],"version":"1.4.2","slots":8""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        (JobId second, string token) = await LeaseAsync(host, "mail", "w-1", ""","types":["send","bounce"],"version":"1.4.2","slots":8""");
        await host.PostAsync($"/jobs/{second}/complete", $$"""{"leaseToken":"{{token}}"}""");
        await host.PostAsync("/queues/pdf/lease", """{"worker":"idle"}""");

        JsonElement[] workers = [.. (await host.GetAsync("/workers")).Json.GetProperty("workers").EnumerateArray()];

        Assert.Equal(["w-1", "idle"], workers.Select(worker => worker.GetProperty("name").GetString()));
        Assert.Equal(
            $$"""
            {"name":"w-1","queues":["mail"],"types":["bounce","send"],"running":1,"slots":8,"version":"1.4.2","longestSeconds":10,
            """ + $$"""
            "longestJob":"{{first}}","lastAskedAt":"2030-01-01T00:00:10Z","lastReportedAt":"2030-01-01T00:00:10Z","silent":false,
            """ + """
            "late15m":0,"lost15m":0}
            """,
            workers[0].GetRawText());
        Assert.Equal("*", workers[1].GetProperty("types")[0].GetString());
        Assert.False(workers[1].TryGetProperty("slots", out _));
    }

    /// <summary>A busy one does not ask for an hour; an idle one that is gone is forgotten.</summary>
    [Fact]
    public async Task Workers_ThatHoldAJob_AreThereHoweverLongTheyAskForNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"mail","leaseSeconds":1500}""");
        await LeaseAsync(host, "mail", "busy", "");
        await host.PostAsync("/queues/mail/lease", """{"worker":"idle"}""");

        await host.AdvanceAsync(TimeSpan.FromMinutes(14));
        Assert.Equal(["busy False", "idle True"], await NamesAsync(host));

        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["busy False"], await NamesAsync(host));

        // Of its lease two thirds are over.
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["busy True"], await NamesAsync(host));
    }

    [Fact]
    public async Task Workers_ThatAreLateOrLoseLeases_AreTold()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"mail","leaseSeconds":30,"maxRetries":0}""");
        (JobId id, string token) = await LeaseAsync(host, "mail", "w", "");
        await host.AdvanceAsync(TimeSpan.FromSeconds(25));
        await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(31));

        JsonElement worker = (await host.GetAsync("/workers")).Json.GetProperty("workers")[0];

        Assert.Equal((0, 1, 1), (
            worker.GetProperty("running").GetInt32(), worker.GetProperty("late15m").GetInt32(), worker.GetProperty("lost15m").GetInt32()));
        Assert.Equal("2030-01-01T00:00:25Z", worker.GetProperty("lastReportedAt").GetString());
    }

    /// <summary>A long job says when its worker was last heard, also where nothing else was.</summary>
    [Fact]
    public async Task Workers_WhoseHeartbeatsCome_WereHeardThen()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"mail","leaseSeconds":30}""");
        (JobId id, string token) = await LeaseAsync(host, "mail", "w", "");
        await host.AdvanceAsync(TimeSpan.FromSeconds(8));
        await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");

        JsonElement worker = (await host.GetAsync("/workers")).Json.GetProperty("workers")[0];

        Assert.Equal("2030-01-01T00:00:08Z", worker.GetProperty("lastReportedAt").GetString());
    }

    [Fact]
    public async Task Uncovered_WhatNobodyAsksFor_SinceWhen()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/mail/lease", """{"worker":"w","types":["send","bounce"]}""");
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        await host.PostAsync("/queues/mail/lease", """{"worker":"w2","types":["send"]}""");
        foreach (string body in new[]
        {
            """{"queue":"mail","type":"send"}""", """{"queue":"mail","type":"bounce"}""", """{"queue":"mail","type":"bounce"}""",
            """{"queue":"held","type":"send"}""", """{"queue":"pdf","type":"print","delaySeconds":30}""",
        })
        {
            await host.SubmitAsync(body);
        }

        await host.PostAsync("/queues/held/pause", "");
        await host.AdvanceAsync(TimeSpan.FromSeconds(40));

        Answer answer = await host.GetAsync("/workers");

        Assert.Equal(
            """
            [{"queue":"mail","type":"bounce","ready":2,"oldestSeconds":40,"since":"2030-01-01T00:02:00Z"},
            """ + """
            {"queue":"pdf","type":"print","ready":1,"oldestSeconds":10,"since":"2030-01-01T00:02:30Z"}]
            """,
            answer.Json.GetProperty("uncovered").GetRawText());
        Assert.Equal("2030-01-01T00:00:00Z", answer.Json.GetProperty("watchedSince").GetString());
    }

    [Fact]
    public async Task Workers_OfABoundCaller_AreThoseOfItsQueues()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("look", ["Queues:0=pdf", "Permissions=Read"]),
            ("lead", ["Queues:0=pdf", "Permissions=Operate"])));
        foreach (string queue in new[] { "pdf", "secret" })
        {
            await host.PostAsync("/jobs", $$"""{"type":"t-{{queue}}","queue":"{{queue}}","leaseSeconds":3600}""", Key("root"));
            await host.PostAsync("/jobs", $$"""{"type":"t-{{queue}}","queue":"{{queue}}","leaseSeconds":3600}""", Key("root"));
            await host.PostAsync($"/queues/{queue}/lease", $$"""{"worker":"w-{{queue}}","types":["t-{{queue}}"]}""", Key("root"));
            await host.PostAsync("/jobs", $$"""{"type":"none","queue":"{{queue}}"}""", Key("root"));
        }

        await host.PostAsync("/queues/pdf/lease", """{"worker":"w-both","queues":["secret"],"types":["other"]}""", Key("root"));
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        (await host.GetAsync("/workers", Key("shop"))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.GetAsync("/workers?queue=secret", Key("look"))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Answer looked = await host.GetAsync("/workers", Key("look"));
        Answer led = await host.GetAsync("/workers", Key("lead"));
        Answer named = await host.GetAsync("/workers?queue=pdf", Key("root"));

        Assert.Equal(2, looked.Json.GetProperty("total").GetInt32());
        Assert.DoesNotContain("w-", looked.Text, StringComparison.Ordinal);
        Assert.Equal(["w-pdf", "w-both"], Names(led));
        Assert.Equal(["w-pdf", "w-both"], Names(named));
        foreach (Answer answer in new[] { looked, led, named })
        {
            Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
            Assert.Equal("pdf", Assert.Single(answer.Json.GetProperty("uncovered").EnumerateArray()).GetProperty("queue").GetString());
        }
    }

    [Theory]
    [InlineData("version", "\"\"")]
    [InlineData("version", "7")]
    [InlineData("version", "\"a\\nb\"")]
    [InlineData("slots", "0")]
    [InlineData("slots", "-1")]
    [InlineData("slots", "1.5")]
    [InlineData("slots", "\"many\"")]
    [InlineData("slots", "99999999999")]
    public async Task Lease_WithAnOddVersionOrNumberOfSlots_IsRefusedByNameAndHandsOutNothing(string member, string value)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"q"}""");

        Answer answer = await host.PostAsync("/queues/q/lease", $$"""{"worker":"w","{{member}}":{{value}}}""");

        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Contains(member, answer.Text, StringComparison.Ordinal);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Lease_WithTooLongAVersion_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Assert.InRange((int)(await LeaseOfAsync(101)).Status, 400, 422);
        Assert.Equal(HttpStatusCode.NoContent, (await LeaseOfAsync(100)).Status);

        Task<Answer> LeaseOfAsync(int length) =>
            host.PostAsync("/queues/q/lease", $$"""{"worker":"w","version":"{{new string('1', length)}}"}""");
    }

    /// <summary>One worker asks several shards, and each knows a part of what it does.</summary>
    [Fact]
    public void Answer_OfSeveralShards_AddsUpOneWorker()
    {
        JobId older = JobId.Create(Now, 0, 1), newer = JobId.Create(Now, 1, 2);
        ShardWorkers one = new(
            Now,
            Now.AddHours(-2),
            [new SeenWorker("w", "1.0", 4, [new WorkerWish(["mail"], new HashSet<string> { "send" }, Now.AddMinutes(-3), false, false)])],
            [new HeldJobs("w", "mail", "send", 2, 2, older, Now.AddMinutes(-9))],
            [new WorkerHealth("w", "mail", Now.AddMinutes(-3), 1, 0)],
            [new UncoveredType("mail", "x", 1, Now.AddMinutes(-1), Now)]);
        ShardWorkers two = new(
            Now,
            Now.AddHours(-1),
            [new SeenWorker("w", "1.1", 6, [new WorkerWish(["pdf"], new HashSet<string> { "print" }, Now, true, true)])],
            [new HeldJobs("w", "pdf", "print", 1, 0, newer, Now.AddMinutes(-2)), new HeldJobs("v", "pdf", "print", 1, 1, newer, Now)],
            [new WorkerHealth("w", "pdf", Now.AddMinutes(-1), 2, 3)],
            [new UncoveredType("pdf", "y", 1, Now.AddMinutes(-5), Now)]);

        var answer = WorkersAnswer.Of([one, null, two], new WorkersScope(null, WithNames: true), Now);

        WorkerRow row = answer.Workers[0];
        Assert.Equal(("w", 3, 6, "1.1", (older, Now.AddMinutes(-9))), (row.Name, row.Running, row.Slots, row.Version, row.Longest));
        Assert.Equal(["mail", "pdf"], row.Queues);
        Assert.Equal(["print", "send"], row.Types);
        Assert.Equal((Now, Now.AddMinutes(-1), false, 3, 3), (row.LastAskedAt, row.LastReportedAt, row.IsSilent, row.Late, row.Lost));
        Assert.Equal(("v", true), (answer.Workers[1].Name, answer.Workers[1].IsSilent));
        Assert.Equal(["y", "x"], answer.Uncovered.Select(type => type.Type));
        Assert.Equal((Now.AddHours(-1), 2), (answer.WatchedSince, answer.Total));
        Assert.Equal([1], answer.Missing);
    }

    /// <summary>It has not asked for an hour, busy as it was: who looks for it now has to find it.</summary>
    [Fact]
    public void Answer_WhenABusyWorkerHasJustLostItsLease_ShowsIt()
    {
        SeenWorker seen = new("w", "1.0", 1, [new WorkerWish(["mail"], null, Now.AddHours(-1), false, false)]);
        ShardWorkers gone = new(Now, Now.AddDays(-1), [seen, seen with { Worker = "other" }], [], [], []);
        ShardWorkers lost = gone with { Health = [new WorkerHealth("w", "mail", null, 0, 1)] };

        Assert.Empty(WorkersAnswer.Of([gone], new WorkersScope(null, WithNames: true), Now).Workers);
        WorkerRow row = Assert.Single(WorkersAnswer.Of([lost], new WorkersScope(null, WithNames: true), Now).Workers);
        Assert.Equal(("w", true, 1), (row.Name, row.IsSilent, row.Lost));
    }

    [Fact]
    public void Answer_OfManyWorkersAndNames_IsBounded()
    {
        string[] queues = [.. Enumerable.Range(0, 100).Select(queue => $"q{queue}")];
        SeenWorker[] seen = [.. Enumerable.Range(0, 1_000).Select(number => new SeenWorker(
            $"w{number}", null, null, [new WorkerWish(queues, null, Now, true, true)]))];
        UncoveredType[] uncovered = [.. Enumerable.Range(0, 300).Select(number => new UncoveredType("q", $"t{number}", 1, Now, Now))];

        var answer = WorkersAnswer.Of(
            [new ShardWorkers(Now, Now, seen, [], [], uncovered)], new WorkersScope(null, WithNames: true), Now);

        Assert.Equal((500, 1_000, 100), (answer.Workers.Count, answer.Total, answer.Uncovered.Count));
        Assert.All(answer.Workers, worker => Assert.Equal(50, worker.Queues.Count));
    }

    [Fact]
    public async Task WorkersAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitAsync("""{"queue":"mail","type":"send","leaseSeconds":300}""");
        await host.Api.SubmitAsync("""{"queue":"pdf","type":"print"}""");
        await host.Api.PostAsync("/queues/mail/lease", """{"worker":"w","version":"1.4.2","slots":3}""");
        await host.Api.AdvanceAsync(TimeSpan.FromMinutes(1));

        JobWorkers workers = await host.Operations.WorkersAsync();

        JobKnownWorker worker = Assert.Single(workers.Workers);
        Assert.Equal(("w", "1.4.2", 3, 1, 60.0), (worker.Name, worker.Version, worker.Slots, worker.Running, worker.LongestSeconds));
        Assert.Equal("pdf", Assert.Single(workers.Uncovered).Queue);
        Assert.Empty((await host.Operations.WorkersAsync("pdf")).Workers);
    }

    private static string[] Names(Answer answer) =>
        [.. answer.Json.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("name").GetString()!)];

    private static async Task<string[]> NamesAsync(ApiHost host) =>
    [
        .. (await host.GetAsync("/workers")).Json.GetProperty("workers").EnumerateArray()
            .Select(worker => $"{worker.GetProperty("name").GetString()} {worker.GetProperty("silent").GetBoolean()}"),
    ];

    private static async Task<(JobId Id, string Token)> LeaseAsync(ApiHost host, string queue, string worker, string more)
    {
        JsonElement job = (await host.PostAsync($"/queues/{queue}/lease", $$"""{"worker":"{{worker}}"{{more}}}""")).Json[0];
        return (new JobId(job.GetProperty("id").GetGuid()), job.GetProperty("leaseToken").GetString()!);
    }

    private static (string, string) Key(string name) => ("X-Api-Key", TestKeys.Secret(name));
}
