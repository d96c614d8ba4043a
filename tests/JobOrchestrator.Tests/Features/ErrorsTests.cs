using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Errors;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>What jobs failed of, in groups, as callers see it.</summary>
public sealed class ErrorsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Errors_ThatAreAlike_AreOneGroup()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FailAsync(host, "mail", "SMTP 451: timeout");
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        JobId last = await FailAsync(host, "mail", "SMTP 421: timeout");
        await FailAsync(host, "pdf", "no <b>'paper'</b>");

        Answer answer = await host.GetAsync("/errors?window=15m");

        JsonElement[] groups = [.. answer.Json.GetProperty("errors").EnumerateArray()];
        Assert.Equal(["SMTP #: timeout", "no <b>#</b>"], groups.Select(group => group.GetProperty("text").GetString()));
        JsonElement first = groups[0];
        Assert.Equal(
            ("send", "mail", "about:blank", 2, false),
            (first.GetProperty("type").GetString(), first.GetProperty("queue").GetString(), first.GetProperty("errorType").GetString(),
                first.GetProperty("count").GetInt32(), first.GetProperty("countIsLowerBound").GetBoolean()));
        Assert.Equal("2030-01-01T00:00:00Z", first.GetProperty("firstAt").GetString());
        Assert.Equal("2030-01-01T00:02:00Z", first.GetProperty("lastAt").GetString());
        Assert.Equal(last.Value, first.GetProperty("example").GetGuid());
        Assert.Equal([1, 0, 1], first.GetProperty("spark").EnumerateArray().Select(count => count.GetInt32()).TakeLast(3));
        Assert.Equal((60, 0), (answer.Json.GetProperty("step").GetInt32(), answer.Json.GetProperty("other").GetInt32()));
    }

    /// <summary>What finds a group's jobs again finds them, whatever their texts are like.</summary>
    [Theory]
    [InlineData("Cannot open\r\nthe file 7\t of the  user", null)]
    [InlineData("Cannot open the file of somebody who is told of at length: ", 20)]
    [InlineData("“12” a\u200Bb\u202E  c", null)]
    public async Task Errors_OfAnyText_AreFoundByTheirGroupsQuery(string error, int? times)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await FailAsync(host, "mail", string.Concat(Enumerable.Repeat(error, times ?? 1)));
        await FailAsync(host, "mail", "another");
        JsonElement[] groups = [.. (await host.GetAsync("/errors")).Json.GetProperty("errors").EnumerateArray()];

        JobErrorGroup group = groups
            .Select(one => one.Deserialize<JobErrorGroup>(JsonSerializerOptions.Web)!)
            .Single(one => one.Example == $"{id}");

        JsonElement found = (await host.GetAsync($"/jobs?q={Uri.EscapeDataString(group.Query)}")).Json;
        Assert.Equal(id.Value, Assert.Single(found.EnumerateArray()).GetProperty("id").GetGuid());
    }

    /// <summary>What is tried again is no dead letter, and a lost lease is the worker's and no text of its own.</summary>
    [Fact]
    public async Task Errors_OfJobsThatEndedAlone_Count()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","type":"send","maxRetries":1,"backoff":{"kind":"fixed","seconds":0},"leaseSeconds":10}""");
        (JobId id, string token) = await host.LeaseAsync("q");
        await host.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":"first"}""");
        Assert.Empty((await host.GetAsync("/errors")).Json.GetProperty("errors").EnumerateArray());

        await host.LeaseAsync("q");
        await host.AdvanceAsync(TimeSpan.FromSeconds(11));
        await host.CompleteAsync();

        JsonElement group = Assert.Single((await host.GetAsync("/errors")).Json.GetProperty("errors").EnumerateArray());
        Assert.Equal("/problems/lease-lost", group.GetProperty("errorType").GetString());
    }

    [Theory]
    [InlineData("?queue=mail", "a")]
    [InlineData("?type=print", "b")]
    [InlineData("?queue=mail&type=print", "")]
    [InlineData("?queue=none", "")]
    public async Task Errors_OfAQueueOrType_AreThoseAlone(string query, string texts)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FailAsync(host, "mail", "a");
        await FailAsync(host, "pdf", "b", "print");

        JsonElement answer = (await host.GetAsync("/errors" + query)).Json;

        Assert.Equal(
            texts, string.Join(' ', answer.GetProperty("errors").EnumerateArray().Select(group => group.GetProperty("text").GetString())));
        Assert.False(answer.TryGetProperty("other", out _));
    }

    [Theory]
    [InlineData("0m")]
    [InlineData("59s")]
    [InlineData("36d")]
    [InlineData("-1h")]
    [InlineData("1")]
    [InlineData("h")]
    [InlineData("1.5h")]
    [InlineData("99999999999d")]
    [InlineData("day")]
    public async Task Errors_OfNoSuchWindow_AreRefused(string window)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetAsync($"/errors?window={window}")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Errors_OfABoundCaller_AreItsOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("work", ["Queues:0=pdf", "Permissions=Work"])));
        await FailAsync(host, "pdf", "of shop", owner: "shop", key: Key("root"));
        await FailAsync(host, "mail", "of shop elsewhere", owner: "shop", key: Key("root"));
        await FailAsync(host, "pdf", "of other", owner: "other", key: Key("root"));
        await FailAsync(host, "secret", "of nobody", key: Key("root"));

        Assert.Equal(4, (await TextsAsync("root", "")).Length);
        Assert.Equal(["of shop", "of shop elsewhere"], await TextsAsync("shop", ""));
        Assert.Equal(["of shop"], await TextsAsync("shop", "?queue=pdf"));
        Assert.Empty(await TextsAsync("shop", "?queue=secret"));
        Assert.Equal(["of other", "of shop"], await TextsAsync("work", ""));
        Assert.Equal(["of other", "of shop"], await TextsAsync("work", "?queue=pdf"));
        (await host.GetAsync("/errors?queue=secret", Key("work"))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");

        async Task<string[]> TextsAsync(string key, string query) =>
        [
            .. (await host.GetAsync("/errors" + query, Key(key))).Json.GetProperty("errors").EnumerateArray()
                .Select(group => group.GetProperty("text").GetString()!).Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public void Sum_OfSeveralShards_PutsAlikeErrorsTogether()
    {
        var timeout = new ErrorKey("SMTP #", "send", "mail", "about:blank");
        var paper = new ErrorKey("no paper", "print", "pdf", "about:blank");
        JobId older = JobId.Create(Now, 0, 1), newer = JobId.Create(Now, 1, 2);
        ErrorsAnswer one = new(
            Now.AddHours(-3),
            [
                new ErrorGroup(timeout, false, Now.AddHours(-2), Now.AddMinutes(-1), newer, [1, 0, 2]),
                new ErrorGroup(paper, true, Now, Now, older, [0, 0, 1]),
            ],
            Total: 7);
        ErrorsAnswer two = new(
            Now.AddHours(-1), [new ErrorGroup(timeout, true, Now.AddHours(-1), Now.AddMinutes(-5), older, [4, 0, 0])], Total: 5);

        var sum = ErrorsSum.Of([one, null, two], new ErrorsScope(null, null, null), Now);

        ErrorSum first = sum.Groups[0];
        Assert.Equal((timeout, 7L, true, newer), (first.Key, first.Count, first.IsLowerBound, first.Example));
        Assert.Equal((Now.AddHours(-2), Now.AddMinutes(-1)), (first.FirstAt, first.LastAt));
        Assert.Equal([5, 0, 2], first.Spark);
        Assert.Equal((4L, Now.AddHours(-1)), (sum.Other, sum.Since));
        Assert.Equal([1], sum.Missing);
        Assert.Equal(first.Id, ErrorsSum.Of([two], new ErrorsScope(null, null, null), Now).Groups[0].Id);
        Assert.NotEqual(first.Id, sum.Groups[1].Id);
    }

    [Fact]
    public async Task ErrorsAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        JobId id = await FailAsync(host.Api, "mail", "SMTP 451");

        JobErrors errors = await host.Operations.ErrorsAsync(TimeSpan.FromDays(7), "mail", "send");

        JobErrorGroup group = Assert.Single(errors.Errors);
        Assert.Equal(("SMTP #", 1L, id.ToString()), (group.Text, group.Count, group.Example));
        Assert.Equal((21_600, 29), (errors.Step, group.Spark.Count));
    }

    private static async Task<JobId> FailAsync(
        ApiHost host, string queue, string error, string type = "send", string? owner = null, (string, string)? key = null)
    {
        (string, string)[] headers = key is { } known ? [known] : [];
        await host.PostAsync(
            "/jobs",
            JsonSerializer.Serialize(new { queue, type, owner, maxRetries = 0 }, JsonSerializerOptions.Web).Replace(",\"owner\":null", ""),
            headers);
        JsonElement job = (await host.PostAsync($"/queues/{queue}/lease", """{"worker":"w"}""", headers)).Json[0];
        JobId id = new(job.GetProperty("id").GetGuid());
        await host.PostAsync(
            $"/jobs/{id}/fail",
            JsonSerializer.Serialize(new { leaseToken = job.GetProperty("leaseToken").GetString(), error }),
            headers);
        return id;
    }

    private static (string, string) Key(string name) => ("X-Api-Key", TestKeys.Secret(name));
}
