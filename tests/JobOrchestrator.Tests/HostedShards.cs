using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Shards.Tests;
using TestSupport;

namespace JobOrchestrator.Tests;

/// <summary>The jobs of a service in a test: one replica over a model store, and a clock that the test moves.</summary>
internal sealed class HostedShards : IAsyncDisposable
{
    // Well below what the service takes for a stall: to it, time passes as it does.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly TestReplica _replica;

    private HostedShards(ManualTimeProvider time, ModelStore store, TestReplica replica)
    {
        Time = time;
        Store = store;
        _replica = replica;
        Observed = new ObservedShards(replica.Shards);
    }

    public ManualTimeProvider Time { get; }

    public ModelStore Store { get; }

    /// <summary>Jobs that somebody follows.</summary>
    public int Watched => _replica.Watched;

    /// <summary>Commands that wait for their turn.</summary>
    public int Waiting => _replica.Waiting;

    /// <summary>What the service is given.</summary>
    public ObservedShards Observed { get; }

    /// <param name="configure">
    /// Changes what the replica is told. Four shards, and every input is left in the store: whoever forgets to ask for one is found.
    /// </param>
    public static async Task<HostedShards> StartAsync(Func<ReplicaSettings, ReplicaSettings>? configure = null)
    {
        var time = new ManualTimeProvider();
        var store = new ModelStore();
        TestReplica replica = await TestReplica.StartAsync(
            store,
            new RecordingBus(),
            time,
            configure: settings =>
            {
                ReplicaSettings few = settings with
                {
                    Shards = 4,
                    MailboxMax = 2_000,
                    Jobs = settings.Jobs with { InputInMemoryBytesMax = 0 },
                };
                return configure?.Invoke(few) ?? few;
            });
        return new HostedShards(time, store, replica);
    }

    /// <summary>What to tell a replica whose commits shall hold so many jobs at most.</summary>
    public static Func<ReplicaSettings, ReplicaSettings> JobsInOneWrite(int jobs) =>
        settings => settings with { OperationsMax = jobs + 12 };

    /// <summary>Lets time pass, and what is due by then be done.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        // A write that is under way while the clock moves counts as one that took so long.
        await SettleAsync();
        for (TimeSpan left = by; left > TimeSpan.Zero; left -= Step)
        {
            Time.Advance(left < Step ? left : Step);
            await SettleAsync();
        }
    }

    /// <summary>Waits until every shard has nothing to do at this moment.</summary>
    public async Task SettleAsync()
    {
        // The first answer comes with a round that may have written something; the second with one that had nothing to write, after
        // which the third has nothing to wait for.
        for (int i = 0; i < 3; i++)
        {
            await _replica.Shards.QueuesAsync(null, null, 1, CancellationToken.None);
        }
    }

    /// <summary>Waits until somebody waits: for a job, a lease, an event.</summary>
    public Task WaitingAsync() => Eventually.TrueAsync(() => Observed.Waiting > 0, "somebody waits");

    /// <summary>Moves the clock for as long as a call takes, which nothing else ends.</summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> call)
    {
        await Eventually.TrueAsync(
            () =>
            {
                if (!call.IsCompleted)
                {
                    Time.Advance(Step);
                }

                return call.IsCompleted;
            },
            "the call ends with time");
        return await call;
    }

    /// <summary>
    /// Brings every shard into trouble: <c>down</c>, the store cannot be reached; <c>busy</c>, it takes so long that no command more can
    /// wait; <c>unknown</c>, it never says what became of a write.
    /// </summary>
    public async Task TroubleAsync(string what)
    {
        Store.Fault = what switch
        {
            "down" => _ => Fault.Unreachable,
            "busy" or "unknown" => write => write ? Fault.Silent : Fault.None,
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        foreach (string queue in QueueInEachShard())
        {
            if (what == "down")
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => EnqueueAsync(queue));
            }
            else if (what == "busy")
            {
                await FillAsync(queue);
            }
        }
    }

    /// <summary>Ends the trouble, and lets pass the time until the shards have noticed.</summary>
    public async Task MendAsync()
    {
        Store.Fault = _ => Fault.None;
        await WhileTimePassesAsync(NoticedAsync());

        async Task<bool> NoticedAsync()
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await SettleAsync();
                    return true;
                },
                "the shards answer");
            return true;
        }
    }

    /// <summary>The replica stops, as by a crash, and its shards are nobody's.</summary>
    public ValueTask DisposeAsync() => _replica.DisposeAsync();

    /// <summary>With one command amid its write, as many wait as may.</summary>
    private async Task FillAsync(string queue)
    {
        int silences = Store.Silences;
        Task<Outcome> next = EnqueueAsync(queue);
        await Eventually.TrueAsync(() => Store.Silences > silences, "the write is under way");
        while (!next.IsFaulted)
        {
            next = EnqueueAsync(queue);
        }

        await Assert.ThrowsAsync<TooBusyException>(() => next);
    }

    private Task<Outcome> EnqueueAsync(string queue) => _replica.ProposeAsync(queue, new Command.Enqueue(_replica.NewJob(queue)));

    private IEnumerable<string> QueueInEachShard() =>
        Enumerable.Range(0, 1_000).Select(i => $"trouble-{i}").DistinctBy(_replica.Shards.ShardOf);
}
