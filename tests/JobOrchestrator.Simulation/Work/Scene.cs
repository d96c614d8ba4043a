using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>One seed's world with all that is in it.</summary>
internal sealed class Scene
{
    // When all is calm everything ends within its own leases, pauses and retention, which are shorter than this.
    private static readonly TimeSpan CalmMost = TimeSpan.FromMinutes(20);

    // A little less than what the service takes for one: clocks also go wrong by their rate.
    private static readonly TimeSpan LeapAtLeast = TimeSpan.FromMilliseconds(900);

    // A shard at rest commits every third of its lease, and deletes with that what had to wait for the clock.
    private static readonly TimeSpan SetRightLately = TimeSpan.FromSeconds(30);

    // After this no call is under way any more that was made before the calm.
    private static readonly TimeSpan CallsAreLate = TimeSpan.FromSeconds(35);

    // An owner hears within 5 s; retries of a publish pause for as long.
    private static readonly TimeSpan HearsWithin = TimeSpan.FromSeconds(15);

    // Whoever has much left to read reads it page by page, and asks a replica that holds nothing now and then.
    private static readonly TimeSpan ListenersMost = TimeSpan.FromMinutes(5);

    // With nothing to do it stops at once; and a shard at rest clears its line every third of its lease.
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Services _services;
    private readonly Processes _processes;
    private readonly Nemeses _nemeses;
    private readonly CallFaults _callFaults;
    private readonly Phases _phases;
    private readonly JobShards _names;

    /// <param name="world">Where.</param>
    /// <param name="swarm">What it is like.</param>
    /// <param name="only">The numbers of the faults that may strike; null: all.</param>
    public Scene(World world, Swarm swarm, IReadOnlySet<int>? only = null)
    {
        World = world;
        Swarm = swarm;
        Faults = new Faults(world, swarm.Faults, only);
        _phases = new Phases(Reached, lane => Replicas!.Any(replica => replica.Lane == lane && replica.IsStopping));
        Judges = new Judges(world, swarm);
        Store = new StoreSite(world, Faults, swarm, Apply);
        Broker = new BrokerSite(world, Faults, swarm, Arrive);
        Network = new Network(world, Faults, swarm.Latency);
        Replicas = [.. Enumerable.Range(0, swarm.Replicas).Select(number => new SimReplica(this, $"{(char)('a' + number)}"))];
        _processes = new Processes(world, Faults, Replicas)
        {
            NewReplica = name => new SimReplica(this, name),
            SecondBegan = Judges.SecondBegan,
        };
        _nemeses = new Nemeses(this);
        _callFaults = new CallFaults(this);
        _names = new JobShards(new ShardCount(swarm.Settings.Shards!.Value), new Randomness(world.Dice("ids").Fill), TimeProvider.System);
        _services = new Services(this);
        world.Stepped = Judges.Step;
        var strikes = new StrikeCount(
            world, _phases, Reached, () => WithDoubles.Where(replica => replica.IsAlive).Select(replica => replica.Lane!));
        Faults.Strikes = strikes.Struck;
        Judges.Answered = answer => Reached.Met(Sometimes.Answered(answer.Kind));
        Store.Heard = (lane, call, isWell) =>
        {
            _phases.Heard(lane, call, isWell);
            _callFaults.Heard(lane, call);
            Judges.Heard(lane, call, isWell);
        };
        Store.Sending = (lane, call, fate) =>
        {
            strikes.Sent(lane, call);
            _processes.Meet(lane);
            return _callFaults.Meet(lane, call, _nemeses.Meet(lane, call, fate));
        };
        Callers = [.. Enumerable.Range(0, swarm.Callers).Select(number => new Caller(this, world.NewLane($"caller-{number}")))];
        Workers = [.. Enumerable.Range(0, swarm.Workers).Select(number => new Worker(this, world.NewLane($"worker-{number}")))];
        Watchers = [.. swarm.NumbersOf(Listener.Watcher).Select(number => new Watcher(this, world.NewLane($"watcher-{number}")))];
        Owners = [.. swarm.NumbersOf(Listener.Owner).Select(number => new Owner(this, number))];
        Readers = [.. swarm.NumbersOf(Listener.Reader).Select(number => new Reader(this, world.NewLane($"reader-{number}")))];
        Searchers = [.. swarm.NumbersOf(Listener.Searcher).Select(number => new Searcher(this, world.NewLane($"searcher-{number}")))];
        Movers = [.. swarm.NumbersOf(Listener.Mover).Select(number => new Mover(this, world.NewLane($"mover-{number}")))];
        Checkpoints = new Checkpoints(world);
        SdkWorkers = [.. swarm.NumbersOf(Listener.SdkWorker).Select(number => new SdkWorker(this, number))];
    }

