using System.Globalization;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>One fault at one call to one kind of store, in a world that draws no fault of its own.</summary>
/// <param name="Store">The store's name.</param>
/// <param name="Call">The number of the call, from 1.</param>
/// <param name="Kind">What befalls it.</param>
internal sealed record SweepCase(string Store, int Call, CallFaultKind Kind)
{
    /// <summary>Of all worlds of the sweep: it decides what callers and workers do.</summary>
    public const ulong Seed = 1;

    private static readonly (string Name, CallFaultKind Kind)[] Kinds =
    [
        ("kill-before", CallFaultKind.KillBefore),
        ("kill-after", CallFaultKind.KillAfter),
        ("lost-answer", CallFaultKind.LostAnswer),
        ("late-write", CallFaultKind.LateWrite),
        ("freeze", CallFaultKind.Freeze),
    ];

    // A part of a sweep takes some of each store and kind.
    private ulong Mixed => Fingerprint.Of(ToString());

    /// <summary>Reads what <see cref="ToString"/> writes, such as <c>redis/117/kill-after</c>.</summary>
    /// <exception cref="FormatException">It is no case.</exception>
    public static SweepCase Parse(string text)
    {
        string[] parts = text.Split('/');
        CallFaultKind kind = Kinds.FirstOrDefault(known => known.Name == parts[^1]).Kind;
        return parts.Length == 3
            && kind != default
            && Presets.All.Any(store => store.Name == parts[0])
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int call)
                ? new SweepCase(parts[0], call, kind)
                : throw new FormatException($"'{text}' is no case of a sweep, such as redis/117/kill-after.");
    }

    /// <summary>A fault of each kind at each call.</summary>
    public static IEnumerable<SweepCase> All(string store, int calls) =>
        Enumerable.Range(1, calls).SelectMany(call => Kinds.Select(known => new SweepCase(store, call, known.Kind)));

    /// <summary>
    /// The world without a fault: two replicas of small sizes whose first holder is killed in a commit and stays away for longer than a
    /// lease, and whose second one is asked to stop; so that shards are asked for, waited for, taken, redone, loaded, served and given
    /// back.
    /// </summary>
    public static Swarm World(string store)
    {
        var calm = Swarm.Calm(Presets.Named(store), replicas: 2);
        return calm with
        {
            Settings = calm.Settings with
            {
                OperationsMax = Math.Min(calm.Store.OperationsMax, calm.Settings.OperationsMax!.Value),
                BytesMax = Swarm.BytesMaxOf(calm.Store),
                Bounds = ShardBounds.Usual with { PageJobs = 8, DocumentsInOneRead = 10 },
            },
            LeaseSecondsMax = 6,
            Length = TimeSpan.FromSeconds(70),
            Happenings =
            [
                new Happening(TimeSpan.FromSeconds(12), HappeningKind.KillInCommit, Away: TimeSpan.FromSeconds(20)),
                new Happening(TimeSpan.FromSeconds(38), HappeningKind.Stop, Away: TimeSpan.FromSeconds(1)),
            ],
        };
    }

    /// <summary>Runs the world without a fault, which tells how many calls there are to befall.</summary>
    /// <param name="store">The store's name.</param>
    /// <param name="change">Changes what the world is like.</param>
    public static SeedRun WithoutFault(string store, Func<Swarm, Swarm> change) => SeedRun.Of(Seed, change: _ => change(World(store)));

    /// <summary>Runs it.</summary>
    /// <param name="change">Changes what its world is like.</param>
    /// <param name="only">The faults that may strike; null: all.</param>
    public SeedRun Run(Func<Swarm, Swarm> change, IReadOnlySet<int>? only = null) =>
        SeedRun.Of(Seed, only, _ => change(World(Store) with { AtCall = new CallFault(Call, Kind) })) with { Again = $"--sweep {this}" };

    /// <summary>Whether it is in one of several parts of about the same size.</summary>
    public bool IsIn(ulong part, ulong parts) => Mixed % parts == part;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Store}/{Call}/{Kinds.First(known => known.Kind == Kind).Name}");
}
