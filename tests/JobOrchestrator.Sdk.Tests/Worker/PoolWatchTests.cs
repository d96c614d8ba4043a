using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What the log says when processors block the thread pool. A look is made once a second.</summary>
public sealed class PoolWatchTests : IDisposable
{
    private readonly Queue<Action> _pool = [];
    private readonly LogLines _log = new();
    private readonly WorkerState _state = new(new ManualClock());
    private readonly LoggerFactory _loggers = new();
    private readonly PoolWatch _watch;

    public PoolWatchTests()
    {
        _loggers.AddProvider(_log);
        _watch = new PoolWatch(_pool.Enqueue, _state, new Logger<PoolWatch>(_loggers));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public void Pool_ThatRunsWhatItGets_IsNotSpokenOf()
    {
        Look(times: 100, poolRuns: true);

        Assert.Empty(_log.At(LogLevel.Warning).Concat(_log.At(LogLevel.Information)));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(100, 1)]
    public void Pool_ThatRunsNothing_IsSaidOnceAfterThreeSeconds(int seconds, int warnings)
    {
        Look(times: 1, poolRuns: false);

        Look(seconds, poolRuns: false);

        Assert.Equal(warnings, _log.Warnings("Nothing has run on the thread pool for 3 s"));
        Assert.Equal(warnings, _state.Troubles.Count(trouble => trouble.StartsWith("thread pool: ", StringComparison.Ordinal)));
        Assert.Single(_pool);
    }

    [Fact]
    public void Pool_ThatRunsSomethingNowAndThen_IsOneEpisode()
    {
        for (int i = 0; i < 10; i++)
        {
            Look(times: 5, poolRuns: false);
            Look(times: 5, poolRuns: true);
        }

        Assert.Equal(1, _log.Warnings("Nothing has run on the thread pool"));
        Assert.Empty(_log.At(LogLevel.Information));
    }

    [Fact]
    public void Pool_WellForTenSeconds_IsSaidAndTheNextEpisodeToo()
    {
        Look(times: 5, poolRuns: false);
        Look(times: 11, poolRuns: true);
        Assert.Empty(_state.Troubles);
        Assert.Single(_log.At(LogLevel.Information));

        Look(times: 5, poolRuns: false);

        Assert.Equal(2, _log.Warnings("Nothing has run on the thread pool"));
    }

    /// <summary>A processor that holds up everything is seen from outside the pool, while it does.</summary>
    [Fact]
    public async Task Host_WhosePoolStandsStill_SaysSo()
    {
        var log = new LogLines();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddHostedService(services => new PoolWatch(
            _ => { }, services.GetRequiredService<WorkerState>(), services.GetRequiredService<ILogger<PoolWatch>>()));
        builder.Services.AddSingleton(_state);
        using IHost host = builder.Build();
        await host.StartAsync();

        await TestSupport.Eventually.TrueAsync(() => log.Warnings("Nothing has run on the thread pool") == 1, "the warning");

        await host.StopAsync();
    }

    private void Look(int times, bool poolRuns)
    {
        for (int i = 0; i < times; i++)
        {
            while (poolRuns && _pool.TryDequeue(out Action? work))
            {
                work();
            }

            _watch.Look();
        }
    }
}
