using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Features;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>What each kind of key may do, and that none of them reaches further.</summary>
public sealed class KeyPermissionsTests
{
    private static readonly (string, string) Admin = Key("admin");
    private static readonly (string, string) Shop = Key("shop");
    private static readonly (string, string) Worker = Key("worker");
    private static readonly (string, string) Operator = Key("operator");
    private static readonly (string, string) Reader = Key("reader");
    private static readonly (string, string) Capped = Key("capped");
    private static readonly (string, string) Low = Key("low");

    /// <summary>Why a job waits is for who may read it, and names of workers and keys are for operators.</summary>
    [Fact]
    public async Task Why_ByWhoeverMayReadTheJob_NamesNobodyToThoseWhoDoNotOperate()
    {
        await using ApiHost host = await StartAsync();
        string job = (await host.PostAsync("/jobs", """{"owner":"shop","queue":"work"}""", Admin)).JobId.ToString();
        await host.PostAsync("/queues/work/pause", """{"reason":"secret plan"}""", Operator);
        Answer owners = await host.GetAsync($"/jobs/{job}/why", Shop);
        Answer operators = await host.GetAsync($"/jobs/{job}/why", Operator);
        string foreign = (await host.PostAsync("/jobs", """{"owner":"other","queue":"elsewhere"}""", Admin)).JobId.ToString();

        Assert.Contains("secret plan", operators.Text, StringComparison.Ordinal);
        Assert.Contains("/resume", operators.Text, StringComparison.Ordinal);
        Assert.Contains("queue-paused", owners.Text, StringComparison.Ordinal);
        Assert.All(
            new[] { "secret", "operator", "/resume" }, word => Assert.DoesNotContain(word, owners.Text, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/jobs/{foreign}/why", Shop)).Status);
    }

    /// <summary>Names of keys and what operators tell each other are theirs.</summary>
    [Fact]
    public async Task PausedQueue_ByWhomAndWhy_IsShownToThoseWhoOperateIt()
    {
        await using ApiHost host = await StartAsync();
        await host.PostAsync("/queues/work/pause", """{"reason":"migration"}""", Operator);

        JsonElement operators = (await host.GetAsync("/queues/work", Admin)).Json;
        JsonElement workers = (await host.GetAsync("/queues/work", Worker)).Json;

        Assert.Equal(
            ("operator", "migration"), (operators.GetProperty("pausedBy").GetString(), operators.GetProperty("pauseReason").GetString()));
        Assert.True(workers.TryGetProperty("pausedAt", out _));
        Assert.False(workers.TryGetProperty("pausedBy", out _));
        Assert.False(workers.TryGetProperty("pauseReason", out _));
    }

    /// <summary>
    /// Security review H8: a worker of one queue ended a job and put others, as its owner, into queues that it does not work.
    /// </summary>
    [Theory]
    [InlineData("unique", "secret-queue", "new-1")]
    [InlineData("replace", "shop-own", "victim")]
    public async Task Requeue_IntoAQueueThatIsNotTheWorkers_ChangesNothing(string mode, string target, string id)
    {
        await using ApiHost host = await StartAsync();
        Answer victim = await host.PostAsync("/jobs", """{"owner":"shop","queue":"shop-own","externalId":"victim","input":1}""", Admin);
        await host.PostAsync("/jobs", """{"queue":"work","externalId":"worked"}""", Shop);
        string run = await RunAsync(host);

        Answer answer = await host.SendAsync(
            HttpMethod.Put,
            $"/v2/queues/work/jobs/worked/run-id/{run}?mode={mode}",
            $$"""[{"id":"{{id}}","queue":"{{target}}","timeout":30,"payload":"OWNED BY W"}]""",
            Worker);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("1", (await host.GetAsync($"/jobs/{victim.JobId}", Admin)).Json.GetProperty("input").GetRawText());
        Assert.Empty((await host.GetAsync("/jobs?queue=secret-queue", Admin)).Json.EnumerateArray());
        Assert.Equal("InProgress", (await host.GetAsync("/jobs?queue=work", Admin)).Json[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Requeue_IntoTheWorkersOwnQueue_IsTakenForTheOwner()
    {
        await using ApiHost host = await StartAsync();
        await host.PostAsync("/jobs", """{"queue":"work","externalId":"worked"}""", Shop);
        string run = await RunAsync(host);

        Answer answer = await host.SendAsync(
            HttpMethod.Put,
            $"/v2/queues/work/jobs/worked/run-id/{run}",
            """[{"id":"next","queue":"work","timeout":30,"payload":2}]""",
            Worker);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("shop", (await host.GetAsync("/jobs?queue=work&status=New", Admin)).Json[0].GetProperty("owner").GetString());
    }

    /// <summary>
    /// Security review M4: a worker's key also cancelled, moved, retried and purged other owners' jobs, and submitted where it liked; H8's
    /// kind: a key acts only in the queues that it names, and only as its permissions say.
    /// </summary>
    [Theory]
    [InlineData("shop", "POST /jobs {\"queue\":\"work\"}", 202)]
    [InlineData("shop", "POST /jobs {\"queue\":\"other\"}", 403)]
    [InlineData("shop", "POST /jobs {}", 403)]
    [InlineData("shop", "POST /jobs {\"queue\":\"work\",\"priority\":10}", 202)]
    [InlineData("shop", "POST /jobs {\"queue\":\"work\",\"priority\":11}", 403)]
    [InlineData("shop", "POST /jobs {\"queue\":\"work\",\"owner\":\"else\"}", 403)]
    [InlineData("shop", "POST /jobs/batch [{\"queue\":\"work\"},{\"queue\":\"other\"}]", 403)]
    [InlineData("shop", "POST /Jobs/StartJob {\"queue\":\"other\"}", 403)]
    [InlineData("shop", "POST /Jobs/StartJobWithTimeout {\"queue\":\"other\"}", 403)]
    [InlineData("shop", "POST / {\"object_id\":\"o\"}", 403)]
    [InlineData("shop", "POST /enqueue {\"id\":\"i\",\"queue\":\"other\",\"timeout\":1,\"payload\":1}", 403)]
    [InlineData("shop", "POST /v1/queues/jobs [{\"id\":\"i\",\"queue\":\"other\",\"timeout\":1,\"payload\":1}]", 403)]
    [InlineData("shop", "POST /v2/queues/jobs [{\"id\":\"i\",\"queue\":\"other\",\"timeout\":1,\"payload\":1}]", 403)]
    [InlineData("shop", "PATCH /jobs/{waiting} {\"priority\":10}", 200)]
    [InlineData("shop", "PATCH /jobs/{waiting} {\"priority\":11}", 403)]
    [InlineData("shop", "POST /jobs/{waiting}/cancel", 200)]
    [InlineData("shop", "POST /jobs/{finished}/retry", 202)]
    [InlineData("shop", "DELETE /jobs/{finished}?purge=true", 204)]
    [InlineData("shop", "POST /queues/work/lease {\"worker\":\"w\"}", 403)]
    [InlineData("shop", "GET /next?queue=work", 403)]
    [InlineData("shop", "GET /v1/queues/work/jobs", 403)]
    [InlineData("shop", "GET /v2/queues/work/jobs", 403)]
    [InlineData("shop", "POST /jobs/{running}/heartbeat {\"leaseToken\":\"{token}\"}", 403)]
    [InlineData("shop", "POST /jobs/{running}/complete {\"leaseToken\":\"{token}\"}", 403)]
    [InlineData("shop", "PATCH /v1/queues/work/jobs/run", 403)]
    [InlineData("shop", "DELETE /v1/queues/work/jobs/run", 403)]
    [InlineData("shop", "DELETE /complete?queue=work&job_id=run", 403)]
    [InlineData("shop", "PUT /v1/queues/jobs {\"id\":\"run\",\"queue\":\"work\",\"timeout\":1,\"payload\":1}", 403)]
    [InlineData("shop", "POST /queues/work/pause", 403)]
    [InlineData("worker", "POST /queues/work/lease {\"worker\":\"w\"}", 200)]
    [InlineData("worker", "POST /queues/other/lease {\"worker\":\"w\"}", 403)]
    [InlineData("worker", "POST /queues/work/lease {\"worker\":\"w\",\"queues\":[\"other\"]}", 403)]
    [InlineData("worker", "GET /next?queue=other", 403)]
    [InlineData("worker", "POST /jobs/{running}/complete {\"leaseToken\":\"{token}\"}", 200)]
    [InlineData("worker", "DELETE /v1/queues/work/jobs/run", 200)]
    [InlineData("worker", "GET /jobs/{waiting}", 200)]
    [InlineData("worker", "GET /jobs?queue=work", 200)]
    [InlineData("worker", "GET /jobs", 200)]
    [InlineData("worker", "GET /events", 403)]
    [InlineData("worker", "GET /jobs?queue=other", 403)]
    [InlineData("worker", "GET /jobs/{elsewhere}", 404)]
    [InlineData("worker", "GET /queues/work", 200)]
    [InlineData("worker", "GET /queues/other", 403)]
    [InlineData("worker", "POST /jobs {\"queue\":\"work\"}", 403)]
    [InlineData("worker", "PATCH /jobs/{waiting} {\"priority\":1}", 403)]
    [InlineData("worker", "POST /jobs/{waiting}/cancel", 403)]
    [InlineData("worker", "DELETE /jobs/{waiting}", 403)]
    [InlineData("worker", "DELETE /v1/queues/work/jobs/wait", 403)]
    [InlineData("worker", "DELETE /v2/queues/work/jobs/wait", 403)]
    [InlineData("worker", "POST /jobs/{finished}/retry", 403)]
    [InlineData("worker", "DELETE /jobs/{finished}?purge=true", 403)]
    [InlineData("worker", "POST /queues/work/pause", 403)]
    [InlineData("worker", "POST /queues/work/purge", 403)]
    [InlineData("operator", "POST /queues/work/pause", 200)]
    [InlineData("operator", "POST /queues/work/retry", 200)]
    [InlineData("operator", "POST /queues/other/pause", 403)]
    [InlineData("operator", "POST /jobs/{waiting}/cancel", 200)]
    [InlineData("operator", "POST /jobs/{finished}/retry", 202)]
    [InlineData("operator", "POST /jobs/{elsewhere}/cancel", 404)]
    [InlineData("operator", "POST /queues/work/lease {\"worker\":\"w\"}", 403)]
    [InlineData("operator", "POST /jobs/{running}/complete {\"leaseToken\":\"{token}\"}", 403)]
    [InlineData("operator", "POST /jobs {\"queue\":\"work\"}", 403)]
    [InlineData("reader", "GET /jobs/{elsewhere}", 200)]
    [InlineData("reader", "GET /queues", 200)]
    [InlineData("reader", "POST /jobs {\"queue\":\"work\"}", 403)]
    [InlineData("reader", "POST /queues/work/lease {\"worker\":\"w\"}", 403)]
    [InlineData("reader", "POST /jobs/{waiting}/cancel", 403)]
    [InlineData("reader", "POST /queues/work/pause", 403)]
    public async Task Key_EachOperation_IsAllowedAsItsPermissionsSay(string key, string request, int expected)
    {
        await using ApiHost host = await StartAsync();
        string finished = await FinishedAsync(host);
        await host.PostAsync("/jobs", """{"queue":"work","externalId":"run"}""", Shop);
        Answer leased = await host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Worker);
        Answer waiting = await host.PostAsync("/jobs", """{"queue":"work","externalId":"wait"}""", Shop);
        Answer elsewhere = await host.PostAsync("/jobs", """{"queue":"other","owner":"else"}""", Admin);
        string[] parts = request
            .Replace("{finished}", finished, StringComparison.Ordinal)
            .Replace("{running}", leased.Json[0].GetProperty("id").GetString(), StringComparison.Ordinal)
            .Replace("{token}", leased.Json[0].GetProperty("leaseToken").GetString(), StringComparison.Ordinal)
            .Replace("{waiting}", waiting.JobId.ToString(), StringComparison.Ordinal)
            .Replace("{elsewhere}", elsewhere.JobId.ToString(), StringComparison.Ordinal)
            .Split(' ', 3);

        Answer answer = await host.SendAsync(
            new HttpMethod(parts[0]), parts[1], parts.Length > 2 ? parts[2] : parts[0] == "GET" ? null : "", Key(key));

        Assert.True((int)answer.Status == expected, $"{(int)answer.Status}: {answer.Text}");
    }

    /// <summary>The same for each entry of many: one that is not allowed is its own 403.</summary>
    [Fact]
    public async Task Key_EntriesOfMany_AreAllowedOneByOne()
    {
        await using ApiHost host = await StartAsync();

        Answer batch = await host.PostAsync(
            "/jobs/batch?atomic=false", """[{"queue":"work"},{"queue":"other"},{"queue":"work","priority":99}]""", Shop);
        Answer leased = await host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Worker);
        Answer reports = await host.PostAsync(
            "/jobs/report",
            $$"""
            {"reports":[{"jobId":{{leased.Json[0].GetProperty("id").GetRawText()}},
              "leaseToken":{{leased.Json[0].GetProperty("leaseToken").GetRawText()}},"action":"complete"}]}
            """,
            Operator);

        Assert.Equal([202, 403, 403], batch.Json.EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
        Assert.Equal([403], reports.Json.GetProperty("outcomes").EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
    }

    /// <summary>Who hears of cancels is who may work the job, and nobody learns of one that he does not see.</summary>
    [Theory]
    [InlineData("worker", null)]
    [InlineData("admin", null)]
    [InlineData("operator", 403)]
    [InlineData("reader", 403)]
    [InlineData("shop", 403)]
    [InlineData("stranger", 404)]
    public async Task Key_ThatAsksForCancels_HearsWhatAHeartbeatWouldBeTold(string key, int? status)
    {
        await using ApiHost host = await StartAsync();
        await host.PostAsync("/jobs", """{"queue":"work"}""", Shop);
        Answer leased = await host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Worker);
        JsonElement job = leased.Json[0];
        string lease = $$"""
            "jobId":{{job.GetProperty("id").GetRawText()}},"leaseToken":{{job.GetProperty("leaseToken").GetRawText()}}
            """;

        Answer heard = await host.PostAsync("/jobs/cancels", $$"""{"leases":[{{{lease}}}]}""", Key(key));
        Answer beaten = await host.PostAsync("/jobs/report", $$"""{"reports":[{{{lease}},"action":"heartbeat"}]}""", Key(key));

        Assert.Equal(status is null ? [] : [status], StatusesOf(heard));
        Assert.Equal([status ?? 200], StatusesOf(beaten));

        static int?[] StatusesOf(Answer answer) =>
            [.. answer.Json.GetProperty("outcomes").EnumerateArray().Select(item => (int?)item.GetProperty("status").GetInt32())];
    }

    /// <summary>No command on a job is forgotten: each says what it asks of a key, and a key without permissions may do none.</summary>
    [Fact]
    public async Task Command_EachOnAJob_IsDeniedToAKeyThatOnlyReads()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Job job = ((JobLookup.Found)await host.Shards.FindAsync(await host.SubmitAsync(), CancellationToken.None)).Job;
        var caller = Caller.Of(new ApiKeyOptions { Name = "r", Permissions = KeyPermissions.Read, Queues = { "*" } });
        IEnumerable<Type> commands = typeof(Command).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Command.OnJob)));

        Assert.All(commands, type =>
        {
            var command = (Command.OnJob)RuntimeHelpers.GetUninitializedObject(type);

            ProblemException refused = Assert.Throws<ProblemException>(() => caller.Require(command, job));
            Assert.Equal(ProblemType.Forbidden, refused.Problem.Type);
        });
    }

