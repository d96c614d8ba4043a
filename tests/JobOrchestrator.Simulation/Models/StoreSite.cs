using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>The store as all processes share it: its documents, what is away, and what becomes of requests.</summary>
internal sealed class StoreSite
{
    private static readonly TimeSpan LateMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OutageShortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OutageLongest = TimeSpan.FromMinutes(2);

    private static readonly FaultKind[] OfRequests =
    [
        FaultKind.SlowAnswer, FaultKind.LostBefore, FaultKind.LostAfter, FaultKind.LateAnswer, FaultKind.LateWrite,
        FaultKind.ErrorThenApplied, FaultKind.Error, FaultKind.Busy, FaultKind.NeverSent, FaultKind.KeyLeftOut, FaultKind.Repeated,
        FaultKind.Refused,
    ];

    private static readonly FaultKind[] OfPlaces =
        [FaultKind.StoreAway, FaultKind.PartitionAway, FaultKind.CutOff, FaultKind.KindAway, FaultKind.StoreSlow];

    private readonly Dictionary<(Lane Lane, string Partition), List<(StoreCall Call, long Since)>> _waiting = [];
    private readonly Dictionary<(Lane Lane, string Partition), long> _wrote = [];
    private readonly TimeSpan _latency;
    private readonly TimeSpan _limit;
    private readonly Outages _outages;
    private readonly Dice _dice;
    private long _slowUntil;

    /// <param name="world">Where.</param>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="swarm">What the world is like.</param>
    /// <param name="applied">Hears of every change of the documents.</param>
    public StoreSite(World world, Faults faults, Swarm swarm, Action<AppliedWrites> applied)
    {
        World = world;
        Faults = faults;
        State = new StoreState(swarm.Store, applied, swarm.Form);
        _latency = swarm.Latency;
        _limit = swarm.Settings.RequestTimeout;
        _outages = new Outages(world);
        _dice = world.Dice("store");
        faults.Calmed += () =>
        {
            _outages.End();
            _slowUntil = 0;
        };
    }

    public World World { get; }

    public Faults Faults { get; }

    public StoreState State { get; }

    /// <summary>Chance of the store's own.</summary>
    public Dice Dice => _dice;

    /// <summary>What is away.</summary>
    public Outages Outages => _outages;

    /// <summary>
    /// The one writer of a partition has waited for an answer for so long, and still waits. What is read for whoever asks holds up nobody
    /// else, nor does what the publisher reads, nor anything that was asked for before the last write, such as a renewal from while the
    /// shard was loaded.
    /// </summary>
    public bool IsWaitedFor(Lane lane, string partition, TimeSpan atLeast)
    {
        long wrote = _wrote.GetValueOrDefault((lane, partition), long.MinValue);
        return _waiting.TryGetValue((lane, partition), out List<(StoreCall Call, long Since)>? waiting)
            && waiting.Exists(one => World.Ticks - one.Since >= atLeast.Ticks
                && one.Since >= wrote
                && !one.Call.IsForOthers
                && (one.Call.IsWrite || one.Call.Key == partition || one.Call is { Keys: > 1, IsOfEventsAlone: false }));
    }

    /// <summary>
    /// Hears of a process that writes while what it seemed to wait for, for so long, is still not here: that held up nobody, such as a
    /// look at what may be forgotten.
    /// </summary>
    public (TimeSpan AtLeast, Action<Lane, string> Heard)? WentOn { get; set; }

    /// <summary>A process waits from now on, until it is over.</summary>
    public void Wait(Lane lane, StoreCall call)
    {
        if (!_waiting.TryGetValue((lane, call.Partition), out List<(StoreCall Call, long Since)>? waiting))
        {
            _waiting[(lane, call.Partition)] = waiting = [];
        }

        waiting.Add((call, World.Ticks));
        if (call.IsWrite)
        {
            _wrote[(lane, call.Partition)] = World.Ticks;
            if (WentOn is var (atLeast, heard)
                && waiting.Exists(one => World.Ticks - one.Since >= atLeast.Ticks && !one.Call.IsForOthers))
            {
                heard(lane, call.Partition);
            }
        }
    }

    /// <summary>What it has waited for since then is here, or it has given up.</summary>
    public void EndWait(Lane lane, StoreCall call, long since) => _waiting[(lane, call.Partition)].Remove((call, since));

    /// <summary>Hears of every request that was answered: whether it was well.</summary>
    public Action<Lane, StoreCall, bool>? Heard { get; set; }

    /// <summary>Hears of every request as it is sent, and may change its fate.</summary>
    public Func<Lane, StoreCall, Fate, Fate>? Sending { get; set; }

    /// <summary>The moment in which a lane's request is carried out.</summary>
    public Moment MomentOf(Lane lane) => new(World.Trace.Count, World.Now, lane.Name, lane.Clock.Stood);

    /// <summary>Between two moments of one request.</summary>
    public TimeSpan Gap() => _dice.Between(TimeSpan.Zero, _latency);

    /// <summary>Decides what becomes of a request.</summary>
    public Fate FateOf(Lane lane, StoreCall call)
    {
        Fate usual = new(Way(), Way());
        Fate? struck = null;
        foreach (FaultKind kind in OfPlaces)
        {
            if (Faults.Meet(kind, lane) is { } strike)
            {
                Begin(strike, lane, call);
            }
        }

        foreach (FaultKind kind in OfRequests)
        {
            if (Faults.Meet(kind, lane) is { } strike)
            {
                struck ??= Struck(strike, lane, call, usual);
            }
        }

        Fate fate = _outages.Meet(lane, call.Partition, call.Kind) is { } away ? Away(away, usual) : struck ?? usual;
        return Sending?.Invoke(lane, call, fate) ?? fate;
    }

