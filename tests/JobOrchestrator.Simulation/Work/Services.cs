using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation;

/// <summary>
/// Tells the oracles when a report on a shard could be taken: somebody holds it who runs, answers and whose store answers in good time.
/// That the workers reach him is theirs: no service knows who is cut off, nor that it is the second of its name, whom nobody asks. It
/// looks now and then, and a time between two looks counts as served only if both found it so.
/// </summary>
/// <param name="scene">Where.</param>
internal sealed class Services(Scene scene)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    // The service's own word for a commit that has kept workers from reporting is 2 s.
    private static readonly TimeSpan GoodTime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, bool> _served = [];
    private readonly Dictionary<int, DateTimeOffset> _waits = []; // since when it only seems to wait for its store
    private DateTimeOffset _lastLook = World.Start;
    private long _lastStep;

    /// <summary>Begins to look.</summary>
    public void Begin()
    {
        scene.Store.WentOn = (GoodTime, GoOn);
        Look();
    }

    /// <summary>The shards that somebody serves now.</summary>
    public HashSet<int> Served() => [.. Enumerable.Range(0, scene.Swarm.Settings.Shards!.Value).Where(IsServed)];

    private void Look()
    {
        for (int shard = 0; shard < scene.Swarm.Settings.Shards!.Value; shard++)
        {
            bool isServed = IsServed(shard);
            if (!isServed && !SeemsToWait(shard))
            {
                _waits.Remove(shard);
            }
            else if (isServed)
            {
                _waits.Remove(shard);
            }

            if (!_served.TryGetValue(shard, out bool was) || was != isServed)
            {
                _served[shard] = isServed;
                DateTimeOffset at = isServed ? scene.World.Now : _lastLook;
                if (!isServed && SeemsToWait(shard))
                {
                    _waits[shard] = at;
                }

                scene.History.Served(shard, isServed, isServed ? scene.World.Trace.Count : _lastStep, at);
            }
        }

        _lastLook = scene.World.Now;
        _lastStep = scene.World.Trace.Count;
        scene.World.In(Every, null, StepKind.World, "services", Look);
    }

    private bool IsServed(int shard) => ServersOf(shard).Any(replica =>
        !scene.Store.IsWaitedFor(replica.Lane!, Keys.Head(shard), GoodTime));

    private bool SeemsToWait(int shard) => ServersOf(shard).Any();

    private void GoOn(Lane lane, string partition)
    {
        foreach (int shard in _waits.Keys.Where(shard => Keys.Head(shard) == partition).ToList())
        {
            if (ServersOf(shard).Any(replica => replica.Lane == lane))
            {
                scene.History.WasServed(shard, _waits[shard]);
                _waits.Remove(shard);
                _served[shard] = true;
            }
        }
    }

    private IEnumerable<SimReplica> ServersOf(int shard) => scene.WithDoubles.Where(replica =>
        replica is { IsAlive: true, IsAnswering: true, Lane.IsFrozen: false } && replica.Serves(shard));
}
