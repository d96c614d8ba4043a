using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>What one seed's world is like: store, processes, sizes, limits, and which faults strike how often.</summary>
internal sealed record Swarm
{
    // A fault that ends or stops a process, or takes the store away, would leave nothing to look at if it struck at every third call.
    private const double RareMax = 1.0 / 50;
    private const double OftenMax = 1.0 / 3;
    private const double RateMin = 1.0 / 10_000;

    /// <summary>The store.</summary>
    public required StoreModel Store { get; init; }

    /// <summary>How JSON comes back; null: byte for byte.</summary>
    public JsonForm? Form { get; init; }

    /// <summary>How many replicas.</summary>
    public required int Replicas { get; init; }

    /// <summary>What they are told.</summary>
    public required ReplicaSettings Settings { get; init; }

    /// <summary>How many callers.</summary>
    public required int Callers { get; init; }

    /// <summary>How many workers.</summary>
    public required int Workers { get; init; }

    /// <summary>How many jobs are submitted, about.</summary>
    public required int Jobs { get; init; }

    /// <summary>The queues' names.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Most bytes of an input.</summary>
    public required int InputBytesMax { get; init; }

    /// <summary>How long a job's lease is at most, in seconds.</summary>
    public required int LeaseSecondsMax { get; init; }

    /// <summary>How long faults strike.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How long a call to the store or a replica usually is under way.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>What goes wrong.</summary>
    public required IReadOnlyList<FaultPlan> Faults { get; init; }

    /// <summary>Scripts of several faults.</summary>
    public required IReadOnlyList<Nemesis> Nemeses { get; init; }

    /// <summary>Who listens or works besides callers and workers: one for each process.</summary>
    public IReadOnlyList<Listener> Listeners { get; init; } = [];

    /// <summary>How much the replicas keep at hand of what finished jobs are, where somebody looks for some.</summary>
    public long DigestBytesMax { get; init; } = ShardBounds.Usual.DigestBytesMax;

    /// <summary>How much one read of a list looks at, where somebody looks for jobs.</summary>
    public ReadBounds ReadBounds { get; init; } = new();

    /// <summary>A queue that somebody has publish some kinds of its jobs' events no more; null: there is none.</summary>
    public (string Queue, EventKinds Unpublished)? Chosen { get; init; }

    /// <summary>How often owners read the feed.</summary>
    public TimeSpan CatchUpInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What befalls a call to the store that is chosen by its number; null: nothing.</summary>
    public CallFault? AtCall { get; init; }

    /// <summary>What befalls whoever holds the first shard, at times that are given.</summary>
    public IReadOnlyList<Happening> Happenings { get; init; } = [];

    /// <summary>The oracles that are listened to; null: all.</summary>
    public IReadOnlySet<string>? Heeded { get; init; }

    /// <summary>Oracles that are not listened to.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>Draws what a seed's world is like.</summary>
    /// <param name="world">The world, with its streams of chance.</param>
    public static Swarm Draw(World world)
    {
        Dice dice = world.Dice("swarm");
        StoreModel store = dice.Pick(Presets.All);
        int shards = dice.Below(2) == 0 ? 1 : 2 + dice.Below(2);
        ReplicaSettings settings = DrawSettings(dice, shards, store);
        Listener[] listeners = [.. Enum.GetValues<Listener>().SelectMany(kind => DrawListeners(world.Dice($"swarm/{kind}"), kind))];
        var swarm = new Swarm
        {
            Store = store,
            Form = dice.Below(3) switch { 0 => null, 1 => JsonForm.Sorted, _ => JsonForm.Unsorted(dice.Next()) },
            Replicas = dice.Below(8) switch { < 3 => 1, < 6 => 2, 6 => 3, _ => 4 },
            Settings = settings,
            Callers = 1 + dice.Below(3),
            Workers = 1 + dice.Below(3),
            Jobs = (int)dice.LogUniform(20, 300),
            Queues = [.. Enumerable.Range(0, 1 + dice.Below(4)).Select(number => $"queue-{number}")],
            InputBytesMax = (int)dice.LogUniform(8, 2_000),
            LeaseSecondsMax = (int)dice.LogUniform(2, 60),
            Length = TimeSpan.FromMinutes(5),
            Latency = dice.LogUniform(TimeSpan.FromMicroseconds(300), TimeSpan.FromMilliseconds(10)),
            Faults =
            [
                .. DrawFaults(dice),
                .. DrawOwnerFaults(world.Dice("swarm/owner-faults"), listeners),
                .. DrawSdkFaults(world.Dice("swarm/sdk-faults"), listeners),
            ],
            Nemeses = DrawNemeses(dice),
            Listeners = listeners,
            CatchUpInterval = world.Dice("swarm/owner").LogUniform(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2)),
        };

