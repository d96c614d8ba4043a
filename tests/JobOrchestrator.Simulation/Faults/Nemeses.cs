using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation;

/// <summary>Places the scripts of several faults and plays them.</summary>
/// <param name="scene">Where.</param>
internal sealed class Nemeses(Scene scene)
{
    private const int CommitsKilled = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeapShortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeapLongest = TimeSpan.FromDays(8);

    private readonly World _world = scene.World;
    private readonly List<Func<Lane, StoreCall, Fate, Fate?>> _traps = [];

    private TimeSpan Lease => scene.Swarm.Settings.Lease;

    private TimeSpan Limit => scene.Swarm.Settings.RequestTimeout;

    /// <summary>Says when each of them begins.</summary>
    public void Place()
    {
        Dice dice = _world.Dice("nemeses");
        foreach (Nemesis nemesis in scene.Swarm.Nemeses)
        {
            TimeSpan at = dice.Between(TimeSpan.FromSeconds(5), scene.Swarm.Length * 0.8);
            _world.In(at, null, StepKind.World, nemesis.ToString(), () => Begin(nemesis));
        }
    }

    /// <summary>A request is sent: what its fate is now.</summary>
    public Fate Meet(Lane lane, StoreCall call, Fate fate)
    {
        if (scene.Faults.IsCalm)
        {
            _traps.Clear();
            return fate;
        }

        for (int i = 0; i < _traps.Count; i++)
        {
            if (_traps[i](lane, call, fate) is { } other)
            {
                return other;
            }
        }

        return fate;
    }

    private void Begin(Nemesis nemesis)
    {
        if (scene.Faults.Begin(FaultKind.Nemesis, null) is not { } strike)
        {
            return;
        }

        _world.Note(null, strike.Line($"nemesis {nemesis}"));
        Dice dice = strike.Dice;
        SimReplica replica = dice.Pick(scene.Replicas);
        switch (nemesis)
        {
            case Nemesis.SlowTake:
                StartAllAnew(dice);
                SlowTakes();
                break;
            case Nemesis.FreezeAfterTake:
                StartAllAnew(dice);
                FreezeAfterTake(dice);
                break;
            case Nemesis.KillInCommits:
                KillInCommits(replica, dice);
                break;
            case Nemesis.LateWriteOfTheDead:
                LateWriteOfTheDead(replica, dice);
                break;
            case Nemesis.AwayLong:
                var longest = TimeSpan.FromSeconds(Math.Max(Lease.TotalSeconds, scene.Swarm.LeaseSecondsMax));
                TimeSpan away = longest * (1.1 + 3 * dice.Unit());
                _world.Note(null, strike.Line($"the store is away for {away.TotalSeconds:0.0} s"));
                scene.Store.Outages.Begin(null, null, null, away, dice.Pick(Enum.GetValues<AwayKind>()));
                break;
            case Nemesis.WallLeap:
                Leap(strike, replica);
                break;
            case Nemesis.RollingRestart:
                RestartAll(dice);
                break;
            case Nemesis.BothAtOnce:
                StartAllAnew(dice, atOnce: true);
                break;
            case Nemesis.SlowLoad:
                StartAllAnew(dice);
                SlowLoads(dice);
                break;
        }
    }

    /// <summary>Everybody dies and begins again, so that shards are taken.</summary>
    private void StartAllAnew(Dice dice, bool atOnce = false)
    {
        foreach (SimReplica replica in scene.Replicas)
        {
            replica.Kill();
            TimeSpan after = atOnce ? Soon : dice.Between(TimeSpan.Zero, Soon * 3);
            _world.In(after, null, StepKind.World, "start", replica.StartIfDead);
        }
    }

