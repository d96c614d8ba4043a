using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class QueuesTests
{
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

        Assert.Equal("""{"name":"a","paused":false,"depth":2,"ready":1,"scheduled":1,"leased":1}""", one.Text);
        Assert.Equal($$"""[{{one.Text}},{"name":"b","paused":false,"depth":1,"ready":1,"scheduled":0,"leased":0}]""", all.Text);
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
        (await host.PostAsync($"/queues/{name}/lease", """{"worker":"w"}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
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

        Assert.Equal("""{"retried":3,"skipped":0}""", first.Text);
        Assert.Equal("""{"retried":0,"skipped":0}""", again.Text);
        Assert.Equal(3, (await host.GetAsync("/jobs?status=New")).Json.GetArrayLength());
        Assert.False((await host.GetAsync($"/jobs/{completed}")).Json.TryGetProperty("retriedAs", out _));
    }

    [Fact]
    public async Task RetryQueue_KeyTakenByNow_IsSkipped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.FailAsync("""{"externalId":"e"}""");
        await host.SubmitAsync("""{"externalId":"e"}""");

        Assert.Equal("""{"retried":0,"skipped":1}""", (await host.PostAsync("/queues/default/retry", "")).Text);
    }

    [Fact]
    public async Task RetryQueue_LiveStatus_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.PostAsync("/queues/default/retry?status=New", "")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        (await host.PostAsync("/queues/default/retry?status=Lost", "")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }
}