    /// <summary>A retry makes a job of the old one's priority, which somebody else may have given it.</summary>
    [Fact]
    public async Task Retry_OfAPriorityOverTheKeys_IsRefusedAsASubmitWouldBe()
    {
        await using ApiHost host = await StartAsync();
        Answer job = await host.PostAsync("/jobs", """{"queue":"work"}""", Shop);
        await host.SendAsync(HttpMethod.Patch, $"/jobs/{job.JobId}", """{"priority":11}""", Admin);
        await host.PostAsync($"/jobs/{job.JobId}/cancel", "", Admin);

        Answer refused = await host.PostAsync($"/jobs/{job.JobId}/retry", "", Shop);
        Answer skipped = await host.PostAsync("/queues/work/retry?status=Cancelled", "", Capped);
        Answer made = await host.PostAsync($"/jobs/{job.JobId}/retry", "", Admin);
        Answer again = await host.PostAsync($"/jobs/{job.JobId}/retry", "", Shop);

        refused.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("no priority over 10", refused.Text, StringComparison.Ordinal);
        Assert.Equal("""{"retried":0,"skipped":1,"more":false}""", skipped.Text);
        Assert.Equal(HttpStatusCode.Accepted, made.Status);
        Assert.Equal(made.JobId, again.JobId);
    }

