using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What the store is found to be.</summary>
public sealed class StoreSurveyTests
{
    /// <summary>
    /// F13: one passing error, wherever it comes, does not make a store roll back that does not, nor the other way round.
    /// </summary>
    [Theory]
    [InlineData(true, Fault.Refused)]
    [InlineData(true, Fault.Failed)]
    [InlineData(true, Fault.RequestLost)]
    [InlineData(true, Fault.AnswerLost)]
    [InlineData(false, Fault.Refused)]
    [InlineData(false, Fault.Failed)]
    [InlineData(false, Fault.RequestLost)]
    [InlineData(false, Fault.AnswerLost)]
    internal void Survey_OnePassingError_FindsWhatTheStoreIs(bool rollsBack, Fault fault) => Lane.Run(async lane =>
    {
        for (int place = 1; place <= 18; place++)
        {
            int writes = 0;
            var store = new ModelStore(rollsBack) { Fault = write => write && ++writes == place ? fault : Fault.None };

            await using TestReplica replica = await lane.StartAsync(store);

            Assert.Equal((place, !rollsBack, rollsBack), (place, replica.WritesInTwoSteps, replica.CreatesByFirstWrite));
            Assert.Empty(replica.Health.Warnings);
        }
    });

    /// <summary>
    /// F13's kind: what was answered with an error was carried out while the next way was tried, and taken for that way's doing. The
    /// documents of a commit were refused for ever then, and nobody served the shard.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_AWriteThatIsCarriedOutLate_FindsWhatTheStoreIs(bool rollsBack) => Lane.Run(async lane =>
    {
        for (int place = 1; place <= 24; place++)
        {
            for (int late = 1; late <= 8; late++)
            {
                await using TestReplica replica = await lane.StartAsync(new LateStore(new ModelStore(rollsBack), place, late));

                Assert.Equal(
                    (place, late, !rollsBack, rollsBack), (place, late, replica.WritesInTwoSteps, replica.CreatesByFirstWrite));
            }
        }
    });

    /// <summary>
    /// F13's kind: two processes that call themselves the same ask at the same documents, and one took what the other had written for what
    /// the store does. Its first new document was refused for ever then.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_AnotherOfTheSameNameAsksToo_FindsWhatTheStoreIs(bool rollsBack) => Lane.Run(async lane =>
    {
        for (int place = 1; place <= 14; place++)
        {
            var model = new ModelStore(rollsBack);
            int calls = 0;
            var store = new GateStore(model)
            {
                After = async (_, keys) =>
                {
                    if (keys[0].StartsWith("survey-", StringComparison.Ordinal) && ++calls == place)
                    {
                        byte[] theirs = Encoding.UTF8.GetBytes("""{"number":1,"by":"another"}""");
                        await model.TransactAsync([.. keys.Select(key => new StateOperation(key, theirs))], "survey", default);
                    }
                },
            };

            await using TestReplica replica = await lane.StartAsync(store);

            Assert.Equal((place, !rollsBack, rollsBack), (place, replica.WritesInTwoSteps, replica.CreatesByFirstWrite));
        }
    });

    /// <summary>F13: a store that was busy just as it was asked twice counted as one that rolls back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_TheStoreIsBusyWheneverItIsAsked_FindsWhatItIs(bool rollsBack) => Lane.Run(async lane =>
    {
        int asked = 0, refused = 0;
        var store = new GateStore(new ModelStore(rollsBack))
        {
            // Every second one of these is the one with a stale ETag.
            Before = (call, keys) => call == StoreCall.Transact && keys is ["survey-fenced-a", "survey-other-a"] && ++asked % 3 == 2
                && ++refused <= 4
                ? throw new RefusedException("429") { IsForNow = true }
                : Task.CompletedTask,
        };

        await using TestReplica replica = await lane.StartAsync(store);

        Assert.Equal((!rollsBack, rollsBack), (replica.WritesInTwoSteps, replica.CreatesByFirstWrite));
    });

    /// <summary>F13: two errors at the wrong moments had Redis counted as a store that rolls back (seed 1001738).</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_TheStoreFailsTwiceAtTheWrongMoment_FindsWhatItIs(bool rollsBack) => Lane.Run(async lane =>
    {
        int asked = 0, failed = 0;
        var store = new GateStore(new ModelStore(rollsBack))
        {
            Before = (call, keys) => call == StoreCall.Transact && keys is ["survey-fenced-a", "survey-other-a"] && ++asked % 3 == 2
                && ++failed <= 2
                ? throw new UnclearException("RESPONSE 500") { IsAnswer = true }
                : Task.CompletedTask,
        };

        await using TestReplica replica = await lane.StartAsync(store);

        Assert.Equal((!rollsBack, rollsBack), (replica.WritesInTwoSteps, replica.CreatesByFirstWrite));
    });

    /// <summary>F13: a store that is another than it was is complained of, and written so that it is right for both.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_StoreIsNotWhatItWas_ComplainsAndWritesInTwoSteps(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await (await lane.StartAsync(store)).DisposeAsync();
        string noted = store.JsonOf(Keys.Shards)!;
        Assert.Contains($"\"rollsBack\":{(rollsBack ? "true" : "false")}", noted, StringComparison.Ordinal);
        string other = noted.Replace(rollsBack ? "true" : "false", rollsBack ? "false" : "true", StringComparison.Ordinal);
        await store.TransactAsync([new StateOperation(Keys.Shards, Encoding.UTF8.GetBytes(other))], Keys.Shards, CancellationToken.None);
        var log = new LogLines<Replica>();

        TestReplica replica = lane.Begin(store, logger: log);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");

        Assert.True(replica.WritesInTwoSteps);
        string warning = Assert.Single(replica.Health.Warnings);
        Assert.Contains((LogLevel.Error, warning), log.Lines);
        Job job = await replica.EnqueueAsync();
        Assert.Equal(job.Id, Assert.Single(await replica.LeaseAsync()).Id);
        await replica.DisposeAsync();

        await using TestReplica next = await lane.StartAsync(store);
        Assert.Equal(!rollsBack, next.WritesInTwoSteps);
        Assert.Empty(next.Health.Warnings);
    });

    /// <summary>F22: how a new document can be created without touching one that is there is asked, not assumed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Survey_AbsentKeys_AreCreatedAsTheStoreDoes(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);

        await using TestReplica replica = await lane.StartAsync(store);

        Assert.Equal(rollsBack, replica.CreatesByFirstWrite);
        Assert.DoesNotContain(store.KeysNow, key => key.StartsWith("survey-new", StringComparison.Ordinal));
    });

    /// <summary>A store whose n-th transaction is answered with an error, and carried out some calls later.</summary>
    private sealed class LateStore(ModelStore store, int place, int late) : IStateStore
    {
        private IReadOnlyList<StateOperation>? _late;
        private int _transactions;
        private int _calls;

        public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
        {
            await PassAsync();
            return await store.GetAsync(key, partition, cancellationToken);
        }

        public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
        {
            await PassAsync();
            return await store.GetManyAsync(keys, partition, cancellationToken);
        }

        public async Task<bool> TrySaveAsync(
            string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
        {
            await PassAsync();
            return await store.TrySaveAsync(key, value, etag, partition, cancellationToken);
        }

        public async Task TransactAsync(
            IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
        {
            await PassAsync();
            if (++_transactions == place)
            {
                _late = operations;
                throw new UnclearException("INTERNAL: i/o timeout") { IsAnswer = true };
            }

            await store.TransactAsync(operations, partition, cancellationToken);
        }

        private async Task PassAsync()
        {
            if (_late is { } operations && ++_calls == late)
            {
                _late = null;
                try
                {
                    await store.TransactAsync(operations, "survey", CancellationToken.None);
                }
                catch (CallException)
                {
                    // An ETag is another one by now.
                }
            }
        }
    }
}
