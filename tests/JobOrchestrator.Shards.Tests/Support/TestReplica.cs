using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>One replica of the service without its HTTP side, over a model store and a manual clock.</summary>
internal sealed class TestReplica : IAsyncDisposable
{
    /// <summary>What a service is told that has no settings of its own.</summary>
    public static readonly ReplicaSettings Settings = new()
    {
        StoreName = "jobs",
        BytesMax = 2_000_000,
        RequestTimeout = TimeSpan.FromSeconds(10),
        Lease = TimeSpan.FromSeconds(15),
        Renew = TimeSpan.FromSeconds(5),
        Answer = TimeSpan.FromSeconds(10),
        MailboxMax = 50_000,
        EventRetention = TimeSpan.FromHours(1),
        EventBytesMax = 64_000_000,
        EventSource = "job-orchestrator",
        Topics = Enum.GetValues<JobEventKind>().ToDictionary(kind => kind, kind => $"job-{Words.Of(kind)}"),
        Jobs = ShardSettings.Default,
    };

    private static int s_processes;

    private readonly Replica _replica;
    private readonly MortalStore _way;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _ids;

    private TestReplica(Replica replica, MortalStore way, JobShards shards)
    {
        _replica = replica;
        _way = way;
        Shards = shards;
    }

    public JobShards Shards { get; }

    /// <summary>One shard's face, as everything above sees it at this moment.</summary>
    public IShard Shard(int number) => ((IShardMap)_replica).Of(number);

    /// <summary>Jobs that somebody follows.</summary>
    public int Watched => _replica.Sizes.Sum(shard => shard.Watched);

    /// <summary>Commands that wait.</summary>
    public int Waiting => _replica.Sizes.Sum(shard => shard.Waiting);

    /// <summary>Documents of the outbox that the broker has not got whole.</summary>
    public long Unpublished => _replica.Sizes.Sum(shard => shard.Unpublished);

    public bool IsReady => _replica.IsReady;

    public string? Refusal => _replica.Refusal;

    public ReplicaHealth Health => _replica.Health;

    public bool CreatesByFirstWrite => _replica.Limits!.CreatesByFirstWrite;

    public bool WritesInTwoSteps => _replica.Limits!.TwoStep;

    public static TestReplica Create(
        IStateStore store,
        RecordingBus bus,
        TimeProvider clock,
        string name = "a",
        Func<ReplicaSettings, ReplicaSettings>? configure = null,
        ILogger<Replica>? logger = null,
        bool isPatient = false,
        Instruments? instruments = null)
    {
        var way = new MortalStore(store);
        ReplicaSettings settings = configure?.Invoke(Settings) ?? Settings;
        var identity = new ReplicaIdentity(name, "http://localhost", $"{name}-{Interlocked.Increment(ref s_processes)}");
        var survey = new StoreSurvey(_ => Task.FromResult("state.in-memory"), settings, identity);
        var loops = new Loops(clock, NullLogger<Loops>.Instance);
        var replica = new Replica(
            way, bus, survey, identity, settings, loops, instruments ?? Instruments.Unheard, clock,
            logger ?? NullLogger<Replica>.Instance);
        Patience? patience = isPatient ? new Patience(settings.Answer, clock) : null;
        return new TestReplica(replica, way, new JobShards(replica, new Randomness(Random.Shared.NextBytes), clock, patience));
    }

    /// <summary>A replica that holds its shards.</summary>
    public static async Task<TestReplica> StartAsync(
        IStateStore store,
        RecordingBus bus,
        ManualTimeProvider clock,
        string name = "a",
        Func<ReplicaSettings, ReplicaSettings>? configure = null,
        bool isPatient = false,
        Instruments? instruments = null)
    {
        TestReplica replica = Create(store, bus, clock, name, configure, isPatient: isPatient, instruments: instruments);
        replica.Begin();
        await Eventually.TrueAsync(() => replica.IsReady, "the replica holds its shards");
        return replica;
    }

