using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>Worlds as they are asked for, where that is other than drawn.</summary>
/// <param name="options">What is asked for.</param>
internal sealed class AsAsked(Options options)
{
    // Often enough to be met in every world, and with pauses in which what it broke is mended.
    private const double Rate = 0.03;
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    /// <summary>What a drawn world becomes.</summary>
    public Swarm Of(Swarm drawn)
    {
        Swarm changed = options.Store is { } name && name != drawn.Store.Name ? drawn.On(Presets.Named(name)) : drawn;
        return changed with
        {
            Replicas = options.Replicas ?? changed.Replicas,
            Settings = changed.Settings with { Shards = options.Shards ?? changed.Settings.Shards },
            InputBytesMax = options.InputBytes ?? changed.InputBytesMax,
            Heeded = options.Expected,
            Ignored = options.Ignored,
            Faults =
            [
                .. changed.Faults.Where(plan => !options.Without.Contains(plan.Kind.ToString()) && !Kinds.Contains(plan.Kind)),
                .. Kinds.Select(kind => new FaultPlan(kind, Rate, Burst, Quiet)),
            ],
            Nemeses =
            [
                .. changed.Nemeses.Where(nemesis => !options.Without.Contains(nemesis.ToString())),
                .. options.With.Where(word => !Enum.TryParse<FaultKind>(word, out _) && !Enum.TryParse<Listener>(word, out _))
                    .Select(Enum.Parse<Nemesis>),
            ],
            Listeners =
            [
                .. changed.Listeners.Where(listener => !options.Without.Contains(listener.ToString())),
                .. options.With.Where(word => Enum.TryParse<Listener>(word, out _)).Select(Enum.Parse<Listener>),
            ],
        };
    }

    private IReadOnlyList<FaultKind> Kinds { get; } =
        [.. options.With.Where(word => Enum.TryParse<FaultKind>(word, out _)).Select(Enum.Parse<FaultKind>)];
}
