using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>What runs have met: which fault struck in which phase, which lines came to a log, and what was true somewhere.</summary>
internal sealed class Reached
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true };

    /// <summary>Each kind of fault: how often it struck in each phase.</summary>
    public SortedDictionary<string, SortedDictionary<string, long>> Faults { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How often each line was written to a log; zero: never.</summary>
    public SortedDictionary<string, long> LogEvents { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How often each of <see cref="Simulation.Sometimes"/> was true; zero: never.</summary>
    public SortedDictionary<string, long> Sometimes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Nothing yet, with a row for all that there is.</summary>
    public static Reached Nothing()
    {
        var reached = new Reached();
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            reached.Faults[kind.ToString()] = new SortedDictionary<string, long>(StringComparer.Ordinal);
        }

        foreach (string line in Simulation.LogEvents.All)
        {
            reached.LogEvents[line] = 0;
        }

        foreach (string condition in Simulation.Sometimes.All)
        {
            reached.Sometimes[condition] = 0;
        }

        return reached;
    }

    /// <summary>A line was written to a log.</summary>
    public void Saw(EventId id) => Add(LogEvents, Simulation.LogEvents.Name(id), 1);

    /// <summary>It was true.</summary>
    public void Met(string condition) => Add(Sometimes, condition, 1);

    /// <summary>A fault struck a process in a phase; a negative number takes that back.</summary>
    public void Struck(FaultKind kind, Phase phase, int times) => Add(PhasesOf(kind.ToString()), phase.ToString(), times);

    /// <summary>How often a fault struck in a phase.</summary>
    public long Times(FaultKind kind, Phase phase) =>
        Faults.GetValueOrDefault(kind.ToString())?.GetValueOrDefault(phase.ToString()) ?? 0;

    /// <summary>And what others have met.</summary>
    public void Add(Reached other)
    {
        foreach ((string kind, SortedDictionary<string, long> phases) in other.Faults)
        {
            SortedDictionary<string, long> own = PhasesOf(kind);
            foreach ((string phase, long times) in phases)
            {
                Add(own, phase, times);
            }
        }

        foreach ((string line, long times) in other.LogEvents)
        {
            Add(LogEvents, line, times);
        }

        foreach ((string condition, long times) in other.Sometimes)
        {
            Add(Sometimes, condition, times);
        }
    }

    /// <summary>For a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form);

    /// <summary>For another process: one line.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>What another process has written.</summary>
    public static Reached Read(string json) =>
        JsonSerializer.Deserialize<Reached>(json) ?? throw new FormatException("Nothing was written.");

    private SortedDictionary<string, long> PhasesOf(string kind)
    {
        if (!Faults.TryGetValue(kind, out SortedDictionary<string, long>? phases))
        {
            Faults[kind] = phases = new SortedDictionary<string, long>(StringComparer.Ordinal);
        }

        return phases;
    }

    private static void Add(SortedDictionary<string, long> counts, string name, long times) =>
        counts[name] = counts.GetValueOrDefault(name) + times;
}