    public World World { get; }

    public Swarm Swarm { get; }

    public Faults Faults { get; }

    public StoreSite Store { get; }

    public BrokerSite Broker { get; }

    public Network Network { get; }

    public Judges Judges { get; }

    public History History => Judges.History;

    public Reached Reached { get; } = new();

    public IReadOnlyList<SimReplica> Replicas { get; }

    /// <summary>And second processes of a name, which nobody asks.</summary>
    public IEnumerable<SimReplica> WithDoubles => Replicas.Concat(_processes.Doubles);

    public IReadOnlyList<Caller> Callers { get; }

    public IReadOnlyList<Worker> Workers { get; }

    public IReadOnlyList<Owner> Owners { get; }

    public IReadOnlyList<Reader> Readers { get; }

    public IReadOnlyList<Watcher> Watchers { get; }

    public IReadOnlyList<SdkWorker> SdkWorkers { get; }

    public IReadOnlyList<Searcher> Searchers { get; }

    public IReadOnlyList<Mover> Movers { get; }

    /// <summary>What processors of the SDK's workers have saved.</summary>
    public Checkpoints Checkpoints { get; }

    /// <summary>How many calls of the replicas to the store a sweep can befall.</summary>
    public int Calls => _callFaults.Calls;

    /// <summary>Workers go on only until this, but for the SDK's, which go on asking.</summary>
    public bool IsOver { get; private set; }

    /// <summary>A process has written a line to its log.</summary>
    public void Saw(Lane lane, EventId id, IReadOnlyList<KeyValuePair<string, object?>> members)
    {
        Reached.Saw(id);
        _phases.Logged(lane, id, members.FirstOrDefault(member => member.Key == "Shard").Value as int?);
        if (id.Name == "LogSetAside" && members.Any(member => member.Key == "Topic"))
        {
            // Of an event; jobs are set aside as well.
            string name = (string)members.First(member => member.Key == "EventId").Value!;
            string topic = (string)members.First(member => member.Key == "Topic").Value!;
            Judges.SetAside(name, Broker.IsRefused(topic));
        }
        else if (id.Name is "LogSetAside" or "LogUnreadable"
            && members.FirstOrDefault(member => member.Key is "JobId" or "Key").Value?.ToString() is { } key
            && Guid.TryParse(key, out Guid job))
        {
            History.SetAside(job);
        }
    }

    private void Apply(AppliedWrites writes)
    {
        Judges.Apply(writes);
        _phases.Applied(writes);
    }

    /// <summary>The shard of a queue.</summary>
    public int ShardOf(string queue) => _names.ShardOf(queue);

    /// <summary>Runs it all: the time of faults, then the calm until everything has ended.</summary>
    public void Run()
    {
        Dice dice = World.Dice("begin");
        foreach (SimReplica replica in Replicas)
        {
            World.In(dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), null, StepKind.World, "start", replica.Start);
        }

        foreach (Caller caller in Callers)
        {
            caller.Start();
        }

        if (Swarm.Chosen is { } chosen)
        {
            Callers[0].Choose(chosen.Queue, chosen.Unpublished);
        }

        foreach (Worker worker in Workers)
        {
            worker.Start();
        }

        foreach (Reader reader in Readers)
        {
            reader.Start();
        }

        foreach (Owner owner in Owners)
        {
            owner.Start();
        }

        foreach (Watcher watcher in Watchers)
        {
            watcher.Start();
        }

        foreach (Searcher searcher in Searchers)
        {
            searcher.Start();
        }

        foreach (Mover mover in Movers)
        {
            mover.Start();
        }

        if (Watchers.Count > 0)
        {
            World.In(LookEvery, null, StepKind.World, "watches", LookAtWatches);
        }

        foreach (SdkWorker worker in SdkWorkers)
        {
            worker.Start();
        }

        if (SdkWorkers.Count > 0)
        {
            World.In(LookEvery, null, StepKind.World, "beats", LookAtBeats);
        }

        _nemeses.Place();
        new Happenings(this, _callFaults).Place();
        _services.Begin();
        World.RunFor(Swarm.Length);
        if (World.Failure is not null)
        {
            return;
        }

        Faults.Calm();
        Network.Heal();
        _processes.Calm();
        World.In(CallsAreLate, null, StepKind.World, "resume", Callers[0].ResumeAll);
        World.RunFor(CallsAreLate);
        RunUntilAllHasEnded();
        if (World.Failure is null)
        {
            World.RunFor(HearsWithin);
        }