        swarm = WithSearches(world.Dice("swarm/searches"), swarm);
        swarm = WithChoice(world.Dice("swarm/kinds"), swarm);
        settings = WithPacks(world.Dice("swarm/packs"), settings);
        settings = WithCoalescing(world.Dice("swarm/coalesce"), settings);
        Dice inputs = world.Dice("swarm/waiting-inputs");
        long waitingInputBytesMax = inputs.Below(3) == 0 ? (long)inputs.LogUniform(1, 20_000) : long.MaxValue;

        // Drawn last, so that what a seed's world is like otherwise stays as it was.
        return swarm with
        {
            Settings = settings with
            {
                Jobs = settings.Jobs with
                {
                    InputInMemoryBytesMax = dice.Below(3) == 0 ? int.MaxValue : (int)dice.LogUniform(1, 1_000),
                    WaitingInputBytesMax = waitingInputBytesMax,
                },
                Bounds = settings.Bounds with
                {
                    JobBytesInOneRead = dice.Below(2) == 0 ? settings.Bounds.JobBytesInOneRead : (long)dice.LogUniform(1_000, 100_000),
                },
            },
        };
    }

    /// <summary>The same on another store, with the limits that it has.</summary>
    public Swarm On(StoreModel store) => this with
    {
        Store = store,
        Settings = Settings with
        {
            OperationsMax = Math.Min(store.OperationsMax, Settings.OperationsMax ?? int.MaxValue),
            BytesMax = BytesMaxOf(store),
            Bounds = WithPagesFor(store, Settings.Bounds),
        },
    };

    /// <summary>What goes wrong nowhere and is of the usual size.</summary>
    public static Swarm Calm(StoreModel store, int replicas = 1, int shards = 1) => new()
    {
        Store = store,
        Replicas = replicas,
        Settings = Usual(shards),
        Callers = 1,
        Workers = 1,
        Jobs = 40,
        Queues = ["queue-0", "queue-1"],
        InputBytesMax = 100,
        LeaseSecondsMax = 20,
        Length = TimeSpan.FromMinutes(2),
        Latency = TimeSpan.FromMilliseconds(1),
        Faults = [],
        Nemeses = [],
    };

    private static ReplicaSettings DrawSettings(Dice dice, int shards, StoreModel store)
    {
        ReplicaSettings usual = Usual(shards);
        return usual with
        {
            OperationsMax = Math.Min(store.OperationsMax, dice.Below(2) == 0 ? 1_000 : (int)dice.LogUniform(16, 1_000)),
            BytesMax = BytesMaxOf(store),
            Bounds = WithPagesFor(store, dice.Below(3) == 0 ? ShardBounds.Usual : DrawBounds(dice)),
            MailboxMax = dice.Below(4) == 0 ? (int)dice.LogUniform(8, 1_000) : 50_000,
            EventRetention = dice.LogUniform(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
            EventBytesMax = dice.Below(4) == 0 ? (long)dice.LogUniform(20_000, 64_000_000) : 64_000_000,
            Jobs = new ShardSettings(
                dice.LogUniform(TimeSpan.FromSeconds(20), TimeSpan.FromHours(24)),
                dice.LogUniform(TimeSpan.FromSeconds(20), TimeSpan.FromHours(1)),
                10_000_000),
        };
    }

    /// <summary>Little room for digests, and little that one read looks at, each in one world of two.</summary>
    private static Swarm WithSearches(Dice dice, Swarm swarm)
    {
        long digestBytes = (long)dice.LogUniform(20_000, 2_000_000);
        var reads = new ReadBounds
        {
            JobsInOneRead = (int)dice.LogUniform(1, 100),
            JobsInFirstRead = (int)dice.LogUniform(1, 25),
            JobsLookedAtMax = (int)dice.LogUniform(10, 4_000),
        };
        return swarm with
        {
            DigestBytesMax = dice.Below(2) == 0 ? digestBytes : swarm.DigestBytesMax,
            ReadBounds = dice.Below(2) == 0 ? reads : swarm.ReadBounds,
        };
    }

    /// <summary>In one world of four an owner's events go in messages of several, of any size.</summary>
    private static ReplicaSettings WithPacks(Dice dice, ReplicaSettings settings) => dice.Below(4) != 0 ? settings : settings with
    {
        PackEvents = true,
        Bounds = settings.Bounds with { PackedBytesMax = (int)dice.LogUniform(200, 128_000) },
    };

    /// <summary>In one world of four a job's progress is published now and then.</summary>
    private static ReplicaSettings WithCoalescing(Dice dice, ReplicaSettings settings) => dice.Below(4) != 0 ? settings : settings with
    {
        EventCoalesce = dice.LogUniform(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10)),
    };

    /// <summary>In one world of four some kinds of one queue's events are not published.</summary>
    private static Swarm WithChoice(Dice dice, Swarm swarm) => dice.Below(4) != 0 ? swarm : swarm with
    {
        Chosen = (dice.Pick(swarm.Queues), (EventKinds)(1 + dice.Below((int)EventKindSets.All))),
    };

    /// <summary>Small ones, with which a handful of jobs does what a million does otherwise.</summary>
    private static ShardBounds DrawBounds(Dice dice) => ShardBounds.Usual with
    {
        PageJobs = (int)dice.LogUniform(2, 256),
        SettingsPageDocuments = (int)dice.LogUniform(1, 512),
        SettingsPortionMax = (int)dice.LogUniform(1, 200),
        SettingsPagesInOneRead = (int)dice.LogUniform(1, 50),
        DocumentsInOneRead = (int)dice.LogUniform(1, 200),
        CommandsMax = (int)dice.LogUniform(4, 2_048),
        RetiredMax = (int)dice.Between(1, 3),
        PublishedMax = (int)dice.LogUniform(1, 500),
        RecentEventBytesMax = (long)dice.LogUniform(500, 4 << 20),
        OutboxDocumentsInOneRead = (int)dice.LogUniform(1, 50),
        FinishedJobsMax = (int)dice.LogUniform(1, 4_096),
        WatchEventsMax = (int)dice.LogUniform(1, 1_024),
        HistoryEvery = dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
    };

    /// <summary>What replicas are told. Where nobody looks for jobs they have room for digests as ever.</summary>
    public ReplicaSettings SettingsOfReplicas => HasSearcher
        ? Settings with { Bounds = Settings.Bounds with { DigestBytesMax = DigestBytesMax } }
        : Settings;

    /// <summary>Somebody looks for jobs.</summary>
    public bool HasSearcher => Listeners.Contains(Listener.Searcher);

    /// <summary>The listeners of a kind, from 0.</summary>
    public IEnumerable<int> NumbersOf(Listener kind) => Enumerable.Range(0, Listeners.Count(listener => listener == kind));

    /// <summary>Pages that a store takes, with a key of each of their jobs: a full one of 256 has 28 KB.</summary>
    private static ShardBounds WithPagesFor(StoreModel store, ShardBounds bounds) =>
        bounds with { PageJobs = Math.Min(bounds.PageJobs, Math.Max(2, store.ItemBytesMax / 120)) };

    /// <summary>What a commit may have on a store.</summary>
    public static long BytesMaxOf(StoreModel store) => store.RequestBytesMax < 2_000_000 ? 400_000 : 2_000_000;

    private static ReplicaSettings Usual(int shards) => new()
    {
        StoreName = "jobs",
        Shards = shards,
        OperationsMax = 1_000,
        BytesMax = 2_000_000,
        RequestTimeout = TimeSpan.FromSeconds(10),
        Lease = TimeSpan.FromSeconds(15),
        Renew = TimeSpan.FromSeconds(5),
        Answer = TimeSpan.FromSeconds(10),
        MailboxMax = 50_000,
        EventRetention = TimeSpan.FromHours(1),
        EventBytesMax = 64_000_000,
        EventSource = "job-orchestrator",
        Topics = Enum.GetValues<JobEventKind>().ToDictionary(kind => kind, kind => $"job-{kind}"),
        Jobs = ShardSettings.Default,
    };

    /// <summary>No fault in one world of seven, a single kind in another, else each kind with one half.</summary>
    private static List<FaultPlan> DrawFaults(Dice dice)
    {
        FaultKind[] kinds = [.. Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.SdkKill)];
        FaultKind alone = dice.Pick(kinds);
        int way = dice.Below(7);
        var plans = new List<FaultPlan>();
        foreach (FaultKind kind in kinds)
        {
            bool isIn = dice.Below(2) == 0;
            var plan = new FaultPlan(
                kind,
                dice.LogUniform(RateMin, IsRare(kind) ? RareMax : OftenMax),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
            if (way switch { 0 => false, 1 => kind == alone, _ => isIn })
            {
                plans.Add(plan);
            }
        }

        return plans;
    }

    /// <summary>One or two in one world of three.</summary>
    private static Nemesis[] DrawNemeses(Dice dice)
    {
        int count = dice.Below(3) == 0 ? 1 + dice.Below(2) : 0;
        return [.. Enumerable.Range(0, count).Select(_ => dice.Pick(Enum.GetValues<Nemesis>()))];
    }

    /// <summary>
    /// What befalls owners, each kind with one half. They came later than the others: drawn apart, they leave the worlds as they were.
    /// </summary>
    private static IEnumerable<FaultPlan> DrawOwnerFaults(Dice dice, IReadOnlyList<Listener> listeners)
    {
        for (FaultKind kind = FaultKind.OwnerKill; kind <= FaultKind.HandlerThrows; kind++)
        {
            bool isIn = dice.Below(2) == 0;
            var plan = new FaultPlan(
                kind,
                dice.LogUniform(RateMin, kind <= FaultKind.OwnerPowerCut ? RareMax : OftenMax),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
            if (isIn && listeners.Contains(Listener.Owner))
            {
                yield return plan;
            }
        }
    }

    /// <summary>What befalls the SDK's workers, each kind with one half; drawn apart as well.</summary>
    private static IEnumerable<FaultPlan> DrawSdkFaults(Dice dice, IReadOnlyList<Listener> listeners)
    {
        for (FaultKind kind = FaultKind.SdkKill; kind <= FaultKind.SdkWallStep; kind++)
        {
            bool isIn = dice.Below(2) == 0;
            var plan = new FaultPlan(
                kind,
                dice.LogUniform(RateMin, RareMax),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
                dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
            if (isIn && listeners.Contains(Listener.SdkWorker))
            {
                yield return plan;
            }
        }
    }

    /// <summary>
    /// One or two of a kind in one world of two; of the SDK's workers, and of those who look for jobs or move them, in one of three.
    /// </summary>
    private static IEnumerable<Listener> DrawListeners(Dice dice, Listener kind)
    {
        bool isIn = kind >= Listener.SdkWorker ? dice.Below(3) == 0 : dice.Below(2) > 0;
        return isIn ? Enumerable.Repeat(kind, 1 + dice.Below(2)) : [];
    }

    private static bool IsRare(FaultKind kind) => kind is (>= FaultKind.StoreAway and <= FaultKind.Restart)
        or FaultKind.Unreachable or FaultKind.BrokerAway or FaultKind.TopicRefused;
}
