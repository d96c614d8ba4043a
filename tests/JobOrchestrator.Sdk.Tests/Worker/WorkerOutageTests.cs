using System.Net;
using System.Net.Http.Headers;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What a worker does while the orchestrator is away.</summary>
public sealed class WorkerOutageTests
{
    [Fact]
    public async Task Orchestrator_AwayWhileAJobEnds_GetsTheReportWhenItIsBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { started.SetResult(); await done.Task; return "kept"; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Faults.IsDown = true;
        await Eventually.TrueAsync(() => worker.Log.Warnings("does not take reports") > 0, "a heartbeat failed");

        // The pauses before so many tries add up to more than the lease: an orchestrator that was away excuses its workers.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 9, "tries beyond the lease's end");
        done.SetResult();
        orchestrator.Faults.IsDown = false;

        Assert.Equal("kept", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    /// <summary>F32: whatever throws, the log itself for one, the worker goes on asking for work.</summary>
    [Fact]
    public async Task Orchestrator_AwayAndTheLogIsFull_TheWorkerAsksAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => Task.FromResult<string?>("done") };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        worker.Log.Fails = text => text.Contains("no work to be had", StringComparison.Ordinal);
        orchestrator.Faults.IsDown = true;
        await Eventually.TrueAsync(() => worker.Log.Warnings("asking for work has failed") > 0, "the loop has failed");
        orchestrator.Faults.IsDown = false;

        Job job = orchestrator.Jobs.Add("step", queue: "steps");

        Assert.Equal("done", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    /// <summary>F32: a pause of a hundred days is more than a timer takes, and ended the loop.</summary>
    [Theory]
    [InlineData(7, 7)]
    [InlineData(100 * 86_400, 60)]
    public void RetryAfter_WhateverIsAskedFor_IsAMinuteAtMost(int asked, int granted)
    {
        Assert.Equal(
            TimeSpan.FromSeconds(granted),
            RetryPolicy.RetryAfter(new RetryConditionHeaderValue(TimeSpan.FromSeconds(asked)), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Orchestrator_AwayDuringAShortLease_IsTriedAgainAsOftenAsHeartbeatsComeHoweverLongThePauses()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                started.SetResult(); await Task.Delay(
            Timeout.Infinite, context.CancellationToken); return null;
            }
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder =>
            {
                builder.Add<StepProcessor>().Configure(options => options.ShutdownTimeout = TimeSpan.Zero);
                builder.Services.Configure<JobClientOptions>(options => options.RetryPause = TimeSpan.FromMinutes(1));
            },
            script);

        orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Faults.IsDown = true;

        // An orchestrator that comes back gives running attempts one lease to be heard in. Pauses of 5 s would make twelve seconds of it.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 6, "six tries");
        orchestrator.Faults.IsDown = false;
    }

    /// <summary>F10: the lease was counted from when its heartbeat came into line, and that was before the outage.</summary>
    [Fact]
    public async Task Orchestrator_BackAfterLongerThanALease_AttemptsGoOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                started.SetResult();
                await done.Task.WaitAsync(context.CancellationToken);
                return "kept";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Faults.IsDown = true;
        // From the tenth try on the pauses are half a second and more: they add up to more than the lease.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 16, "tries beyond the lease's end");
        orchestrator.Faults.IsDown = false;
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Count(WorkerReports.IsHeartbeat) >= 3, "heartbeats");
        done.SetResult();

        Assert.Equal("kept", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    [Fact]
    public async Task Orchestrator_Unavailable_IsAskedForWorkAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.AnswerNext(HttpStatusCode.ServiceUnavailable);
        orchestrator.Faults.AnswerNext(HttpStatusCode.InternalServerError);
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: "not JSON");
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job job = orchestrator.Jobs.Add("step", queue: "steps");

        Assert.Equal(JobStatus.Completed, (await orchestrator.EndAsync(job)).Status);
    }

    /// <summary>What answers in place of an orchestrator can be anything; no loop ends by it.</summary>
    [Fact]
    public async Task Answer_ThatCannotBeRead_IsAskedForAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { started.SetResult(); await done.Task; return "kept"; } };
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: "[]", charset: "klingon");
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // The only slot is taken: the next request is the report.
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: "{}", charset: "klingon");
        done.SetResult();

        Assert.Equal("kept", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }
}
