using System.Globalization;
using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Tests.Features;

public sealed class SubmitJobTests
{
    [Fact]
    public async Task Submit_Nothing_GetsTheDefaults()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", "{}");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal("\"1\"", answer["ETag"]);
        Assert.Equal("1", answer["Retry-After"]);
        Assert.Equal($"http://localhost/jobs/{answer.JobId}", answer["Location"]);
        Assert.Null(answer["Preference-Applied"]);
        Assert.Equal(
            $$"""
            {"id":"{{answer.JobId}}","type":"simulate","queue":"default","status":"New","phase":"Ready","attempt":0,"maxRetries":3,
            "backoff":{"kind":"exponential","seconds":1,"maxSeconds":300,"jitter":0.1},"leaseSeconds":30,
            "runAt":"2030-01-01T00:00:00Z","priority":0,"cancelRequested":false,"sequence":1,"durable":true,
            "createdAt":"2030-01-01T00:00:00Z","updatedAt":"2030-01-01T00:00:00Z"}
            """.ReplaceLineEndings(""),
            answer.Text);
    }

    [Fact]
    public async Task Submit_EveryField_IsKept()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement job = (await host.PostAsync("/jobs", """
            {"owner":"microservice-x","type":"text-stats","queue":"q","input":{"a":1},"state":[2],"externalId":"e",
             "maxRetries":"unlimited",
             "backoff":{"kind":"linear","seconds":2.5,"maxSeconds":60,"jitter":0.5},"leaseSeconds":5,"timeLimitSeconds":100,
             "runAt":"2031-02-03T05:05:06.789123+01:00","priority":-7,"uniqueKey":"u","uniqueSeconds":300,"durable":false}
            """, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "vendor=1"))).Json;

        Assert.Equal("microservice-x", job.GetProperty("owner").GetString());
        Assert.Equal("text-stats", job.GetProperty("type").GetString());
        Assert.Equal("q", job.GetProperty("queue").GetString());
        Assert.Equal("""{"a":1}""", job.GetProperty("input").GetRawText());
        Assert.Equal("[2]", job.GetProperty("state").GetRawText());
        Assert.Equal("e", job.GetProperty("externalId").GetString());
        Assert.Equal("unlimited", job.GetProperty("maxRetries").GetString());
        Assert.Equal("""{"kind":"linear","seconds":2.5,"maxSeconds":60,"jitter":0.5}""", job.GetProperty("backoff").GetRawText());
        Assert.Equal(5, job.GetProperty("leaseSeconds").GetInt32());
        Assert.Equal(100, job.GetProperty("timeLimitSeconds").GetInt32());
        Assert.Equal("2031-02-03T04:05:06.789123Z", job.GetProperty("runAt").GetString());
        Assert.Equal(-7, job.GetProperty("priority").GetInt32());
        Assert.Equal("u", job.GetProperty("uniqueKey").GetString());
        Assert.Equal(300, job.GetProperty("uniqueSeconds").GetInt32());
        Assert.False(job.GetProperty("durable").GetBoolean());
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", job.GetProperty("traceparent").GetString());
        Assert.Equal("vendor=1", job.GetProperty("tracestate").GetString());
    }

    /// <summary>Without a trace that can be read it says nothing, and what no trace has is not sent on.</summary>
    [Theory]
    [InlineData("nonsense", "vendor=1")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=\u00e9")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "")]
    public async Task Submit_IllFormedTracestate_IsLeftOut(string traceparent, string tracestate)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", "{}", ("traceparent", traceparent), ("tracestate", tracestate));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.False(answer.Json.TryGetProperty("tracestate", out _));
    }

    [Fact]
    public async Task Submit_LongTracestate_IsLeftOut()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        Answer kept = await host.PostAsync("/jobs", "{}", ("traceparent", Trace), ("tracestate", "v=" + new string('x', 510)));
        Answer left = await host.PostAsync("/jobs", "{}", ("traceparent", Trace), ("tracestate", "v=" + new string('x', 511)));

        Assert.Equal(512, kept.Json.GetProperty("tracestate").GetString()!.Length);
        Assert.Equal((Trace, false), (left.Json.GetProperty("traceparent").GetString(), left.Json.TryGetProperty("tracestate", out _)));
    }

    [Theory]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("nonsense")]
    public async Task Submit_IllFormedTraceparent_IsLeftOut(string traceparent)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", "{}", ("traceparent", traceparent));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.False(answer.Json.TryGetProperty("traceparent", out _));
    }

    [Theory]
    [InlineData("3.0", 3)]
    [InlineData("1e2", 100)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    public async Task Submit_WholeNumberHoweverWritten_IsTaken(string written, int priority)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"priority":{{written}}}""");

        Assert.Equal(priority, answer.Json.GetProperty("priority").GetInt32());
    }

    [Fact]
    public async Task Submit_Delayed_SaysWhenToComeBack()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer soon = await host.PostAsync("/jobs", """{"delaySeconds":90.5}""");
        Answer inAYear = await host.PostAsync("/jobs", """{"runAt":"2031-01-01T00:00:00Z"}""");

        Assert.Equal("2030-01-01T00:01:30.5Z", soon.Json.GetProperty("runAt").GetString());
        Assert.Equal("91", soon["Retry-After"]);
        Assert.Equal("3600", inAYear["Retry-After"]);
    }

    [Fact]
    public async Task Submit_ToPausedQueue_IsAccepted()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/default/pause", "");

        Answer answer = await host.PostAsync("/jobs", "{}");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    [Fact]
    public async Task Submit_SameIdempotencyKeyAndPayload_GetsTheFirstJobAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.PostAsync("/jobs", """{"input":1}""", ("Idempotency-Key", "k"));

        Answer again = await host.PostAsync("/jobs", """{"input":1}""", ("Idempotency-Key", "k"));

        Assert.Null(first["Idempotency-Replayed"]);
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.Equal("true", again["Idempotency-Replayed"]);
        Assert.Equal(first["Location"], again["Location"]);
        Assert.Equal(first.Text, again.Text);
    }

    /// <summary>A key keeps its word: a purge freed both, and each repetition made a second job.</summary>
    [Fact]
    public async Task Submit_KeysOfAPurgedJob_MakeNoSecondJobAndTellOfTheFirst()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string Body = """{"uniqueKey":"u","uniqueSeconds":60}""";
        Answer first = await host.PostAsync("/jobs", Body, ("Idempotency-Key", "k"));
        await host.SendAsync(HttpMethod.Delete, $"/jobs/{first.JobId}", null);
        Answer purge = await host.SendAsync(HttpMethod.Delete, $"/jobs/{first.JobId}?purge=true", null);
        Assert.Equal(HttpStatusCode.NoContent, purge.Status);

        Answer again = await host.PostAsync("/jobs", Body, ("Idempotency-Key", "k"));
        again.ShouldBeProblem(HttpStatusCode.Gone, "job-purged");
        Assert.Equal(first.JobId.Value, again.Json.GetProperty("jobId").GetGuid());

        foreach (string onDuplicate in new[] { "reject", "return", "replace" })
        {
            Answer unique = await host.PostAsync($"/jobs?onDuplicate={onDuplicate}", Body);
            unique.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
            Assert.Equal(first.JobId.Value, unique.Json.GetProperty("jobId").GetGuid());
            Assert.Null(unique["Location"]);
            Assert.InRange(int.Parse(unique["Retry-After"]!, CultureInfo.InvariantCulture), 1, 60);
        }
    }

    [Theory]
    [InlineData("/jobs", """{"input":2}""")]
    [InlineData("/jobs", """{"input": 1}""")]
    [InlineData("/jobs?onDuplicate=return", """{"input":1}""")]
    [InlineData("/Jobs/StartJob", """{"input":1}""")]
    public async Task Submit_SameIdempotencyKeyOtherRequest_IsRefused(string path, string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/jobs", """{"input":1}""", ("Idempotency-Key", "k"));

        Answer answer = await host.PostAsync(path, body, ("Idempotency-Key", "k"));

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    public async Task Submit_IdempotencyKeyOfOtherCharacters_IsRefused(string key)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", key));

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Submit_IdempotencyKeyAtAndOverItsLength_IsTakenAndRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer at = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", new string('k', 255)));
        Answer over = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", new string('k', 256)));

        Assert.Equal(HttpStatusCode.Accepted, at.Status);
        over.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("""{"externalId":"same"}""")]
    [InlineData("""{"uniqueKey":"same"}""")]
    public async Task Submit_KeyTaken_IsRefusedWithTheHolder(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer holder = await host.PostAsync("/jobs", body);

        Answer answer = await host.PostAsync("/jobs", body);

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
        Assert.Equal(holder["Location"], answer["Location"]);
        Assert.Equal("1", answer["Retry-After"]);
        Assert.Equal(holder.JobId.Value, answer.Json.GetProperty("jobId").GetGuid());
        Assert.True(answer.Json.GetProperty("retryable").GetBoolean());
    }

    [Fact]
    public async Task Submit_KeyTakenOnDuplicateReturn_GetsTheHolder()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer holder = await host.PostAsync("/jobs", """{"externalId":"same","input":1}""");

        Answer answer = await host.PostAsync("/jobs?onDuplicate=return", """{"externalId":"same","input":2}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(holder["Location"], answer["Location"]);
        Assert.Equal(holder.Text, answer.Text);
    }

    [Fact]
    public async Task Submit_KeyTakenOnDuplicateReplace_TakesThePlaceOfAWaitingJobOnly()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer holder = await host.PostAsync("/jobs", """{"externalId":"same","input":1}""");

        Answer replaced = await host.PostAsync("/jobs?onDuplicate=replace", """{"externalId":"same","input":2}""");
        await host.LeaseAsync();
        Answer running = await host.PostAsync("/jobs?onDuplicate=replace", """{"externalId":"same","input":3}""");

        Assert.Equal(HttpStatusCode.Accepted, replaced.Status);
        Assert.Equal(holder.JobId, replaced.JobId);
        Assert.Equal(2, replaced.Json.GetProperty("input").GetInt32());
        running.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
    }

    [Fact]
    public async Task Submit_UnknownOnDuplicate_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.PostAsync("/jobs?onDuplicate=maybe", "{}")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Submit_QueueAtItsBound_Gets429()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { Jobs = settings.Jobs with { QueueJobsMax = 1 } });
        await host.SubmitAsync();

        Answer answer = await host.PostAsync("/jobs", "{}");

        answer.ShouldBeProblem(HttpStatusCode.TooManyRequests, "queue-full");
        Assert.Equal("1", answer["Retry-After"]);
    }

    [Fact]
    public async Task Submit_ClosedTypes_OnlyTheseAreTaken()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:Types:0"] = "known" });

        Answer known = await host.PostAsync("/jobs", """{"type":"known"}""");
        Answer unknown = await host.PostAsync("/jobs", """{"type":"other"}""");

        Assert.Equal(HttpStatusCode.Accepted, known.Status);
        Assert.True(unknown.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json
            .GetProperty("errors")
            .TryGetProperty("/type", out _));
    }

    [Theory]
    [InlineData("down", HttpStatusCode.ServiceUnavailable, "store-unavailable")]
    [InlineData("unknown", HttpStatusCode.GatewayTimeout, "outcome-unknown")]
    [InlineData("busy", HttpStatusCode.TooManyRequests, "too-busy")]
    public async Task Submit_StoreInTrouble_SaysWhichAndWhenToComeBack(string trouble, HttpStatusCode status, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Jobs.TroubleAsync(trouble);

        Answer answer = await host.Jobs.WhileTimePassesAsync(host.PostAsync("/jobs", "{}"));

        answer.ShouldBeProblem(status, name);
        Assert.True(answer.Json.GetProperty("retryable").GetBoolean());
        Assert.InRange(int.Parse(answer["Retry-After"]!, null), 1, 10);
    }

    [Fact]
    public async Task Submit_FaultOfOurs_IsAProblemToo()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        host.Shards.Proposing = _ => throw new InvalidOperationException("secret detail");

        Answer answer = await host.PostAsync("/jobs", "{}");

        answer.ShouldBeProblem(HttpStatusCode.InternalServerError, "internal-error");
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }
}
