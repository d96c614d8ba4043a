using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>A process's log: lines of the story, whose text is made when somebody reads it.</summary>
/// <param name="lane">The process.</param>
/// <param name="seen">Hears of every line's event.</param>
internal sealed class SimLog<T>(Lane lane, Action<EventId, IReadOnlyList<KeyValuePair<string, object?>>> seen) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lane.World.Escapes.Check("The log");
        seen(eventId, state as IReadOnlyList<KeyValuePair<string, object?>> ?? []);
        lane.World.Note(lane, new Line<TState>(logLevel, state, exception, formatter));
    }

    private sealed class Line<TState>(LogLevel level, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        public override string ToString()
        {
            string end = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}";
            return $"log {level}: {formatter(state, exception)}{end}";
        }
    }
}
