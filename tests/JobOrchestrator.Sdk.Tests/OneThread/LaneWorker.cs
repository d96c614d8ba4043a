using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>
/// A worker on one thread and a clock that the test moves: nothing of it waits for a machine that has other things to do.
/// </summary>
internal sealed class LaneWorker : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly ManualClock _clock = new();
    private readonly Lane _lane = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly ServiceProvider _services;

    /// <param name="script">What attempts do; null: each ends at once.</param>
    /// <param name="configure">Sets the worker up further.</param>
    /// <param name="add">Adds services beside it; none of them is started.</param>
    /// <param name="starts">False: the test says when, if at all.</param>
    public LaneWorker(
        Script? script = null,
        Action<JobWorkerBuilder>? configure = null,
        Action<IServiceCollection>? add = null,
        bool starts = true)
    {
        Orchestrator = new LaneOrchestrator(_lane, _clock);
        _invoker = new HttpMessageInvoker(Orchestrator);
        IServiceCollection services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log))
            .AddSingleton(script ?? new Script());
        services.AddJobWorker(worker =>
        {
            worker.Add<StepProcessor>();
            configure?.Invoke(worker);
        });
        add?.Invoke(services);
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<Begin>(work => work());
        services.AddSingleton(new JobApi(
            () => _invoker,
            new JobClientOptions { Jitter = () => 0.5, NewKey = () => "key" },
            null,
            _clock,
            NullLogger<JobApi>.Instance));
        _services = services.BuildServiceProvider();
        if (starts)
        {
            Start();
        }
    }

    public LaneOrchestrator Orchestrator { get; }

    public LogLines Log { get; } = new();

    public TimeProvider Clock => _clock;

    public IServiceProvider Services => _services;

    /// <summary>Starts the worker.</summary>
    public void Start()
    {
        JobWorker worker = _services.GetServices<IHostedService>().OfType<JobWorker>().Single();
        Assert.True(_lane.Begin(() => worker.StartAsync(CancellationToken.None)).IsCompletedSuccessfully);
    }

    /// <summary>Begins a task in the lane, and runs all that is ready.</summary>
    public Task Begin(Func<Task> work) => _lane.Begin(work);

    /// <summary>Does something in the lane, and all that follows at once.</summary>
    public void Run(Action action) => _lane.Run(action);

    /// <summary>Moves the clock in small steps; after each all that is ready runs.</summary>
    public void Move(TimeSpan by)
    {
        for (TimeSpan moved = TimeSpan.Zero; moved < by; moved += Step)
        {
            _lane.Run(() => _clock.Advance(Step));
        }
    }

    /// <summary>Moves the clock until something is so, for so long at most.</summary>
    public void MoveUntil(Func<bool> condition, string what, TimeSpan within)
    {
        for (TimeSpan moved = TimeSpan.Zero; !condition(); moved += Step)
        {
            Assert.True(moved < within, $"Not within {within}: {what}.");
            _lane.Run(() => _clock.Advance(Step));
        }
    }

    /// <summary>What the worker's health check says.</summary>
    public async Task<HealthReportEntry> HealthAsync() =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["job-worker"];

    public void Dispose()
    {
        _services.Dispose();
        _invoker.Dispose();
    }
}
