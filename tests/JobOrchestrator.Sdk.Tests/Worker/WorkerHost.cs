using JobOrchestrator.Sdk.Tests.Fakes;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>A process with a worker in it.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerHost(IHost host, LogLines log) => (_host, Log) = (host, log);

    public LogLines Log { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Jobs that the worker itself knows it holds: the orchestrator knows a moment earlier.</summary>
    public int HeldJobs => Services.GetServices<IHostedService>().OfType<JobWorker>().Single().HeldJobs;

    public static async Task<WorkerHost> StartAsync(
        FakeOrchestrator orchestrator,
        Action<JobWorkerBuilder> configure,
        Script? script = null,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var log = new LogLines();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        orchestrator.Connect(builder.Services);
        builder.Services.AddSingleton(script ?? new Script());
        builder.Services.AddJobWorker(worker =>
        {
            worker.Configure(options =>
            {
                options.PollWait = TimeSpan.FromSeconds(1);
                options.ProgressInterval = TimeSpan.FromMilliseconds(10);
            });
            configure(worker);
        });
        var host = new WorkerHost(builder.Build(), log);
        await host._host.StartAsync();
        return host;
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>What was logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger, ISupportExternalScope
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, IReadOnlyDictionary<string, object>> _scopes = new();
    private IExternalScopeProvider? _scopeProvider;

    /// <summary>What stood around a line: the members of all scopes.</summary>
    public IReadOnlyDictionary<string, object> ScopeOf(string text) => _scopes[text];

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopeProvider = scopeProvider;

    /// <summary>Lines that cannot be written.</summary>
    public Predicate<string> Fails { get; set; } = _ => false;

    /// <summary>What was logged so far, at one level.</summary>
    public IReadOnlyList<string> At(LogLevel level) => [.. _lines.Where(line => line.Level == level).Select(line => line.Text)];

    public int Warnings(string part) =>
        _lines.Count(line => line.Level >= LogLevel.Warning && line.Text.Contains(part, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        if (Fails(text))
        {
            throw new IOException("No space left on device.");
        }

        var members = new Dictionary<string, object>();
        _scopeProvider?.ForEachScope(
            static (scope, all) =>
            {
                foreach ((string name, object value) in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                {
                    all[name] = value;
                }
            },
            members);
        _scopes[text] = members;
        _lines.Enqueue((logLevel, text));
    }

    public void Dispose()
    {
    }
}

/// <summary>What the processor of these tests does; set by each test.</summary>
internal sealed class Script
{
    public Func<Step, JobContext, Task<string?>> Run { get; set; } = (step, _) => Task.FromResult<string?>(step.Name);
}

internal sealed record Step(string? Name = null);

[JobType("step", Queue = "steps")]
internal sealed class StepProcessor(Script script) : JobProcessor<Step, string?>
{
    public override Task<string?> RunAsync(Step input, JobContext context) => script.Run(input, context);
}
