using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>One replica of the service without its HTTP side, over all its lives.</summary>
internal sealed class SimReplica
{
    private static readonly TimeSpan AnswersAfter = TimeSpan.FromMilliseconds(300);

    private readonly Scene _scene;
    private int _lives;
    private CancellationTokenSource? _stopping;
    private Action? _unseat;

    public SimReplica(Scene scene, string name)
    {
        _scene = scene;
        Name = name;
    }

    public string Name { get; }

    /// <summary>The process of its present life; null: it does not run.</summary>
    public Lane? Lane { get; private set; }

    /// <summary>Its face; null: it does not run.</summary>
    public JobShards? Shards { get; private set; }

    /// <summary>The real thing; null: it does not run.</summary>
    public Replica? Replica { get; private set; }

    /// <summary>Whether it runs.</summary>
    public bool IsAlive => Lane is { IsDead: false };

    /// <summary>It was asked to stop.</summary>
    public bool IsStopping => _stopping is { IsCancellationRequested: true };

    /// <summary>Workers can report to it.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>Whether it holds a shard; null: any.</summary>
    public bool Holds(int? shard) => Held(shard).Any();

    /// <summary>Whether it holds a shard and its store answers.</summary>
    public bool Serves(int shard) => Lane?.Look(() => Held(shard).Any(held => held.IsServing)) == true;

    /// <summary>What it has in its memory, and how much of it is enough once no job lives and nobody asks anything.</summary>
    /// <param name="finishedMax">How many jobs a shard keeps in memory that have finished.</param>
    public IEnumerable<MemorySize> Sizes(int finishedMax) => Replica is { } replica && Lane is { IsDead: false } lane
        ? replica.Sizes.SelectMany(sizes => new MemorySize[]
        {
            new(lane.Name, "jobs of a shard", sizes.Jobs, finishedMax),
            new(lane.Name, "watched jobs of a shard", sizes.Watched, 0),
            new(lane.Name, "waiting commands of a shard", sizes.Waiting, 0),
            new(lane.Name, "unpublished documents of a shard", sizes.Unpublished, 0),
        })
        : [];

    private IEnumerable<HeldShard> Held(int? shard)
    {
        if (Replica is not { ShardCount: { } count } replica)
        {
            return [];
        }

        IShardMap map = replica;
        return Enumerable.Range(0, count).Where(number => (shard ?? number) == number).Select(map.Of).OfType<HeldShard>();
    }

    /// <summary>Begins a new life, with new objects.</summary>
    public void Start()
    {
        Lane lane = _scene.World.NewLane($"{Name}#{++_lives}");
        Lane = lane;
        lane.Begin("the replica", () => RunAsync(lane));
        lane.Begin("the server", () => AnswerAsync(lane));
    }

    /// <summary>Begins a new life, unless it runs.</summary>
    public void StartIfDead()
    {
        if (!IsAlive)
        {
            Start();
        }
    }

    /// <summary>As by <c>kill -9</c>.</summary>
    public void Kill()
    {
        Lane? lane = Lane;
        Forget();
        lane?.Kill();
    }

    /// <summary>Asks it to stop in order, and begins again once it has.</summary>
    public void Restart(Action then)
    {
        Lane? lane = Lane;
        CancellationTokenSource? stopping = _stopping;
        if (lane is null || stopping is null)
        {
            return;
        }

        _unseat = then;
        lane.Take(new Ready(lane, _ => stopping.Cancel(), null, StepKind.Begin, "stop", _scene.World.NewPriority(), 0));
    }

    private void Forget()
    {
        Lane = null;
        Shards = null;
        Replica = null;
        _stopping = null;
        _unseat = null;
        IsAnswering = false;
    }

    private async Task RunAsync(Lane lane)
    {
        Swarm swarm = _scene.Swarm;
        var store = new SimStore(lane, _scene.Store);
        var identity = new ReplicaIdentity(Name, $"http://{Name}", lane.Name);
        ReplicaSettings settings = swarm.SettingsOfReplicas;
        var survey = new StoreSurvey(_ => Task.FromResult($"state.{swarm.Store.Name}"), settings, identity);
        var replica = new Replica(
            store, new SimBus(lane, _scene.Broker), survey, identity, settings,
            new Loops(lane.Clock, new SimLog<Loops>(lane, (id, members) => _scene.Saw(lane, id, members))), Instruments.Unheard,
            lane.Clock,
            new SimLog<Replica>(lane, (id, members) => _scene.Saw(lane, id, members)));
        using var stopping = new CancellationTokenSource();
        Replica = replica;
        Shards = new JobShards(
            replica, new Randomness(_scene.World.Dice($"lane/{lane.Name}").Fill), lane.Clock,
            new Patience(settings.Answer, lane.Clock), swarm.HasSearcher ? swarm.ReadBounds : null);
        _stopping = stopping;
        await replica.RunAsync(stopping.Token);
        if (!stopping.IsCancellationRequested)
        {
            throw new InvalidOperationException("The replica ended by itself.");
        }

        Action? then = _unseat;
        _scene.World.In(TimeSpan.Zero, null, StepKind.World, "stopped", () =>
        {
            Kill();
            then?.Invoke();
        });
    }

    private async Task AnswerAsync(Lane lane)
    {
        await Task.Delay(AnswersAfter, lane.Clock);
        Replica?.BeginAnswering();
        IsAnswering = true;
    }
}
