using System.Collections.Concurrent;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>How a worker goes down.</summary>
public sealed class WorkerStopTests
{
    [Fact]
    public async Task Stop_AttemptEndsInTime_IsReportedAndNothingMoreIsTaken()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
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
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1), script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Job next = orchestrator.Jobs.Add("step", queue: "steps");

        Task stopped = worker.StopAsync();
        await sawStopping.Task.WaitAsync(TimeSpan.FromSeconds(30));
        done.SetResult();
        await stopped;

        Assert.Equal("in time", orchestrator.Jobs.Find(job.Id)!.ReadResult<string>());
        Assert.Equal((JobStatus.New, 0), (orchestrator.Jobs.Find(next.Id)!.Status, orchestrator.Jobs.Find(next.Id)!.Attempt));
    }

    [Fact]
    public async Task Stop_AttemptTakesTooLong_IsStoppedAndGivenBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
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
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>()
                .Configure(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100))
                .Queue("steps", 1, prefetch: 1),
            script);
        orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        orchestrator.Jobs.Add("step", queue: "steps");
        await Eventually.TrueAsync(() => worker.HeldJobs == 2, "one running, one held");

        await worker.StopAsync();

        Assert.Equal(
            [Report.Release, Report.Release],
            orchestrator.Jobs.Reports.Where(report => report.Action != Report.Heartbeat).Select(report => report.Action));
        Assert.All(orchestrator.Jobs.All(), job => Assert.Equal("steps-released", job.Queue));
    }

    /// <summary>In the order of a dictionary's hashes, until now.</summary>
    [Fact]
    public async Task Stop_ManyAttemptsTakeTooLong_AreStoppedInTheOrderOfTheirLeases()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var begun = new ConcurrentQueue<string>();
        var stopped = new ConcurrentQueue<string>();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                using CancellationTokenRegistration told = context.CancellationToken.Register(() => stopped.Enqueue(context.JobId));
                begun.Enqueue(context.JobId);
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
        };
        Job[] jobs = [.. Enumerable.Range(0, 20).Select(_ => orchestrator.Jobs.Add("step", queue: "steps"))];
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder =>
            {
                builder.Add<StepProcessor>().Queue("steps", 20).Configure(options => options.ShutdownTimeout = TimeSpan.Zero);
                // On the pool each would be told by itself, and what is told first to whom would not be seen.
                builder.Services.AddSingleton<Begin>(work => work());
            },
            script);
        await Eventually.TrueAsync(() => begun.Count == jobs.Length, "all of them");

        await worker.StopAsync();

        Assert.Equal(jobs.Select(job => job.Id), stopped);
    }

    [Fact]
    public async Task Stop_CallbackOfAProcessorThrows_EndsInOrderAllTheSame()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var started = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                context.StoppingToken.Register(() => throw new InvalidOperationException("a callback's own fault"));
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Configure(options => options.ShutdownTimeout = TimeSpan.Zero), script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await worker.StopAsync();

        Assert.Equal("steps-released", orchestrator.Jobs.Find(job.Id)!.Queue);
    }
}
