using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>Counts in which phase of a replica each fault strikes.</summary>
/// <param name="world">Where.</param>
/// <param name="phases">What the replicas do.</param>
/// <param name="reached">Hears of it.</param>
/// <param name="replicas">The processes that run.</param>
internal sealed class StrikeCount(World world, Phases phases, Reached reached, Func<IEnumerable<Lane>> replicas)
{
    private readonly List<(FaultKind Kind, IReadOnlySet<Phase> Phases)> _now = [];
    private Lane? _lane;
    private long _step;

    /// <summary>
    /// A fault strikes: a replica in its phases; whom it strikes besides, or nobody, all replicas in theirs.
    /// </summary>
    public void Struck(FaultKind kind, Lane? lane)
    {
        bool isReplica = lane is not null && replicas().Contains(lane);
        HashSet<Phase> all = isReplica ? [.. phases.Of(lane!)] : [.. replicas().SelectMany(phases.Of)];
        if (all.Count == 0)
        {
            all.Add(Phase.None);
        }

        foreach (Phase phase in all)
        {
            reached.Struck(kind, phase, 1);
        }

        if (_step != world.Trace.Count || _lane != lane)
        {
            _now.Clear();
        }

        _lane = lane;
        _step = world.Trace.Count;
        if (isReplica)
        {
            _now.Add((kind, all));
        }
    }

    /// <summary>
    /// A request is sent whose fate was drawn right before: what struck then struck this one, in the phase that it begins.
    /// </summary>
    public void Sent(Lane lane, StoreCall call)
    {
        phases.Sent(lane, call);
        if (_lane == lane && _step == world.Trace.Count)
        {
            foreach ((FaultKind kind, IReadOnlySet<Phase> before) in _now)
            {
                foreach (Phase phase in before)
                {
                    reached.Struck(kind, phase, -1);
                }

                reached.Struck(kind, phases.Of(lane, call.Partition), 1);
            }
        }

        _now.Clear();
        _lane = null;
    }
}
