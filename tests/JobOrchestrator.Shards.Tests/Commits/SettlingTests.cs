using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What callers are told of a write that failed is true, and nothing that fails is tried without a pause.</summary>
public sealed class SettlingTests
{
    /// <summary>F17: an error is no proof: what was answered with one may be written a moment later.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Enqueue_AnsweredWithAnErrorAndWrittenLater_IsNotToldThatNothingWasWritten(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        var store = new LateStore(shared, lane);
        await using TestReplica a = await lane.StartAsync(store);
        NewJob job = a.NewJob();
        store.IsLate = true;

        bool toldNothing = false;
        try
        {
            await a.ProposeAsync("default", new Command.Enqueue(job));
        }
        catch (StoreUnavailableException)
        {
            toldNothing = true;
        }

        await lane.PassAsync(30);

        Assert.Equal(1, store.Late);
        bool isThere = await a.Shards.FindAsync(job.Id, CancellationToken.None) is JobLookup.Found;
        Assert.Equal(!toldNothing, isThere);
        await a.EnqueueAsync();
    });

    /// <summary>Large or small, no command is to blame: nothing was written, and once there is room again it is taken.</summary>
    [Fact]
    public void Enqueue_IntoAFullStore_IsTurnedAwayForNowAndNeverSaidToBeTooLarge() => Lane.Run(async lane =>
    {
        // What is left takes heads and little else.
        bool isFull = false;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, keys) => isFull && call == StoreCall.Transact && keys.Count > 1
                ? throw new UnclearException("INTERNAL: No space left on device") { IsAnswer = true, IsForNow = true }
                : Task.CompletedTask,
        };
        await using TestReplica a = await lane.StartAsync(store);
        NewJob job = a.NewJob();
        isFull = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => a.ProposeAsync("default", new Command.Enqueue(job)));
        isFull = false;
        await a.ProposeAsync("default", new Command.Enqueue(job));

        Assert.Equal(job.Id, Assert.Single(await a.LeaseAsync(max: 10)).Id);
    });

    /// <summary>F17, F14: once unclear and refused for good from then on ends, too.</summary>
    [Fact]
    public void Enqueue_UnclearOnceAndRefusedEverAfter_EndsAndOthersGoOn() => Lane.Run(async lane =>
    {
        int tries = 0;
        string? refused = null;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, keys) => refused is null || call != StoreCall.Transact || !keys.Contains(refused)
                ? Task.CompletedTask
                : throw (tries++ == 0 ? new UnclearException("The connection broke.") : new RefusedException("Too large.")),
        };
        await using TestReplica a = await lane.StartAsync(store);
        NewJob job = a.NewJob();
        refused = job.Id.ToString();

        Outcome outcome = await a.ProposeAsync("default", new Command.Enqueue(job));

        Assert.IsType<Refusal.NotStorable>(Assert.IsType<Outcome.Refused>(outcome).Why);
        Job next = await a.EnqueueAsync();
        Assert.Equal(next.Id, Assert.Single(await a.LeaseAsync(max: 10)).Id);
        Assert.InRange(tries, ShardBounds.Usual.RefusedAloneTries, ShardBounds.Usual.RefusedAloneTries + 2);
    });

    /// <summary>F22: the documents of the second step are refused for a while: it waits, says so, and loses nothing.</summary>
    [Fact]
    public void SecondStep_RefusedForAWhile_WaitsWithPausesAndGoesOnInItsEpoch() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        bool refuses = false;
        int tries = 0;
        GateStore store = Refusing(shared, () => refuses, () => tries++);
        var log = new LogLines<Replica>();
        await using TestReplica a = lane.Begin(store, "a", logger: log);
        await lane.UntilAsync(() => a.IsReady, "the shard is held");

        refuses = true;
        Job job = await a.EnqueueAsync();
        await lane.PassAsync(60);
        refuses = false;
        await lane.UntilAsync(() => a.IsReady, "the shard is held");

        Assert.Equal(job.Id, Assert.Single(await a.LeaseAsync()).Id);
        Assert.Equal(1, shared.HeadOf().Epoch);
        Assert.InRange(tries, 1, 130);

        // Told once, however often it is tried, and once when it is over.
        Assert.Single(log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("out of memory", StringComparison.Ordinal));
        Assert.Single(log.Lines, (LogLevel.Information, "Shard 0: the state store answers again."));
    });

    /// <summary>F22: the same of what a former holder left.</summary>
    [Fact]
    public void Redo_RefusedForAWhile_WaitsWithPausesAndEndsThen() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        bool refuses = true;
        int tries = 0;
        TestReplica zero = await lane.StartAsync(Refusing(shared, () => true, () => { }), "a");
        Job job = await zero.EnqueueAsync();
        await zero.DisposeAsync();
        Assert.Null(shared.JsonOf(job.Id.ToString()));
        var log = new LogLines<Replica>();

        await using TestReplica a = lane.Begin(Refusing(shared, () => refuses, () => tries++), "a", logger: log);
        await lane.PassAsync(60);
        refuses = false;
        await lane.UntilAsync(() => a.IsReady, "the shard is held");

        Assert.Equal(job.Id, Assert.Single(await a.LeaseAsync()).Id);
        Assert.InRange(tries, 1, 130);
        Assert.Contains(
            log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("out of memory", StringComparison.Ordinal));
    });

    /// <summary>F22: two steps on a store that creates no absent key by an ETag.</summary>
    [Fact]
    public void TwoSteps_StoreThatRefusesAbsentKeys_WorkAndAreRedone() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: true);
        TestReplica a = await lane.StartAsync(shared, "a", settings => settings with { TwoStep = true });
        Job first = await a.EnqueueAsync();
        Job second = await a.EnqueueAsync();
        Job leased = Assert.Single(await a.LeaseAsync());
        await a.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token));
        await a.DisposeAsync();

        await using TestReplica b = await lane.StartAsync(shared, "b", settings => settings with { TwoStep = true });

        Assert.Equal(JobStatus.Completed, (await b.FindAsync(first.Id)).Status);
        Assert.Equal(second.Id, Assert.Single(await b.LeaseAsync(max: 10)).Id);
    });

    /// <summary>A store that takes no documents of jobs and pages, but heads.</summary>
    private static GateStore Refusing(ModelStore shared, Func<bool> refuses, Action tried) => new(new ModelStore(shared))
    {
        Before = (call, keys) =>
        {
            if (call == StoreCall.Transact && refuses() && !keys.Any(key => key.StartsWith("survey", StringComparison.Ordinal)))
            {
                tried();
                throw new RefusedException("OOM: out of memory");
            }

            return Task.CompletedTask;
        },
    };

    /// <summary>A store that answers one commit with an error and carries it out two seconds later.</summary>
    private sealed class LateStore(ModelStore store, Lane lane) : IStateStore
    {
        public bool IsLate { get; set; }

        public int Late { get; private set; }

        public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
            store.GetAsync(key, partition, cancellationToken);

        public Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken) =>
            store.GetManyAsync(keys, partition, cancellationToken);

        public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
            IsMeant(key)
                ? throw Later(() => store.TrySaveAsync(key, value, etag, partition, CancellationToken.None))
                : store.TrySaveAsync(key, value, etag, partition, cancellationToken);

        public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken) =>
            IsMeant(operations[0].Key)
                ? throw Later(() => store.TransactAsync(operations, partition, CancellationToken.None))
                : store.TransactAsync(operations, partition, cancellationToken);

        private bool IsMeant(string key)
        {
            bool isMeant = IsLate && key == "shard-0";
            IsLate &= !isMeant;
            return isMeant;
        }

        private UnclearException Later(Func<Task> write)
        {
            _ = WriteAsync(write);
            return new UnclearException("INTERNAL: i/o timeout") { IsAnswer = true };
        }

        private async Task WriteAsync(Func<Task> write)
        {
            await lane.PassAsync(2);
            Late++;
            try
            {
                await write();
            }
            catch (CallException)
            {
                // Fenced off.
            }
        }
    }
}
