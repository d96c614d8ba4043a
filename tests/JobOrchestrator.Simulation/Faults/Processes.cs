namespace JobOrchestrator.Simulation;

/// <summary>What befalls the replicas' processes: struck at their calls to the store, so while something is under way.</summary>
/// <param name="world">Where.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="replicas">The processes.</param>
internal sealed class Processes(World world, Faults faults, IReadOnlyList<SimReplica> replicas)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan UsualCost = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CostMost = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LeapMost = TimeSpan.FromDays(8);

    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Kill, FaultKind.Freeze, FaultKind.Suspend, FaultKind.SlowLane, FaultKind.WallStep, FaultKind.Twice, FaultKind.Restart,
    ];

    private readonly List<SimReplica> _doubles = [];

    /// <summary>The second processes of a name, over or not.</summary>
    public IReadOnlyList<SimReplica> Doubles => _doubles;

    /// <summary>Makes a second process under a replica's name.</summary>
    public required Func<string, SimReplica> NewReplica { get; init; }

    /// <summary>Hears of each such process.</summary>
    public required Action<Lane> SecondBegan { get; init; }

    /// <summary>A process has sent a request to the store.</summary>
    public void Meet(Lane lane)
    {
        foreach (FaultKind kind in Kinds)
        {
            if (faults.Meet(kind, lane) is { } strike && replicas.FirstOrDefault(other => other.Lane == lane) is { } replica)
            {
                TimeSpan length = strike.Dice.LogUniform(Shortest, Longest);
                TimeSpan after = strike.Dice.LogUniform(Soonest, Latest);
                world.In(after, null, StepKind.World, kind.ToString(), () => Befall(strike, replica, lane, length));
            }
        }
    }

    /// <summary>Everybody runs again, but for a few.</summary>
    public void Calm()
    {
        foreach (SimReplica twin in _doubles)
        {
            twin.Kill();
        }

        foreach (SimReplica replica in replicas)
        {
            if (replica.IsAlive)
            {
                replica.Lane!.StepCost = UsualCost;
                replica.Lane.Thaw();
            }
        }

        Dice dice = world.Dice("calm");
        int stay = 1 + dice.Below(replicas.Count);
        foreach (SimReplica dead in replicas.Where(replica => !replica.IsAlive))
        {
            if (replicas.Count(replica => replica.IsAlive) < stay)
            {
                dead.Start();
            }
        }
    }

    private void Befall(Strike strike, SimReplica replica, Lane lane, TimeSpan length)
    {
        if (faults.IsCalm || replica.Lane != lane || lane.IsDead)
        {
            return;
        }

        string seconds = $"{length.TotalSeconds:0.0} s";
        switch (strike.Kind)
        {
            case FaultKind.Kill:
                world.Note(lane, strike.Line($"killed, away for {seconds}"));
                replica.Kill();
                After(length, replica.StartIfDead);
                break;
            case FaultKind.Freeze:
            case FaultKind.Suspend:
                bool clockStands = strike.Kind == FaultKind.Suspend;
                world.Note(lane, strike.Line($"{(clockStands ? "suspended" : "frozen")} for {seconds}"));
                lane.Freeze(clockStands);
                After(length, lane.Thaw);
                break;
            case FaultKind.SlowLane:
                lane.StepCost = strike.Dice.LogUniform(UsualCost, CostMost);
                world.Note(lane, strike.Line($"a step takes {lane.StepCost.TotalMicroseconds:0} µs for {seconds}"));
                After(length, () => lane.StepCost = UsualCost);
                break;
            case FaultKind.WallStep:
                StepWall(strike, lane, length);
                break;
            case FaultKind.Twice:
                world.Note(lane, strike.Line($"a second process of this name runs for {seconds}"));
                SimReplica twin = NewReplica(replica.Name);
                _doubles.Add(twin);
                twin.Start();
                SecondBegan(twin.Lane!);
                After(length, twin.Kill);
                break;
            case FaultKind.Restart:
                world.Note(lane, strike.Line($"stops in order, away for {seconds}"));
                replica.Restart(() =>
                {
                    if (faults.IsCalm)
                    {
                        replica.StartIfDead();
                    }
                    else
                    {
                        After(length, replica.StartIfDead);
                    }
                });
                break;
            default:
                throw new InvalidOperationException($"{strike.Kind} befalls no process.");
        }
    }

    private void StepWall(Strike strike, Lane lane, TimeSpan length)
    {
        TimeSpan leap = strike.Dice.LogUniform(TimeSpan.FromMilliseconds(1), LeapMost) * (strike.Dice.Below(2) == 0 ? 1 : -1);
        bool isForGood = strike.Dice.Below(2) == 0;
        world.Note(lane, strike.Line($"the wall clock leaps by {leap}{(isForGood ? "" : $" for {length.TotalSeconds:0.0} s")}"));
        lane.Clock.Offset += leap;
        if (!isForGood)
        {
            world.In(length, null, StepKind.World, "the clock is set right", () => lane.Clock.Offset -= leap);
        }
    }

    /// <summary>Something ends by itself, unless it has ended with all the others.</summary>
    private void After(TimeSpan length, Action end) => world.In(length, null, StepKind.World, "over", () =>
    {
        if (!faults.IsCalm)
        {
            end();
        }
    });
}