    /// <summary>A replica that takes the shards over from one that is silent: time passes until it does.</summary>
    public static async Task<TestReplica> TakeOverAsync(
        IStateStore store, RecordingBus bus, ManualTimeProvider clock, string name = "next")
    {
        TestReplica replica = Create(store, bus, clock, name);
        replica.Begin();
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(200));
                return replica.IsReady;
            },
            "the replica has taken the shards over");
        return replica;
    }

    public void Begin()
    {
        BeginSilently();
        BeginAnswering();
    }

    /// <summary>Begins as a service whose HTTP server is not up yet.</summary>
    public void BeginSilently() => _running = Task.Run(() => _replica.RunAsync(_stopping.Token));

    /// <summary>Begins in the caller's lane.</summary>
    public void BeginHere()
    {
        _running = _replica.RunAsync(_stopping.Token);
        BeginAnswering();
    }

    /// <summary>The HTTP server is up.</summary>
    public void BeginAnswering() => _replica.BeginAnswering();

    public NewJob NewJob(string queue = "default", string? key = null, string input = "{}") => new()
    {
        Id = Shards.NewId(queue),
        Spec = new JobSpec
        {
            Type = "test",
            Queue = queue,
            Owner = $"owner-{_ids++ % 3}",
            Input = JsonText.Of(input),
            LeaseSeconds = 30,
            MaxRetries = 3,
        },
        IdempotencyKey = key,
    };

    public Task<Outcome> ProposeAsync(string queue, Command command) =>
        Shards.ProposeAsync(Shards.ShardOf(queue), command, CancellationToken.None);

    public Task<Outcome> ProposeAsync(Command.OnJob command) => Shards.ProposeAsync(command.JobId.Shard, command, CancellationToken.None);

    public async Task<Job> EnqueueAsync(string queue = "default", string? key = null, string input = "{}") =>
        Assert.IsType<Outcome.Accepted>(await ProposeAsync(queue, new Command.Enqueue(NewJob(queue, key, input)))).Job;

    public Task<IReadOnlyList<Job>> LeaseAsync(int max = 1, string queue = "default", TimeSpan wait = default) =>
        Shards.LeaseAsync(new Command.Lease([queue], "worker", max, null, Guid.NewGuid().ToString("N")), wait, CancellationToken.None);

    /// <summary>Submits jobs to a queue of their own and hands them all out.</summary>
    public async Task<IReadOnlyList<Job>> LeaseOthersAsync(int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => EnqueueAsync("others")));
        var leased = new List<Job>();
        while (leased.Count < count)
        {
            leased.AddRange(await LeaseAsync(count, "others"));
        }

        return leased;
    }

    public async Task PauseAsync(string queue) => Assert.IsType<Outcome.Done>(await ProposeAsync(queue, new Command.PauseQueue(queue)));

    public async Task ResumeAsync(string queue) => Assert.IsType<Outcome.Done>(await ProposeAsync(queue, new Command.ResumeQueue(queue)));

    /// <summary>The paused queues, by name.</summary>
    public async Task<IReadOnlyList<string>> PausedAsync() =>
        [.. (await QueuesAsync()).Where(queue => queue.Paused).Select(queue => queue.Name)];

    /// <summary>Every queue in numbers.</summary>
    public async Task<IReadOnlyList<QueueStatistics>> QueuesAsync() =>
        (await Shards.QueuesAsync(null, null, int.MaxValue - 1, CancellationToken.None)).Queues;

    public async Task<Job> FindAsync(JobId id) => Assert.IsType<JobLookup.Found>(await Shards.FindAsync(id, CancellationToken.None)).Job;

    /// <summary>Is called while the service is told to stop, before those of its parts are told that began to listen earlier.</summary>
    public void WhileStopping(Action what) => _stopping.Token.Register(what);

    /// <summary>Stops as a service does that is told to.</summary>
    public async Task StopAsync()
    {
        _stopping.Cancel();
        await _running;
    }

    /// <summary>Stops as a crash would: nothing is handed over.</summary>
    public async ValueTask DisposeAsync()
    {
        _way.Die();
        await StopAsync();
    }
}
