using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Features.Actions;

/// <summary>One thing done to all jobs that a query finds.</summary>
public sealed class ActOnJobsTests
{
    [Fact]
    public async Task DryRun_Counts_AndDoesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
        await host.SubmitAsync("""{"delaySeconds":60}""");
        await host.SubmitAsync("""{"queue":"other"}""");

        JsonElement count = (await host.ActAsync("cancel", "queue:default", "\"dryRun\":true")).Json;

        Assert.Equal((2, true), (count.GetProperty("matched").GetInt32(), count.GetProperty("exact").GetBoolean()));
        Assert.Equal("""{"Scheduled":1,"Ready":1}""", count.GetProperty("byPhase").GetRawText());
        Assert.Equal(
            TimeSpan.FromSeconds(2),
            count.GetProperty("newest").GetDateTimeOffset() - count.GetProperty("oldest").GetDateTimeOffset());
        Assert.Equal(
            ["Scheduled", "Ready"], count.GetProperty("sample").EnumerateArray().Select(job => job.GetProperty("phase").GetString()));
        Assert.Equal((3, ""), (await host.CountAsync("status:new"), await host.ActionsAsync()));
    }

    [Fact]
    public async Task DryRun_OfMany_ShowsFive()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(7);

        JsonElement count = (await host.ActAsync("cancel", "queue:default", "\"dryRun\":true")).Json;

        Assert.Equal((7, 5), (count.GetProperty("matched").GetInt32(), count.GetProperty("sample").GetArrayLength()));
    }

    [Fact]
    public async Task Cancel_WaitingAndRunning_AsTheRouteForOneDoes()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId running = await host.SubmitAsync();
        await host.LeaseAsync();
        JobId waiting = await host.SubmitAsync();
        JobId other = await host.SubmitAsync("""{"queue":"other"}""");

        Answer answer = await host.ActAsync("cancel", "queue:default", "\"expect\":2,\"reason\":\"wrong input\"");

        Assert.Equal("2", answer.Told());
        Assert.True((await host.GetAsync($"/jobs/{running}")).Json.GetProperty("cancelRequested").GetBoolean());
        Assert.Equal("Cancelled", (await host.GetAsync($"/jobs/{waiting}")).JobStatus);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{other}")).JobStatus);
        JsonElement action = await host.ActionAsync(answer.Id());
        Assert.Equal(
            ("cancel", "queue:default", "wrong input", 2, 2, true),
            (action.GetProperty("action").GetString(), action.GetProperty("q").GetString(), action.GetProperty("reason").GetString(),
                action.GetProperty("matched").GetInt32(), action.GetProperty("done").GetInt32(),
                action.GetProperty("finished").GetBoolean()));
    }

    /// <summary>Lists show live ones first where a job is looked for by name; an action that ends jobs meets none twice.</summary>
    [Fact]
    public async Task Cancel_ByWhatJobsAreCalled_MeetsEachOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (int[] numbers in Enumerable.Range(0, 260).Chunk(100))
        {
            string jobs = string.Join(',', numbers.Select(number => $$"""{"externalId":"order-{{number}}"}"""));
            Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/jobs/batch", $"[{jobs}]")).Status);
        }

        Answer answer = await host.ActAsync("cancel", "external:order-*", "\"expect\":260");

        Assert.Equal("260", answer.Told());
        Assert.True((await host.ActionAsync(answer.Id())).GetProperty("finished").GetBoolean());
    }

    /// <summary>A caller who never heard the answer asks again: no job runs twice for it.</summary>
    [Fact]
    public async Task Retry_AskedAgain_MakesNoSecondJobs()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] failed = [await host.FailAsync(), await host.FailAsync()];
        const string Id = "01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17";

        Answer first = await host.ActAsync("retry", "status:failed", $"\"expect\":2,\"id\":\"{Id}\"");
        Answer again = await host.ActAsync("retry", "status:failed", $"\"expect\":2,\"id\":\"{Id}\"");

        Assert.Equal(("2", "0 already-done:2"), (first.Told(), again.Told()));
        Assert.Equal((Id, Id), (first.Id(), again.Id()));
        Assert.Equal(2, await host.CountAsync("status:new"));
        Assert.Equal(
            failed.Select(id => id.ToString()).Order(),
            (await host.GetAsync("/jobs?q=status:new")).Json.EnumerateArray()
                .Select(job => job.GetProperty("retryOf").GetString()!).Order());
        Assert.Equal("retry", await host.ActionsAsync());
        Assert.Equal(2, (await host.ActionAsync(Id)).GetProperty("done").GetInt32());
    }

    /// <summary>The jobs that it makes match as well, and are none of those that were counted.</summary>
    [Fact]
    public async Task Retry_OfAQueryThatNewJobsMatch_LeavesThoseAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.FailAsync();
        await host.FailAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        const string More = "\"expect\":2,\"id\":\"01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17\"";
        await host.ActAsync("retry", "queue:default", More);
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        Answer again = await host.ActAsync("retry", "queue:default", More);

        // Made at the moment of the first request, they are looked at and left.
        Assert.Equal("0 already-done:2 job-not-finished:2", again.Told());
        Assert.Equal(2, await host.CountAsync("status:new"));
    }

    [Fact]
    public async Task Purge_OfFinishedAndLiveJobs_ForgetsThoseThatHaveEnded()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId gone = await host.FailAsync();
        JobId stays = await host.SubmitAsync();

        Answer answer = await host.ActAsync("purge", "queue:default", "\"expect\":2");
        Answer again = await host.ActAsync("purge", "queue:default", "\"expect\":2");

        Assert.Equal(("1 job-not-finished:1", "0 job-not-finished:1"), (answer.Told(), again.Told()));
        Assert.Equal(HttpStatusCode.Gone, (await host.GetAsync($"/jobs/{gone}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/jobs/{stays}")).Status);
    }

    [Fact]
    public async Task Label_SetsAndTakesAway_AndLeavesWhatIsSoAlready()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId ended = await host.FailAsync();
        JobId draft = await host.SubmitAsync("""{"labels":{"draft":"yes","area":"n"}}""");
        await host.SubmitAsync("""{"labels":{"seen":"yes"}}""");

        Answer answer = await host.ActAsync("label", "queue:default", """ "expect":3,"labels":{"seen":"yes","draft":null}""");

        Assert.Equal("1 already-done:1 already-finished:1", answer.Told());
        Assert.Equal(
            """{"area":"n","seen":"yes"}""", (await host.GetAsync($"/jobs/{draft}")).Json.GetProperty("labels").GetRawText());
        Assert.False((await host.GetAsync($"/jobs/{ended}")).Json.TryGetProperty("labels", out _));
        Assert.Equal(
            """{"draft":null,"seen":"yes"}""", (await host.ActionAsync(answer.Id())).GetProperty("labels").GetRawText());
    }

    [Fact]
    public async Task Move_ToAnotherQueue_TheyWaitThere()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: settings => settings with { Shards = 1 });
        await host.SubmitAsync();
        await host.LeaseAsync();
        await host.SubmitAsync("""{"externalId":"seven"}""");
        await host.SubmitAsync("""{"queue":"slow","externalId":"eight"}""");
        await host.SubmitAsync("""{"externalId":"eight"}""");

        Answer answer = await host.ActAsync("move", "queue:default", "\"expect\":3,\"queue\":\"slow\"");

        Assert.Equal("1 duplicate-job:1 job-not-waiting:1", answer.Told());
        Assert.Equal("slow", (await host.GetAsync("/jobs?q=seven")).Json[0].GetProperty("queue").GetString());
        Assert.Equal(2, (await host.GetAsync("/queues/slow")).Json.GetProperty("ready").GetInt32());
        Assert.Equal(1, (await host.GetAsync("/queues/default")).Json.GetProperty("ready").GetInt32());
    }

    /// <summary>An id says where its job is stored, and a job keeps its id.</summary>
    [Fact]
    public async Task Move_ToAQueueOfAnotherShard_LeavesTheJobs()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        string apart = Enumerable.Range(0, 100).Select(number => $"q{number}")
            .First(queue => host.Shards.ShardOf(queue) != host.Shards.ShardOf("default"));

        Answer many = await host.ActAsync("move", "queue:default", $"\"expect\":1,\"queue\":\"{apart}\"");
        JobId id = await host.SubmitAsync();
        Answer one = await host.SendAsync(HttpMethod.Patch, $"/jobs/{id}", $$"""{"queue":"{{apart}}"}""");

        Assert.Equal("0 queue-stored-apart:1", many.Told());
        one.ShouldBeProblem(HttpStatusCode.Conflict, "queue-stored-apart");
        Assert.Equal(2, (await host.GetAsync("/queues/default")).Json.GetProperty("ready").GetInt32());
    }

    [Fact]
    public async Task DryRun_InTheAddress_CountsAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(3);

        Answer answer = await host.PostAsync("/jobs/actions?dryRun=true", """{"action":"cancel","q":"status:new"}""");

        Assert.Equal(3, answer.Json.GetProperty("matched").GetInt32());
        Assert.Equal(3, await host.CountAsync("status:new"));
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(2, 3, false)]
    [InlineData(20, 21, true)]
    [InlineData(20, 22, false)]
    [InlineData(30, 20, true)]
    [InlineData(1000, 10, true)]
    public async Task Go_MoreThanExpected_DoesNothingBeyondATwentieth(int expect, int jobs, bool isDone)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(jobs);

        Answer answer = await host.ActAsync("cancel", "queue:default", $"\"expect\":{expect}");

        if (isDone)
        {
            Assert.Equal($"{jobs}", answer.Told());
            return;
        }

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "changed-since-counted");
        Assert.Contains($"{jobs} jobs match, and {expect} were counted", answer.Text, StringComparison.Ordinal);
        Assert.Equal((jobs, ""), (await host.CountAsync("status:new"), await host.ActionsAsync()));
    }

    [Theory]
    [InlineData("""{"action":"explode","q":"status:new","expect":1}""", HttpStatusCode.BadRequest, "malformed-request", "explode")]
    [InlineData("""{"action":"pause","q":"status:new","expect":1}""", HttpStatusCode.BadRequest, "malformed-request", "pause")]
    [InlineData("""{"action":7,"q":"status:new","expect":1}""", HttpStatusCode.BadRequest, "malformed-request", "/action")]
    [InlineData("""{"q":"status:new","expect":1}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/action")]
    [InlineData("""{"action":"cancel","expect":1}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/q")]
    [InlineData("""{"action":"cancel","q":"status:new"}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/expect")]
    [InlineData("""{"action":"cancel","q":"status:new","expect":-1}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/expect")]
    [InlineData("""{"action":"cancel","q":"status:new","expect":"1"}""", HttpStatusCode.BadRequest, "malformed-request", "/expect")]
    [InlineData("""{"action":"cancel","q":"status:new","expect":1.5}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/expect")]
    [InlineData("""{"action":"cancel","q":"statsu:new","expect":1}""", HttpStatusCode.BadRequest, "query-malformed", "status")]
    [InlineData("""{"action":"cancel","q":"","expect":1}""", HttpStatusCode.UnprocessableEntity, "query-too-broad", "which jobs")]
    [InlineData("""{"action":"cancel","q":"-queue:a","expect":1}""", HttpStatusCode.UnprocessableEntity, "query-too-broad", "which jobs")]
    [InlineData(
        """{"action":"purge","q":"-queue:a","dryRun":true}""", HttpStatusCode.UnprocessableEntity, "query-too-broad",
        "which jobs")]
    [InlineData("""{"action":"cancel","q":"run:>5s","expect":1}""", HttpStatusCode.UnprocessableEntity, "query-too-broad", "run")]
    [InlineData("""{"action":"move","q":"status:new","expect":1}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/queue")]
    [InlineData(
        """{"action":"cancel","q":"status:new","expect":1,"queue":"a"}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/queue")]
    [InlineData("""{"action":"label","q":"status:new","expect":1}""", HttpStatusCode.UnprocessableEntity, "invalid-request", "/labels")]
    [InlineData(
        """{"action":"label","q":"status:new","expect":1,"labels":{}}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/labels")]
    [InlineData(
        """{"action":"label","q":"status:new","expect":1,"labels":{"a b":"c"}}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/labels/a b")]
    [InlineData(
        """{"action":"retry","q":"status:new","expect":1,"labels":{"a":"b"}}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/labels")]
    [InlineData(
        """{"action":"cancel","q":"status:new","expect":1,"id":"x"}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/id")]
    [InlineData(
        """{"action":"cancel","q":"status:new","expect":1,"cursor":"x"}""", HttpStatusCode.BadRequest, "malformed-request",
        "/cursor")]
    [InlineData(
        """{"action":"cancel","q":"status:new","dryRun":true,"cursor":"x"}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "/cursor")]
    [InlineData(
        """{"action":"cancel","q":"created:2030-01-01","expect":1,"tz":"Nowhere/Land"}""", HttpStatusCode.BadRequest, "malformed-request",
        "tz")]
    [InlineData(
        """{"action":"cancel","q":"status:new","expect":1,"exepct":1}""", HttpStatusCode.UnprocessableEntity, "invalid-request",
        "expect")]
    [InlineData("""["cancel"]""", HttpStatusCode.BadRequest, "malformed-request", "object")]
    [InlineData("nonsense", HttpStatusCode.BadRequest, "malformed-request", "line 1")]
    [InlineData("", HttpStatusCode.BadRequest, "malformed-request", "empty")]
    public async Task Go_BadRequest_IsNamedAndDoesNothing(string body, HttpStatusCode status, string name, string names)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();

        Answer answer = await host.PostAsync("/jobs/actions", body);

        answer.ShouldBeProblem(status, name);
        Assert.Contains(names, answer.Text, StringComparison.Ordinal);
        Assert.Equal((1, ""), (await host.CountAsync("status:new"), await host.ActionsAsync()));
    }

    [Fact]
    public async Task Go_AQueryOfFiveThousandCharacters_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();

        Answer answer = await host.ActAsync("cancel", "status:new " + new string('x', 5_000), "\"expect\":1");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "query-malformed");
        Assert.Equal(1, await host.CountAsync("status:new"));
    }

    [Fact]
    public async Task Go_ReasonOf501Characters_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.ActAsync("cancel", "status:new", $"\"expect\":1,\"reason\":\"{new string('x', 501)}\"");

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Fact]
    public async Task Go_1200Jobs_TakesThreeRequests()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(1_200);

        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":1200");
        await host.SubmitAsync("""{"externalId":"came later"}""");
        Answer second = await host.ActAsync("cancel", "queue:default", $"\"expect\":1200,\"cursor\":\"{first.Next()}\"");
        JsonElement meanwhile = await host.ActionAsync(first.Id());
        Answer third = await host.ActAsync("cancel", "queue:default", $"\"expect\":1200,\"cursor\":\"{second.Next()}\"");

        Assert.Equal(("500 +", "500 +", "200"), (first.Told(), second.Told(), third.Told()));
        Assert.All([first, second, third], answer => Assert.Equal((first.Id(), 1_200), (answer.Id(), Matched(answer.Json))));
        Assert.Equal((1_000, false), (meanwhile.GetProperty("done").GetInt32(), meanwhile.GetProperty("finished").GetBoolean()));
        JsonElement action = await host.ActionAsync(first.Id());
        Assert.Equal((1_200, true), (action.GetProperty("done").GetInt32(), action.GetProperty("finished").GetBoolean()));
        Assert.Equal((1, "cancel"), (await host.CountAsync("status:new"), await host.ActionsAsync()));
    }

    /// <summary>Whoever sends a page again, because its answer was lost, finds it done, and goes on at the same place.</summary>
    [Fact]
    public async Task Go_APageAgain_DoesNoHarm()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(600);
        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":600");
        string more = $"\"expect\":600,\"cursor\":\"{first.Next()}\"";

        Answer second = await host.ActAsync("cancel", "queue:default", more);
        Answer again = await host.ActAsync("cancel", "queue:default", more);

        Assert.Equal(("100", "0 already-done:100"), (second.Told(), again.Told()));
        Assert.Equal(600, (await host.ActionAsync(first.Id())).GetProperty("done").GetInt32());
    }

    [Fact]
    public async Task Go_WithACursorOfAnotherAction_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(501);
        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":501");

        Answer other = await host.ActAsync("cancel", "status:new", $"\"expect\":501,\"cursor\":\"{first.Next()}\"");
        Answer purge = await host.ActAsync("purge", "queue:default", $"\"expect\":501,\"cursor\":\"{first.Next()}\"");
        Answer sameId = await host.ActAsync("purge", "queue:default", $"\"expect\":501,\"id\":\"{first.Id()}\"");

        other.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        purge.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        sameId.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal(1, await host.CountAsync("status:new"));
    }

    /// <summary>A process that dies in the middle forgets its actions; the cursor says all that is needed to go on with another.</summary>
    [Fact]
    public async Task Go_WithACursorOfAProcessThatDied_GoesOn()
    {
        const string Labels = ",\"labels\":{\"seen\":\"yes\"}";
        string cursor, id;
        await using (ApiHost dead = await ApiHost.StartAsync())
        {
            await dead.SubmitManyAsync(501);
            Answer first = await dead.ActAsync("label", "queue:default", "\"expect\":501" + Labels);
            (cursor, id) = (first.Next(), first.Id());
        }

        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        Answer answer = await host.ActAsync("label", "queue:default", $"\"expect\":501,\"cursor\":\"{cursor}\"{Labels}");

        Assert.Equal((id, 501), (answer.Id(), Matched(answer.Json)));
        Assert.Equal(id, (await host.ActionAsync(id)).GetProperty("id").GetString());

        // What the dead one did is known to nobody, so that the whole cannot be undone.
        (await host.PostAsync($"/actions/{id}/undo", "")).ShouldBeProblem(HttpStatusCode.Conflict, "not-undoable");
    }

    [Fact]
    public async Task Go_AJobThatEndsInBetween_IsSkippedWithItsReason()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        await host.SubmitAsync();
        host.Shards.Proposing = async command =>
        {
            if (command is Command.Cancel { JobId: var cancelled } && cancelled == id)
            {
                await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");
            }
        };

        Answer answer = await host.ActAsync("cancel", "queue:default", "\"expect\":2");

        Assert.Equal("1 already-finished:1", answer.Told());
        Assert.Equal("Completed", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    /// <summary>Each job is changed, or not and may be asked for again: nobody is told less than was done.</summary>
    [Fact]
    public async Task Go_TheStoreGoesAwayInTheMiddle_TellsWhatWasDoneAndWhereToGoOn()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(150);
        int asked = 0;
        host.Shards.Proposing = command => command is Command.Cancel && Interlocked.Increment(ref asked) > 120
            ? throw new StoreUnavailableException("away")
            : Task.CompletedTask;

        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":150");
        string more = $"\"expect\":150,\"cursor\":\"{first.Next()}\"";
        Answer away = await host.ActAsync("cancel", "queue:default", more);
        host.Shards.Proposing = null;
        Answer rest = await host.ActAsync("cancel", "queue:default", more);

        Assert.Equal("120 +", first.Told());
        away.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.Equal("30 already-done:20", rest.Told());
        Assert.Equal(150, (await host.ActionAsync(first.Id())).GetProperty("done").GetInt32());
    }

    /// <summary>What is left of the first page is not told as what was never there.</summary>
    [Fact]
    public async Task Go_TheStoreGoesAwayOnTheFirstPage_IsNotAllThatThereWas()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(80);
        int asked = 0;
        host.Shards.Proposing = command => command is Command.Cancel && Interlocked.Increment(ref asked) > 50
            ? throw new StoreUnavailableException("away")
            : Task.CompletedTask;

        Answer first = await host.ActAsync("cancel", "queue:default", "\"expect\":80");
        host.Shards.Proposing = null;
        Answer rest = await host.ActAsync("cancel", "queue:default", $"\"expect\":80,\"cursor\":\"{first.Next()}\"");

        Assert.Equal("50 +", first.Told());
        Assert.Equal("30 already-done:50", rest.Told());
        Assert.True((await host.ActionAsync(first.Id())).GetProperty("finished").GetBoolean());
    }

    [Fact]
    public async Task Go_WhoeverAskedLeavesInTheMiddle_WhatWasDoneIsKnown()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitManyAsync(250);
        using var leaves = new CancellationTokenSource();
        int asked = 0;
        host.Shards.Proposing = command =>
        {
            if (command is Command.Cancel && Interlocked.Increment(ref asked) == 101)
            {
                leaves.Cancel();
            }

            return Task.CompletedTask;
        };
        using HttpRequestMessage request = ApiHost.Request(
            HttpMethod.Post,
            "/jobs/actions",
            System.Text.Encoding.UTF8.GetBytes(ActHost.Body("cancel", "queue:default", "\"expect\":250")));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.SendAsync(request, leaves.Token));
        host.Shards.Proposing = null;
        JsonElement left = await DoneAsync(host, 200);
        Answer again = await host.ActAsync("cancel", "queue:default status:new", "\"expect\":50");

        Assert.False(left.GetProperty("finished").GetBoolean());
        Assert.Equal("50", again.Told());
        Assert.Equal(0, await host.CountAsync("status:new"));
    }

    /// <summary>The only action, once it has changed so many.</summary>
    private static async Task<JsonElement> DoneAsync(ApiHost host, int done)
    {
        while (true)
        {
            JsonElement action = (await host.GetAsync("/actions")).Json.GetProperty("actions").EnumerateArray().Single();
            if (action.GetProperty("done").GetInt32() == done)
            {
                return action;
            }

            await Task.Yield();
        }
    }

    private static int Matched(JsonElement answer) => answer.GetProperty("matched").GetInt32();
}