    /// <summary>Other systems' routes say no priority, which is 0 there as everywhere.</summary>
    [Theory]
    [InlineData("POST /jobs {\"queue\":\"hasty\"}")]
    [InlineData("POST / {\"object_id\":\"o\"}")]
    [InlineData("POST /enqueue {\"id\":\"i\",\"queue\":\"hasty\",\"timeout\":1,\"payload\":1}")]
    [InlineData("POST /v2/queues/jobs [{\"id\":\"i\",\"queue\":\"hasty\",\"timeout\":1,\"payload\":1}]")]
    public async Task Submit_ByADoor_IsOfNoPriorityOverTheKeys(string request)
    {
        await using ApiHost host = await StartAsync();
        string[] parts = request.Split(' ', 3);

        Answer answer = await host.SendAsync(new HttpMethod(parts[0]), parts[1], parts[2], Low);

        // In each system's own words.
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("no priority over -1", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Security review M4a: Queues without Owner was a key for everything; what a key may do is said, or the service does not start.
    /// </summary>
    [Theory]
    [InlineData("\"Admin\": true", "")]
    [InlineData("neither Owner nor Queues", "Permissions=Submit")]
    [InlineData("does not say what it is for", "Queues:0=work")]
    [InlineData("does not say what it is for", "Owner=shop", "Queues:0=work")]
    [InlineData("does not say what it is for", "Owner=shop", "Permissions=ReadPayload")]
    [InlineData("may submit into no queue", "Owner=shop", "Permissions=Submit")]
    [InlineData("may work or operate no queue", "Owner=shop", "Permissions=Work")]
    [InlineData("may work or operate no queue", "Owner=shop", "Permissions=Submit, Operate", "SubmitQueues:0=*")]
    [InlineData("bounds besides", "Admin=true", "Queues:0=work")]
    [InlineData("bounds besides", "Admin=true", "ReadPayload=false")]
    [InlineData("\"ReadPayload\": false", "Queues:0=work", "Permissions=Read, ReadPayload", "ReadPayload=false")]
    public async Task Start_KeyThatDoesNotSayWhatItMayDo_StopsAndSaysWhatToWrite(string message, params string[] settings)
    {
        Dictionary<string, string?> configuration = new() { ["Api:Keys:0:Name"] = "old", ["Api:Keys:0:Key"] = "0123456789abcdef" };
        foreach (string[] setting in settings.Where(setting => setting.Length > 0).Select(setting => setting.Split('=')))
        {
            configuration[$"Api:Keys:0:{setting[0]}"] = setting[1];
        }

        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiHost.StartAsync(settings: configuration));

        Assert.Contains("'old'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static (string, string) Key(string name) => ("X-Api-Key", $"{name}-key-0123456789");

    private static async Task<string> RunAsync(ApiHost host) =>
        (await host.GetAsync("/v2/queues/work/jobs", Worker)).Json[0].GetProperty("run_id").GetString()!;

    private static async Task<string> FinishedAsync(ApiHost host)
    {
        await host.PostAsync("/jobs", """{"queue":"work"}""", Shop);
        Answer leased = await host.PostAsync("/queues/work/lease", """{"worker":"w"}""", Worker);
        string id = leased.Json[0].GetProperty("id").GetString()!, token = leased.Json[0].GetProperty("leaseToken").GetString()!;
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""", Worker);
        return id;
    }

    private static Task<ApiHost> StartAsync()
    {
        Dictionary<string, string?> settings = [];
        Add("admin", "Admin=true");
        Add("shop", "Owner=shop", "Permissions=Submit", "SubmitQueues:0=work", "PriorityMax=10");
        Add("worker", "Queues:0=work", "Permissions=Work");
        Add("operator", "Queues:0=work", "Permissions=Operate");
        Add("reader", "Queues:0=*", "Permissions=Read");
        Add("capped", "Queues:0=work", "Permissions=Operate", "PriorityMax=10");
        Add("low", "Owner=low", "Permissions=Submit", "SubmitQueues:0=hasty", "PriorityMax=-1");
        Add("stranger", "Queues:0=other", "Permissions=Work");
        return ApiHost.StartAsync(settings: settings);

        void Add(string name, params string[] more)
        {
            string key = $"Api:Keys:{settings.Keys.Count(setting => setting.EndsWith(":Name", StringComparison.Ordinal))}";
            settings[$"{key}:Name"] = name;
            settings[$"{key}:Key"] = Key(name).Item2;
            foreach (string[] setting in more.Select(setting => setting.Split('=')))
            {
                settings[$"{key}:{setting[0]}"] = setting[1];
            }
        }
    }
}
