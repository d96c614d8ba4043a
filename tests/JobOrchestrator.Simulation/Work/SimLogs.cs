using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>Logs of a process by name.</summary>
/// <param name="lane">The process.</param>
/// <param name="seen">Hears of every line's event.</param>
internal sealed class SimLogs(Lane lane, Action<EventId, IReadOnlyList<KeyValuePair<string, object?>>> seen) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new SimLog<object>(lane, seen);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log.");

    public void Dispose()
    {
    }
}
