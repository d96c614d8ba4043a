using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class GetJobTests
{
    [Fact]
    public async Task Get_LiveJob_SaysWhenToComeBack()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(100));

        Answer answer = await host.GetAsync($"/jobs/{id}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("10", answer["Retry-After"]);
        Assert.Equal("\"1\"", answer["ETag"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal("New", answer.JobStatus);
    }

    [Fact]
    public async Task Get_FinishedJob_SaysWhenItExpiresAndNothingOfComingBack()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync("[1]");

        Answer answer = await host.GetAsync($"/jobs/{id}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Null(answer["Retry-After"]);
        Assert.Equal("2030-01-08T00:00:00Z", answer.Json.GetProperty("expiresAt").GetString());
        Assert.Equal("2030-01-01T00:00:00Z", answer.Json.GetProperty("finishedAt").GetString());
        Assert.Equal(
            """[{"number":1,"worker":"w","startedAt":"2030-01-01T00:00:00Z","endedAt":"2030-01-01T00:00:00Z","outcome":"Completed"}]""",
            answer.Json.GetProperty("attempts").GetRawText());
    }

    /// <summary>What somebody has spoilt is no fault that trying again would mend, and the answer gives none of it away.</summary>
    [Fact]
    public async Task Get_TheJobsDocumentCannotBeRead_Is404ThatSaysSo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = host.Jobs.Observed.NewId("default");
        host.Jobs.Store.Spoil(id.ToString(), "secret words");

        Answer answer = await host.GetAsync($"/jobs/{id}");
        Answer result = await host.GetAsync($"/jobs/{id}/result");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (answer.Status, result.Status));
        Assert.Contains("cannot be read as a job", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RunningJob_KeepsTheLeaseTokenToItself()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId id, string token) = await host.LeaseAsync();

        Answer answer = await host.GetAsync($"/jobs/{id}");

        Assert.DoesNotContain(token, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/Jobs/get?jobId=")]
    [InlineData("/jobs/GET?jobid=")]
    [InlineData("/JOBS/")]
    public async Task Get_EveryRoute_ShowsTheSame(string route)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.GetAsync(route + id);

        Assert.Equal((await host.GetAsync($"/jobs/{id}")).Text, answer.Text);
    }

    [Theory]
    [InlineData("/jobs/{id}")]
    [InlineData("/Jobs/get?jobId={id}")]
    [InlineData("/jobs")]
    [InlineData("/queues")]
    [InlineData("/queues/default")]
    [InlineData("/audit")]
    [InlineData("/jobs/{id}/events")]
    [InlineData("/problems/job-not-found")]
    public async Task Head_EveryReadingRoute_IsGetWithoutBody(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        path = path.Replace("{id}", (await host.CompleteAsync()).ToString(), StringComparison.Ordinal);

        Answer head = await host.SendAsync(HttpMethod.Head, path, null);

        Answer get = await host.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(get["Content-Length"], head["Content-Length"]);
        Assert.Equal(get["Content-Type"], head["Content-Type"]);
        Assert.Equal(get["ETag"], head["ETag"]);
    }

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.NotModified)]
    [InlineData("W/\"1\"", HttpStatusCode.NotModified)]
    [InlineData("\"1-gzip\"", HttpStatusCode.NotModified)]
    [InlineData("\"1;gzip\"", HttpStatusCode.NotModified)]
    [InlineData("\"1--gzip\"", HttpStatusCode.NotModified)]
    [InlineData("\"1:br\"", HttpStatusCode.NotModified)]
    [InlineData("W/\"1-br\"", HttpStatusCode.NotModified)]
    [InlineData("\"1\"-gzip", HttpStatusCode.NotModified)]
    [InlineData("\"0\", W/\"1;zstd\"", HttpStatusCode.NotModified)]
    [InlineData("\"11-gzip\"", HttpStatusCode.OK)]
    [InlineData("\"1gzip\"", HttpStatusCode.OK)]
    [InlineData("\"gzip\"", HttpStatusCode.OK)]
    [InlineData("\"0\", \"1\"", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"2\"", HttpStatusCode.OK)]
    [InlineData("1", HttpStatusCode.OK)]
    [InlineData("garbage,,", HttpStatusCode.OK)]
    public async Task Get_IfNoneMatch_AnswersByTheSequence(string tag, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.GetAsync($"/jobs/{id}", ("If-None-Match", tag));

        Assert.Equal(expected, answer.Status);
        Assert.Equal("\"1\"", answer["ETag"]);
        Assert.Equal(expected == HttpStatusCode.NotModified, answer.Body.Length == 0);
    }

    [Fact]
    public async Task LongPoll_JobChanges_IsAnsweredThen()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        Task<Answer> pending = host.GetAsync($"/jobs/{id}", ("If-None-Match", "\"1\""), ("Prefer", "wait=30"));
        await host.Jobs.WaitingAsync();

        await host.LeaseAsync();
        Answer answer = await pending;

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("InProgress", answer.JobStatus);
        Assert.Equal("\"2\"", answer["ETag"]);
        Assert.Equal("wait=30", answer["Preference-Applied"]);
    }

    [Theory]
    [InlineData("\"1\", W/\"2\"", HttpStatusCode.OK)]
    [InlineData("\"9\", \"1\", \"2\", \"4\"", HttpStatusCode.OK)]
    [InlineData("\"1\", \"2\", \"3\"", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    public async Task LongPoll_ChangesThatAreSeenAlready_AreNotAnswered(string tags, HttpStatusCode expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        Task<Answer> pending = host.GetAsync($"/jobs/{id}", ("If-None-Match", tags), ("Prefer", "wait=30"));
        await host.Jobs.WaitingAsync();

        (_, string token) = await host.LeaseAsync();
        Assert.False(pending.IsCompleted);
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");
        if (expected == HttpStatusCode.NotModified)
        {
            Assert.False(pending.IsCompleted);
            await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        Answer answer = await pending;
        Assert.Equal(expected, answer.Status);
        Assert.Equal("\"3\"", answer["ETag"]);
    }

    [Fact]
    public async Task LongPoll_NothingChanges_Gets304WhenTheTimeIsUp()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        Task<Answer> pending = host.GetAsync($"/jobs/{id}", ("If-None-Match", "\"1\""), ("Prefer", "wait=30"));
        await host.Jobs.WaitingAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Answer answer = await pending;

        Assert.Equal(HttpStatusCode.NotModified, answer.Status);
        Assert.Equal("wait=30", answer["Preference-Applied"]);
    }

    [Fact]
    public async Task LongPoll_SeenTagIsOlder_IsAnsweredAtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.GetAsync($"/jobs/{id}", ("If-None-Match", "\"0\""), ("Prefer", "wait=30"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task LongPoll_FinishedJob_Gets304AtOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync();
        string tag = (await host.GetAsync($"/jobs/{id}"))["ETag"]!;

        Answer answer = await host.GetAsync($"/jobs/{id}", ("If-None-Match", tag), ("Prefer", "wait=30"));

        Assert.Equal(HttpStatusCode.NotModified, answer.Status);
    }

    [Theory]
    [InlineData("0190163d-8694-739b-aea5-966c26f8ad91")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("not-an-id")]
    [InlineData("%01")]
    [InlineData("{0190163d-8694-739b-aea5-966c26f8ad91}")]
    [InlineData("0190163d8694739baea5966c26f8ad91")]
    public async Task Get_UnknownOrIllFormedId_GetsOneAndTheSame404(string id)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        foreach (Answer answer in new[]
        {
            await host.GetAsync($"/jobs/{id}"),
            await host.GetAsync($"/jobs/{id}/result"),
            await host.GetAsync($"/jobs/{id}/events"),
            await host.GetAsync($"/jobs/get?jobId={id}"),
            await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null),
            await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null),
            await host.PostAsync($"/jobs/{id}/cancel", ""),
            await host.PostAsync($"/jobs/{id}/retry", ""),
            await host.SendAsync(HttpMethod.Patch, $"/jobs/{id}", """{"priority":1}"""),
            await host.PostAsync($"/jobs/{id}/heartbeat", """{"leaseToken":"t"}"""),
            await host.PostAsync($"/jobs/{id}/complete", """{"leaseToken":"t"}"""),
            await host.PostAsync($"/jobs/{id}/fail", """{"leaseToken":"t","error":"e"}"""),
            await host.PostAsync($"/jobs/{id}/release", """{"leaseToken":"t"}"""),
        })
        {
            answer.ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
            Assert.Equal(
                """{"type":"/problems/job-not-found","title":"There is no such job.","status":404,"detail":"There is no job with this"""
                    + """ id, or it is not yours to see.","retryable":false,""",
                answer.Text[..answer.Text.IndexOf("\"traceId\"", StringComparison.Ordinal)]);
        }
    }

    [Fact]
    public async Task Get_WithoutId_IsToldWhichParameterIsMissing()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        foreach (string path in new[] { "/jobs/get", "/jobs/get?jobId=" })
        {
            Answer answer = (await host.GetAsync(path)).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");

            Assert.Equal("Query parameter jobId: expected a job's id.", answer.Json.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task Get_StoreDown_Gets503AndNever404()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Jobs.TroubleAsync("down");

        Answer answer = await host.GetAsync($"/jobs/{host.Shards.NewId("default")}");

        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.NotNull(answer["Retry-After"]);
    }

    [Fact]
    public async Task Purge_FinishedJob_IsGoneFromEveryRoute()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.CompleteAsync();

        Answer purge = await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null);

        Assert.Equal(HttpStatusCode.NoContent, purge.Status);
        foreach (Answer answer in new[]
        {
            await host.GetAsync($"/jobs/{id}"),
            await host.GetAsync($"/jobs/{id}/result"),
            await host.GetAsync($"/jobs/{id}/events"),
            await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}", null),
            await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null),
            await host.PostAsync($"/jobs/{id}/retry", ""),
        })
        {
            answer.ShouldBeProblem(HttpStatusCode.Gone, "job-purged");
        }
    }

    [Fact]
    public async Task Purge_LiveJob_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();

        Answer answer = await host.SendAsync(HttpMethod.Delete, $"/jobs/{id}?purge=true", null);

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "job-not-finished");
        Assert.Equal("New", (await host.GetAsync($"/jobs/{id}")).JobStatus);
    }
}
