using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>
/// <c>POST /jobs/cancels</c>. Report 12: a worker with a lease of 15 minutes heard of a cancel after five, at its next heartbeat.
/// </summary>
public sealed class CancelsTests
{
    [Fact]
    public async Task Cancel_OfALeaseThatIsWaitedFor_IsToldAtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId id, string token) = await RunningAsync(host);
        (JobId Id, string Token) other = await RunningAsync(host);
        Task<Answer> waiting = await WaitAsync(host, other, (id, token));

        Answer cancelled = await host.PostAsync($"/jobs/{id}/cancel", "");

        Answer answer = await waiting;
        Assert.Equal(HttpStatusCode.Accepted, cancelled.Status);
        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.Status, answer["Cache-Control"]));
        JsonElement told = Assert.Single(OutcomesOf(answer));
        Assert.Equal($$"""{"jobId":"{{id}}","status":200,"cancelRequested":true}""", told.GetRawText());
    }

    [Fact]
    public async Task Cancel_ThatCameBefore_IsToldWithoutAWait()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId Id, string Token) lease = await RunningAsync(host);
        await host.PostAsync($"/jobs/{lease.Id}/cancel", "");

        Answer answer = await host.PostAsync("/jobs/cancels", Body(30, lease));

        Assert.True(Assert.Single(OutcomesOf(answer)).GetProperty("cancelRequested").GetBoolean());
    }

    /// <summary>It tells, and no more: one lease's time to obey begins with the heartbeat that is told.</summary>
    [Fact]
    public async Task Cancel_ThatWasToldHere_LeavesTheLeaseToHeartbeats()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId id, string token) = await RunningAsync(host, leaseSeconds: 20);
        await host.PostAsync($"/jobs/{id}/cancel", "");
        await host.PostAsync("/jobs/cancels", Body(0, (id, token)));
        await host.AdvanceAsync(TimeSpan.FromSeconds(15));

        Answer beat = await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");

        Assert.Equal(HttpStatusCode.OK, beat.Status);
        Assert.Equal(
            host.Time.GetUtcNow().AddSeconds(20), beat.Json.GetProperty("leaseExpiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Lease_ThatIsLost_IsToldAtOnceAsAHeartbeatWouldBe()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId id, string token) = await RunningAsync(host, leaseSeconds: 10);
        Task<Answer> waiting = await WaitAsync(host, (id, token));

        await host.AdvanceAsync(TimeSpan.FromSeconds(11));

        JsonElement told = Assert.Single(OutcomesOf(await waiting));
        Answer beat = await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        Assert.Equal((id.ToString(), 409), (told.GetProperty("jobId").GetString(), told.GetProperty("status").GetInt32()));
        Assert.Equal("/problems/stale-lease", told.GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.Conflict, beat.Status);
    }

    [Fact]
    public async Task Job_PastItsTimeLimit_IsToldAtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId Id, string Token) lease = await RunningAsync(host, leaseSeconds: 600, more: ""","timeLimitSeconds":10""");
        Task<Answer> waiting = await WaitAsync(host, lease);

        await host.AdvanceAsync(TimeSpan.FromSeconds(11));

        Assert.Equal(409, Assert.Single(OutcomesOf(await waiting)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Wait_WhateverElseHappens_GoesOnAndEndsEmpty()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId Id, string Token) one = await RunningAsync(host, leaseSeconds: 600);
        (JobId Id, string Token) two = await RunningAsync(host, leaseSeconds: 600);
        (JobId Id, string Token) three = await RunningAsync(host, leaseSeconds: 600);
        (JobId Id, string Token) stranger = await RunningAsync(host, leaseSeconds: 600);
        Task<Answer> waiting = await WaitAsync(host, one, two, three);

        await host.PostAsync($"/jobs/{one.Id}/heartbeat", $$"""{"leaseToken":"{{one.Token}}","progress":{"percent":5} }""");
        await host.PostAsync($"/jobs/{two.Id}/complete", $$"""{"leaseToken":"{{two.Token}}"}""");
        await host.PostAsync($"/jobs/{three.Id}/release", $$"""{"leaseToken":"{{three.Token}}"}""");
        await host.PostAsync($"/jobs/{stranger.Id}/cancel", "");
        await host.PostAsync("/queues/default/lease", """{"worker":"another"}""");

        await host.Jobs.SettleAsync();
        Assert.False(waiting.IsCompleted);
        await host.AdvanceAsync(TimeSpan.FromSeconds(31));
        Answer answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("""{"outcomes":[]}""", answer.Text);
    }

    [Fact]
    public async Task Lease_EndedByItsWorkerBefore_IsNoNewsAndTheOthersAreWaitedFor()
    {
        // As few finished jobs as can be are kept in memory, so that the job is looked up in the store.
        await using ApiHost host = await ApiHost.StartAsync(replica: settings => settings with
        {
            Bounds = settings.Bounds with { FinishedJobsMax = 0 }
        });
        (JobId Id, string Token) done = await RunningAsync(host);
        (JobId Id, string Token) held = await RunningAsync(host);
        await host.PostAsync($"/jobs/{done.Id}/complete", $$"""{"leaseToken":"{{done.Token}}"}""");
        Task<Answer> waiting = await WaitAsync(host, done, held);

        await host.PostAsync($"/jobs/{held.Id}/cancel", "");

        Assert.Equal(held.Id.ToString(), Assert.Single(OutcomesOf(await waiting)).GetProperty("jobId").GetString());
    }

    [Fact]
    public async Task Lease_OfQueuesInSeveralShards_AreAllHeardOf()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string[] queues = [.. Enumerable.Range(0, 100).Select(i => $"q{i}").DistinctBy(host.Shards.ShardOf)];
        var leases = new List<(JobId Id, string Token)>();
        foreach (string queue in queues)
        {
            leases.Add(await RunningAsync(host, queue));
        }

        Assert.True(queues.Length > 1);
        foreach ((JobId Id, string Token) lease in leases.ToArray())
        {
            Task<Answer> waiting = await WaitAsync(host, [.. leases]);
            await host.PostAsync($"/jobs/{lease.Id}/cancel", "");
            Assert.Equal(lease.Id.ToString(), Assert.Single(OutcomesOf(await waiting)).GetProperty("jobId").GetString());
            leases.Remove(lease);
        }
    }

    [Fact]
    public async Task Leases_ThatNeverWere_AreToldAtOnceOneByOne()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId id, string token) = await RunningAsync(host);
        string nowhere = "0190163d-8694-739b-aea5-966c26f8ad91";

        Answer answer = await host.PostAsync("/jobs/cancels", $$"""
            {"wait":30,"leases":[{"jobId":"{{id}}","leaseToken":"{{token}}"},{"jobId":"none","leaseToken":"t"},
            {"jobId":"{{nowhere}}","leaseToken":"t"}]}
            """);
        Answer wrongToken = await host.PostAsync("/jobs/cancels", Body(30, (id, "another")));

        Assert.Equal(
            [("none", 404), (nowhere, 404)],
            OutcomesOf(answer).Select(told => (told.GetProperty("jobId").GetString()!, told.GetProperty("status").GetInt32())));
        Assert.Equal(409, Assert.Single(OutcomesOf(wrongToken)).GetProperty("status").GetInt32());
    }

    /// <summary>Each is a read of the store; the worker who was told of a hundred names the others again.</summary>
    [Fact]
    public async Task Leases_ThatNeverWere_AreToldAHundredInARequestAndTheOthersInTheNext()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId Id, string Token) cancelled = await RunningAsync(host);
        await host.PostAsync($"/jobs/{cancelled.Id}/cancel", "");
        List<(JobId Id, string Token)> leases = [.. Enumerable.Range(0, 150).Select(_ => (host.Shards.NewId("default"), "t")), cancelled];

        JsonElement[] first = OutcomesOf(await host.PostAsync("/jobs/cancels", Body(0, [.. leases])));
        int lookedUp = host.Shards.LookedUp;
        leases.RemoveAll(lease => first.Any(told => told.GetProperty("jobId").GetString() == lease.Id.ToString()));
        JsonElement[] second = OutcomesOf(await host.PostAsync("/jobs/cancels", Body(0, [.. leases])));

        Assert.Equal(100, lookedUp);
        Assert.Equal((100, 1), (first.Count(IsNowhere), first.Count(told => told.TryGetProperty("cancelRequested", out _))));
        Assert.Equal((50, 50), (second.Length, second.Count(IsNowhere)));

        static bool IsNowhere(JsonElement told) => told.GetProperty("status").GetInt32() == 404;
    }

    [Theory]
    [InlineData("{}", 422, "/leases")]
    [InlineData("""{"leases":null}""", 422, "/leases")]
    [InlineData("""{"leases":[{"jobId":"j"}]}""", 422, "/leases/0/leaseToken")]
    [InlineData("""{"leases":[{"leaseToken":"t"}]}""", 422, "/leases/0/jobId")]
    [InlineData("""{"leases":[],"wait":-1}""", 422, "/wait")]
    [InlineData("""{"leases":[],"waitSeconds":1}""", 422, "/waitSeconds")]
    [InlineData("""{"leases":[{"jobId":"j","token":"t"}]}""", 422, "/leases/0/token")]
    [InlineData("""{"leases":[1]}""", 400, null)]
    [InlineData("""{"leases":{}}""", 400, null)]
    public async Task Body_ThatIsNotUnderstood_IsSaid(string body, int status, string? place)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/cancels", body);

        answer.ShouldBeProblem((HttpStatusCode)status, status == 400 ? "malformed-request" : "invalid-request");
        Assert.True(place is null || answer.Json.GetProperty("errors").TryGetProperty(place, out _), answer.Text);
    }

    [Fact]
    public async Task Leases_MoreThanARequestTakes_Are413()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:BatchItemsMax"] = "2" });
        (JobId, string) lease = (host.Shards.NewId("default"), "t");

        Answer three = await host.PostAsync("/jobs/cancels", Body(30, lease, lease, lease));

        three.ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Wait_LongerThanIsGranted_IsCut()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:WaitSecondsMax"] = "5" });
        Task<Answer> waiting = await WaitAsync(host, await RunningAsync(host, leaseSeconds: 600));

        await host.AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.Empty(OutcomesOf(await waiting));
    }

    [Fact]
    public async Task Wait_ForNothing_HasItsTimeAllTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> waiting = await WaitAsync(host);

        await host.AdvanceAsync(TimeSpan.FromSeconds(31));

        Assert.Empty(OutcomesOf(await waiting));
    }

    [Fact]
    public async Task Client_ThatLeaves_IsFollowedNoMore()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        (JobId Id, string Token) lease = await RunningAsync(host);
        using var leaving = new CancellationTokenSource();
        using HttpRequestMessage request = ApiHost.Request(
            HttpMethod.Post, "/jobs/cancels", System.Text.Encoding.UTF8.GetBytes(Body(30, lease)));
        Task<HttpResponseMessage> waiting = host.Client.SendAsync(request, leaving.Token);
        await host.Jobs.WaitingAsync();
        Assert.Equal(1, host.Jobs.Watched);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.TrueAsync(() => host.Jobs.Watched == 0, "nobody follows the job");
    }

    [Fact]
    public async Task Answer_Given_LeavesNobodyFollowing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId Id, string Token) lease = await RunningAsync(host);
        Task<Answer> waiting = await WaitAsync(host, lease, await RunningAsync(host));

        await host.PostAsync($"/jobs/{lease.Id}/cancel", "");
        await waiting;

        Assert.Equal(0, host.Jobs.Watched);
    }

    [Fact]
    public async Task Service_GoingDown_AnswersWhoWaits()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> waiting = await WaitAsync(host, await RunningAsync(host));

        await host.StopAsync();

        Assert.Empty(OutcomesOf(await waiting));
    }

    [Fact]
    public async Task Shard_ThatIsLost_EndsTheWaitWith503()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> waiting = await WaitAsync(host, await RunningAsync(host, leaseSeconds: 600));

        await host.Jobs.DisposeAsync();

        Answer answer = await waiting;
        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.NotNull(answer["Retry-After"]);
    }

    private static async Task<(JobId Id, string Token)> RunningAsync(
        ApiHost host, string queue = "default", int leaseSeconds = 300, string more = "")
    {
        await host.SubmitAsync($$"""{"queue":"{{queue}}","leaseSeconds":{{leaseSeconds}}{{more}}}""");
        return await host.LeaseAsync(queue);
    }

    /// <summary>Asks, and returns once the service waits.</summary>
    private static async Task<Task<Answer>> WaitAsync(ApiHost host, params (JobId Id, string Token)[] leases)
    {
        int begun = host.Shards.WaitsBegun;
        Task<Answer> waiting = host.PostAsync("/jobs/cancels", Body(30, leases));
        await Eventually.TrueAsync(() => host.Shards.WaitsBegun > begun || waiting.IsCompleted, "it waits");
        return waiting;
    }

    private static string Body(int wait, params (JobId Id, string Token)[] leases) => JsonSerializer.Serialize(new
    {
        leases = leases.Select(lease => new { jobId = lease.Id.ToString(), leaseToken = lease.Token }),
        wait,
    });

    private static JsonElement[] OutcomesOf(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return [.. answer.Json.GetProperty("outcomes").EnumerateArray()];
    }
}
