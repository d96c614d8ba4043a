using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Doors;

namespace JobOrchestrator.Tests.Features;

/// <summary>H7: nothing bounded the bytes of live jobs, so that a shard could be filled beyond what can be loaded.</summary>
public sealed class BytesMaxTests
{
    private static Task<ApiHost> StartAsync(int inputInMemoryBytesMax = int.MaxValue) =>
        ApiHost.StartAsync(replica: settings => settings with
        {
            Shards = 1,
            Jobs = settings.Jobs with { BytesMax = 40_000, OwnerBytesMax = 20_000, InputInMemoryBytesMax = inputInMemoryBytesMax },
        });

    private static string Job(string owner, int inputBytes) => $$"""{"owner":"{{owner}}","input":"{{new string('a', inputBytes)}}"}""";

    [Fact]
    public async Task Submit_OwnersJobsAtTheirBound_Gets429ThatSaysWhatToDo()
    {
        await using ApiHost host = await StartAsync();
        await host.SubmitAsync(Job("a", 6_000));

        Answer answer = await host.PostAsync("/jobs", Job("a", 6_000));

        answer.ShouldBeProblem(HttpStatusCode.TooManyRequests, "queue-full");
        Assert.NotNull(answer["Retry-After"]);
        Assert.Contains("Jobs:OwnerBytesMax", answer.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/jobs", Job("b", 6_000))).Status);
    }

    /// <summary>What is left in the store takes no memory: many more may wait.</summary>
    [Fact]
    public async Task Submit_InputsAreLeftInTheStore_CountNothing()
    {
        await using ApiHost host = await StartAsync(inputInMemoryBytesMax: 4_096);

        for (int i = 0; i < 10; i++)
        {
            await host.SubmitAsync(Job("a", 100_000));
        }

        Assert.Equal(100_000 + 2, (await host.PostAsync("/queues/default/lease", """{"worker":"w"}""")).Json[0]
            .GetProperty("input").GetRawText().Length);
    }

    [Fact]
    public async Task Batch_LargerThanTheBound_IsRefusedWholeOrItemByItem()
    {
        await using ApiHost host = await StartAsync();
        string batch = $"[{Job("a", 6_000)},{Job("a", 6_000)}]";

        (await host.PostAsync("/jobs/batch", batch)).ShouldBeProblem(HttpStatusCode.TooManyRequests, "queue-full");
        Assert.Empty((await host.GetAsync("/jobs")).Json.EnumerateArray());
        Answer each = await host.PostAsync("/jobs/batch?atomic=false", batch);

        Assert.Contains("queue-full", each.Text, StringComparison.Ordinal);
        Assert.Single((await host.GetAsync("/jobs")).Json.EnumerateArray());
    }

    /// <summary>Many small jobs were leased, and each given a large state and back: the bound was of what callers send alone.</summary>
    [Fact]
    public async Task Heartbeat_StatesOfManyJobs_TakeNoMoreThanTheOwnerMay()
    {
        await using ApiHost host = await StartAsync();
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 10; i++)
        {
            await host.SubmitAsync(Job("a", 1));
        }

        foreach (JsonElement job in (await host.PostAsync("/queues/default/lease", """{"worker":"w","max":10}""")).Json.EnumerateArray())
        {
            (string id, string token) = (job.GetProperty("id").GetString()!, job.GetProperty("leaseToken").GetString()!);
            await host.AdvanceAsync(TimeSpan.FromSeconds(1));
            string state = new('x', 2_000);

            Answer beat = await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}","state":"{{state}}"}""");

            statuses.Add(beat.Status);
            if (beat.Status == HttpStatusCode.TooManyRequests)
            {
                beat.ShouldBeProblem(HttpStatusCode.TooManyRequests, "queue-full");
                Assert.StartsWith("The lease is extended, and the state is not taken", beat.Json.GetProperty("detail").GetString());
                Job after = Assert.IsType<JobLookup.Found>(await host.Shards.FindAsync(new JobId(Guid.Parse(id)), default)).Job;
                Assert.Equal((null, host.Time.GetUtcNow().AddSeconds(after.LeaseSeconds)), (after.State, after.Lease!.ExpiresAt));
            }

            await host.PostAsync($"/jobs/{id}/release", $$"""{"leaseToken":"{{token}}"}""");
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses.Distinct());
        Assert.InRange(statuses.Count(status => status == HttpStatusCode.OK), 1, 5);
    }

    /// <summary>A job that is not found any more is one to let go of, and this one is there.</summary>
    [Theory]
    [InlineData("PATCH /heartbeat?queue=q&job_id=x", 429)]
    [InlineData("PATCH /v1/queues/q/jobs/x", 429)]
    public async Task Doors_HeartbeatWhoseStateFindsNoRoom_IsNotToldThatTheJobIsGone(string request, int status)
    {
        await using ApiHost host = await StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", """[{"id":"x","queue":"q","timeout":9,"max_retries":1,"payload":1}]""");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");

        await host.ExpectAsync(status, request, $"\"{new string('s', 30_000)}\"");

        await host.ExpectAsync(202, request, "1");
    }

    [Theory]
    [InlineData("POST /v1/queues/jobs", "[JOB]", 429)]
    [InlineData("POST /v2/queues/jobs", "[JOB]", 503)]
    [InlineData("POST /", """{"object_id":"o"}""", 400)]
    public async Task Doors_AllJobsAtTheirBound_AreRefusedInTheirWords(string request, string body, int status)
    {
        await using ApiHost host = await StartAsync();
        foreach (string queue in new[] { "q", "hasty" })
        {
            // Refused where both queues live in one shard.
            await host.PostAsync("/jobs", $$"""{"queue":"{{queue}}","input":"{{new string('a', 19_000)}}"}""");
        }

        const string job = """{"id":"x","queue":"q","timeout":1,"max_retries":1,"payload":1}""";
        await host.ExpectAsync(status, request, body.Replace("JOB", job, StringComparison.Ordinal));
    }
}