        if (World.Failure is null)
        {
            IsOver = true;
            DateTimeOffset over = World.Now;
            World.RunFor(CallsAreLate);
            long until = World.Ticks + ListenersMost.Ticks;
            World.Run(() => HasEveryListenerEnded(over) || World.Ticks >= until);
            MemorySize[] ofWorkers = [.. SdkWorkers.SelectMany(worker => worker.Sizes)];
            StopSdkWorkers();
            RunUntilAllIsServed();
            MemorySize[] sizes =
            [
                .. Replicas.SelectMany(replica => replica.Sizes(Swarm.Settings.Bounds.FinishedJobsMax)),
                .. Owners.SelectMany(owner => owner.Sizes),
                .. ofWorkers,
            ];
            foreach (Owner owner in Owners)
            {
                owner.End();
            }

            Judges.End(
                _services.Served(),
                LanesOfReplicas.Where(lane => lane.Clock.HasLeapt(LeapAtLeast, SetRightLately)).Select(lane => lane.Name).ToHashSet(),
                Owners.Select(owner => owner.Name).ToHashSet(),
                sizes);
        }
    }

    /// <summary>In order, and until the replicas have noticed: as long as one asks for work, something waits in them.</summary>
    private void StopSdkWorkers()
    {
        if (SdkWorkers.Count == 0)
        {
            return;
        }

        foreach (SdkWorker worker in SdkWorkers)
        {
            worker.Stop();
        }

        World.RunFor(StopsWithin);
        if (World.Failure is null && SdkWorkers.Any(worker => !worker.HasStopped))
        {
            World.Fail(OracleNames.Loops, $"a worker of the SDK does not stop within {StopsWithin}");
        }
    }

    private IEnumerable<Lane> LanesOfReplicas => WithDoubles.Select(replica => replica.Lane).OfType<Lane>();

    private bool HasEveryListenerEnded(DateTimeOffset over) =>
        Readers.All(reader => reader.IsDone) && Watchers.All(watcher => watcher.IsDone) && Owners.All(owner => owner.IsDone(over))
        && SdkWorkers.All(worker => worker.IsDone(over))
        && Searchers.All(searcher => searcher.IsDone) && Movers.All(mover => mover.IsDone);

    /// <summary>The broker has taken an event.</summary>
    private void Arrive(Lane lane, string topic, OutboxEvent item)
    {
        Judges.Arrive(lane, topic, item);
        Owners.FirstOrDefault(owner => owner.Name == item.Owner)?.Mail.Add(item);
    }

    private void LookAtWatches()
    {
        Judges.Passed(LookEvery, name => LanesOfReplicas.Any(lane => lane.Name == name && lane is { IsDead: false, IsFrozen: false }));
        World.In(LookEvery, null, StepKind.World, "watches", LookAtWatches);
    }

    private void LookAtBeats()
    {
        Judges.PassedForWorkers(LookEvery, name => SdkWorkers.Any(worker => worker.Runs(name)));
        World.In(LookEvery, null, StepKind.World, "beats", LookAtBeats);
    }

    private void RunUntilAllHasEnded()
    {
        bool hasEnded = false;
        long until = World.Ticks + CalmMost.Ticks;
        World.In(LookEvery, null, StepKind.World, "look", Look);
        World.Run(() => hasEnded || World.Ticks >= until);
        if (!hasEnded && World.Failure is null)
        {
            World.Fail(OracleNames.Calm, $"after {CalmMost} of calm not all has ended: {WhatHasNotEnded()}");
        }

        void Look()
        {
            Judges.Served(_services.Served());
            hasEnded = WhatHasNotEnded() is null;
            World.In(LookEvery, null, StepKind.World, "look", Look);
        }
    }

    /// <summary>A wall clock that was set right just now costs a renewal, to which an idle shard comes in its time.</summary>
    private void RunUntilAllIsServed()
    {
        long until = World.Ticks + (2 * Swarm.Settings.Renew.Ticks);
        while (World.Failure is null && World.Ticks < until && _services.Served().Count < Swarm.Settings.Shards)
        {
            World.RunFor(LookEvery);
        }
    }

    /// <summary>Null: nothing.</summary>
    private string? WhatHasNotEnded() =>
        Callers.FirstOrDefault(caller => !caller.IsDone) is { } caller
            ? $"{caller.Name} still waits for an answer"
            : Judges.WhatWaits();
}
