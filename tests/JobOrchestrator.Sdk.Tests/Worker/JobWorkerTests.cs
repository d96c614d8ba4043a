using System.Diagnostics;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

public sealed class JobWorkerTests
{
    [Fact]
    public async Task Job_Succeeds_IsCompletedWithItsResult()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job job = orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps");

        Job done = await orchestrator.EndAsync(job);
        Assert.Equal((JobStatus.Completed, "one"), (done.Status, done.ReadResult<string>()));
    }

    [Fact]
    public async Task Job_Throws_IsReportedForAnotherAttempt()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => throw new InvalidOperationException("The printer burns.") };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps");

        Report report = await orchestrator.ReportAsync(Report.Fail);
        Assert.Equal((true, "The printer burns."), (report.Retry, report.Error!.Title));
        Assert.Equal("System.InvalidOperationException", report.Error.Detail!.Value.GetProperty("exception").GetString());
    }

    [Fact]
    public async Task Job_ThrowsPermanently_IsFailedForGood()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script
        {
            Run = (_, _) => throw new JobFailedPermanentlyException("No such printer.")
            {
                ErrorType = "/problems/printer",
                ErrorStatus = 503,
                Detail = new { Printer = 7 }
            }
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps");

        Job done = await orchestrator.EndAsync(job);
        Assert.Equal(
            (JobStatus.Failed, "No such printer.", "/problems/printer", 503),
            (done.Status, done.Error!.Title, done.Error.Type, done.Error.Status));
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
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        bool ran = false;
        var script = new Script { Run = (_, _) => Task.FromResult<string?>($"{ran = true}") };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", input, "steps");

        Job done = await orchestrator.EndAsync(job);
        Assert.Equal((JobStatus.Failed, "/problems/invalid-input", false), (done.Status, done.Error!.Type, ran));
        Assert.Contains("input", done.Error.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_OneThrows_OthersAreNotTouched()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script =
            new Script { Run = (step, _) => step.Name == "bad" ? throw new InvalidOperationException("bad") : Task.FromResult(step.Name) };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 2), script);

        List<Job> good = [];
        for (int i = 0; i < 20; i++)
        {
            orchestrator.Jobs.Add("step", """{"name":"bad"}""", "steps");
            good.Add(orchestrator.Jobs.Add("step", """{"name":"good"}""", "steps"));
        }

        foreach (Job job in good)
        {
            Assert.Equal(JobStatus.Completed, (await orchestrator.EndAsync(job)).Status);
        }
    }

    [Fact]
    public async Task Concurrency_MoreJobsThanSlots_RunsThatManyAtOnce()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
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
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 3), script);

        List<Job> jobs = [.. Enumerable.Range(0, 10).Select(_ => orchestrator.Jobs.Add("step", queue: "steps"))];
        await Eventually.TrueAsync(() => running == 3, "three at once");
        Assert.Equal(7, orchestrator.Jobs.All().Count(job => job.Status == JobStatus.New));
        go.Release(10);

        foreach (Job job in jobs)
        {
            await orchestrator.EndAsync(job);
        }

        Assert.Equal(3, most);
    }

    /// <summary>
    /// Places for two thousand million attempts were made one by one, or, where the sum ran over, not at all: the worker stood idle
    /// without a word.
    /// </summary>
    [Theory]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1, int.MaxValue)]
    public async Task Concurrency_WithoutBound_Works(int concurrency, int prefetch)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency, prefetch));

        Job done = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps"));

        Assert.Equal("one", done.ReadResult<string>());
    }

    [Fact]
    public async Task Reports_ManyAtOnce_ShareRequests()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var isDown = new TaskCompletionSource();
        int running = 0;
        var script = new Script { Run = async (_, _) => { Interlocked.Increment(ref running); await isDown.Task; return null; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 50), script);
        List<Job> jobs = [.. Enumerable.Range(0, 50).Select(_ => orchestrator.Jobs.Add("step", queue: "steps"))];
        await Eventually.TrueAsync(() => running == 50, "all of them");

        orchestrator.Faults.IsDown = true;
        isDown.SetResult();
        await Eventually.TrueAsync(
            () => orchestrator.Faults.Count("POST /jobs/report") >= 4, "tries, with pauses in which all have ended");
        int tries = orchestrator.Faults.Count("POST /jobs/report");
        orchestrator.Faults.IsDown = false;
        foreach (Job job in jobs)
        {
            await orchestrator.EndAsync(job);
        }

        Assert.InRange(orchestrator.Faults.Count("POST /jobs/report") - tries, 1, 10);
    }

    [Fact]
    public async Task Result_TooLarge_FailsTheJobWithThatReason()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        orchestrator.Jobs.TooLarge.Add(job.Id);
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job done = await orchestrator.EndAsync(job);

        Assert.Equal(JobStatus.Failed, done.Status);
        Assert.Contains("payload-too-large 413 it is.", done.Error!.Title, StringComparison.Ordinal);
    }

    /// <summary>The title alone does not say how large, or what is wrong.</summary>
    [Fact]
    public async Task Refusal_OfACheckpoint_IsToldWithItsDetail()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 30);
        orchestrator.Jobs.TooLarge.Add(job.Id);
        var script = new Script { Run = async (_, context) => { await context.SaveCheckpointAsync("much"); return null; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Report failed = await orchestrator.ReportAsync(Report.Fail);

        Assert.Equal("The checkpoint was refused: payload-too-large 413 it is.", failed.Error!.Title);
        Assert.Equal(1, worker.Log.Warnings("a heartbeat was refused with 413 (payload-too-large 413 it is.)"));
    }

    [Fact]
    public async Task Refusal_OfAnEnd_IsToldWithItsDetail()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        orchestrator.Jobs.Endless.Add(job.Id);
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        await Eventually.TrueAsync(() => worker.Log.Warnings("complete was refused with 422 (invalid 422 it is.)") == 1, "it is told why");
    }

    [Fact]
    public async Task UnknownType_HandedOutAllTheSame_IsGivenBackWithAWarning()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Jobs.HandsOutAnyType = true;
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        orchestrator.Jobs.Add("stranger", queue: "steps");

        Report report = await orchestrator.ReportAsync(Report.Release);
        Assert.Equal(30, report.Delay);
        Assert.Equal(1, worker.Log.Warnings("stranger"));
    }

    [Fact]
    public async Task UnknownType_InTheQueue_IsLeftToOthers()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job stranger = orchestrator.Jobs.Add("stranger", queue: "steps");
        await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps"));

        Assert.Equal((JobStatus.New, 0), (orchestrator.Jobs.Find(stranger.Id)!.Status, orchestrator.Jobs.Find(stranger.Id)!.Attempt));
    }

    [Fact]
    public async Task Queues_SharingSlots_AreLookedAtInOrder()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        System.Collections.Concurrent.ConcurrentQueue<string?> order = new();
        var script = new Script { Run = (step, _) => { order.Enqueue(step.Name); return Task.FromResult<string?>(null); } };
        for (int i = 0; i < 3; i++)
        {
            orchestrator.Jobs.Add("step", """{"name":"later"}""", "steps");
        }

        Job last = orchestrator.Jobs.All()[^1];
        orchestrator.Jobs.Add("step", """{"name":"first"}""", "urgent");
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queues(["urgent", "steps"], 1), script);

        await orchestrator.EndAsync(last);

        Assert.Equal(["first", "later", "later", "later"], order);
    }

    [Fact]
    public async Task Start_TwoProcessorsForOneType_Refuses()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>().Add<OtherStepProcessor>()));

        Assert.Contains("\"step\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OtherStepProcessor), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_QueueThatDoesNotPassTheSidecar_Refuses()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => WorkerHost.StartAsync(
            orchestrator,
            builder =>
            {
                builder.Add<StepProcessor>().Queues(["eu/steps"], 1);
                builder.Services.Configure<JobClientOptions>(options => options.ThroughSidecar = true);
            }));

        Assert.Contains("\"eu/steps\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyQueue_Polled_OneRequestForEachWait()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(
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
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<ChattyProcessor>());

        Job job = orchestrator.Jobs.Add("chatty", queue: "steps");

        await orchestrator.EndAsync(job);
        IReadOnlyDictionary<string, object> scope = worker.Log.ScopeOf("working");
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
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script { Run = (_, _) => Task.FromResult(Activity.Current?.TraceId.ToString()) };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "elsewhere");
        orchestrator.Jobs.Change(
            job.Id, waiting => waiting with { Queue = "steps", Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });

        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    /// <summary>It may come hours after the job was submitted: a trace of its own, which knows where the job is from.</summary>
    [Fact]
    public async Task LaterAttempt_Runs_InATraceOfItsOwnWithALink()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "JobOrchestrator.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Activity? attempt = null;
        var script = new Script
        {
            Run = (_, _) =>
            {
                attempt = Activity.Current;
                return Task.FromResult<string?>(null);
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "elsewhere");
        orchestrator.Jobs.Change(job.Id, waiting => waiting with
        {
            Queue = "steps",
            Attempt = 1,
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            Tracestate = "vendor=1",
        });
        await orchestrator.EndAsync(job);

        Assert.Equal(("process steps", default(ActivitySpanId)), (attempt!.OperationName, attempt.ParentSpanId));
        Assert.NotEqual("4bf92f3577b34da6a3ce929d0e0e4736", attempt.TraceId.ToString());
        ActivityContext link = Assert.Single(attempt.Links).Context;
        Assert.Equal(
            ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "vendor=1"),
            (link.TraceId.ToString(), link.SpanId.ToString(), link.TraceState));
    }

    [JobType("step", Queue = "steps")]
    private sealed class OtherStepProcessor : JobProcessor<Step>
    {
        public override Task RunAsync(Step input, JobContext context) => Task.CompletedTask;
    }
}
