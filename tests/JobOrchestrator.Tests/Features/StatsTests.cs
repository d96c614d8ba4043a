using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>What jobs did over time, as callers see it.</summary>
public sealed class StatsTests
{
    [Fact]
    public async Task Stats_AfterAKnownRun_SayWhatHappened()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await host.PostAsync("/jobs", """{"type":"send","queue":"mail","maxRetries":0}""");
        }

        await EndAsync(host, "complete", """, "result": 1""");
        await EndAsync(host, "complete", "");
        await EndAsync(host, "fail", """, "error": {"title": "no"}""");
        await host.PostAsync("/queues/mail/lease", """{"worker":"w"}""");

        JsonElement stats = await StatsAsync(host, "m=submitted,started,finished,running,ready&by=status&queue=mail&from=-1h&step=3600");

        Assert.Equal(5, Last(stats, "submitted"));
        Assert.Equal(4, Last(stats, "started"));
        Assert.Equal([2, 1, 0], Lines(stats, "finished").Select(LastOf));
        Assert.Equal(
            ["Completed", "Failed", "Cancelled"],
            Lines(stats, "finished").Select(line => line.GetProperty("labels").GetProperty("status").GetString()));
        Assert.Equal(1, Last(stats, "running"));
        Assert.Equal(5, Last(stats, "ready"));
    }

    [Fact]
    public async Task Stats_BeforeTheServiceBegan_AreNotKnownRatherThanNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/jobs", """{"type":"send"}""");

        JsonElement stats = await StatsAsync(host, "m=submitted&from=-24h");

        JsonElement[] values = [.. Assert.Single(Lines(stats, "submitted")).GetProperty("values").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, values[0].ValueKind);
        Assert.Equal(1, values[^1].GetInt32());
        Assert.Equal("not-recorded", stats.GetProperty("gaps")[0].GetProperty("reason").GetString());
    }

    /// <summary>Times that a calendar knows, and nobody can reckon with.</summary>
    [Theory]
    [InlineData("from=0001-01-01T00:00:00Z&to=0001-01-01T01:00:00Z")]
    [InlineData("to=0001-01-01T00:00:00Z")]
    [InlineData("to=9999-12-31T23:59:59Z&from=9999-12-31T22:00:00Z&step=86400")]
    [InlineData("to=9999-12-31T23:59:59.9999999Z")]
    public async Task Stats_AtTheEndsOfTime_AreRefused(string window)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetAsync($"/stats?m=submitted&{window}")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Fact]
    public async Task Stats_ByQueue_AreTheBusiestFirst()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string queue in new[] { "a", "b", "b" })
        {
            await host.PostAsync("/jobs", $$"""{"type":"send","queue":"{{queue}}"}""");
        }

        JsonElement stats = await StatsAsync(host, "m=submitted&by=queue&step=3600");

        Assert.Equal(
            ["b 2", "a 1"],
            Lines(stats, "submitted").Select(line => $"{line.GetProperty("labels").GetProperty("queue").GetString()} {LastOf(line)}"));
    }

    /// <summary>A list of queues has a line of each; in a plot nobody could tell so many apart.</summary>
    [Theory]
    [InlineData(60, 14)]
    [InlineData(90, 3)]
    [InlineData(15, 3)]
    public async Task Stats_ByQueue_OfFewSteps_AreOfMore(int step, int queues)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (int queue in Enumerable.Range(0, 14))
        {
            await host.PostAsync("/jobs", $$"""{"type":"send","queue":"q{{queue}}"}""");
        }

        JsonElement stats = await StatsAsync(host, $"m=submitted,finished,failed,ready&by=queue&from=-59m&step={step}");

        Assert.All(
            new[] { "submitted", "finished", "failed", "ready" }, metric => Assert.Equal(queues, Lines(stats, metric).Count()));
    }

    /// <summary>What is beyond the bound together has the label of a type that may really be called so, and says so.</summary>
    [Fact]
    public async Task Stats_OfATypeThatIsCalledOther_AreNotThoseOfTheRest()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] types = ["other", "other", "other", .. Enumerable.Range(0, 65).Select(type => $"t{type}")];
        await host.Api.PostAsync("/jobs/batch", $"[{string.Join(',', types.Select(type => $$"""{"type":"{{type}}"}"""))}]");

        JsonElement stats = await StatsAsync(host.Api, "m=submitted&by=type&step=3600");
        JobStats read = await host.Operations.StatsAsync(new JobStatsQuery
        {
            Metrics = ["submitted"],
            By = "type",
            Step = TimeSpan.FromHours(1),
        });

        JsonElement[] lines = [.. Lines(stats, "submitted").Take(3)];
        Assert.Equal([3, 2, 1], lines.Select(LastOf));
        Assert.Equal(["other", "other", "t0"], lines.Select(line => line.GetProperty("labels").GetProperty("type").GetString()));
        Assert.Equal([false, true, false], lines.Select(line => line.TryGetProperty("rest", out JsonElement _)));
        Assert.Equal([false, true, false], read.Series.Take(3).Select(line => line.Rest));
        Assert.Equal(3, Last(await StatsAsync(host.Api, "m=submitted&type=other&step=3600"), "submitted"));
    }

    [Theory]
    [InlineData("m=nothing", 400)]
    [InlineData("m=,", 400)]
    [InlineData("by=day", 400)]
    [InlineData("from=yesterday", 400)]
    [InlineData("from=-1y", 400)]
    [InlineData("from=-99999999999h", 400)]
    [InlineData("step=0", 400)]
    [InlineData("step=-5", 400)]
    [InlineData("step=1&from=-24h", 422)]
    [InlineData("from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z", 422)]
    [InlineData("from=0001-01-01T00:00:00Z", 422)]
    [InlineData("from=9999-12-31T23:59:59Z", 422)]
    [InlineData("queue=a&type=b", 422)]
    [InlineData("m=ready&type=b", 422)]
    [InlineData("m=wait,run,attempts,runHeat", 422)]
    [InlineData("window=1h", 400)]
    public async Task Stats_ThatCannotBeAsked_AreRefused(string query, int status)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync($"/stats?{query}");

        Assert.Equal((HttpStatusCode)status, answer.Status);
    }

    [Fact]
    public async Task Stats_OfABoundCaller_AreItsOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("work", ["Queues:0=pdf", "Permissions=Work"])));
        (string, string) root = ("X-Api-Key", "root-key-0123456789");
        await host.PostAsync("/jobs", """{"type":"a","queue":"pdf","owner":"shop"}""", root);
        await host.PostAsync("/jobs", """{"type":"a","queue":"mail","owner":"shop"}""", root);
        await host.PostAsync("/jobs", """{"type":"a","queue":"secret","owner":"other"}""", root);

        Assert.Equal(3, await SubmittedAsync("root", ""));
        Assert.Equal(2, await SubmittedAsync("shop", ""));
        Assert.Equal(1, await SubmittedAsync("work", ""));
        Assert.Equal(1, await SubmittedAsync("work", "&queue=pdf"));
        foreach ((string key, string query) in new[]
        {
            ("shop", "queue=pdf"), ("shop", "owner=other"), ("shop", "type=a"), ("shop", "by=type"), ("work", "queue=secret"),
            ("work", "owner=shop"),
        })
        {
            Answer refused = await host.GetAsync($"/stats?{query}", ("X-Api-Key", $"{key}-key-0123456789"));
            refused.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        }

        Answer byQueue = await host.GetAsync("/stats?m=submitted&by=queue", ("X-Api-Key", "work-key-0123456789"));
        Assert.DoesNotContain("secret", byQueue.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mail", byQueue.Text, StringComparison.Ordinal);

        async Task<int> SubmittedAsync(string key, string query) => Last(
            JsonDocument.Parse((await host.GetAsync($"/stats?m=submitted&step=3600{query}", ("X-Api-Key", $"{key}-key-0123456789"))).Text)
                .RootElement,
            "submitted");
    }

    [Fact]
    public async Task StatsAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.PostAsync("/jobs", """{"type":"send","queue":"mail"}""");

        JobStats stats = await host.Operations.StatsAsync(new JobStatsQuery
        {
            Metrics = ["submitted", "wait"],
            Queue = "mail",
            Window = TimeSpan.FromMinutes(15),
        });

        Assert.Equal(5, stats.Step);
        Assert.Equal(1, stats.Series[0].Values.Sum());
        Assert.Equal(["0.5", "0.95", "0.99"], stats.Series.Skip(1).Select(line => line.Labels["quantile"]));
        Assert.Empty(stats.Missing);
    }

    private static async Task EndAsync(ApiHost host, string how, string more)
    {
        Answer leased = await host.PostAsync("/queues/mail/lease", """{"worker":"w"}""");
        JsonElement job = JsonDocument.Parse(leased.Text).RootElement[0];
        Answer ended = await host.PostAsync(
            $"/jobs/{job.GetProperty("id").GetString()}/{how}",
            $$"""{"leaseToken":"{{job.GetProperty("leaseToken").GetString()}}"{{more}}}""");
        Assert.Equal(HttpStatusCode.OK, ended.Status);
    }

    private static async Task<JsonElement> StatsAsync(ApiHost host, string query)
    {
        Answer answer = await host.GetAsync($"/stats?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonDocument.Parse(answer.Text).RootElement;
    }

    private static IEnumerable<JsonElement> Lines(JsonElement stats, string metric) =>
        stats.GetProperty("series").EnumerateArray().Where(line => line.GetProperty("metric").GetString() == metric);

    private static int Last(JsonElement stats, string metric) => LastOf(Lines(stats, metric).Single());

    private static int LastOf(JsonElement line) => line.GetProperty("values").EnumerateArray().Last().GetInt32();
}
