using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.OneThread;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What operations see of a worker: its health check and its log.</summary>
public sealed class WorkerHealthTests
{
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Health_OrchestratorAwayAndBack_IsDegradedWithTheReasonAndHealthyAgain()
    {
        using var worker = new LaneWorker();
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);

        worker.Orchestrator.IsDown = true;
        worker.Move(TimeSpan.FromSeconds(10));
        HealthReportEntry away = await worker.HealthAsync();
        worker.Orchestrator.IsDown = false;
        worker.Orchestrator.Add("first", leaseSeconds: 30);
        worker.Move(TimeSpan.FromSeconds(15));

        Assert.Equal(HealthStatus.Degraded, away.Status);
        Assert.Matches("queue steps: Connection refused \\([0-9]+ in a row since .*Z\\)", away.Description);
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);
        Assert.Equal(1, worker.Log.Warnings("Queue steps: no work to be had (Connection refused); tried again until there is."));
        Assert.Contains("Queue steps: the orchestrator answers again.", worker.Log.At(LogLevel.Information));
    }

    /// <summary>It was said with the end of the next long poll, up to half a minute later, where there was no work.</summary>
    [Fact]
    public async Task Health_OrchestratorBackWithoutWork_IsHealthyAndSaidSoWithinASecondOfTheNextRequest()
    {
        using var worker = new LaneWorker();
        worker.Orchestrator.IsDown = true;
        worker.Move(TimeSpan.FromSeconds(10));
        worker.Orchestrator.LeaseWaits.Clear();

        worker.Orchestrator.IsDown = false;
        worker.MoveUntil(() => worker.Orchestrator.LeaseWaits.Count > 0, "it asks again", AMinute);
        worker.Move(TimeSpan.FromSeconds(1.5));

        Assert.Contains("Queue steps: the orchestrator answers again.", worker.Log.At(LogLevel.Information));
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);
        Assert.Equal([1, 30], worker.Orchestrator.LeaseWaits);
    }

    /// <summary>A gateway that ends long polls lets short ones through: that is said once, and not twice a minute for ever.</summary>
    [Fact]
    public void LongPolls_ThatAreEndedOnTheWay_AreSaidOnceAndWorkGoesOn()
    {
        using var worker = new LaneWorker();
        worker.Orchestrator.PollsEndAfter = TimeSpan.FromSeconds(20);

        worker.Move(TimeSpan.FromMinutes(10));
        worker.Orchestrator.Add("first", leaseSeconds: 30);
        worker.MoveUntil(() => worker.Orchestrator.Taken.Contains("first complete"), "it is worked", AMinute);

        Assert.Equal(1, worker.Log.Warnings("requests that wait 30 s for work fail again and again"));
        Assert.InRange(worker.Log.Warnings(""), 1, 2);
        Assert.InRange(worker.Log.At(LogLevel.Information).Count(line => line.Contains("answers again", StringComparison.Ordinal)), 0, 3);
    }

    /// <summary>A service that starts beside its orchestrator is often the quicker one, and nobody has to look after that.</summary>
    [Fact]
    public async Task Health_AMissThatHealsAtOnce_IsNoTrouble()
    {
        using var worker = new LaneWorker();

        worker.Orchestrator.IsDown = true;
        worker.Move(TimeSpan.FromSeconds(1));
        HealthReportEntry away = await worker.HealthAsync();
        worker.Orchestrator.IsDown = false;
        worker.Orchestrator.Add("first", leaseSeconds: 30);
        worker.Move(TimeSpan.FromSeconds(5));

        Assert.Equal(HealthStatus.Healthy, away.Status);
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);
        Assert.Equal(0, worker.Log.Warnings(""));
        Assert.DoesNotContain("Queue steps: the orchestrator answers again.", worker.Log.At(LogLevel.Information));
    }

    [Fact]
    public async Task Health_ReportsNotTaken_SaysSo()
    {
        using var worker = new LaneWorker();
        worker.Orchestrator.Away.Add("first");
        worker.Orchestrator.Add("first", leaseSeconds: 30);

        worker.MoveUntil(() => worker.Orchestrator.Reports.Count > 0, "its report", AMinute);
        HealthReportEntry away = await worker.HealthAsync();
        worker.Orchestrator.Away.Clear();
        worker.MoveUntil(() => worker.Orchestrator.Taken.Contains("first complete"), "it is taken", AMinute);

        Assert.Equal(HealthStatus.Degraded, away.Status);
        Assert.Contains("reports: shard-away Shard 3 is elsewhere.", away.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);
    }

    /// <summary>Whatever a heartbeat's answer leads to, here a log that cannot be written, the next one is sent.</summary>
    [Fact]
    public async Task Heartbeats_OneFails_AreCountedAndGoOn()
    {
        var done = new TaskCompletionSource();
        using var worker = new LaneWorker(new Script { Run = async (_, _) => { await done.Task; return null; } });
        worker.Log.Fails = text => text.Contains("a heartbeat was refused", StringComparison.Ordinal);
        worker.Orchestrator.NextReports = HttpStatusCode.BadRequest;

        worker.Orchestrator.Add("first", leaseSeconds: 9);
        worker.MoveUntil(() => worker.Orchestrator.NextReports is null, "the first heartbeat", AMinute);
        HealthReportEntry trouble = await worker.HealthAsync();
        worker.MoveUntil(() => worker.Orchestrator.Taken.Contains("first heartbeat"), "the next heartbeat", TimeSpan.FromSeconds(9));
        worker.Run(done.SetResult);
        worker.MoveUntil(() => worker.Orchestrator.Taken.Contains("first complete"), "its end", AMinute);

        Assert.Equal(HealthStatus.Degraded, trouble.Status);
        Assert.Matches("heartbeats: .*No space left on device.", trouble.Description);
        Assert.Equal(HealthStatus.Healthy, (await worker.HealthAsync()).Status);
    }

    [Fact]
    public async Task Worker_AddedInTwoPlaces_HasOneHealthCheck()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder =>
        {
            builder.Add<StepProcessor>();
            builder.Services.AddJobWorker(again => again.Queue("other"));
        });

        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(worker)).Status);
    }

    [Fact]
    public async Task Attempt_LogsItsBeginAndSuccess_ForWhoWantsToKnow()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps"));

        Assert.Contains($"Job {job.Id} (step), attempt 1 begins.", worker.Log.At(LogLevel.Debug));
        Assert.Contains($"Job {job.Id} (step), attempt 1 succeeded.", worker.Log.At(LogLevel.Debug));
    }

    [Theory]
    [InlineData(0, 0, "attempt 1 failed; gave up, retries used (0).")]
    [InlineData(1, 0, "attempt 1 failed.")]
    [InlineData(1, 1, "attempt 2 failed; gave up, retries used (1).")]
    public async Task Attempt_Failed_SaysWhetherItWasTheLast(int maxRetries, int earlier, string said)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new InvalidOperationException("The printer burns.") };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        Job job = orchestrator.Jobs.Add("step", queue: "elsewhere");
        orchestrator.Jobs.Change(job.Id, waiting => waiting with
        {
            Queue = "steps",
            Attempt = earlier,
            MaxRetries = maxRetries,
            Attempts = [.. Enumerable.Range(1, earlier).Select(number => new JobAttempt(number, Outcome: JobAttemptOutcome.Failed))],
        });

        await orchestrator.ReportAsync(Report.Fail);

        string line = $"Job {job.Id} (step), {said}";
        Assert.Contains(line, worker.Log.At(LogLevel.Warning));
        Assert.Equal(job.Id, worker.Log.ScopeOf(line)["JobId"]);
    }

    [Fact]
    public void Scope_OnAConsole_IsALine() =>
        Assert.Equal("JobId:17, JobType:step, Attempt:2", new AttemptScope("17", "step", 2).ToString());

    [JobType("clumsy", Queue = "steps")]
    private sealed class ClumsyProcessor : JobProcessor<Step>, IDisposable
    {
        public override Task RunAsync(Step input, JobContext context) =>
            input.Name is null ? Task.CompletedTask : throw new JobFailedPermanentlyException(input.Name);

        public void Dispose() => throw new InvalidOperationException("It does not close.");
    }

    [Fact]
    public async Task Dispose_Throws_FailsASuccessAndChangesNoFailure()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<ClumsyProcessor>());

        Job failed = await orchestrator.EndAsync(orchestrator.Jobs.Add("clumsy", """{"name":"No such printer."}""", "steps"));
        orchestrator.Jobs.Add("clumsy", queue: "steps");
        Report? retried = await Eventually.ValueAsync(
            () => orchestrator.Jobs.Reports.FirstOrDefault(report => report is { Action: Report.Fail, Retry: true }),
            report => report is not null,
            "the second job's failure");

        Assert.Equal((JobStatus.Failed, "No such printer."), (failed.Status, failed.Error!.Title));
        Assert.Equal("It does not close.", retried!.Error!.Title);
        Assert.Equal(1, worker.Log.Warnings("could not be disposed of"));
    }

    private static async Task<HealthReportEntry> HealthAsync(WorkerHost worker) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["job-worker"];
}
