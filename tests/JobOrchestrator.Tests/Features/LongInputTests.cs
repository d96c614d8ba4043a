using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards.Tests;
using JobOrchestrator.Tests.Doors;

namespace JobOrchestrator.Tests.Features;

/// <summary>H7: a long input is in the store alone while its job waits, and every way to the job shows it as it was written.</summary>
public sealed class LongInputTests
{
    private static readonly string Input = $$"""{ "n" : 1.50, "text":"{{new string('x', 20_000)}}\n😀" }""";

    private static string Job(string more = "") => $$"""{"queue":"q","input":{{Input}}{{more}}}""";

    private static string InputOf(JsonElement job, string name = "input") => job.GetProperty(name).GetRawText();

    [Theory]
    [InlineData("GET /jobs/ID")]
    [InlineData("POST /jobs/ID/cancel")]
    [InlineData("PATCH /jobs/ID {\"priority\":3}")]
    public async Task Job_ThatWaits_IsShownWithItsInput(string request)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync(Job());
        string[] parts = request.Replace("ID", id.ToString(), StringComparison.Ordinal).Split(' ', 3);

        Answer answer = await host.CallAsync($"{parts[0]} {parts[1]}", parts.Length > 2 ? parts[2] : null);

        Assert.Equal((HttpStatusCode.OK, Input), (answer.Status, InputOf(answer.Json)));
    }

    [Fact]
    public async Task Submit_Repeated_ShowsTheInput()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string job = Job(",\"externalId\":\"1\"");
        await host.PostAsync("/jobs", job, ("Idempotency-Key", "k"));

        Answer replayed = await host.PostAsync("/jobs", job, ("Idempotency-Key", "k"));
        Answer existing = await host.PostAsync("/jobs?onDuplicate=return", """{"queue":"q","externalId":"1"}""");
        Answer listed = await host.GetAsync("/jobs?queue=q");

        Assert.Equal("true", replayed["Idempotency-Replayed"]);
        Assert.Equal([Input, Input, Input], [InputOf(replayed.Json), InputOf(existing.Json), InputOf(listed.Json[0])]);
    }

    [Theory]
    [InlineData("/jobs/batch?onDuplicate=return")]
    [InlineData("/jobs/batch?onDuplicate=return&atomic=false")]
    public async Task Batch_OfJobsThatWereThere_ShowsTheirInputs(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string batch = $"[{Job(",\"externalId\":\"1\"")},{Job()}]";
        await host.PostAsync(path, batch);

        Answer again = await host.PostAsync(path, batch);

        JsonElement first = path.EndsWith("false", StringComparison.Ordinal) ? again.Json[0].GetProperty("job") : again.Json[0];
        Assert.Equal(Input, InputOf(first));
    }

    /// <summary>The batch is done: one that was there is shown without its input rather than not at all.</summary>
    [Fact]
    public async Task Batch_StoreDoesNotHandOutTheInput_ShowsTheJobWithoutIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string path = "/jobs/batch?onDuplicate=return";
        const string job = """[{"queue":"q","externalId":"1","input":[1]}]""";
        await host.PostAsync(path, job);
        await host.Jobs.SettleAsync();
        host.Jobs.Store.Fault = write => write ? Fault.None : Fault.Failed;

        Answer again = await host.Jobs.WhileTimePassesAsync(host.PostAsync(path, job));

        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.False(again.Json[0].TryGetProperty("input", out _));
    }

    [Fact]
    public async Task Retry_OfAJobThatWasCancelledWhileItWaited_HasTheInput()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync(Job());
        await host.PostAsync($"/jobs/{id}/cancel", "{}");

        Answer retried = await host.PostAsync($"/jobs/{id}/retry", "{}");
        Answer leased = await host.PostAsync("/queues/q/lease", """{"worker":"w"}""");

        Assert.Equal([Input, Input], [InputOf(retried.Json), InputOf(leased.Json[0])]);
    }

    [Theory]
    [InlineData("GET /v1/queues/q/jobs/a", false)]
    [InlineData("GET /v2/queues/q/jobs/a", false)]
    [InlineData("GET /v1/queues/q/jobs?num_jobs=1", true)]
    [InlineData("GET /v2/queues/q/jobs?num_jobs=1", true)]
    [InlineData("GET /next?queue=q", false)]
    public async Task Relay_JobThatWaits_HasItsPayload(string request, bool isList)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(
            202, "POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":10,"max_retries":1,"payload":{{Input}}}]""");

        Answer answer = await host.ExpectAsync(200, request);

        Assert.Equal(Input, InputOf(isList ? answer.Json[0] : answer.Json, "payload"));
    }
}