    private TimeSpan Way()
    {
        TimeSpan way = _dice.Between(_latency / 4, _latency * 2);
        return World.Ticks < _slowUntil ? _dice.LogUniform(way, _limit / 3) : way;
    }

    private static Fate Away(AwayKind how, Fate usual) => how switch
    {
        AwayKind.NeverSent => new Fate(null, null, new NeverSentException("The connection was refused."), usual.Back!.Value),
        AwayKind.Silence => new Fate(null, null),
        AwayKind.Error => new Fate(null, null, Answer500("RESPONSE 500: the store is away"), usual.Back!.Value),
    };

    private void Begin(Strike strike, Lane lane, StoreCall call)
    {
        TimeSpan length = strike.Dice.LogUniform(OutageShortest, OutageLongest);
        AwayKind how = strike.Dice.Pick(Enum.GetValues<AwayKind>());
        string seconds = $"{length.TotalSeconds:0.0} s";
        switch (strike.Kind)
        {
            case FaultKind.StoreAway:
                World.Note(null, strike.Line($"the store is away for {seconds} ({how})"));
                _outages.Begin(null, null, null, length, how);
                break;
            case FaultKind.PartitionAway:
                World.Note(null, strike.Line($"partition {call.Partition} is away for {seconds} ({how})"));
                _outages.Begin(null, call.Partition, null, length, how);
                break;
            case FaultKind.CutOff:
                World.Note(lane, strike.Line($"cut off from the store for {seconds} ({how})"));
                _outages.Begin(lane, null, null, length, how);
                break;
            case FaultKind.KindAway:
                World.Note(null, strike.Line($"no {call.Kind} is answered for {seconds} ({how})"));
                _outages.Begin(null, null, call.Kind, length, how);
                break;
            default:
                World.Note(null, strike.Line($"the store is slow for {seconds}"));
                _slowUntil = World.Ticks + length.Ticks;
                break;
        }
    }

    private Fate Struck(Strike strike, Lane lane, StoreCall call, Fate usual)
    {
        (Fate fate, string what) = FateOf(strike, call, usual);
        World.Note(lane, strike.Line($"{what}: {call}"));
        return fate;
    }

    private (Fate Fate, string What) FateOf(Strike strike, StoreCall call, Fate usual)
    {
        Dice dice = strike.Dice;
        TimeSpan slow = dice.LogUniform(_limit / 100, _limit * 0.98);
        TimeSpan late = dice.LogUniform(_limit / 100, LateMost);
        bool isHeard = dice.Below(2) == 0;
        TimeSpan heardAfter = dice.LogUniform(_limit / 1_000, _limit * 2);
        CallException? broken = isHeard ? new UnclearException("The connection broke.") : null;
        return strike.Kind switch
        {
            FaultKind.SlowAnswer when dice.Below(2) == 0 => (usual with { There = slow }, $"the request takes {Seconds(slow)}"),
            FaultKind.SlowAnswer => (usual with { Back = slow }, $"the answer takes {Seconds(slow)}"),
            FaultKind.LostBefore => (new Fate(null, null, broken, heardAfter), "the request is lost"),
            FaultKind.LostAfter => (new Fate(usual.There, null, broken, heardAfter), "the answer is lost"),
            FaultKind.LateAnswer => (usual with { Back = _limit + late }, $"the answer takes {Seconds(_limit + late)}"),
            FaultKind.LateWrite => (new Fate(late, null, broken, heardAfter), $"carried out after {Seconds(late)}"),
            FaultKind.ErrorThenApplied =>
                (new Fate(slow, null, Answer500("RESPONSE 500"), heardAfter), $"500, and carried out after {Seconds(slow)}"),
            FaultKind.Error => (new Fate(null, null, Answer500("RESPONSE 500"), usual.Back!.Value), "500"),
            FaultKind.Busy =>
                (new Fate(null, null, new RefusedException("RESPONSE 429") { IsForNow = true }, usual.Back!.Value), "429"),
            FaultKind.NeverSent =>
                (new Fate(null, null, new NeverSentException("The connection was refused."), usual.Back!.Value), "never sent"),
            FaultKind.KeyLeftOut => (usual with { LeavesOut = 1 + dice.Below(Math.Max(1, call.Keys)) }, "keys are left out"),
            FaultKind.Repeated => (usual with { IsRepeated = true }, "the sidecar repeats it"),
            _ => (new Fate(null, null, new RefusedException("The store is out of order."), usual.Back!.Value), "refused"),
        };
    }

    private static UnclearException Answer500(string text) => new(text) { IsAnswer = true };

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.0} s";
}

/// <summary>A request as faults see it.</summary>
/// <param name="Kind"><c>get</c>, <c>read</c>, <c>save</c> or <c>transact</c>.</param>
/// <param name="Partition">Whose documents.</param>
/// <param name="Key">The first key.</param>
/// <param name="Keys">How many keys.</param>
/// <param name="IsForOthers">It is made while a request is served, and not by a loop of the process.</param>
internal readonly record struct StoreCall(string Kind, string Partition, string Key, int Keys, bool IsForOthers = false)
{
    public bool IsWrite => Kind is "save" or "transact";

    /// <summary>It reads events and nothing else, as the publisher does; the writer reads them with what else it has written.</summary>
    public bool IsOfEventsAlone { get; init; }

    public override string ToString() => Keys == 1 ? $"{Kind} {Key}" : $"{Kind} {Key} and {Keys - 1} more";
}
