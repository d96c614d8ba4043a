using JobOrchestrator.Sdk;
using JobOrchestrator.Simulation.Oracles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Simulation;

/// <summary>
/// A worker of the SDK over all its lives, with a processor that only waits. Its process dies, stands still or is asked to stop now and
/// then, and begins again with nothing.
/// </summary>
internal sealed class SdkWorker
{
    private const int ConcurrencyMost = 6;
    private const int PrefetchMost = 3;
    private static readonly TimeSpan Soonest = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeapMost = TimeSpan.FromDays(8);

    private static readonly FaultKind[] Kinds =
        [FaultKind.SdkKill, FaultKind.SdkFreeze, FaultKind.SdkSuspend, FaultKind.SdkStop, FaultKind.SdkWallStep];

    private readonly Scene _scene;
    private readonly string _name;
    private readonly JobWorkerOptions _options;
    private readonly WorkerLane[] _queues;
    private int _lives;
    private Life? _life;

    public SdkWorker(Scene scene, int number)
    {
        _scene = scene;
        _name = $"sdk-{number}";
        Dice dice = scene.World.Dice($"work/{_name}");
        _options = new JobWorkerOptions
        {
            Concurrency = 1 + dice.Below(ConcurrencyMost),
            PollWait = dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)),
            ProgressInterval = dice.LogUniform(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2)),
            CarryOnFor = dice.Below(4) == 0 ? TimeSpan.Zero : dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            ShutdownTimeout = dice.LogUniform(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)),
            ShutdownGrace = dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)),
        };
        _queues = dice.Below(2) == 0
            ? [new WorkerLane(scene.Swarm.Queues, null, dice.Below(PrefetchMost + 1))]
            : [.. scene.Swarm.Queues.Select(queue => new WorkerLane([queue], 1 + dice.Below(3), dice.Below(2)))];
    }

    /// <summary>It holds nothing, has nothing to report, and has asked for work since all was over.</summary>
    public bool IsDone(DateTimeOffset over) => _life is { } life && Held == 0 && Reports == 0 && life.Site.AskedForWorkAt > over;

    /// <summary>What its process has in its memory, and should not have once all is over.</summary>
    public IEnumerable<MemorySize> Sizes => _life is { } life
        ? [new(life.Lane.Name, "leases", Held, 0), new(life.Lane.Name, "reports", Reports, 0)]
        : [];

    private int Held => _life?.Worker.HeldJobs ?? 0;

    private int Reports => _life?.Reporter.Count ?? 0;

    /// <summary>Whether this process of it runs.</summary>
    public bool Runs(string lane) => _life is { Lane: { IsDead: false, IsFrozen: false } own } && own.Name == lane;

    /// <summary>Begins a new life, with new objects.</summary>
    public void Start()
    {
        World world = _scene.World;
        Lane lane = world.NewLane($"{_name}#{++_lives}");
        var hands = new Hands(_scene, lane, _options.CarryOnFor);
        var site = new WorkSite(_scene, lane, hands, Meet);
        var http = new HttpMessageInvoker(site);
        var client = new JobClientOptions { Jitter = world.Dice($"lane/{lane.Name}").Unit };
        var api = new JobApi(() => http, client, null, lane.Clock, Log<JobApi>());
        var state = new WorkerState(lane.Clock);
        var reporter = new Reporter(api, state, Beside, Log<Reporter>());
        Dice dice = world.Dice($"work/{lane.Name}");
        var worker = new JobWorker(
            [ProcessorRegistration.Of(typeof(SdkProcessor))],
            _queues,
            api,
            reporter,
            new AttemptRunner(
                new ScopesOf<SdkProcessor>(() => new SdkProcessor(_scene, lane, hands, dice)), lane.Clock, new SimLogs(lane, Saw)),
            new Constructors(new ServiceCollection(), null),
            state,
            Beside,
            new OptionsWrapper<JobWorkerOptions>(Named(lane.Name)),
            Log<JobWorker>());
        _life = new Life(lane, worker, reporter, site, hands);
        lane.Begin("the worker", () => worker.StartAsync(CancellationToken.None));

        SimLog<T> Log<T>() => new(lane, Saw);

        void Saw(EventId id, IReadOnlyList<KeyValuePair<string, object?>> members) => this.Saw(lane, hands, id, members);
    }

    /// <summary>It has stopped for good.</summary>
    public bool HasStopped => _life is null;

    /// <summary>Asks it to stop in order, for good.</summary>
    public void Stop()
    {
        if (_life is { } life)
        {
            Stop(life, null);
        }
    }

    private void Stop(Life life, TimeSpan? away)
    {
        life.IsStopping = true;
        _scene.History.Ending(life.Lane.Name, null);
        life.Lane.Begin("to stop in order", () => StopAsync(life, away));
    }

    private void End()
    {
        if (_life?.Lane is { } lane)
        {
            _life = null;
            lane.Kill();
            _scene.Judges.Leave(lane);
            _scene.History.Gone(lane.Name);
        }
    }

    /// <summary>As the thread pool begins it: some time later, in no order.</summary>
    private static async Task Beside(Func<Task> work)
    {
        await Task.Yield();
        await work();
    }

    private JobWorkerOptions Named(string name) => new()
    {
        Name = name,
        Concurrency = _options.Concurrency,
        PollWait = _options.PollWait,
        ProgressInterval = _options.ProgressInterval,
        CarryOnFor = _options.CarryOnFor,
        ShutdownTimeout = _options.ShutdownTimeout,
        ShutdownGrace = _options.ShutdownGrace,
    };

    /// <summary>It sends a request: the moment in which something may befall it.</summary>
    private void Meet()
    {
        if (_life?.Lane is not { IsDead: false } lane)
        {
            return;
        }

        foreach (FaultKind kind in Kinds)
        {
            if (_scene.Faults.Meet(kind, lane) is { } strike)
            {
                TimeSpan length = strike.Dice.LogUniform(Shortest, Longest);
                TimeSpan after = strike.Dice.LogUniform(Soonest, Latest);
                _scene.World.In(after, null, StepKind.World, kind.ToString(), () => Befall(strike, lane, length));
            }
        }
    }

    private void Befall(Strike strike, Lane lane, TimeSpan length)
    {
        if (_scene.Faults.IsCalm || _life is not { } life || life.Lane != lane)
        {
            return;
        }

        string seconds = $"{length.TotalSeconds:0.0} s";
        switch (strike.Kind)
        {
            case FaultKind.SdkKill:
                _scene.World.Note(lane, strike.Line($"killed, away for {seconds}"));
                End();
                After(length, Start);
                break;
            case FaultKind.SdkFreeze:
            case FaultKind.SdkSuspend:
                bool clockStands = strike.Kind == FaultKind.SdkSuspend;
                _scene.World.Note(lane, strike.Line($"{(clockStands ? "suspended" : "frozen")} for {seconds}"));
                lane.Freeze(clockStands);
                _scene.History.Stalled(lane.Name);
                After(length, () =>
                {
                    lane.Thaw();
                    _scene.History.Stalled(lane.Name);
                });
                break;
            case FaultKind.SdkStop when !life.IsStopping:
                _scene.World.Note(lane, strike.Line($"stops in order, away for {seconds}"));
                Stop(life, length);
                break;
            case FaultKind.SdkWallStep:
                TimeSpan leap = strike.Dice.LogUniform(Shortest, LeapMost) * (strike.Dice.Below(2) == 0 ? 1 : -1);
                _scene.World.Note(lane, strike.Line($"the wall clock leaps by {leap}"));
                lane.Clock.Offset += leap;
                break;
        }
    }

    /// <summary>Stops in order, and begins again after a while; null: never.</summary>
    private async Task StopAsync(Life life, TimeSpan? away)
    {
        await life.Worker.StopAsync(CancellationToken.None);
        if (life.Worker.HeldJobs == 0)
        {
            _scene.Judges.Drained(life.Lane);
        }

        _scene.World.In(TimeSpan.Zero, null, StepKind.World, "stopped", () =>
        {
            if (_life == life)
            {
                End();
                if (away is { } length)
                {
                    After(length, Start);
                }
            }
        });
    }

    private void After(TimeSpan length, Action then) => _scene.World.In(length, null, StepKind.World, "over", then);

    private void Saw(Lane lane, Hands hands, EventId id, IReadOnlyList<KeyValuePair<string, object?>> members)
    {
        _scene.Reached.Saw(id);
        if (id.Name == "LeftRunning")
        {
            // It says itself that it leaves them.
            _scene.History.Gone(lane.Name);
        }

        switch (id.Name)
        {
            case "LeaseLost" or "LostInSleep" or "Silence":
                // It has stopped the attempt in this very step, and has it still.
                foreach (HeldLease lease in _life!.Worker.Held.Where(lease => lease.StopReason == JobStopReason.LeaseLost))
                {
                    hands.Stop((LeasedJob)lease.Job);
                }

                break;
            case "GivenUp":
                string job = (string)members.First(member => member.Key == "JobId").Value!;
                hands.GiveUp(
                    _life!.Worker.Held.Select(lease => (LeasedJob)lease.Job).Where(held => held.Id == job), _life.IsStopping);
                break;
        }
    }

    private sealed record Life(Lane Lane, JobWorker Worker, Reporter Reporter, WorkSite Site, Hands Hands)
    {
        /// <summary>It was asked to stop.</summary>
        public bool IsStopping { get; set; }
    }
}
