using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Shards.Tests;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>Waiting for a job: <c>Prefer: wait=N</c> and <c>StartJobWithTimeout</c>.</summary>
public sealed class WaitTests
{
    private const string WithTimeout = "/Jobs/StartJobWithTimeout";

    [Fact]
    public async Task Wait_DoneInTimeWithResult_Gets200()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await WhileWaitingAsync(
            host, "/jobs", "{}", () => CompleteAsync(host, ",\"result\":{\"n\":1}"), ("Prefer", "respond-async, wait=10"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Completed", answer.JobStatus);
        Assert.Equal("""{"n":1}""", answer.Json.GetProperty("result").GetRawText());
        Assert.Equal("wait=10", answer["Preference-Applied"]);
        Assert.Equal($"http://localhost/jobs/{answer.JobId}", answer["Location"]);
        Assert.Null(answer["Retry-After"]);
    }

    [Fact]
    public async Task StartJobWithTimeout_DoneInTimeWithResult_Gets200()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await WhileWaitingAsync(
            host,
            WithTimeout,
            """{"owner":"microservice-x","initialTimeout":2500,"parameters":{"seconds":"1"}}""",
            () => CompleteAsync(host, ",\"result\":7"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(7, answer.Json.GetProperty("result").GetInt32());
        Assert.Equal("""{"seconds":"1"}""", answer.Json.GetProperty("input").GetRawText());
        Assert.Equal("wait=3", answer["Preference-Applied"]);
        Assert.Equal($"http://localhost/jobs/{answer.JobId}", answer["Location"]);
    }

    [Fact]
    public async Task Wait_DoneInTimeWithoutResult_Gets200OnJobsAnd204OnStartJobWithTimeout()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer jobs = await WhileWaitingAsync(host, "/jobs", "{}", () => CompleteAsync(host), ("Prefer", "wait=10"));
        Answer start = await WhileWaitingAsync(host, WithTimeout, """{"initialTimeout":10000}""", () => CompleteAsync(host));

        Assert.Equal(HttpStatusCode.OK, jobs.Status);
        Assert.Equal(HttpStatusCode.NoContent, start.Status);
        Assert.Empty(start.Body);
        Assert.StartsWith("http://localhost/jobs/", start["Location"], StringComparison.Ordinal);
        Assert.Equal("wait=10", start["Preference-Applied"]);
    }

    /// <summary>Of the two, one says by its body how long to wait.</summary>
    private static string BodyOf(string path, int initialTimeout) =>
        path == WithTimeout ? $$"""{"initialTimeout":{{initialTimeout}}}""" : "{}";

    [Theory]
    [InlineData("/jobs")]
    [InlineData(WithTimeout)]
    public async Task Wait_FailedInTime_Gets200WithTheError(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await WhileWaitingAsync(host, path, BodyOf(path, 10_000), async () =>
        {
            (JobId id, string token) = await host.LeaseAsync();
            await host.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":"Boom","retry":false}""");
        }, ("Prefer", "wait=10"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Failed", answer.JobStatus);
        Assert.Equal("Boom", answer.Json.GetProperty("error").GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("/jobs")]
    [InlineData(WithTimeout)]
    public async Task Wait_CancelledInTime_Gets200WithTheError(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await WhileWaitingAsync(host, path, BodyOf(path, 10_000), async () =>
        {
            Answer list = await host.GetAsync("/jobs");
            await host.SendAsync(HttpMethod.Delete, $"/jobs/{list.Json[0].GetProperty("id").GetString()}", null);
        }, ("Prefer", "wait=10"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Cancelled", answer.JobStatus);
        Assert.Equal("/problems/job-cancelled", answer.Json.GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/jobs", "wait=10", 0, 10, "wait=10")]
    [InlineData("/jobs", "wait=4000", 0, 60, "wait=60")]
    [InlineData("/jobs", "wait=99999999999999", 0, 60, "wait=60")]
    [InlineData(WithTimeout, "", 10_000, 10, "wait=10")]
    [InlineData(WithTimeout, "", 4_000_000, 60, "wait=60")]
    public async Task Wait_NotDone_Gets202AfterTheWaitThatWasGranted(
        string path, string prefer, int initialTimeout, int seconds, string applied)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Task<Answer> pending = host.PostAsync(path, BodyOf(path, initialTimeout), ("Prefer", prefer));
        await host.Jobs.WaitingAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(seconds - 0.001));
        bool early = pending.IsCompleted;
        await host.AdvanceAsync(TimeSpan.FromSeconds(0.001));
        Answer answer = await pending;

        Assert.False(early);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("New", answer.JobStatus);
        Assert.Equal(applied, answer["Preference-Applied"]);
        Assert.NotNull(answer["Location"]);
        Assert.NotNull(answer["Retry-After"]);
    }

    [Theory]
    [InlineData("/jobs", "wait=0", "wait=0")]
    [InlineData("/jobs", "respond-async", "respond-async")]
    [InlineData("/jobs", "wait=soon", null)]
    [InlineData("/jobs", "wait=-1", null)]
    [InlineData("/Jobs/StartJob", "wait=10", null)]
    [InlineData(WithTimeout, "wait=10", null)]
    public async Task Wait_NoneGranted_Gets202AtOnce(string path, string prefer, string? applied)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync(path, "{}", ("Prefer", prefer));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(applied, answer["Preference-Applied"]);
    }

    [Fact]
    public async Task Wait_CallerLeaves_JobGoesOn()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        using var patience = new CancellationTokenSource();
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, "/jobs", "{}"u8.ToArray(), ("Prefer", "wait=30"));
        Task<HttpResponseMessage> pending = host.Client.SendAsync(request, patience.Token);
        await host.Jobs.WaitingAsync();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await Eventually.TrueAsync(() => host.Shards.Waiting == 0, "the wait ends");

        (JobId id, _) = await host.LeaseAsync();
        Assert.Equal("InProgress", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }

    [Fact]
    public async Task Wait_StoreGoesAwayAfterTheAcceptance_TellsOfTheAcceptance()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.WaitBegins = async () =>
        {
            // The shard is lost in that moment, and whoever looks for the job has to ask the store.
            await host.Jobs.DisposeAsync();
            host.Jobs.Store.Fault = _ => Fault.Unreachable;
        };

        Answer answer = await host.PostAsync("/jobs", "{}", ("Prefer", "wait=10"));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.NotNull(answer["Location"]);
    }

    [Fact]
    public async Task Wait_ServiceStops_IsAnsweredAtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        Task<Answer> pending = host.PostAsync("/jobs", "{}", ("Prefer", "wait=30"));
        await host.Jobs.WaitingAsync();

        await host.StopAsync();

        Assert.Equal(HttpStatusCode.Accepted, (await pending).Status);
    }

    [Fact]
    public async Task Replay_WithWait_WaitsForTheFirstJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", "k"));

        Answer again = await WhileWaitingAsync(
            host, "/jobs", "{}", () => CompleteAsync(host), ("Idempotency-Key", "k"), ("Prefer", "wait=5"));

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.JobId, again.JobId);
        Assert.Equal("true", again["Idempotency-Replayed"]);
    }

    private static async Task<Answer> WhileWaitingAsync(
        ApiHost host, string path, string body, Func<Task> act, params (string, string)[] headers)
    {
        Task<Answer> pending = host.PostAsync(path, body, headers);
        await host.Jobs.WaitingAsync();
        await act();
        return await pending;
    }

    private static async Task CompleteAsync(ApiHost host, string result = "")
    {
        (JobId id, string token) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"{{result}}}""");
    }
}
