using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class QueuesTests
{
    /// <summary>H3's kind: any number of queues could be paused, and each stays for ever.</summary>
    [Fact]
    public async Task Pause_AsManyArePausedAsMayBe_Is429UntilOneIsResumed()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { Shards = 1, Jobs = settings.Jobs with { PausedQueuesMax = 1 } });
        await host.PostAsync("/queues/a/pause", "");

        Answer second = await host.PostAsync("/queues/b/pause", "");

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        await host.PostAsync("/queues/a/resume", "");
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/queues/b/pause", "")).Status);
    }

    [Fact]
    public async Task Pause_WithAReason_IsShownUntilItIsResumed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        DateTimeOffset since = host.Time.GetUtcNow();

        Answer paused = await host.PostAsync("/queues/a/pause", """{"reason":"database migration"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(60));
        Answer again = await host.PostAsync("/queues/a/pause", "");
        Answer resumed = await host.PostAsync("/queues/a/resume", "");

        Assert.Equal(since, paused.Json.GetProperty("pausedAt").GetDateTimeOffset());
        Assert.Equal("database migration", paused.Json.GetProperty("pauseReason").GetString());
        Assert.Equal(paused.Text, again.Text);
        Assert.False(resumed.Json.TryGetProperty("pausedAt", out _));
        Assert.False(resumed.Json.TryGetProperty("pauseReason", out _));
    }

    [Fact]
    public async Task Patch_Events_IsShownAndPublishesThoseAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer set = await host.SendAsync(HttpMethod.Patch, "/queues/a", """{"events":["Failed","completed","completed"]}""");
        Answer all = await host.SendAsync(
            HttpMethod.Patch, "/queues/a", """{"events":["created","updated","completed","failed","cancelled"]}""");
        Answer none = await host.SendAsync(HttpMethod.Patch, "/queues/a", """{"events":[]}""");

        Assert.Equal(["completed", "failed"], set.Json.GetProperty("events").EnumerateArray().Select(kind => kind.GetString()));
        Assert.False(all.Json.TryGetProperty("events", out _));
        Assert.Equal("[]", none.Json.GetProperty("events").GetRawText());
        Assert.Equal(["a"], (await host.GetAsync("/queues")).Json.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"events":null}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"events":"completed"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"events":["ended"]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"event":["completed"]}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Patch_WithABodyThatIsNone_IsRefusedAndSetsNothing(string body, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.SendAsync(HttpMethod.Patch, "/queues/a", body);

        Assert.Equal(expected, answer.Status);
        Assert.False((await host.GetAsync("/queues/a")).Json.TryGetProperty("events", out _));
    }

    [Fact]
    public async Task Patch_AsManyAreSetAsMayBe_Is429UntilOneIsAsItBegan()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { Shards = 1, Jobs = settings.Jobs with { PausedQueuesMax = 1 } });
        await host.SendAsync(HttpMethod.Patch, "/queues/a", """{"events":[]}""");

        Answer second = await host.SendAsync(HttpMethod.Patch, "/queues/b", """{"events":[]}""");

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
    }

    /// <summary>What an undo would set again finds no place any more: it says so, and not that jobs are too many.</summary>
    [Fact]
    public async Task Undo_OfAChoiceWhosePlaceAnotherQueueHas_SaysWhyAndDoesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { Shards = 1, Jobs = settings.Jobs with { PausedQueuesMax = 1 } });
        await host.SendAsync(HttpMethod.Patch, "/queues/a", """{"events":[]}""");
        await host.SendAsync(HttpMethod.Patch, "/queues/a", """{"events":["created","updated","completed","failed","cancelled"]}""");
        string? newest = (await host.GetAsync("/actions")).Json.GetProperty("actions")[0].GetProperty("id").GetString();
        await host.SendAsync(HttpMethod.Patch, "/queues/b", """{"events":[]}""");

        Answer undone = await host.PostAsync($"/actions/{newest}/undo", "");

        undone.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        Assert.Contains("some events are not published", undone.Text, StringComparison.Ordinal);
        Assert.False((await host.GetAsync("/queues/a")).Json.TryGetProperty("events", out _));
    }

    [Theory]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("nonsense", HttpStatusCode.BadRequest)]
    [InlineData("""{"reason":7}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"raeson":"x"}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Pause_WithABodyThatIsNone_IsRefusedAndPausesNothing(string body, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/queues/a/pause", body);

        Assert.Equal(expected, answer.Status);
        Assert.False((await host.GetAsync("/queues/a")).Json.GetProperty("paused").GetBoolean());
    }

    [Fact]
    public async Task Pause_ReasonOf500Characters_IsTheLongest()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer taken = await host.PostAsync("/queues/a/pause", $$"""{"reason":"{{new string('x', 500)}}"}""");
        Answer refused = await host.PostAsync("/queues/a/pause", $$"""{"reason":"{{new string('x', 501)}}"}""");

        Assert.Equal(500, taken.Json.GetProperty("pauseReason").GetString()!.Length);
        refused.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Fact]
    public async Task Queues_SomeJobs_AreCounted()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"b"}""");
        await host.SubmitAsync("""{"queue":"a"}""");
        await host.SubmitAsync("""{"queue":"a","delaySeconds":60}""");
        await host.SubmitAsync("""{"queue":"a"}""");
        await host.LeaseAsync("a");

        Answer all = await host.GetAsync("/queues");
        Answer one = await host.GetAsync("/queues/a");

        Assert.Equal("""{"name":"a","paused":false,"depth":2,"ready":1,"scheduled":1,"leased":1,"oldestAgeSeconds":0}""", one.Text);
        Assert.Equal(
            $$"""[{{one.Text}},{"name":"b","paused":false,"depth":1,"ready":1,"scheduled":0,"leased":0,"oldestAgeSeconds":0}]""",
            all.Text);
    }

    /// <summary>H4: the list had no bound: 100,000 queues were 10.5 MB.</summary>
    [Fact]
    public async Task Queues_MoreThanAPage_LinkToTheNext()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string queue in new[] { "d", "b", "a b", "c", "e" })
        {
            await host.SubmitAsync($$"""{"queue":"{{queue}}"}""");
        }

        List<string> pages = [];
        for (string? next = "/queues?limit=2"; next is not null;)
        {
            Answer page = await host.GetAsync(next);
            pages.Add(string.Join(',', page.Json.EnumerateArray().Select(queue => queue.GetProperty("name").GetString())));
            next = page["Link"] is { } link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        Assert.Equal(["a b,b", "c,d", "e"], pages);
    }

    [Theory]
    [InlineData("limit=x", HttpStatusCode.BadRequest)]
    [InlineData("limit=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("cursor=!", HttpStatusCode.BadRequest)]
    public async Task Queues_QueryThatCannotBe_IsRefused(string query, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Assert.Equal(status, (await host.GetAsync("/queues?" + query)).Status);
    }

    [Fact]
    public async Task Queue_NeverUsed_IsEmpty()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync("/queues/nobody");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(0, answer.Json.GetProperty("depth").GetInt32());
    }

    [Fact]
    public async Task Pause_HandsOutNothingUntilResumed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();

        Answer paused = await host.PostAsync("/queues/default/pause", "");
        Answer whilePaused = await host.PostAsync("/queues/default/lease", """{"worker":"w"}""");
        Answer resumed = await host.PostAsync("/queues/default/resume", "");
        Answer afterwards = await host.PostAsync("/queues/default/lease", """{"worker":"w"}""");

        Assert.True(paused.Json.GetProperty("paused").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, whilePaused.Status);
        Assert.False(resumed.Json.GetProperty("paused").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, afterwards.Status);
    }

    [Theory]
    [InlineData("%01")]
    [InlineData("%7F")]
    [InlineData("LONG")]
    public async Task Queue_NameThatNoneCanHave_Gets422(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        name = name.Replace("LONG", new string('q', 257), StringComparison.Ordinal);

        (await host.GetAsync($"/queues/{name}")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        (await host.PostAsync($"/queues/{name}/lease", """{"worker":"w"}""")).ShouldBeProblem(
            HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Fact]
    public async Task RetryQueue_DeadLetters_RunAgainOnceEach()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await host.FailAsync();
        }

        JobId completed = await host.CompleteAsync();
        Answer first = await host.PostAsync("/queues/default/retry?status=Failed", "");
        Answer again = await host.PostAsync("/queues/default/retry", "");

        Assert.Equal("""{"retried":3,"skipped":0,"more":false}""", first.Text);
        Assert.Equal("""{"retried":0,"skipped":0,"more":false}""", again.Text);
        Assert.Equal(3, (await host.GetAsync("/jobs?status=New")).Json.GetArrayLength());
        Assert.False((await host.GetAsync($"/jobs/{completed}")).Json.TryGetProperty("retriedAs", out _));
    }

    [Fact]
    public async Task RetryQueue_KeyTakenByNow_IsSkipped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.FailAsync("""{"externalId":"e"}""");
        await host.SubmitAsync("""{"externalId":"e"}""");

        Assert.Equal("""{"retried":0,"skipped":1,"more":false}""", (await host.PostAsync("/queues/default/retry", "")).Text);
    }

    [Theory]
    [InlineData("?type=a", "a1 a2")]
    [InlineData("?owner=o", "a2 b2")]
    [InlineData("?type=b&owner=o", "b2")]
    [InlineData("?createdAfter=2030-01-01T00:00:01Z", "a2 b2")]
    [InlineData("?createdBefore=2030-01-01T00:00:01.000Z", "a1")]
    [InlineData("?createdAfter=2029-12-31T23:59:59Z&createdBefore=2030-01-01T00:00:02%2B00:00", "a1 b1")]
    [InlineData("?status=Completed", "")]
    public async Task RetryAndPurgeQueue_Filters_ChooseAmongTheDeadLetters(string query, string chosen)
    {
        string[] names = chosen.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using ApiHost host = await ApiHost.StartAsync();
        Dictionary<string, JobId> jobs = [];
        DateTimeOffset start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await host.AdvanceAsync(start - host.Time.GetUtcNow());
        foreach ((string name, string type, string owner) in new[]
        {
            ("a1", "a", "p"),
            ("b1", "b", "p"),
            ("a2", "a", "o"),
            ("b2", "b", "o")
        })
        {
            jobs[name] = await host.FailAsync($$"""{"type":"{{type}}","owner":"{{owner}}"}""");
            await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Answer retried = await host.PostAsync("/queues/default/retry" + query, "");
        Answer waiting = await host.GetAsync("/jobs?status=New");
        Answer purged = await host.PostAsync("/queues/default/purge" + query, "");

        Assert.Equal($$"""{"retried":{{names.Length}},"skipped":0,"more":false}""", retried.Text);
        Assert.Equal(
            names.Select(name => jobs[name].Value).Order(),
            waiting.Json.EnumerateArray().Select(job => job.GetProperty("retryOf").GetGuid()).Order());
        Assert.Equal($$"""{"purged":{{names.Length}},"more":false}""", purged.Text);
        foreach ((string name, JobId id) in jobs)
        {
            Assert.Equal(names.Contains(name) ? HttpStatusCode.Gone : HttpStatusCode.OK, (await host.GetAsync($"/jobs/{id}")).Status);
        }
    }

    [Fact]
    public async Task RetryQueue_Limit_TakesTheRestInTurnsAndIsNotHeldUpByWhatIsSkipped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await host.FailAsync();
        }

        await host.FailAsync("""{"externalId":"e"}""");
        await host.SubmitAsync("""{"externalId":"e"}""");

        Assert.Equal("""{"retried":3,"skipped":1,"more":true}""", (await host.PostAsync("/queues/default/retry?limit=3", "")).Text);
        Assert.Equal("""{"retried":2,"skipped":1,"more":false}""", (await host.PostAsync("/queues/default/retry?limit=3", "")).Text);
    }

    [Theory]
    [InlineData("", 3, 2)]
    [InlineData("?status=Completed", 1, 4)]
    public async Task PurgeQueue_FinishedJobs_AreForgottenAndOthersAreNot(string query, int purged, int left)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            await host.FailAsync();
        }

        await host.CompleteAsync();
        await host.SubmitAsync();

        Answer answer = await host.PostAsync("/queues/default/purge" + query, "");

        Assert.Equal($$"""{"purged":{{purged}},"more":false}""", answer.Text);
        Assert.Equal(left, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    [Fact]
    public async Task PurgeQueue_ManyJobs_GoInTurnsOfTheLimit()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 250; i++)
        {
            await host.FailAsync();
        }

        Assert.StartsWith(
            """{"purged":130,"more":true,"cursor":""",
            (await host.PostAsync("/queues/default/purge?limit=130", "")).Text,
            StringComparison.Ordinal);
        Assert.Equal("""{"purged":120,"more":false}""", (await host.PostAsync("/queues/default/purge?limit=120", "")).Text);
        Assert.Equal("[]", (await host.GetAsync("/jobs")).Text);
    }

    /// <summary>M9: one request walked the whole history, whatever it found.</summary>
    [Theory]
    [InlineData("purge", "purged")]
    [InlineData("retry", "retried")]
    public async Task RetryAndPurgeQueue_MoreThanOneRequestLooksAt_GoOnWhereTheLastOneEnded(string action, string count)
    {
        await using ApiHost host = await ApiHost.StartAsync(options: api => api.LooksMax = 100);
        for (int i = 0; i < 250; i++)
        {
            await host.FailAsync();
        }

        var counts = new List<int>();
        string query = "";
        for (bool more = true; more;)
        {
            JsonElement answer = (await host.PostAsync($"/queues/default/{action}{query}", "")).Json;
            counts.Add(answer.GetProperty(count).GetInt32());
            more = answer.GetProperty("more").GetBoolean();
            query = more ? $"?cursor={Uri.EscapeDataString(answer.GetProperty("cursor").GetString()!)}" : "";
        }

        Assert.Equal([100, 100, 50], counts);
        (await host.PostAsync($"/queues/default/{action}?cursor=elsewhere", ""))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("purge")]
    public async Task RetryAndPurgeQueue_WhatCannotBeChosen_IsRefused(string action)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string path = $"/queues/default/{action}";

        (await host.PostAsync($"{path}?status=New", "")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        (await host.PostAsync($"{path}?status=InProgress", "")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        (await host.PostAsync($"{path}?limit=0", "")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        (await host.PostAsync($"{path}?status=Lost", "")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        (await host.PostAsync($"{path}?createdAfter=yesterday", "")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        (await host.PostAsync($"{path}?limit=all", "")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    /// <summary>The script whose variable was not set purged the dead letters of every owner.</summary>
    [Theory]
    [InlineData("retry", "owner")]
    [InlineData("purge", "owner")]
    [InlineData("purge", "status")]
    [InlineData("purge", "type")]
    [InlineData("purge", "createdBefore")]
    [InlineData("purge", "limit")]
    public async Task RetryAndPurgeQueue_AnEmptyChoice_IsRefusedAndChangesNothing(string action, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.FailAsync();

        Answer answer = await host.PostAsync($"/queues/default/{action}?{name}=", "");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal("Failed", Assert.Single((await host.GetAsync("/jobs")).Json.EnumerateArray()).GetProperty("status").GetString());
    }
}
