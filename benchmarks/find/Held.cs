using System.Security.Cryptography;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging.Abstractions;

namespace FindCost;

/// <summary>A replica in this process that holds one shard.</summary>
internal sealed class Held : IEventBus, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private Held(IStateStore store)
    {
        var settings = new ReplicaSettings
        {
            StoreName = "jobs",
            Shards = 1,
            OperationsMax = 1_000,
            BytesMax = 2_000_000,
            RequestTimeout = TimeSpan.FromSeconds(10),
            Lease = TimeSpan.FromSeconds(15),
            Renew = TimeSpan.FromSeconds(5),
            Answer = TimeSpan.FromSeconds(10),
            MailboxMax = 50_000,
            EventRetention = TimeSpan.FromSeconds(10),
            EventBytesMax = 16_000_000,
            EventSource = "job-orchestrator",
            Topics = Enum.GetValues<JobEventKind>().ToDictionary(kind => kind, kind => $"job-{Words.Of(kind)}"),
            Jobs = ShardSettings.Default,
        };
        var identity = new ReplicaIdentity("find", "http://localhost", Guid.NewGuid().ToString("N"));
        var survey = new StoreSurvey(_ => Task.FromResult("state.in-memory"), settings, identity);
        var replica = new Replica(
            store,
            this,
            survey,
            identity,
            settings,
            new Loops(TimeProvider.System, NullLogger<Loops>.Instance),
            Instruments.Unheard,
            TimeProvider.System,
            NullLogger<Replica>.Instance);
        Shards = new JobShards(replica, new Randomness(RandomNumberGenerator.Fill), TimeProvider.System);
        _running = Task.Run(() => replica.RunAsync(_stopping.Token));
        replica.BeginAnswering();
        Replica = replica;
    }

    private Replica Replica { get; }

    /// <summary>Its jobs.</summary>
    public JobShards Shards { get; }

    /// <summary>Begins, and waits until it holds the shard.</summary>
    public static async Task<Held> StartAsync(IStateStore store)
    {
        var held = new Held(store);
        while (!held.Replica.IsReady)
        {
            await Task.Delay(20);
        }

        return held;
    }

    public Task<IReadOnlyList<OutboxEvent>> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OutboxEvent>>([]);

    public async ValueTask DisposeAsync()
    {
        _stopping.Cancel();
        await _running;
        _stopping.Dispose();
    }
}
