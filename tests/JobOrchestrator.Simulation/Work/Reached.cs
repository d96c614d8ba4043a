using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>What a run has met.</summary>
internal sealed class Reached
{
    private readonly SortedDictionary<string, long> _events = new(StringComparer.Ordinal);

    /// <summary>How often each line was written to a log.</summary>
    public IReadOnlyDictionary<string, long> LogEvents => _events;

    /// <summary>A line was written to a log.</summary>
    public void Saw(EventId id)
    {
        string name = $"{id.Id} {id.Name}";
        _events[name] = _events.GetValueOrDefault(name) + 1;
    }
}