    /// <summary>The first who takes a shard waits for the answer, and then for the head's new ETag.</summary>
    private void SlowTakes()
    {
        var takers = new Dictionary<string, Lane>();
        var waited = new HashSet<string>();
        _traps.Add((lane, call, fate) =>
        {
            if (!IsHead(call))
            {
                return null;
            }

            if (call.Kind == "save" && takers.TryAdd(call.Key, lane))
            {
                return fate with { Back = Limit * 0.8 };
            }

            bool isNext = call.Kind == "get" && takers.GetValueOrDefault(call.Key) == lane && waited.Add(call.Key);
            return isNext ? fate with { There = Limit * 0.8 } : null;
        });
    }

    private void FreezeAfterTake(Dice dice)
    {
        TimeSpan after = dice.LogUniform(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        TimeSpan length = Lease * (1 + 2 * dice.Unit());
        bool isDone = false;
        _traps.Add((lane, call, _) =>
        {
            if (!isDone && call.Kind == "save" && IsHead(call))
            {
                isDone = true;
                _world.In(after, null, StepKind.World, "freeze", () =>
                {
                    _world.Note(lane, $"frozen for {length.TotalSeconds:0.0} s after its take");
                    lane.Freeze();
                });
                _world.In(after + length, null, StepKind.World, "thaw", lane.Thaw);
            }

            return null;
        });
    }

    private void KillInCommits(SimReplica replica, Dice dice)
    {
        int left = CommitsKilled;
        _traps.Add((lane, call, _) =>
        {
            if (left > 0 && call.Kind is "transact" or "save" && replica.Lane == lane)
            {
                left--;
                _world.In(dice.Between(TimeSpan.Zero, scene.Swarm.Latency * 4), null, StepKind.World, "kill", () =>
                {
                    _world.Note(lane, "killed in a commit");
                    KillIf(replica, lane);
                    _world.In(Soon, null, StepKind.World, "start", replica.StartIfDead);
                });
            }

            return null;
        });
    }

    private void LateWriteOfTheDead(SimReplica replica, Dice dice)
    {
        TimeSpan late = Lease * (0.5 + 2 * dice.Unit());
        bool isDone = false;
        _traps.Add((lane, call, fate) =>
        {
            if (isDone || call.Kind is not ("transact" or "save") || replica.Lane != lane)
            {
                return null;
            }

            isDone = true;
            _world.Note(lane, $"dies, and its write arrives after {late.TotalSeconds:0.0} s: {call}");
            _world.In(scene.Swarm.Latency, null, StepKind.World, "kill", () => KillIf(replica, lane));
            _world.In(Lease, null, StepKind.World, "start", replica.StartIfDead);
            return fate with { There = late };
        });
    }

    private void Leap(Strike strike, SimReplica replica)
    {
        if (replica.Lane is not { } lane)
        {
            return;
        }

        TimeSpan leap = strike.Dice.LogUniform(LeapShortest, LeapLongest);
        TimeSpan length = strike.Dice.LogUniform(Soon, scene.Swarm.Length);
        _world.Note(lane, strike.Line($"the wall clock leaps by {leap} for {length.TotalSeconds:0.0} s"));
        lane.Clock.Offset += leap;
        _world.In(length, null, StepKind.World, "the clock is set right", () => lane.Clock.Offset -= leap);
    }

    private void RestartAll(Dice dice)
    {
        TimeSpan at = TimeSpan.Zero;
        foreach (SimReplica replica in scene.Replicas)
        {
            _world.In(at, null, StepKind.World, "restart", () => replica.Restart(replica.StartIfDead));
            at += dice.Between(Soon, Lease * 2);
        }
    }

    private void SlowLoads(Dice dice)
    {
        long until = _world.Ticks + Lease.Ticks * 6;
        _traps.Add((_, call, fate) => call.Kind == "read" && _world.Ticks < until
            ? fate with { Back = Limit * (0.5 + 0.48 * dice.Unit()) }
            : null);
    }

    private static void KillIf(SimReplica replica, Lane lane)
    {
        if (replica.Lane == lane)
        {
            replica.Kill();
        }
    }

    private static bool IsHead(StoreCall call) => call.Key == call.Partition;
}
