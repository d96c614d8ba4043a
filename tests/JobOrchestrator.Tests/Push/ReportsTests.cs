using System.Net;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Push;

public sealed class ReportsTests
{
    private const string Stranger = "0190163d-8694-739b-aea5-966c26f8ad91";

    [Fact]
    public async Task Subscribe_IsAnsweredWithTheReportsTopic()
    {
        await using PushHost host = await PushHost.StartAsync(settings: ("Push:ReportsTopic", "done"));

        Answer answer = await host.SendAsync(HttpMethod.Get, "/dapr/subscribe", null);

        Assert.Equal("""[{"topic":"done","pubsubName":"jobs-pubsub","route":"push/reports"}]""", answer.Text);
    }

    [Fact]
    public async Task NoPushQueue_NothingOfItIsThere()
    {
        await using PushHost host = await PushHost.StartWithAsync([]);

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Get, "/dapr/subscribe", null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.DeliverAsync("{}")).Status);
    }

    [Fact]
    public async Task Complete_EndsTheJobWithItsResult()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "complete", ""","result":{"words" : 2}""")));

        Job job = await host.JobAsync(id);
        Assert.Equal((JobStatus.Completed, """{"words" : 2}"""), (job.Status, job.Result!.ToString()));
    }

    [Fact]
    public async Task Heartbeat_ExtendsTheLeaseAndTellsProgressAndState()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        await host.AdvanceAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(
            "SUCCESS", await host.ReportAsync(Report(work, "heartbeat", ""","progress":{"percent":40,"message":"half"},"state":[7]""")));

        Job job = await host.JobAsync(id);
        Assert.Equal(host.Time.GetUtcNow().AddSeconds(30), job.Lease!.ExpiresAt);
        Assert.Equal((new Progress(40, "half"), "[7]"), (job.Progress, job.State!.ToString()));
    }

    [Fact]
    public async Task Fail_WithoutRetry_FailsTheJob()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "fail", ""","error":"No such address","retry":false""")));

        Job job = await host.JobAsync(id);
        Assert.Equal((JobStatus.Failed, "No such address"), (job.Status, job.Error!.Title));
    }

    [Fact]
    public async Task Release_GivesTheJobToTheNext()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 1);
        (_, Delivered work) = await OutAsync(host);

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "release")));

        Assert.Equal(2, (await host.OutAsync(2))[1].Attempt);
    }

    [Fact]
    public async Task Repeat_OfAReport_IsTakenLikeTheFirst()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        await host.ReportAsync(Report(work, "complete"));

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "complete")));

        Assert.Single((await host.JobAsync(id)).Attempts);
        Assert.Empty(host.Log.Of(LogLevel.Information, "was refused"));
    }

    [Fact]
    public async Task StaleReport_IsTakenAndNotedAndLoggedOnce()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        await host.PostAsync($"/jobs/{id}/release", $$"""{"leaseToken":"{{work.Token}}"}""");

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "complete")));

        Assert.Contains((await host.JobAsync(id)).Attempts, attempt => attempt.Outcome == AttemptOutcome.Refused);
        Assert.Single(host.Log.Of(LogLevel.Information, $"Job {id}: a late Complete was refused."));
    }

    [Theory]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"complete\"")]
    [InlineData("""{"jobId":"JOB","action":"complete"}""")]
    [InlineData("""{"jobId":"JOB","action":"dance","leaseToken":"t"}""")]
    [InlineData("""{"jobId":"JOB","action":"fail","leaseToken":"t"}""")]
    [InlineData("""{"jobId":7,"action":"complete","leaseToken":"t"}""")]
    [InlineData("""{"jobId":"no id","action":"complete","leaseToken":"t"}""")]
    [InlineData("""{"jobId":"STRANGER","action":"complete","leaseToken":"t"}""")]
    [InlineData("""[{"jobId":"STRANGER","action":"complete","leaseToken":"t"},17]""")]
    public async Task Unusable_IsDroppedWithOneWarning(string data)
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, _) = await OutAsync(host);

        Assert.Equal("DROP", await host.ReportAsync(
            data.Replace("JOB", id.ToString(), StringComparison.Ordinal).Replace("STRANGER", Stranger, StringComparison.Ordinal)));

        Assert.Single(host.Log.Of(LogLevel.Warning, "cannot be used"));
        Assert.Equal(JobStatus.InProgress, (await host.JobAsync(id)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("complete")]
    [InlineData("{\"data\":{\"jobId\":")]
    [InlineData("{\"data_base64\":\"%%\"}")]
    public async Task Garbage_IsDroppedWithOneWarning(string body)
    {
        await using PushHost host = await PushHost.StartAsync();

        Answer answer = await host.DeliverAsync(body);

        Assert.Equal((HttpStatusCode.OK, """{"status":"DROP"}"""), (answer.Status, answer.Text));
        Assert.Single(host.Log.Of(LogLevel.Warning, "cannot be used"));
    }

    [Fact]
    public async Task OneOfSeveralIsUnusable_TheOthersCount()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);

        Assert.Equal(
            "DROP",
            await host.ReportAsync($$"""[{"jobId":"{{Stranger}}","action":"complete","leaseToken":"t"},{{Report(work, "complete")}}]"""));

        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
        Assert.Single(host.Log.Of(LogLevel.Warning, "1 of the 2 reports"));
    }

    [Theory]
    [InlineData("down")]
    [InlineData("busy")]
    [InlineData("unknown")]
    public async Task StoreInTheWay_IsAskedForAgain(string what)
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        await host.Jobs.TroubleAsync(what);

        Assert.Equal("RETRY", await host.Jobs.WhileTimePassesAsync(host.ReportAsync(Report(work, "complete"))));
        Assert.Equal("RETRY", await host.Jobs.WhileTimePassesAsync(host.ReportAsync($"[{Report(work, "complete")},17]")));
        Assert.Empty(host.Log.Of(LogLevel.Warning, "cannot be used"));

        await host.Jobs.MendAsync();
        Assert.Equal("SUCCESS", await host.ReportAsync(Report(work, "complete")));
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    /// <summary>It was dropped, and with it the job's result, though nothing was wrong with it.</summary>
    [Fact]
    public async Task NoRoomForItsBody_IsAskedForAgain()
    {
        await using PushHost host = await PushHost.StartAsync(
            settings: [("Api:BodiesBytesMax", "1048576"), ("Api:BatchBytesMax", "1048576")]);
        (JobId id, Delivered work) = await OutAsync(host);
        string report = Report(work, "complete", $",\"result\":\"{new string('x', 20_000)}\"");
        using UnfinishedContent one = new(600 * 1024), two = new(600 * 1024);
        Task<HttpResponseMessage>[] open = [.. new[] { one, two }.Select(body => host.Client.PostAsync("/jobs/batch", body))];
        await Task.WhenAll(one.Written, two.Written).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("RETRY", await host.ReportAsync(report));
        Assert.Empty(host.Log.Of(LogLevel.Warning, "cannot be used"));

        one.End();
        two.End();
        await Task.WhenAll(open);
        Assert.Equal(
            "SUCCESS", await Eventually.ValueAsync(() => host.ReportAsync(report), word => word != "RETRY", "there is room again"));
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    [Fact]
    public async Task BodyComesTooSlowly_IsAskedForAgain()
    {
        await using PushHost host = await PushHost.StartAsync(settings: ("Api:BodySecondsMax", "20"));
        using UnfinishedContent body = new(20_000);
        Task<HttpResponseMessage> delivery = host.Client.PostAsync(PushHost.Route, body);
        await body.Written.WaitAsync(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(
            async () =>
            {
                await host.AdvanceAsync(TimeSpan.FromSeconds(1));
                return delivery.IsCompleted;
            },
            "the delivery is answered");

        Assert.Equal("""{"status":"RETRY"}""", await (await delivery).Content.ReadAsStringAsync());
        body.End();
    }

    /// <summary>What will never fit is not asked for again.</summary>
    [Fact]
    public async Task BodyIsTooLarge_IsDroppedWithOneWarning()
    {
        await using PushHost host = await PushHost.StartAsync(settings: [("Api:BodyBytesMax", "65536"), ("Api:BatchBytesMax", "65536")]);

        Assert.Equal("DROP", await host.ReportAsync($"\"{new string('x', 70_000)}\""));

        Assert.Single(host.Log.Of(LogLevel.Warning, "cannot be used"));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("base64")]
    [InlineData("bare")]
    public async Task OtherShapes_AreUnderstood(string shape)
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        string report = Report(work, "complete", ""","result":1""");

        Answer answer = await host.DeliverAsync(shape switch
        {
            "text" => $$"""{"id":"1","datacontenttype":"text/plain","data":{{System.Text.Json.JsonSerializer.Serialize(report)}}}""",
            "base64" => $$"""{"data_base64":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(report))}}","id":"1"}""",
            _ => report,
        });

        Assert.Equal("""{"status":"SUCCESS"}""", answer.Text);
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    /// <summary>
    /// F14's kind: what is packed as base64 was taken as it is, stored, and shown in the answers to others, which then were no JSON.
    /// </summary>
    [Theory]
    [InlineData("\"state\":\"?\"")]
    [InlineData("\"state\":{\"?\":1}")]
    [InlineData("\"other\":\"?\"")]
    public async Task Base64_ThatIsNoUtf8_IsDropped(string member)
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);
        byte[] report = Encoding.UTF8.GetBytes(Report(work, "heartbeat", $",{member}"));
        report[Array.LastIndexOf(report, (byte)'?')] = 0xFF;

        Answer answer = await host.DeliverAsync($$"""{"data_base64":"{{Convert.ToBase64String(report)}}","id":"1"}""");

        Assert.Equal("""{"status":"DROP"}""", answer.Text);
        Assert.Null((await host.JobAsync(id)).State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    public async Task AppTokenSet_WithoutIt_Gets401AndChangesNothing(string? sent)
    {
        await using PushHost host = await PushHost.StartAsync(settings: ("APP_API_TOKEN", "the-sidecars-token"));
        (JobId id, Delivered work) = await OutAsync(host);
        string body = $$"""{"data":{{Report(work, "complete")}}}""";

        Answer answer = await host.DeliverAsync(body, sent is null ? [] : [("dapr-api-token", sent)]);

        answer.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(JobStatus.InProgress, (await host.JobAsync(id)).Status);
        Assert.Equal("""{"status":"SUCCESS"}""", (await host.DeliverAsync(body, ("dapr-api-token", "the-sidecars-token"))).Text);
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    [Fact]
    public async Task ApiKeysAndAppToken_SidecarNeedsNoKey()
    {
        await using PushHost host = await PushHost.StartAsync(settings:
        [
            ("APP_API_TOKEN", "the-sidecars-token"), ("Api:Keys:0:Name", "admin"), ("Api:Keys:0:Key", "admin-key-0123456789"),
            ("Api:Keys:0:Admin", "true"),
        ]);
        Answer submitted = await host.PostAsync("/jobs", """{"queue":"mail"}""", ("X-Api-Key", "admin-key-0123456789"));
        Delivered work = (await host.OutAsync(1))[0];

        await host.DeliverAsync($$"""{"data":{{Report(work, "complete")}}}""", ("dapr-api-token", "the-sidecars-token"));

        Assert.Equal(JobStatus.Completed, (await host.JobAsync(submitted.JobId)).Status);
    }

    [Fact]
    public async Task ReportOverHttp_ByAPushWorker_CountsToo()
    {
        await using PushHost host = await PushHost.StartAsync();
        (JobId id, Delivered work) = await OutAsync(host);

        Answer beat = await host.PostAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{work.Token}}"}""");
        Answer done = await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{work.Token}}"}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (beat.Status, done.Status));
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    private static string Report(Delivered work, string action, string more = "") => DispatcherTests.Report(work, action, more);

    private static async Task<(JobId Id, Delivered Work)> OutAsync(PushHost host)
    {
        JobId id = await host.SubmitAsync();
        return (id, (await host.OutAsync(1))[0]);
    }
}
