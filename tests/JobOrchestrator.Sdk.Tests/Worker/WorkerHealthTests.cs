using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What operations see of a worker: its health check and its log.</summary>
public sealed class WorkerHealthTests
{
    [Fact]
    public async Task Health_OrchestratorAwayAndBack_IsDegradedWithTheReasonAndHealthyAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(worker)).Status);

        orchestrator.Faults.IsDown = true;
        HealthReportEntry away = await Eventually.ValueAsync(
            () => HealthAsync(worker), health => health.Status == HealthStatus.Degraded, "trouble");
        orchestrator.Faults.IsDown = false;
        await Eventually.ValueAsync(() => HealthAsync(worker), health => health.Status == HealthStatus.Healthy, "health");

        Assert.Matches("queue steps: Connection refused \\([0-9]+ in a row since .*Z\\)", away.Description);
    }

    [Fact]
    public async Task Health_ReportsNotTaken_SaysSo()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());
        Job job = orchestrator.Jobs.Add("step", queue: "elsewhere");
        orchestrator.Jobs.Away.Add(job.Id);
        orchestrator.Jobs.Change(job.Id, waiting => waiting with { Queue = "steps" });

        HealthReportEntry away = await Eventually.ValueAsync(
            () => HealthAsync(worker), health => health.Status == HealthStatus.Degraded, "trouble");
        orchestrator.Jobs.Away.Clear();
        await orchestrator.EndAsync(job);

        Assert.Contains("reports: shard-away", away.Description, StringComparison.Ordinal);
        await Eventually.ValueAsync(() => HealthAsync(worker), health => health.Status == HealthStatus.Healthy, "health");
    }

    /// <summary>Whatever a heartbeat's answer leads to, here a log that cannot be written, the next one is sent.</summary>
    [Fact]
    public async Task Heartbeats_OneFails_AreCountedAndGoOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { await done.Task; return null; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        worker.Log.Fails = text => text.Contains("a heartbeat was refused", StringComparison.Ordinal);
        orchestrator.Faults.AnswerNext(
            HttpStatusCode.BadRequest, body: """{"type":"/problems/malformed-request"}""", path: "/jobs/report");

        // Long enough that a busy machine does not keep the worker from its heartbeats for a whole lease, which ends them.
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 9);

        HealthReportEntry trouble = await Eventually.ValueAsync(
            () => HealthAsync(worker), health => health.Status == HealthStatus.Degraded, "a heartbeat that failed");
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Any(WorkerReports.IsHeartbeat), "the next heartbeat");
        done.SetResult();

        Assert.Matches("heartbeats: .*No space left on device.", trouble.Description);
        Assert.Equal(JobStatus.Completed, (await orchestrator.EndAsync(job)).Status);
        await Eventually.ValueAsync(() => HealthAsync(worker), health => health.Status == HealthStatus.Healthy, "health");
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
