namespace JobOrchestrator.Tests.Push;

/// <summary>The service's log, line by line.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = []; // also its own lock

    /// <summary>The lines of a level, that hold a text.</summary>
    public IReadOnlyList<string> Of(LogLevel level, string text)
    {
        lock (_lines)
        {
            return [.. _lines.Where(
                line => line.Level == level && line.Text.Contains(text, StringComparison.Ordinal)).Select(line => line.Text)];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((logLevel, formatter(state, exception)));
        }
    }

    public void Dispose()
    {
    }
}
