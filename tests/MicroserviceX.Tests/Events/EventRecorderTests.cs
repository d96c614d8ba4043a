using JobOrchestrator.Sdk;
using MicroserviceX.Events;
using TestSupport;

namespace MicroserviceX.Tests.Events;

/// <summary>Two thousand lines about events buried the six about processes that had been killed.</summary>
public sealed class EventRecorderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_BeyondTheFirstHundred_AreLoggedAtDebugAndThatIsSaidOnce()
    {
        using var history = new EventHistory(_folder.Path);
        var log = new Lines();
        var lines = new FirstLines();

        for (int i = 0; i < 250; i++)
        {
            await new EventRecorder(history, lines, TimeProvider.System, log).HandleAsync(Event(i, JobEventKind.Completed), default);
        }

        Assert.Equal(101, log.Levels.Count(level => level == LogLevel.Information));
        Assert.Equal(150, log.Levels.Count(level => level == LogLevel.Debug));
        Assert.Equal(250, history.List(null).Count);
    }

    [Fact]
    public async Task Updates_AreLoggedAtDebugAndTakeNoneOfTheHundred()
    {
        using var history = new EventHistory(_folder.Path);
        var log = new Lines();
        var recorder = new EventRecorder(history, new FirstLines(), TimeProvider.System, log);

        for (int i = 0; i < 150; i++)
        {
            await recorder.HandleAsync(Event(i, JobEventKind.Updated), default);
        }

        await recorder.HandleAsync(Event(150, JobEventKind.Completed), default);

        Assert.Equal(LogLevel.Information, log.Levels[^1]);
        Assert.Equal(1, log.Levels.Count(level => level == LogLevel.Information));
    }

    /// <summary><c>New, New</c> stood there: a status, and a delivery that is the rule.</summary>
    [Theory]
    [InlineData(JobEventDelivery.New, "j #1 Created (-): - -> New, by the broker")]
    [InlineData(JobEventDelivery.Stale, "j #1 Created (-): - -> New, stale (a later one came before it), by the broker")]
    [InlineData(JobEventDelivery.Repeat, "j #1 Created (-): - -> New, a repeat, by the broker")]
    public async Task Event_Line_SaysHowItCameOnlyWhereThatIsOdd(JobEventDelivery delivery, string line)
    {
        using var history = new EventHistory(_folder.Path);
        var log = new Lines();

        await new EventRecorder(history, new FirstLines(), TimeProvider.System, log).HandleAsync(
            Event(1, JobEventKind.Created) with { Type = "-", Status = JobStatus.New, Delivery = delivery }, default);

        Assert.Equal([line], log.Texts);
    }

    private static JobEvent Event(long sequence, JobEventKind kind) => new()
    {
        Kind = kind,
        JobId = "j",
        Sequence = sequence,
        Owner = "microservice-x",
        Delivery = JobEventDelivery.New,
        Source = JobEventSource.Broker,
    };

    private sealed class Lines : ILogger<EventRecorder>
    {
        public List<LogLevel> Levels { get; } = [];

        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Levels.Add(logLevel);
            Texts.Add(formatter(state, exception));
        }
    }
}
