using System.Diagnostics;
using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

public sealed class JobWorkerTests
{
    [Fact]
    public async Task Job_Succeeds_IsCompletedWithItsResult()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        var job = orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps");

        var done = await EndAsync(orchestrator, job);
        Assert.Equal((JobStatus.Completed, "one"), (done.Status, done.ReadResult<string>()));
    }

    [Fact]
    public async Task Job_Throws_IsReportedForAnotherAttempt()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new InvalidOperationException("The printer burns.") };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps");

        var report = await ReportAsync(orchestrator, Report.Fail);
        Assert.Equal((true, "The printer burns."), (report.Retry, report.Error!.Title));
        Assert.Equal("System.InvalidOperationException", report.Error.Detail!.Value.GetProperty("exception").GetString());
    }

    [Fact]
    public async Task Job_ThrowsPermanently_IsFailedForGood()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new JobFailedPermanentlyException("No such printer.") { ErrorType = "/problems/printer", ErrorStatus = 503, Detail = new { Printer = 7 } } };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps");

        var done = await EndAsync(orchestrator, job);
        Assert.Equal((JobStatus.Failed, "No such printer.", "/problems/printer", 503), (done.Status, done.Error!.Title, done.Error.Type, done.Error.Status));
        Assert.Equal("""{"printer":7}""", done.Error.Detail!.Value.GetRawText());
    }

    [Theory]
    [InlineData(399)]
    [InlineData(600)]
    public void ErrorStatus_OfNoError_IsNotTaken(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JobFailedPermanentlyException("No.") { ErrorStatus = status });

    [Theory]
    [InlineData("""{"name":17}""")]
    [InlineData("""[1,2]""")]
    [InlineData("null")]
    public async Task Job_InputOfAnotherShape_IsFailedForGoodBeforeTheProcessorRuns(string input)
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var ran = false;
        var script = new Script { Run = (_, _) => Task.FromResult<string?>($"{ran = true}") };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", input, "steps");

        var done = await EndAsync(orchestrator, job);
        Assert.Equal((JobStatus.Failed, "/problems/invalid-input", false), (done.Status, done.Error!.Type, ran));
        Assert.Contains("input", done.Error.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_OneThrows_OthersAreNotTouched()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (step, _) => step.Name == "bad" ? throw new InvalidOperationException("bad") : Task.FromResult(step.Name) };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 2), script);

        List<Job> good = [];
        for (var i = 0; i < 20; i++)
        {
            orchestrator.Jobs.Add("step", """{"name":"bad"}""", "steps");
            good.Add(orchestrator.Jobs.Add("step", """{"name":"good"}""", "steps"));
        }

        foreach (var job in good)
        {
            Assert.Equal(JobStatus.Completed, (await EndAsync(orchestrator, job)).Status);
        }
    }

    [Fact]
    public async Task Concurrency_MoreJobsThanSlots_RunsThatManyAtOnce()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        using var go = new SemaphoreSlim(0);
        int running = 0, most = 0;
        var script = new Script
        {
            Run = async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await go.WaitAsync();
                Interlocked.Decrement(ref running);
                return null;
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 3), script);

        List<Job> jobs = [.. Enumerable.Range(0, 10).Select(_ => orchestrator.Jobs.Add("step", queue: "steps"))];
        await Eventually.TrueAsync(() => running == 3, "three at once");
        Assert.Equal(7, orchestrator.Jobs.All().Count(job => job.Status == JobStatus.New));
        go.Release(10);

        foreach (var job in jobs)
        {
            await EndAsync(orchestrator, job);
        }

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Prefetch_HeldJobs_AreKeptAliveUntilTheyRun()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        using var go = new SemaphoreSlim(0);
        var script = new Script { Run = async (_, context) => { await go.WaitAsync(context.CancellationToken); return null; } };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 1, prefetch: 2), script);

        List<Job> jobs = [.. Enumerable.Range(0, 4).Select(_ => orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1))];
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Where(IsHeartbeat).Select(report => report.JobId).Distinct().Count() == 3, "three are kept alive");
        Assert.Equal(1, orchestrator.Jobs.All().Count(job => job.Status == JobStatus.New));
        go.Release(4);

        foreach (var job in jobs)
        {
            Assert.Equal(JobStatus.Completed, (await EndAsync(orchestrator, job)).Status);
        }
    }

    [Fact]
    public async Task Heartbeat_LongAttempt_ComesAtAThirdOfTheLease()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { await done.Task; return null; } };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1);
        var started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Count(IsHeartbeat) == 3, "three heartbeats");

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.9, 5);
        done.SetResult();
    }

    [Fact]
    public async Task Progress_ReportedFast_TheLastWordArrives()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                for (var i = 1; i <= 1_000; i++)
                {
                    context.ReportProgress(i / 10.0, $"{i} of 1000");
                }

                await done.Task;
                return null;
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps");
        await Eventually.TrueAsync(() => orchestrator.Jobs.Find(job.Id)!.Progress == new JobProgress(100, "1000 of 1000"), "the last word");

        Assert.True(orchestrator.Jobs.Reports.Count(IsHeartbeat) < 100);
        done.SetResult();
    }

    [Fact]
    public async Task Checkpoint_Saved_IsStoredBeforeTheCallReturnsAndFoundByTheNextAttempt()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        List<int> found = [];
        var storedInTime = false;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                found.Add(context.LoadCheckpoint<int>());
                await context.SaveCheckpointAsync(context.LoadCheckpoint<int>() + 10);
                storedInTime = orchestrator.Jobs.Find(context.JobId)!.ReadState<int>() == context.LoadCheckpoint<int>();
                return context.Attempt == 1 ? throw new InvalidOperationException("again") : null;
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps", state: "7");
        await ReportAsync(orchestrator, Report.Fail);
        orchestrator.Jobs.Change(job.Id, resting => resting with { Queue = "steps" });
        await EndAsync(orchestrator, job);

        Assert.Equal([7, 17], found);
        Assert.True(storedInTime);
    }

    [Fact]
    public async Task Cancel_Requested_ReachesTheAttemptAndEndsTheJob()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        JobStopReason? reason = null;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }
                finally
                {
                    reason = context.StopReason;
                }

                return null;
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1);
        await Eventually.TrueAsync(() => orchestrator.Jobs.Find(job.Id)!.Status == JobStatus.InProgress, "the attempt");
        orchestrator.Jobs.Cancel(job.Id);

        Assert.Equal(JobStatus.Cancelled, (await EndAsync(orchestrator, job)).Status);
        Assert.Equal(JobStopReason.CancelRequested, reason);
    }

    [Fact]
    public async Task Lease_Lost_StopsTheAttemptAndReportsNothing()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var stopped = new TaskCompletionSource<JobStopReason>();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                if (context.Attempt > 1)
                {
                    return "second";
                }

                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => stopped.SetResult(context.StopReason), TaskScheduler.Default);
                context.CancellationToken.ThrowIfCancellationRequested();
                return "first";
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1);
        await Eventually.TrueAsync(() => orchestrator.Jobs.Find(job.Id)!.Status == JobStatus.InProgress, "the attempt");
        orchestrator.Jobs.EndLease(job.Id);

        Assert.Equal("second", (await EndAsync(orchestrator, job)).ReadResult<string>());
        Assert.Equal(JobStopReason.LeaseLost, await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Single(orchestrator.Jobs.Reports, report => report.Action != Report.Heartbeat);
    }

    [Fact]
    public async Task Orchestrator_AwayWhileAJobEnds_GetsTheReportWhenItIsBack()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { started.SetResult(); await done.Task; return "kept"; } };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Faults.IsDown = true;
        await Eventually.TrueAsync(() => worker.Log.Warnings("does not take reports") > 0, "a heartbeat failed");

        // The pauses before so many tries add up to more than the lease: an orchestrator that was away excuses its workers.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 9, "tries beyond the lease's end");
        done.SetResult();
        orchestrator.Faults.IsDown = false;

        Assert.Equal("kept", (await EndAsync(orchestrator, job)).ReadResult<string>());
    }

    [Fact]
    public async Task Orchestrator_AwayDuringAShortLease_IsTriedAgainAsOftenAsHeartbeatsComeHoweverLongThePauses()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var script = new Script { Run = async (_, context) => { started.SetResult(); await Task.Delay(Timeout.Infinite, context.CancellationToken); return null; } };
        await using var worker = await WorkerHost.StartAsync(
            orchestrator,
            builder =>
            {
                builder.Add<StepProcessor>().Configure(options => options.ShutdownTimeout = TimeSpan.Zero);
                builder.Services.Configure<JobClientOptions>(options => options.RetryPause = TimeSpan.FromMinutes(1));
            },
            script);

        orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 1);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Faults.IsDown = true;

        // An orchestrator that comes back gives running attempts one lease to be heard in. Pauses of 5 s would make twelve seconds of it.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 6, "six tries");
        orchestrator.Faults.IsDown = false;
    }

    [Fact]
    public async Task Orchestrator_Unavailable_IsAskedForWorkAgain()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.AnswerNext(HttpStatusCode.ServiceUnavailable);
        orchestrator.Faults.AnswerNext(HttpStatusCode.InternalServerError);
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: "not JSON");
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        var job = orchestrator.Jobs.Add("step", queue: "steps");

        Assert.Equal(JobStatus.Completed, (await EndAsync(orchestrator, job)).Status);
    }

    [Fact]
    public async Task Reports_ManyAtOnce_ShareRequests()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var isDown = new TaskCompletionSource();
        var running = 0;
        var script = new Script { Run = async (_, _) => { Interlocked.Increment(ref running); await isDown.Task; return null; } };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 50), script);
        List<Job> jobs = [.. Enumerable.Range(0, 50).Select(_ => orchestrator.Jobs.Add("step", queue: "steps"))];
        await Eventually.TrueAsync(() => running == 50, "all of them");

        orchestrator.Faults.IsDown = true;
        isDown.SetResult();
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 4, "tries, with pauses in which all have ended");
        var tries = orchestrator.Faults.Count("POST /jobs/report");
        orchestrator.Faults.IsDown = false;
        foreach (var job in jobs)
        {
            await EndAsync(orchestrator, job);
        }

        Assert.InRange(orchestrator.Faults.Count("POST /jobs/report") - tries, 1, 10);
    }

    [Fact]
    public async Task Result_TooLarge_FailsTheJobWithThatReason()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var job = orchestrator.Jobs.Add("step", queue: "steps");
        orchestrator.Jobs.TooLarge.Add(job.Id);
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        var done = await EndAsync(orchestrator, job);

        Assert.Equal(JobStatus.Failed, done.Status);
        Assert.Contains("payload-too-large", done.Error!.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownType_InTheQueue_IsGivenBackWithAWarning()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        orchestrator.Jobs.Add("stranger", queue: "steps");

        var report = await ReportAsync(orchestrator, Report.Release);
        Assert.Equal(30, report.Delay);
        Assert.Equal(1, worker.Log.Warnings("stranger"));
    }

    [Fact]
    public async Task UnknownType_OnlyOwnTypesTaken_IsLeftToOthers()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 2, onlyOwnTypes: true));

        var stranger = orchestrator.Jobs.Add("stranger", queue: "steps");
        await EndAsync(orchestrator, orchestrator.Jobs.Add("step", queue: "steps"));

        Assert.Equal((JobStatus.New, 0), (orchestrator.Jobs.Find(stranger.Id)!.Status, orchestrator.Jobs.Find(stranger.Id)!.Attempt));
    }

    [Fact]
    public async Task Queues_SharingSlots_AreLookedAtInOrder()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        System.Collections.Concurrent.ConcurrentQueue<string?> order = new();
        var script = new Script { Run = (step, _) => { order.Enqueue(step.Name); return Task.FromResult<string?>(null); } };
        for (var i = 0; i < 3; i++)
        {
            orchestrator.Jobs.Add("step", """{"name":"later"}""", "steps");
        }

        var last = orchestrator.Jobs.All()[^1];
        orchestrator.Jobs.Add("step", """{"name":"first"}""", "urgent");
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queues(["urgent", "steps"], 1), script);

        await EndAsync(orchestrator, last);

        Assert.Equal(["first", "later", "later", "later"], order);
    }

    [Fact]
    public async Task Start_TwoProcessorsForOneType_Refuses()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Add<OtherStepProcessor>()));

        Assert.Contains("\"step\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OtherStepProcessor), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_AttemptEndsInTime_IsReportedAndNothingMoreIsTaken()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var sawStopping = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                context.StoppingToken.Register(sawStopping.SetResult);
                started.SetResult();
                await done.Task.WaitAsync(context.CancellationToken);
                return "in time";
            },
        };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1), script);
        var job = orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var next = orchestrator.Jobs.Add("step", queue: "steps");

        var stopped = worker.StopAsync();
        await sawStopping.Task.WaitAsync(TimeSpan.FromSeconds(30));
        done.SetResult();
        await stopped;

        Assert.Equal("in time", orchestrator.Jobs.Find(job.Id)!.ReadResult<string>());
        Assert.Equal((JobStatus.New, 0), (orchestrator.Jobs.Find(next.Id)!.Status, orchestrator.Jobs.Find(next.Id)!.Attempt));
    }

    [Fact]
    public async Task Stop_AttemptTakesTooLong_IsStoppedAndGivenBack()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
        };
        await using var worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Configure(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100)).Queue("steps", 1, prefetch: 1),
            script);
        orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Jobs.Add("step", queue: "steps");
        await Eventually.TrueAsync(() => worker.HeldJobs == 2, "one running, one held");

        await worker.StopAsync();

        Assert.Equal([Report.Release, Report.Release], orchestrator.Jobs.Reports.Where(report => report.Action != Report.Heartbeat).Select(report => report.Action));
        Assert.All(orchestrator.Jobs.All(), job => Assert.Equal("steps-released", job.Queue));
    }

    [Fact]
    public async Task EmptyQueue_Polled_OneRequestForEachWait()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Configure(options => options.PollWait = TimeSpan.FromSeconds(1)));

        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /queues/steps/lease") >= 2, "a second poll");

        Assert.InRange(orchestrator.Faults.Count("POST /queues/steps/lease"), 2, 3);
    }

    [JobType("chatty", Queue = "steps")]
    private sealed class ChattyProcessor(ILoggerFactory loggers) : JobProcessor<Step>
    {
        public override async Task RunAsync(Step input, JobContext context)
        {
            await Task.Yield();
            loggers.CreateLogger("Some.Other.Class").LogInformation("working");
        }
    }

    [Fact]
    public async Task Attempt_LogsAnything_StandsInAScopeThatNamesTheJob()
    {
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<ChattyProcessor>());

        var job = orchestrator.Jobs.Add("chatty", queue: "steps");

        await EndAsync(orchestrator, job);
        var scope = worker.Log.ScopeOf("working");
        Assert.Equal((job.Id, "chatty", 1), (scope["JobId"], scope["JobType"], scope["Attempt"]));
    }

    [Fact]
    public async Task Attempt_Runs_InTheTraceThatSubmittedTheJob()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "JobOrchestrator.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => Task.FromResult(Activity.Current?.TraceId.ToString()) };
        await using var worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        var job = orchestrator.Jobs.Add("step", queue: "elsewhere");
        orchestrator.Jobs.Change(job.Id, waiting => waiting with { Queue = "steps", Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });

        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (await EndAsync(orchestrator, job)).ReadResult<string>());
    }

    private static bool IsHeartbeat(Report report) => report.Action == Report.Heartbeat;

    private static async Task<Job> EndAsync(FakeOrchestrator orchestrator, Job job)
    {
        var ended = await orchestrator.Jobs.WaitAsync(job.Id, now => now.IsFinished, TimeSpan.FromSeconds(15));
        Assert.True(ended.IsFinished, $"The job is still {ended.Status}.");
        return ended;
    }

    private static Task<Report> ReportAsync(FakeOrchestrator orchestrator, string action) => Eventually.ValueAsync(
        () => orchestrator.Jobs.Reports.First(report => report.Action == action), report => report is not null, action)!;

    [JobType("step", Queue = "steps")]
    private sealed class OtherStepProcessor : JobProcessor<Step>
    {
        public override Task RunAsync(Step input, JobContext context) => Task.CompletedTask;
    }
}
