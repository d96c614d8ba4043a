using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review M8: streams and waits had no bound, of one caller or of all.</summary>
public sealed class RequestLimitsTests
{
    private static readonly (string, string) A = ("X-Api-Key", "a-key-0123456789abc");
    private static readonly (string, string) B = ("X-Api-Key", "b-key-0123456789abc");

    [Fact]
    public async Task Stream_OverTheKeysBound_Is429UntilOneEnds()
    {
        await using ApiHost host = await StartAsync();
        HttpResponseMessage first = await OpenAsync(host, A);

        Answer second = await host.GetAsync("/events", A);
        using (HttpResponseMessage others = await OpenAsync(host, B))
        {
            Answer inAll = await host.GetAsync("/events", ("X-Api-Key", "c-key-0123456789abc"));

            second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
            Assert.NotNull(second["Retry-After"]);
            inAll.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        }

        first.Dispose();
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage again = await OpenAsync(host, A);
                return again.StatusCode == HttpStatusCode.OK;
            },
            "the place is free again");
    }

    [Fact]
    public async Task Wait_OverTheBound_Is429AndASubmissionIsTakenAtOnce()
    {
        await using ApiHost host = await StartAsync();
        Task<Answer> waiting = host.PostAsync("/queues/q/lease", """{"worker":"w","wait":30}""", A);
        await Eventually.TrueAsync(() => host.Shards.Waiting > 0, "the lease waits");

        Answer lease = await host.PostAsync("/queues/q/lease", """{"worker":"w","wait":30}""", A);
        Answer now = await host.PostAsync("/queues/q/lease", """{"worker":"w"}""", A);
        Answer submitted = await host.PostAsync("/jobs", """{"queue":"other"}""", A, ("Prefer", "wait=30"));

        lease.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        Assert.Equal(HttpStatusCode.NoContent, now.Status);
        Assert.Equal(HttpStatusCode.Accepted, submitted.Status);
        await host.PostAsync("/jobs", """{"queue":"q"}""", A);
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
    }

    [Fact]
    public async Task WaitForCancels_OverTheBound_Is429HoweverLongItWouldWait()
    {
        await using ApiHost host = await StartAsync();
        Task<Answer> waiting = host.PostAsync("/jobs/cancels", """{"leases":[],"wait":30}""", A);
        await Eventually.TrueAsync(() => host.Shards.Waiting > 0, "it waits");

        Answer second = await host.PostAsync("/jobs/cancels", """{"leases":[],"wait":30}""", A);
        Answer now = await host.PostAsync("/jobs/cancels", """{"leases":[]}""", A);

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        Assert.NotNull(second["Retry-After"]);
        now.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        await host.AdvanceAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
    }

    /// <summary>A wait for many leases costs more than one for a job, and takes more of what there is.</summary>
    [Fact]
    public async Task WaitForCancels_ForManyLeases_TakesAPlaceForEachHundred()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:WaitsMax"] = "2" });
        await host.PostAsync("/jobs/batch", $"[{string.Join(',', Enumerable.Repeat("{}", 100))}]");
        Answer leased = await host.PostAsync("/queues/default/lease", """{"worker":"w","max":100}""");
        string leases = string.Join(',', leased.Json.EnumerateArray().Select(job =>
            $$"""{"jobId":{{job.GetProperty("id").GetRawText()}},"leaseToken":{{job.GetProperty("leaseToken").GetRawText()}}}"""));
        Task<Answer> waiting = host.PostAsync("/jobs/cancels", $$"""{"wait":30,"leases":[{{leases}}]}""");
        await Eventually.TrueAsync(() => host.Shards.Waiting > 0, "it waits");

        Answer second = await host.PostAsync("/jobs/cancels", """{"leases":[],"wait":30}""");

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        await host.PostAsync($"/jobs/{leased.Json[0].GetProperty("id").GetString()}/cancel", "");
        Assert.Equal(1, (await waiting).Json.GetProperty("outcomes").GetArrayLength());
    }

    /// <summary>M9's kind: reports on ten thousand jobs that there are not were as many reads, a thousand at one time.</summary>
    [Fact]
    public async Task Report_OnManyJobsThatThereAreNot_LooksUpAFewAtATime()
    {
        await using ApiHost host = await StartAsync();
        int under = 0;
        var goOn = new TaskCompletionSource();
        host.Shards.Finding = async () =>
        {
            Interlocked.Increment(ref under);
            await goOn.Task;
            Interlocked.Decrement(ref under);
        };
        string reports = string.Join(',', Enumerable.Range(0, 300).Select(_ =>
            $$"""{"jobId":"{{host.Jobs.Observed.NewId("q")}}","action":"heartbeat","leaseToken":"t"}"""));
        Task<Answer> reporting = host.PostAsync("/jobs/report", $$"""{"reports":[{{reports}}]}""", A);
        await Eventually.TrueAsync(() => Volatile.Read(ref under) >= 20, "some are looked up");

        await host.GetAsync("/queues/q", A);

        Assert.Equal(20, Volatile.Read(ref under));
        goOn.SetResult();
        Assert.Equal(300, (await reporting).Json.GetProperty("outcomes").GetArrayLength());
    }

    /// <summary>M8: ten thousand waiting leases of a hundred queues and types each held a gigabyte of names.</summary>
    [Fact]
    public async Task Lease_WaitsForManyQueuesAndTypes_TakesAPlaceForEachTwenty()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:WaitsMax"] = "2" });
        string names = string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"name-{i}\""));
        Task<Answer> waiting = host.PostAsync(
            "/queues/q/lease", $$"""{"worker":"w","wait":30,"queues":[{{names}}],"types":[{{names}}]}""");
        await Eventually.TrueAsync(() => host.Shards.Waiting > 0, "it waits");

        Answer second = await host.PostAsync("/queues/q/lease", """{"worker":"w","wait":30}""");

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        await host.SubmitAsync("""{"queue":"name-9","type":"name-9"}""");
        Assert.Equal(1, (await waiting).Json.GetArrayLength());
    }

    /// <summary>M8: any number of bodies could be under way at once, each of sixteen megabytes.</summary>
    [Fact]
    public async Task Bodies_OverTheBound_Are429UntilOneHasGone()
    {
        await using ApiHost host = await StartAsync();
        string large = $$"""[{"queue":"q","input":"{{new string('x', 200_000)}}"},{"queue":"q","input":"{{new string('x', 200_000)}}"}]""";
        var proposed = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        host.Shards.Proposing = async command =>
        {
            if (command is Command.EnqueueMany)
            {
                proposed.TrySetResult();
                await goOn.Task;
            }
        };
        Task<Answer> first = host.PostAsync("/jobs/batch", large, A);
        await proposed.Task;

        Answer second = await host.PostAsync("/jobs/batch", large, A);
        Answer small = await host.PostAsync("/jobs", """{"queue":"q"}""", A);
        goOn.SetResult();

        second.ShouldBeProblem(HttpStatusCode.TooManyRequests, "too-busy");
        Assert.NotNull(second["Retry-After"]);
        Assert.Equal(HttpStatusCode.Accepted, small.Status);
        Assert.Equal(HttpStatusCode.Accepted, (await first).Status);
        await Eventually.TrueAsync(
            async () => (await host.PostAsync("/jobs/batch", large, A)).Status == HttpStatusCode.Accepted, "there is room again");
    }

    private static async Task<HttpResponseMessage> OpenAsync(ApiHost host, (string, string) key)
    {
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Get, "/events", null, key);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static Task<ApiHost> StartAsync()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Api:StreamsMax"] = "2",
            ["Api:StreamsPerKeyMax"] = "1",
            ["Api:WaitsPerKeyMax"] = "1",
            ["Api:BodiesBytesMax"] = "1048576",
        };
        foreach ((string name, int place) in new[] { ("a", 0), ("b", 1), ("c", 2) })
        {
            settings[$"Api:Keys:{place}:Name"] = name;
            settings[$"Api:Keys:{place}:Key"] = $"{name}-key-0123456789abc";
            settings[$"Api:Keys:{place}:Admin"] = "true";
        }

        return ApiHost.StartAsync(kestrel: true, settings: settings);
    }
}
