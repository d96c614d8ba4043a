using System.Net;
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
