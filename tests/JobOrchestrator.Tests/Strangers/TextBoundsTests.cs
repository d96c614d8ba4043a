using System.Text;
using System.Text.Json;
using JobOrchestrator.BuiltIn;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;
using JobOrchestrator.Tests.Push;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>
/// Security review C1 and H1, and their kind: a text without a bound made a commit that no store takes, for ever. Every text that a
/// caller, a worker or a door supplies is refused beyond its bound, or cut where the documentation says so; nothing that is stored grows
/// with it.
/// </summary>
public sealed class TextBoundsTests
{
    private const int ValueBytesMax = 10_000;

    // A byte as it is sent, thirteen in a document that is kept as text.
    private static readonly string Long = new('\u007f', 100_000);
    private static readonly string LongAscii = new('a', 100_000);

    /// <summary>Refused, and not a byte of it is kept.</summary>
    [Theory]
    [InlineData("POST /jobs", """{"owner":"@"}""")]
    [InlineData("POST /jobs", """{"type":"@"}""")]
    [InlineData("POST /jobs", """{"queue":"@"}""")]
    [InlineData("POST /jobs", """{"externalId":"@"}""")]
    [InlineData("POST /jobs", """{"uniqueKey":"@"}""")]
    [InlineData("POST /jobs", """{"input":"@"}""")]
    [InlineData("POST /jobs", """{"state":"@"}""")]
    [InlineData("POST /jobs", """{"runAt":"@"}""")]
    [InlineData("POST /jobs", """{"backoff":{"kind":"@"}}""")]
    [InlineData("POST /jobs", """{"@":1,"queue":""}""")]
    [InlineData("POST /jobs", "{}", "Idempotency-Key: @")]
    [InlineData("POST /jobs?onDuplicate=@", "{}")]
    [InlineData("POST /Jobs/StartJob", """{"parameters":{"a":"@"}}""")]
    [InlineData("POST /Jobs/StartJobWithTimeout", """{"owner":"@"}""")]
    [InlineData("POST /jobs/batch", """[{"queue":"@"}]""")]
    [InlineData("POST /jobs/batch", """[{"input":"@"}]""")]
    [InlineData("POST /queues/@/pause", "")]
    [InlineData("POST /queues/@/resume", "")]
    [InlineData("POST /queues/@/retry", "")]
    [InlineData("POST /queues/@/lease", """{"worker":"w"}""")]
    [InlineData("POST /queues/default/lease", """{"worker":"@"}""")]
    [InlineData("POST /queues/default/lease", """{"worker":"w","types":["@"]}""")]
    [InlineData("POST /queues/default/lease", """{"worker":"w","queues":["@"]}""")]
    [InlineData("POST /jobs/{id}/heartbeat", """{"leaseToken":"@"}""")]
    [InlineData("POST /jobs/{id}/heartbeat", """{"leaseToken":"{token}","state":"@"}""")]
    [InlineData("POST /jobs/{id}/complete", """{"leaseToken":"{token}","result":"@"}""")]
    [InlineData("POST /jobs/{id}/complete", """{"leaseToken":"@"}""")]
    [InlineData("POST /jobs/{id}/release", """{"leaseToken":"@"}""")]
    [InlineData("GET /jobs/{id}/events", null, "Last-Event-ID: @")]
    [InlineData("GET /jobs?cursor=@", null)]
    [InlineData("GET /events?after=@", null)]
    [InlineData("POST /", """{"object_id":"@"}""")]
    [InlineData("POST /", """{"object_id":"line\nline"}""")]
    [InlineData("POST /enqueue", """{"id":"@","queue":"q","timeout":1,"payload":1}""")]
    [InlineData("POST /enqueue", """{"id":"i","queue":"@","timeout":1,"payload":1}""")]
    [InlineData("POST /enqueue", """{"id":"i","queue":"q","timeout":1,"payload":"@"}""")]
    [InlineData("PATCH /heartbeat?queue=default&job_id=ext", "\"@\"")]
    [InlineData("PATCH /heartbeat?queue=@&job_id=ext", "1")]
    [InlineData("DELETE /complete?queue=default&job_id=@", null)]
    [InlineData("POST /v1/queues/jobs", """[{"id":"@","queue":"q","timeout":1,"payload":1}]""")]
    [InlineData("POST /v1/queues/jobs", """[{"id":"i","queue":"@","timeout":1,"payload":1}]""")]
    [InlineData("POST /v1/queues/jobs", """[{"id":"i","queue":"q","timeout":1,"payload":1,"state":"@"}]""")]
    [InlineData("POST /v1/queues/jobs", """[{"id":"i","queue":"q","timeout":1,"payload":1,"run_at":"@"}]""")]
    [InlineData("PUT /v1/queues/jobs", """{"id":"ext","queue":"default","timeout":1,"payload":"@"}""")]
    [InlineData("PATCH /v1/queues/default/jobs/ext", "\"@\"")]
    [InlineData("PATCH /v1/queues/@/jobs/ext", "1")]
    [InlineData("POST /v2/queues/jobs", """[{"id":"i","queue":"q","timeout":1,"payload":"@"}]""")]
    [InlineData("POST /v2/queues/jobs", """[{"id":"@","queue":"q","timeout":1,"payload":1}]""")]
    [InlineData("PATCH /v2/queues/default/jobs/ext/run-id/{run}", "\"@\"")]
    [InlineData("PUT /v2/queues/default/jobs/ext/run-id/{run}", """[{"id":"@","queue":"default","timeout":1,"payload":1}]""")]
    [InlineData("PUT /v2/queues/default/jobs/ext/run-id/@", "[]")]
    public async Task Text_OverItsBound_IsRefused(string request, string? body, string? header = null)
    {
        await using ApiHost host = await StartAsync();
        (string id, string token, string run) = await RunningAsync(host);
        int before = await StoredAsync(host);

        Answer answer = await SendAsync(host, request, body, header, id, token, run);

        Assert.True((int)answer.Status is >= 400 and < 500, $"{(int)answer.Status}: {answer.Text[..Math.Min(200, answer.Text.Length)]}");
        Assert.Equal(before, await StoredAsync(host));
        Assert.True(answer.Body.Length < 4 * Long.Length, "What was sent comes back multiplied.");
    }

