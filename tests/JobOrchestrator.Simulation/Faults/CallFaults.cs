using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>Counts the replicas' calls to the store, and strikes the one that a sweep has chosen.</summary>
/// <param name="scene">Where.</param>
internal sealed class CallFaults(Scene scene)
{
    /// <summary>How long a process that was killed stays away.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    /// <summary>How long a process stands still: longer than a shard's lease.</summary>
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(20);

    // Long enough for what is carried out in several moments.
    private static readonly TimeSpan Breaks = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<(Lane, StoreCall), TimeSpan> _killedByAnswer = []; // for how long it stays away
    private readonly Dictionary<Lane, TimeSpan> _killedInCommit = [];

    /// <summary>How many calls there were that could be befallen: all but those shortly before the calm, and in it.</summary>
    public int Calls { get; private set; }

    /// <summary>A request is sent: what its fate is now.</summary>
    public Fate Meet(Lane lane, StoreCall call, Fate fate)
    {
        if (scene.World.Ticks > (scene.Swarm.Length - Frozen).Ticks)
        {
            // When all is calm everybody thaws: whoever stood still would not do so for his time.
            return fate;
        }

        Calls++;
        if (call.IsWrite && call.Key == call.Partition && _killedInCommit.Remove(lane, out TimeSpan away))
        {
            _killedByAnswer[(lane, call)] = away;
        }

        return scene.Swarm.AtCall is { } chosen && chosen.Call == Calls && scene.Faults.Begin(FaultKind.OneCall, lane) is { } strike
            ? Strike(strike, chosen.Kind, lane, call, fate)
            : fate;
    }

    /// <summary>A request was answered.</summary>
    public void Heard(Lane lane, StoreCall call)
    {
        if (_killedByAnswer.Remove((lane, call), out TimeSpan away))
        {
            Kill(lane, away);
        }
    }

    /// <summary>A process dies once the head that it writes next is stored: where there are two steps, before the second.</summary>
    public void KillInCommit(Lane lane, TimeSpan away) => _killedInCommit[lane] = away;

    private Fate Strike(Strike strike, CallFaultKind kind, Lane lane, StoreCall call, Fate fate)
    {
        TimeSpan late = scene.Swarm.Settings.RequestTimeout * 1.2;
        switch (kind)
        {
            case CallFaultKind.KillBefore:
                Note("killed before it is carried out");
                Kill(lane, Away);
                return new Fate(null, null);
            case CallFaultKind.KillAfter:
                Note("killed after it was carried out");
                _killedByAnswer[(lane, call)] = Away;
                return fate;
            case CallFaultKind.LostAnswer:
                Note("carried out, and its answer is lost");
                return fate with { Back = null, Error = new UnclearException("The connection broke."), ErrorAfter = Breaks };
            case CallFaultKind.LateWrite:
                Note($"carried out after {late.TotalSeconds:0.0} s");
                return new Fate(late, null);
            default:
                Note($"frozen for {Frozen.TotalSeconds:0.0} s");
                scene.World.In(TimeSpan.Zero, null, StepKind.World, "freeze", () => lane.Freeze());
                scene.World.In(Frozen, null, StepKind.World, "thaw", lane.Thaw);
                return fate;
        }

        void Note(string what) => scene.World.Note(lane, strike.Line($"{what}: {call}"));
    }

    /// <summary>After the step that runs now: what it has left to do until it waits is done.</summary>
    private void Kill(Lane lane, TimeSpan away) => scene.World.In(TimeSpan.Zero, null, StepKind.World, "kill", () =>
    {
        if (scene.Replicas.FirstOrDefault(replica => replica.Lane == lane) is { } replica)
        {
            replica.Kill();
            scene.World.In(away, null, StepKind.World, "start", replica.StartIfDead);
        }
    });
}
