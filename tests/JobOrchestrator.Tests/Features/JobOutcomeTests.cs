using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>Result, cancel, retry, move.</summary>
public sealed class JobOutcomeTests
{
    [Fact]
    public async Task Result_Done_IsTheResultItself()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync("""{"n" : 1e400}""");

        Answer answer = await host.GetAsync($"/jobs/{id}/result");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("""{"n" : 1e400}""", answer.Text);
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    public async Task Result_DoneWithoutOne_Gets204(string? result)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync(result);

        Answer answer = await host.GetAsync($"/jobs/{id}/result");

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Result_NotFinished_Gets409WithRetryAfter()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.GetAsync($"/jobs/{id}/result");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "job-not-finished");
        Assert.Equal("1", answer["Retry-After"]);
        Assert.Equal(id.Value, answer.Json.GetProperty("jobId").GetGuid());
    }

    [Fact]
    public async Task Result_Failed_Gets500WithTheWorkersError()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.FailAsync();

        Answer answer = await host.GetAsync($"/jobs/{id}/result");

        answer.ShouldBeProblem(HttpStatusCode.InternalServerError, "job-failed");
        Assert.Equal("""{"type":"about:blank","title":"Boom","detail":{"line":7}}""", answer.Json.GetProperty("error").GetRawText());
        Assert.False(answer.Json.GetProperty("retryable").GetBoolean());
    }

    [Fact]
    public async Task Result_Cancelled_Gets409()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        await host.PostAsync($"/jobs/{id}/cancel", "");

        (await host.GetAsync($"/jobs/{id}/result")).ShouldBeProblem(HttpStatusCode.Conflict, "job-cancelled");
    }

    [Fact]
    public async Task Result_WithWait_IsAnsweredWhenTheJobEnds()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();
        Task<Answer> pending = host.GetAsync($"/jobs/{id}/result", ("Prefer", "wait=30"));
        await host.Jobs.WaitingAsync();

        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}","result":5}""");

        Assert.Equal("5", (await pending).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_Waiting_EndsAtOnceAndAgain(bool delete)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer first = await CancelAsync(host, id, delete);
        Answer again = await CancelAsync(host, id, delete);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("Cancelled", first.JobStatus);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task Cancel_Running_IsUnderWayAndAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        Answer first = await CancelAsync(host, id, delete: true);
        Answer again = await CancelAsync(host, id, delete: true);
        Answer heartbeat = await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal("InProgress", first.JobStatus);
        Assert.True(first.Json.GetProperty("cancelRequested").GetBoolean());
        Assert.Equal($"http://localhost/jobs/{id}", first["Location"]);
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.True(heartbeat.Json.GetProperty("cancelRequested").GetBoolean());
    }

    [Fact]
    public async Task Cancel_FinishedOtherwise_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId completed = await host.CompleteAsync();
        JobId failed = await host.FailAsync();

        (await CancelAsync(host, completed, delete: true)).ShouldBeProblem(HttpStatusCode.Conflict, "already-finished");
        (await CancelAsync(host, failed, delete: false)).ShouldBeProblem(HttpStatusCode.Conflict, "already-finished");
    }

    [Fact]
    public async Task Delete_PurgeThatIsNoBoolean_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync();

        (await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=perhaps", null)).ShouldBeProblem(
            HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Retry_Finished_MakesOneNewJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.FailAsync("""{"input":{"a":1},"owner":"o"}""");

        Answer first = await host.PostAsync($"/jobs/{id}/retry", "");
        Answer again = await host.PostAsync($"/jobs/{id}/retry", "");

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.NotEqual(id, first.JobId);
        Assert.Equal($"http://localhost/jobs/{first.JobId}", first["Location"]);
        Assert.Equal("New", first.JobStatus);
        Assert.Equal(id.Value, first.Json.GetProperty("retryOf").GetGuid());
        Assert.Equal("""{"a":1}""", first.Json.GetProperty("input").GetRawText());
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.Equal(first["Location"], again["Location"]);
        Assert.Equal(first.JobId, again.JobId);
        Answer old = await host.GetAsync($"/jobs/{id}");
        Assert.Equal("Failed", old.JobStatus);
        Assert.Equal(first.JobId.Value, old.Json.GetProperty("retriedAs").GetGuid());
    }

    [Fact]
    public async Task Retry_Live_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.PostAsync($"/jobs/{id}/retry", "");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "job-not-finished");
        Assert.NotNull(answer["Retry-After"]);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("\"1\"", HttpStatusCode.OK)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\"", HttpStatusCode.OK)]
    [InlineData("\"1-gzip\"", HttpStatusCode.OK)]
    [InlineData("W/\"1--gzip\"", HttpStatusCode.OK)]
    [InlineData("W/\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"1-other\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("nonsense", HttpStatusCode.PreconditionFailed)]
    public async Task Move_IfMatch_IsHonoured(string? tag, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.SendAsync(
            HttpMethod.Patch, $"/jobs/{id}", """{"priority":5,"runAt":"2030-06-01T00:00:00Z"}""", tag is null ? [] : [("If-Match", tag)]);

        Answer job = await host.GetAsync($"/jobs/{id}");
        Assert.Equal(expected, answer.Status);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("\"2\"", answer["ETag"]);
            Assert.Equal(5, answer.Json.GetProperty("priority").GetInt32());
            Assert.Equal("2030-06-01T00:00:00Z", answer.Json.GetProperty("runAt").GetString());
            Assert.Equal(answer.Text, job.Text);
        }
        else
        {
            answer.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "sequence-mismatch");
            Assert.Equal(0, job.Json.GetProperty("priority").GetInt32());
        }
    }

    /// <summary>A cancel that was meant for a waiting job ended one that ran by then.</summary>
    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/cancel")]
    public async Task Cancel_IfMatch_IsHonoured(string method, string end)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        string tag = (await host.GetAsync($"/jobs/{id}"))["ETag"]!;
        await host.LeaseAsync();

        Answer stale = await host.SendAsync(new HttpMethod(method), $"/jobs/{id}{end}", null, ("If-Match", tag));
        Answer running = await host.GetAsync($"/jobs/{id}");
        Answer fresh = await host.SendAsync(new HttpMethod(method), $"/jobs/{id}{end}", null, ("If-Match", running["ETag"]!));

        stale.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "sequence-mismatch");
        Assert.False(running.Json.GetProperty("cancelRequested").GetBoolean());
        Assert.Equal((HttpStatusCode.Accepted, true), (fresh.Status, fresh.Json.GetProperty("cancelRequested").GetBoolean()));
    }

    [Fact]
    public async Task Purge_IfMatch_IsHonoured()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.FailAsync();
        string tag = (await host.GetAsync($"/jobs/{id}"))["ETag"]!;

        Answer stale = await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null, ("If-Match", "\"1\""));
        Answer kept = await host.GetAsync($"/jobs/{id}");
        Answer fresh = await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null, ("If-Match", tag));

        stale.ShouldBeProblem(HttpStatusCode.PreconditionFailed, "sequence-mismatch");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (kept.Status, fresh.Status));
    }

    [Theory]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("nonsense", HttpStatusCode.PreconditionFailed)]
    public async Task Cancel_IfMatchOfSeveralKinds_IsReadAsByPatch(string tag, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Assert.Equal(expected, (await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null, ("If-Match", tag))).Status);
    }

    [Fact]
    public async Task Cancel_IfMatchOfAJobThatIsNotThere_Is404()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.SendAsync(HttpMethod.Delete, $"/jobs/{Guid.CreateVersion7()}", null, ("If-Match", "*")))
            .ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
    }

    [Fact]
    public async Task Move_RunningJob_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, _) = await host.LeaseAsync();

        (await host.SendAsync(HttpMethod.Patch, $"/jobs/{id}", """{"priority":5}""")).ShouldBeProblem(
            HttpStatusCode.Conflict, "job-not-waiting");
    }

    [Fact]
    public async Task Move_Nothing_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        (await host.SendAsync(HttpMethod.Patch, $"/jobs/{id}", "{}")).ShouldBeProblem(
            HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    private static Task<Answer> CancelAsync(ApiHost host, JobId id, bool delete) =>
        delete ? host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null) : host.PostAsync($"/jobs/{id}/cancel", "");
}
