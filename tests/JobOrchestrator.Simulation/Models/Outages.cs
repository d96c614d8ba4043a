namespace JobOrchestrator.Simulation.Models;

/// <summary>How something that is away answers.</summary>
internal enum AwayKind
{
    /// <summary>The connection is refused.</summary>
    NeverSent = 1,

    /// <summary>Nothing comes back.</summary>
    Silence = 2,

    /// <summary>The sidecar says that it could not do it.</summary>
    Error = 3,
}

/// <summary>What is away and for how long. Everything comes back when the world is calm.</summary>
/// <param name="world">Where.</param>
internal sealed class Outages(World world)
{
    private readonly List<Outage> _outages = [];

    /// <summary>Something goes away; null in a place: whatever it is.</summary>
    public void Begin(Lane? lane, string? partition, string? kind, TimeSpan length, AwayKind how) =>
        _outages.Add(new Outage(lane, partition, kind, world.Ticks + length.Ticks, how));

    /// <summary>How a request is answered that meets what is away; null: it meets nothing.</summary>
    public AwayKind? Meet(Lane lane, string partition, string kind)
    {
        if (_outages.Count == 0)
        {
            return null;
        }

        _outages.RemoveAll(outage => outage.Until <= world.Ticks);
        Outage? met = _outages.Find(outage =>
            (outage.Lane ?? lane) == lane && (outage.Partition ?? partition) == partition && (outage.Kind ?? kind) == kind);
        return met?.How;
    }

    /// <summary>Everything is back.</summary>
    public void End() => _outages.Clear();

    private sealed record Outage(Lane? Lane, string? Partition, string? Kind, long Until, AwayKind How);
}
