using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What a failing loop leaves in the health (F32).</summary>
public sealed class LoopsTests
{
    private readonly ManualTimeProvider _clock = new();

    /// <summary>F32: counted, shown, and forgotten once it has been well for a while.</summary>
    [Fact]
    public async Task Keep_LoopFails_IsAWarningForFiveMinutes()
    {
        var loops = new Loops(_clock, NullLogger<Loops>.Instance);
        using var stopping = new CancellationTokenSource();
        int tries = 0;

        Task running = loops.KeepAsync(
            "test", token => ++tries < 3 ? throw new IOException("no") : Task.Delay(Timeout.InfiniteTimeSpan, token), stopping.Token);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return tries == 3;
            },
            "it goes on");

        Assert.Equal("The loop \"test\" has failed 2 times and goes on. The log says why.", Assert.Single(loops.Warnings));
        _clock.Advance(Loops.UnwellFor);
        Assert.Empty(loops.Warnings);
        await stopping.CancelAsync();
        await running;
    }

    /// <summary>F32: a service that was told to stop while the store failed ended with the store's error, as if it had crashed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_TheStoreFailsMeanwhile_IsAStop(bool isHeld) => Lane.Run(async lane =>
    {
        var answer = new TaskCompletionSource();
        bool isAway = !isHeld;
        var store = new GateStore(new ModelStore()) { Before = (_, _) => isAway ? answer.Task : Task.CompletedTask };
        TestReplica replica = lane.Begin(store);
        await lane.PassAsync(1);
        isAway = true;
        await lane.PassAsync(6);

        Task stopped = replica.StopAsync();
        answer.SetException(new NeverSentException("The connection was refused."));

        await stopped;
    });

    /// <summary>A store that was away after a pause of everything is no fault that a person should act on.</summary>
    [Theory]
    [InlineData(true, LogLevel.Warning)]
    [InlineData(false, LogLevel.Error)]
    public async Task Keep_LoopFails_IsAnErrorUnlessTheStoreWasAway(bool isStoreAway, LogLevel level)
    {
        var log = new LogLines<Loops>();
        using var stopping = new CancellationTokenSource();

        Task running = new Loops(_clock, log).KeepAsync(
            "test", _ => throw (isStoreAway ? new StoreUnavailableException("away") : new IOException("away")), stopping.Token);
        await stopping.CancelAsync();
        await running;

        (LogLevel told, string text) = Assert.Single(log.Lines);
        Assert.Equal(level, told);
        Assert.Contains("\"test\"", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// After each pause of a sidecar a replica that waited for a shard said with a stack that the shard had stopped; and every second
    /// while the sidecar was gone.
    /// </summary>
    [Fact]
    public void Hold_TheStoreIsAwayWhileAnotherHoldsTheShard_IsToldOnceAndAsAWarning() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica holder = await lane.StartAsync(store);
        var ways = new ModelStore(store);
        var log = new LogLines<Replica>();
        await using TestReplica waiting = lane.Begin(ways, "b", logger: log);
        await lane.PassAsync(5);
        Assert.DoesNotContain(log.Lines, line => line.Level >= LogLevel.Warning);

        for (int outage = 1; outage <= 2; outage++)
        {
            ways.Fault = _ => Fault.Unreachable;
            await lane.PassAsync(30);
            ways.Fault = _ => Fault.None;
            await lane.PassAsync(5);

            (LogLevel Level, string Text)[] told = [.. log.Lines.Where(line => line.Level >= LogLevel.Warning)];
            Assert.Equal(outage, told.Length);
            Assert.Equal(LogLevel.Warning, told[^1].Level);
            Assert.Contains("Shard 0 is not held here", told[^1].Text, StringComparison.Ordinal);
        }
    });

    /// <summary>F32: a log that cannot be written ended the publisher for as long as the shard was held.</summary>
    [Fact]
    public void Publisher_LogCannotBeWritten_EventsGoOutAllTheSame() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        int faults = 2;
        bus.Fault = () => faults > 0 && faults-- > 0 ? Fault.Unreachable : Fault.None;
        await using TestReplica replica = lane.Begin(new ModelStore(), logger: new FullLog<Replica>(), bus: bus);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");

        Job job = await replica.EnqueueAsync();
        await lane.UntilAsync(() => bus.Published.Count > 0, "the event is out", seconds: 10);

        Assert.Equal(job.Id.Value, Assert.Single(bus.Published).Event.Job);
        Assert.Contains("events of shard 0", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>F32: a topic that is behind is beside the publisher's loop, and its events waited for ever when it ended.</summary>
    [Fact]
    public void Topic_LogCannotBeWrittenWhileItIsBehind_ItsEventsGoOutAllTheSame() => Lane.Run(async lane =>
    {
        var bus = new RecordingBus();
        var log = new FullLog<Replica> { IsFull = false };
        await using TestReplica replica = lane.Begin(new ModelStore(), logger: log, bus: bus);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        bus.TopicFault = topic => topic == "job-created" ? Fault.Failed : Fault.None;
        Job job = await replica.EnqueueAsync();
        await lane.PassAsync(ShardBounds.Usual.TopicPatience.TotalSeconds + 1);

        log.IsFull = true;
        await lane.UntilAsync(
            () => replica.Health.Warnings.Any(warning => warning.Contains("events of shard 0", StringComparison.Ordinal)),
            "it is told",
            seconds: 20);
        bus.TopicFault = _ => Fault.None;
        await lane.UntilAsync(() => bus.Published.Count > 0, "the event is out", seconds: 40);

        Assert.Equal(job.Id.Value, bus.Published[0].Event.Job);
    });

    /// <summary>F32: nor does it end the shard's holding.</summary>
    [Fact]
    public void Shard_LogCannotBeWrittenWhenItIsLost_IsHeldAgain() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        var way = new ModelStore(store);
        await using TestReplica first = lane.Begin(way, "a", logger: new FullLog<Replica>());
        await lane.UntilAsync(() => first.IsReady, "a holds the shard");
        way.Fault = _ => Fault.Unreachable;
        TestReplica second = await lane.StartAsync(store, "b");
        way.Fault = _ => Fault.None;
        await lane.UntilAsync(() => !first.IsReady, "a has noticed");
        await second.DisposeAsync();

        await lane.UntilAsync(() => first.IsReady, "a holds it again", seconds: 60);
    });

    /// <summary>A log whose disk is full: everything from a warning on cannot be written.</summary>
    private sealed class FullLog<T> : ILogger<T>
    {
        public bool IsFull { get; set; } = true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsFull && logLevel >= LogLevel.Warning)
            {
                throw new IOException("No space left on device.");
            }
        }
    }
}
