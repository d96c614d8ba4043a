using System.Net;
using System.Text.Json;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>A key that may not read payloads sees how long they are, whichever way it asks.</summary>
public sealed class PayloadTests : IAsyncLifetime
{
    private const string Secret = "s3cr3t";

    private static readonly (string, string) Admin = Key("admin");
    private static readonly (string, string) Blind = Key("blind");
    private static readonly (string, string) Shop = Key("shop");

    private readonly Dictionary<string, string> _jobs = [];
    private ApiHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("admin", ["Admin=true"]),
            ("blind", ["Queues:0=*", "Permissions=Read,Submit,Operate", "ReadPayload=false"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*", "ReadPayload=false"]),
            ("worker", ["Queues:0=work", "Permissions=Work", "ReadPayload=false"])));
        _jobs["done"] = await RunAsync("done", "complete", "\"result\":{\"r\":\"s3cr3t\"}");
        _jobs["failed"] = await RunAsync(
            "failed", "fail", "\"retry\":false,\"error\":{\"title\":\"Boom\",\"type\":\"boom\",\"detail\":{\"d\":\"s3cr3t\"}}");
        _jobs["waiting"] = await SubmitAsync("waiting");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET /jobs/{waiting}", 200)]
    [InlineData("GET /jobs/{done}", 200)]
    [InlineData("GET /jobs/{failed}", 200)]
    [InlineData("GET /Jobs/get?jobId={done}", 200)]
    [InlineData("GET /jobs", 200)]
    [InlineData("GET /jobs?status=Failed,Completed", 200)]
    [InlineData("GET /jobs?q=external:waiting", 200)]
    [InlineData("GET /jobs?q=s3cr3t", 200)]
    [InlineData("GET /jobs/count?q=status:failed", 200)]
    [InlineData("GET /search/suggest?q=s3c", 200)]
    [InlineData("GET /jobs/{done}/events", 200)]
    [InlineData("GET /jobs/{failed}/events", 200)]
    [InlineData("GET /jobs/{done}/changes", 200)]
    [InlineData("GET /jobs/{failed}/why", 200)]
    [InlineData("GET /events?after=oldest&limit=100&queue=work", 200)]
    [InlineData("GET /errors", 200)]
    [InlineData("GET /workers", 200)]
    [InlineData("GET /audit", 200)]
    [InlineData("GET /jobs/{done}/result", 403)]
    [InlineData("GET /jobs/{failed}/result", 403)]
    [InlineData("GET /jobs/{waiting}/result", 403)]
    [InlineData("GET /{done}", 200)]
    [InlineData("GET /v1/queues/work/jobs/waiting", 403)]
    [InlineData("GET /v2/queues/work/jobs/waiting", 403)]
    [InlineData("POST /jobs/actions {\"action\":\"cancel\",\"q\":\"queue:work\",\"dryRun\":true}", 200)]
    [InlineData("POST /jobs/{failed}/retry", 202)]
    [InlineData("POST /jobs/{waiting}/cancel", 200)]
    [InlineData("PATCH /jobs/{waiting} {\"priority\":7}", 200)]
    [InlineData("POST /jobs {\"queue\":\"work\",\"input\":\"s3cr3t\",\"state\":\"s3cr3t\"}", 202)]
    [InlineData("POST /jobs/batch [{\"queue\":\"work\",\"input\":\"s3cr3t\"}]", 202)]
    [InlineData("POST /jobs/batch?atomic=false [{\"queue\":\"work\",\"input\":\"s3cr3t\"}]", 200)]
    [InlineData("POST /Jobs/StartJob {\"queue\":\"work\",\"input\":\"s3cr3t\"}", 202)]
    public async Task Answer_ToAKeyWithoutReadPayload_HasNone(string request, int status)
    {
        string[] parts = _jobs.Aggregate(request, (text, job) => text.Replace($"{{{job.Key}}}", job.Value, StringComparison.Ordinal))
            .Split(' ', 3);

        Answer answer = await _host.SendAsync(
            new HttpMethod(parts[0]), parts[1], parts.Length > 2 ? parts[2] : parts[0] == "GET" ? null : "", Blind);

        Assert.True((int)answer.Status == status, $"{(int)answer.Status}: {answer.Text}");
        Assert.DoesNotContain(Secret, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ToAKeyWithoutReadPayload_SaysHowLongEachValueIs()
    {
        JsonElement done = (await _host.GetAsync($"/jobs/{_jobs["done"]}", Blind)).Json;
        JsonElement failed = (await _host.GetAsync($"/jobs/{_jobs["failed"]}", Blind)).Json;
        JsonElement whole = (await _host.GetAsync($"/jobs/{_jobs["done"]}", Admin)).Json;

        Assert.Equal(SizesOf(whole), (Size(done, "inputBytes"), Size(done, "stateBytes"), Size(done, "resultBytes")));
        Assert.All(new[] { "input", "state", "result" }, name => Assert.False(done.TryGetProperty(name, out _)));
        Assert.Equal("Boom", failed.GetProperty("error").GetProperty("title").GetString());
        Assert.Equal("""{"d":"s3cr3t"}""".Length, Size(failed.GetProperty("error"), "detailBytes"));
        Assert.All(new[] { "inputBytes", "stateBytes", "resultBytes" }, name => Assert.False(whole.TryGetProperty(name, out _)));

        static int Size(JsonElement job, string name) => job.GetProperty(name).GetInt32();
        static (int, int, int) SizesOf(JsonElement job) => (Length(job, "input"), Length(job, "state"), Length(job, "result"));
        static int Length(JsonElement job, string name) => job.GetProperty(name).GetRawText().Length;
    }

    [Fact]
    public async Task Refusal_OfAResult_NamesThePermission()
    {
        Answer refused = await _host.GetAsync($"/jobs/{_jobs["done"]}/result", Blind);

        refused.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("permission ReadPayload", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Its own jobs, also those that were there and those it waits for.</summary>
    [Fact]
    public async Task Submit_ByAnOwnerWithoutReadPayload_ShowsNoneOfIt()
    {
        const string body = """{"queue":"work","uniqueKey":"u","input":"s3cr3t"}""";
        Answer made = await _host.PostAsync("/jobs", body, Shop, ("Idempotency-Key", "k"));
        Answer again = await _host.PostAsync("/jobs", body, Shop, ("Idempotency-Key", "k"));
        Answer batch = await _host.PostAsync("/jobs/batch?atomic=false", $"[{body}]", Shop, ("Idempotency-Key", "other"));
        await ReportAsync("complete", "\"result\":\"s3cr3t\"", until: made.JobId.ToString());
        Answer waited = await _host.PostAsync("/jobs", body, Shop, ("Idempotency-Key", "k"), ("Prefer", "wait=5"));

        Assert.Equal("true", again["Idempotency-Replayed"]);
        Assert.Equal(HttpStatusCode.OK, waited.Status);
        Assert.Equal("\"s3cr3t\"".Length, waited.Json.GetProperty("resultBytes").GetInt32());
        Assert.All(new[] { made, again, batch, waited }, answer =>
        {
            Assert.True((int)answer.Status < 300, answer.Text);
            Assert.DoesNotContain(Secret, answer.Text, StringComparison.Ordinal);
        });
    }

    /// <summary>Whoever is to do the work has to know what it is; looking is another thing.</summary>
    [Fact]
    public async Task Worker_WithoutReadPayload_LeasesWhole()
    {
        Answer leased = await _host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Key("worker"));

        Assert.Equal("""{"i":"s3cr3t"}""", leased.Json[0].GetProperty("input").GetRawText());
        Answer looked = await _host.GetAsync($"/jobs/{leased.Json[0].GetProperty("id").GetString()}", Key("worker"));
        Assert.DoesNotContain(Secret, looked.Text, StringComparison.Ordinal);
    }

    private static (string, string) Key(string name) => ("X-Api-Key", TestKeys.Secret(name));

    private async Task<string> SubmitAsync(string externalId)
    {
        Answer made = await _host.PostAsync(
            "/jobs", $$"""{"queue":"work","externalId":"{{externalId}}","input":{"i":"s3cr3t"},"state":["s3cr3t"]}""", Admin);
        return made.JobId.ToString();
    }

    private async Task<string> RunAsync(string externalId, string end, string members)
    {
        string id = await SubmitAsync(externalId);
        await ReportAsync(end, members, id);
        return id;
    }

    /// <summary>Ends the jobs that wait, one after the other, up to this one.</summary>
    private async Task ReportAsync(string end, string members, string until)
    {
        string? id = null;
        while (id != until)
        {
            JsonElement leased = (await _host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Admin)).Json[0];
            id = leased.GetProperty("id").GetString();
            Answer ended = await _host.PostAsync(
                $"/jobs/{id}/{end}", $$"""{"leaseToken":{{leased.GetProperty("leaseToken").GetRawText()}},{{members}}}""", Admin);
            Assert.True((int)ended.Status < 300, ended.Text);
        }
    }
}