    /// <summary>Taken, and cut: a worker whose report of an error is refused has no better one. docs/strangers.md names them.</summary>
    [Theory]
    [InlineData("POST /jobs/{id}/heartbeat", """{"leaseToken":"{token}","progress":{"percent":1,"message":"@"}}""", 2 * 1_100)]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"{token}","retry":false,"error":{"title":"@"}}""", 4 * 256)]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"{token}","retry":false,"error":"@"}""", ValueBytesMax + 4 * 256)]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"{token}","error":{"title":"t","type":"@"}}""", 2 * 1_100)]
    [InlineData("POST /jobs/{id}/fail", """{"leaseToken":"{token}","error":{"title":"t","detail":"@"}}""", 4 * 256)]
    [InlineData(
        "POST /jobs/report",
        """{"reports":[{"jobId":"{id}","action":"fail","leaseToken":"{token}","error":"@"}]}""",
        ValueBytesMax + 2_000)]
    [InlineData("POST /jobs/report", """{"reports":[{"jobId":"@","action":"complete","leaseToken":"{token}"}]}""", 0)]
    [InlineData("POST /jobs", "{}", 2_000, "traceparent: @")]
    [InlineData("GET /jobs?queue=@&type=@", null, 0)]
    [InlineData("GET /next?queue=@", null, 0)]
    [InlineData("GET /v1/queues/@/jobs", null, 0)]
    public async Task Text_OverItsBound_IsCutOrKeptNowhere(string request, string? body, int most, string? header = null)
    {
        await using ApiHost host = await StartAsync();
        (string id, string token, string run) = await RunningAsync(host);
        int before = await StoredAsync(host);

        Answer answer = await SendAsync(host, request, body, header, id, token, run);

        Assert.True((int)answer.Status is >= 200 and < 300, $"{(int)answer.Status}: {answer.Text[..Math.Min(200, answer.Text.Length)]}");
        Assert.InRange(await StoredAsync(host) - before, -500, most + 500);
    }

    [Fact]
    public async Task ReportOfAPushWorker_WithALongError_IsCut()
    {
        await using PushHost host = await PushHost.StartAsync();
        JobId id = await host.SubmitAsync("""{"queue":"mail","maxRetries":0}""");
        Delivered work = (await host.OutAsync(1))[0];

        await host.ReportAsync($$"""{"jobId":"{{id}}","leaseToken":"{{work.Token}}","action":"fail","error":"{{Long}}","retry":false}""");

        Job job = await host.JobAsync(id);
        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Equal(256, job.Error!.Title.Length);
        Assert.InRange(job.Error.Detail!.Length, 1_000, 262_144);
        Assert.DoesNotContain(job.Error.Title, char.IsControl);
    }

    /// <summary>Security review H1: the text of <c>fail</c> became title, attempt's error and event of 262,000 characters each.</summary>
    [Fact]
    public void Simulation_LongFailure_IsCutAsAWorkersIs()
    {
        var simulation = Simulation.Parse(JsonText.Of($$"""{"fail":"{{new string('\u007f', 262_000)}}"}"""));

        Assert.Equal(256, simulation.Failure!.Title.Length);
        Assert.InRange(simulation.Failure.Detail!.Length, 1_000, 16 * 1_024);
    }

    [Fact]
    public void Simulation_LongText_ComesBackNoLongerThanItCame()
    {
        var simulation = Simulation.Parse(JsonText.Of($"\"{Long}\""));

        Assert.Equal(Long.Length + 3, simulation.Result!.Length);
    }

    /// <summary>Security review L2: half of a surrogate pair lost each lease instead of failing the job.</summary>
    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"fail\":\"\\udc00\"}")]
    [InlineData("{\"seconds\":\"\\ud800\"}")]
    public void Simulation_HalfOfASurrogatePair_IsAFaultOfTheInput(string input) =>
        Assert.Throws<FormatException>(() => Simulation.Parse(JsonText.Of(input)));

    private static Task<Answer> SendAsync(
        ApiHost host, string request, string? body, string? header, string id, string token, string run)
    {
        string[] parts = Fill(request, LongAscii).Split(' ', 2);
        (string, string)[] headers = header is null ? [] : [(header.Split(": ")[0], Fill(header.Split(": ")[1], LongAscii))];
        return host.SendAsync(new HttpMethod(parts[0]), parts[1], body is null ? null : Fill(body, Long), headers);

        string Fill(string text, string with) => text
            .Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{token}", token, StringComparison.Ordinal)
            .Replace("{run}", run, StringComparison.Ordinal)
            .Replace("@", with, StringComparison.Ordinal);
    }

    /// <summary>A job in a worker's hands, known to relay as <c>ext</c>.</summary>
    private static async Task<(string Id, string Token, string Run)> RunningAsync(ApiHost host)
    {
        await host.PostAsync("/jobs", """{"externalId":"ext","owner":"o"}""");
        JsonElement leased = (await host.PostAsync("/queues/default/lease", """{"worker":"w"}""")).Json[0];
        return (
            leased.GetProperty("id").GetString()!,
            leased.GetProperty("leaseToken").GetString()!,
            (await host.GetAsync("/v2/queues/default/jobs/ext")).Json.GetProperty("run_id").GetString()!);
    }

    /// <summary>Bytes of everything that is kept: the jobs, as a document has them, and their events.</summary>
    private static async Task<int> StoredAsync(ApiHost host)
    {
        Answer jobs = await host.GetAsync("/jobs?limit=1000");
        Answer events = await host.GetAsync("/events?after=oldest&limit=1000", ("Accept", "application/json"));
        JsonElement[] queues = [.. (await host.GetAsync("/queues")).Json.EnumerateArray()];
        return jobs.Body.Length + Encoding.UTF8.GetByteCount(events.Json.GetProperty("events").GetRawText())
            + queues.Sum(queue => queue.GetProperty("name").GetString()!.Length);
    }

    private static Task<ApiHost> StartAsync() =>
        ApiHost.StartAsync(settings: new() { ["Api:ValueBytesMax"] = $"{ValueBytesMax}" });
}
