using JobOrchestrator.Core;
using JobOrchestrator.Features.Health;

namespace JobOrchestrator.Tests.Features;

/// <summary>What is answered is what the document says: statuses, headers, and every member of every body.</summary>
public sealed class OpenApiAnswersTests
{
    private static readonly (string, string) NoWait = ("Prefer", "wait=0");

    [Fact]
    public async Task CallersOperations_Answers_AreAsDocumented()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            settings: new() { ["Api:WaitSecondsMax"] = "0" }, routes: app => app.MapHealth());
        var asked = new Asked(host, await ApiDocument.OfAsync(host));

        await asked.PostAsync("submitJob", "/jobs", """
            {"owner":"o","queue":"q","type":"t","input":{"a":1},"state":2,"externalId":"e","maxRetries":"unlimited","timeLimitSeconds":9,
            "backoff":{"kind":"LINEAR","seconds":2},"uniqueKey":"u","uniqueSeconds":5,"priority":-1,"durable":false}
            """, NoWait, ("Idempotency-Key", "k"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        await asked.PostAsync("submitJob", "/jobs", """{"owner":"o","queue":"q","externalId":"e"}""");
        await asked.PostAsync("submitJob", "/jobs?onDuplicate=return", """{"owner":"o","queue":"q","externalId":"e"}""");
        await asked.PostAsync("submitJob", "/jobs", """{"owner":"o"}""", ("Idempotency-Key", "k2"));
        await asked.PostAsync("submitJob", "/jobs", """{"owner":"o"}""", ("Idempotency-Key", "k2"));
        await asked.PostAsync("submitJob", "/jobs", """{"owner":"p"}""", ("Idempotency-Key", "k2"));
        await asked.PostAsync("submitJob", "/jobs", """{"leaseSeconds":0,"dealy":1}""");
        await asked.PostAsync("submitJob", "/jobs", "nonsense");
        await asked.PostAsync("startJob", "/Jobs/StartJob", "{}");
        Answer waiting = await asked.PostAsync("startJobWithTimeout", "/Jobs/StartJobWithTimeout", """{"initialTimeout":10}""");
        string job = $"/jobs/{waiting.JobId}";
        await asked.PostAsync("submitJobs", "/jobs/batch", "[{},{}]", ("Idempotency-Key", "k3"));
        await asked.PostAsync("submitJobs", "/jobs/batch", "[{},{}]", ("Idempotency-Key", "k3"));
        await asked.PostAsync("submitJobs", "/jobs/batch?atomic=false", """[{},{"leaseSeconds":0}]""");
        await asked.GetAsync("listJobs", "/jobs?limit=2");
        await asked.GetAsync("listJobs", "/jobs?limit=none");
        Answer shown = await asked.GetAsync("getJob", job, NoWait);
        await asked.GetAsync("getJob", job, ("If-None-Match", shown["ETag"]!), NoWait);
        await asked.GetAsync("getJobByQuery", $"/Jobs/get?jobId={waiting.JobId}");
        await asked.GetAsync("getJobByQuery", "/Jobs/get?jobId=none");
        await asked.GetAsync("getJobResult", $"{job}/result", NoWait);
        await asked.SendAsync("moveJob", HttpMethod.Patch, job, """{"priority":3}""");
        await asked.SendAsync("moveJob", HttpMethod.Patch, job, """{"priority":4}""", ("If-Match", "\"77\""));
        await asked.PostAsync("retryJob", $"{job}/retry", "");
        await asked.PostAsync("cancelJob", $"{job}/cancel", "");
        await asked.GetAsync("getJobResult", $"{job}/result");
        await asked.PostAsync("retryJob", $"{job}/retry", "");
        await asked.GetAsync("getJob", job);
        await asked.GetAsync("listJobChanges", $"{job}/changes");
        await asked.GetAsync("listJobChanges", $"{job}/changes?cursor=none");
        await asked.SendAsync("deleteJob", HttpMethod.Delete, $"{job}?purge=true", null);
        await asked.GetAsync("listJobChanges", $"{job}/changes");
        await asked.GetAsync("getJob", job);
        await asked.GetAsync("getLive", "/health/live");

        asked.ShouldBeAsDocumented();
    }

    [Fact]
    public async Task WorkersAndOperatorsOperations_Answers_AreAsDocumented()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:WaitSecondsMax"] = "0" });
        var asked = new Asked(host, await ApiDocument.OfAsync(host));
        await host.SubmitAsync("""{"queue":"q","maxRetries":0}""");
        await host.SubmitAsync("""{"queue":"q","maxRetries":1}""");
        await host.SubmitAsync("""{"queue":"q"}""");

        (JobId Id, string Token) first = await asked.LeaseAsync("q");
        (JobId Id, string Token) second = await asked.LeaseAsync("q");
        (JobId Id, string Token) third = await asked.LeaseAsync("q");
        await asked.PostAsync("leaseJobs", "/queues/q/lease", """{"worker":"w","version":"1.0","slots":3}""");
        await asked.PostAsync("leaseJobs", "/queues/q/lease", "{}");
        await asked.PostAsync(
            "heartbeatJob", $"/jobs/{first.Id}/heartbeat", Body(first, ""","progress":{"percent":1,"message":"m"},"state":1"""));
        await asked.GetAsync("getJob", $"/jobs/{first.Id}");
        await asked.PostAsync(
            "failJob", $"/jobs/{first.Id}/fail", Body(first, ""","error":{"title":"t","status":503,"detail":[1]},"retry":false"""));
        await asked.GetAsync("getJobResult", $"/jobs/{first.Id}/result");
        await asked.GetAsync("getJob", $"/jobs/{first.Id}");
        await asked.PostAsync("failJob", $"/jobs/{second.Id}/fail", Body(second, ""","error":"a text"""));
        await asked.PostAsync("releaseJob", $"/jobs/{third.Id}/release", Body(third, ""","delay":0"""));
        third = await asked.LeaseAsync("q");
        await asked.PostAsync("cancelJob", $"/jobs/{third.Id}/cancel", "");
        await asked.PostAsync("waitForCancels", "/jobs/cancels", $$"""
            {"leases":[{"jobId":"{{third.Id}}","leaseToken":"{{third.Token}}"},{"jobId":"none","leaseToken":"x"}],"wait":1}
            """);
        await asked.PostAsync("waitForCancels", "/jobs/cancels", """{"leases":[]}""");
        await asked.PostAsync("waitForCancels", "/jobs/cancels", "{}");
        await asked.PostAsync("reportJobs", "/jobs/report", $$"""
            {"reports":[{"jobId":"{{third.Id}}","action":"Heartbeat","leaseToken":"{{third.Token}}"},
            {"jobId":"none","action":"release","leaseToken":"x"},{"action":"complete","leaseToken":"x"}]}
            """);
        await asked.PostAsync("completeJob", $"/jobs/{third.Id}/complete", Body(third, ""","result":{"a":1}"""));
        await asked.PostAsync("completeJob", $"/jobs/{second.Id}/complete", Body(third, ""));
        await asked.GetAsync("listQueues", "/queues?limit=1");
        await asked.GetAsync("getQueue", "/queues/q");
        await asked.PostAsync("pauseQueue", "/queues/q/pause", "");
        await asked.PostAsync("resumeQueue", "/queues/q/resume", "");
        await asked.PostAsync("retryQueue", "/queues/q/retry?limit=1", "");
        await asked.PostAsync("purgeQueue", "/queues/q/purge", "");
        await asked.PostAsync("purgeQueue", "/queues/q/purge?status=New", "");
        Answer page = await asked.GetAsync("readEvents", "/events?after=oldest", ("Accept", "application/json"), NoWait);
        Assert.InRange(page.Json.GetProperty("events").GetArrayLength(), 5, 100);
        await asked.GetAsync("readEvents", "/events?after=none", ("Accept", "application/json"));
        await asked.GetAsync("getAudit", "/audit");
        await asked.PostAsync("actOnJobs", "/jobs/actions", """{"action":"retry","q":"queue:q","dryRun":true}""");
        Answer acted = await asked.PostAsync(
            "actOnJobs", "/jobs/actions", """{"action":"label","q":"queue:q","expect":9,"reason":"why","labels":{"a":"1","b":null}}""");
        await asked.PostAsync("actOnJobs", "/jobs/actions", """{"action":"retry","q":"-queue:q","expect":0}""");
        await asked.PostAsync("actOnJobs", "/jobs/actions", """{"action":"retry","q":"statsu:new","expect":0}""");
        await asked.PostAsync("actOnJobs", "/jobs/actions", """{"action":"retry"}""");
        await asked.GetAsync("listActions", "/actions");
        await asked.GetAsync("getAction", $"/actions/{acted.Json.GetProperty("id").GetString()}");
        await asked.GetAsync("getAction", "/actions/none");
        await asked.PostAsync("undoAction", $"/actions/{acted.Json.GetProperty("id").GetString()}/undo", "");
        await asked.PostAsync("undoAction", $"/actions/{acted.Json.GetProperty("id").GetString()}/undo", "");
        await asked.GetAsync("getMe", "/me");
        await asked.GetAsync("getStats", "/stats?m=finished,wait&by=status");
        await asked.GetAsync("getStats", "/stats?m=none");
        await asked.GetAsync("getStats", "/stats?step=1&from=-1d");
        await asked.PostAsync("setMark", "/marks", """{"text":"a deploy","queue":"q"}""");
        await asked.PostAsync("setMark", "/marks", "{}");
        await asked.GetAsync("listMarks", "/marks");
        await asked.GetAsync("listMarks", "/marks?from=never");
        await asked.GetAsync("listReplicas", "/replicas");
        await asked.GetAsync("listOwners", "/owners");
        await asked.GetAsync("listWorkers", "/workers");
        await asked.GetAsync("listErrors", "/errors");
        await asked.GetAsync("listErrors", "/errors?window=never");
        await asked.PostAsync("makeTicket", "/me/ticket", "");

        asked.ShouldBeAsDocumented();
    }

    [Fact]
    public async Task CallersWithKeys_Refusals_AreAsDocumented()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:Keys:0:Name"] = "n",
            ["Api:Keys:0:Key"] = "0123456789abcdef",
            ["Api:Keys:0:Owner"] = "o",
            ["Api:Keys:0:Permissions"] = "Read",
        });
        var asked = new Asked(host, await ApiDocument.OfAsync(host));
        (string, string) key = ("Authorization", "Bearer 0123456789abcdef");

        await asked.GetAsync("listJobs", "/jobs");
        await asked.GetAsync("listJobs", "/jobs?owner=p", key);
        await asked.GetAsync("getAudit", "/audit", key);
        await asked.GetAsync("getMe", "/me");
        await asked.GetAsync("getMe", "/me", key);
        Answer ticket = await asked.PostAsync("makeTicket", "/me/ticket", "", key);
        (string, string) byTicket = ("Authorization", $"Bearer {ticket.Json.GetProperty("ticket").GetString()}");
        await asked.GetAsync("getMe", "/me", byTicket);
        await asked.GetAsync("getStats", "/stats?owner=p", key);
        await asked.GetAsync("listReplicas", "/replicas", key);
        await asked.GetAsync("listOwners", "/owners?owner=p", key);
        await asked.GetAsync("listWorkers", "/workers", key);
        await asked.PostAsync("setMark", "/marks", """{"text":"a deploy"}""", key);
        await asked.GetAsync("listMarks", "/marks", key);
        await asked.GetAsync("listErrors", "/errors", key);
        await asked.PostAsync("makeTicket", "/me/ticket", "", byTicket);
        await asked.GetAsync("getQueue", "/queues/q", key);
        await asked.GetAsync("readEvents", "/events?owner=p", key);
        await asked.PostAsync("submitJob", "/jobs", "{}", key);
        await asked.PostAsync("actOnJobs", "/jobs/actions", """{"action":"cancel","q":"status:new","expect":0}""", key);
        await asked.PostAsync("leaseJobs", "/queues/q/lease", """{"worker":"w"}""", key);

        asked.ShouldBeAsDocumented();
    }

    private static string Body((JobId Id, string Token) leased, string more) => $$"""{"leaseToken":"{{leased.Token}}"{{more}}}""";

    /// <summary>Requests, and what of their answers is not as the document says.</summary>
    private sealed class Asked(ApiHost host, ApiDocument document)
    {
        private readonly List<string> _faults = [];

        public void ShouldBeAsDocumented() => Assert.True(_faults.Count == 0, string.Join(Environment.NewLine, _faults));

        public Task<Answer> GetAsync(string operation, string path, params (string, string)[] headers) =>
            SendAsync(operation, HttpMethod.Get, path, null, headers);

        public Task<Answer> PostAsync(string operation, string path, string body, params (string, string)[] headers) =>
            SendAsync(operation, HttpMethod.Post, path, body, headers);

        public async Task<Answer> SendAsync(
            string operation, HttpMethod method, string path, string? body, params (string, string)[] headers)
        {
            Answer answer = await host.SendAsync(method, path, body, headers);
            _faults.AddRange(document.Faults(operation, answer));
            return answer;
        }

        public async Task<(JobId Id, string Token)> LeaseAsync(string queue)
        {
            Answer answer = await PostAsync("leaseJobs", $"/queues/{queue}/lease", """{"worker":"w"}""");
            return (new JobId(answer.Json[0].GetProperty("id").GetGuid()), answer.Json[0].GetProperty("leaseToken").GetString()!);
        }
    }
}
