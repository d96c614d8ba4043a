using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TestSupport;

namespace JobOrchestrator.Tests.Shards;

/// <summary>One replica of the service without its HTTP side, over a model store and a manual clock.</summary>
internal sealed class TestReplica : IAsyncDisposable
{
    private readonly ShardHost _host;
    private int _ids;

    private TestReplica(ShardHost host, JobShards shards)
    {
        _host = host;
        Shards = shards;
    }

    public JobShards Shards { get; }

    public bool IsReady => _host.IsReady;

    public bool WritesInTwoSteps => _host.Limits!.TwoStep;

    public static TestReplica Create(
        ModelStore store, RecordingBus bus, ManualTimeProvider clock, string name = "a", Action<StoreOptions>? configure = null, JobOptions? jobs = null, EventOptions? events = null)
    {
        var storeOptions = new StoreOptions();
        configure?.Invoke(storeOptions);
        IOptions<StoreOptions> options = Options.Create(storeOptions);
        IOptions<EventOptions> eventOptions = Options.Create(events ?? new EventOptions());
        var identity = new ReplicaIdentity(name, "http://localhost");
        var board = new JobBoard();
        var survey = new StoreSurvey(
            _ => Task.FromResult("state.in-memory"), store, options, eventOptions, Options.Create(new ReplicaOptions()), identity);
        var host = new ShardHost(
            store, bus, survey, board, identity, options, eventOptions, Options.Create(jobs ?? new JobOptions()), clock, NullLogger<ShardHost>.Instance);
        return new TestReplica(host, new JobShards(host, board, store, clock));
    }

    /// <summary>A replica that holds its shards.</summary>
    public static async Task<TestReplica> StartAsync(
        ModelStore store, RecordingBus bus, ManualTimeProvider clock, string name = "a", Action<StoreOptions>? configure = null, JobOptions? jobs = null, EventOptions? events = null)
    {
        TestReplica replica = Create(store, bus, clock, name, configure, jobs, events);
        await replica.BeginAsync();
        await Eventually.TrueAsync(() => replica.IsReady, "the replica holds its shards");
        return replica;
    }

    public async Task BeginAsync()
    {
        await _host.StartAsync(CancellationToken.None);
        await AnswerAsync();
    }

    /// <summary>Begins as a service whose HTTP server is not up yet.</summary>
    public Task BeginSilentAsync() => _host.StartAsync(CancellationToken.None);

    /// <summary>The HTTP server is up.</summary>
    public Task AnswerAsync() => _host.StartedAsync(CancellationToken.None);

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

    public Task<Outcome> ProposeAsync(string queue, Command command) => Shards.ProposeAsync(Shards.ShardOf(queue), command, CancellationToken.None);

    public Task<Outcome> ProposeAsync(Command.OnJob command) => Shards.ProposeAsync(command.JobId.Shard, command, CancellationToken.None);

    public async Task<Job> EnqueueAsync(string queue = "default", string? key = null, string input = "{}") =>
        Assert.IsType<Outcome.Accepted>(await ProposeAsync(queue, new Command.Enqueue(NewJob(queue, key, input)))).Job;

    public Task<IReadOnlyList<Job>> LeaseAsync(int max = 1, string queue = "default", TimeSpan wait = default) =>
        Shards.LeaseAsync(new Command.Lease([queue], "worker", max, null, Guid.NewGuid().ToString("N")), wait, CancellationToken.None);

    public async Task<Job> FindAsync(JobId id) => Assert.IsType<JobLookup.Found>(await Shards.FindAsync(id, CancellationToken.None)).Job;

    /// <summary>Stops as a crash would: nothing is handed over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
