using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A store that is slow and answers all the same: whoever looks is answered too.</summary>
public sealed class SlowStoreTests
{
    /// <summary>
    /// A commit of nine seconds is stored when six of the lease's fifteen are left, and the next one ends three seconds after that. Who
    /// comes in between hears with that commit that the shard is held, and not with the one after it, for which his time is too short.
    /// </summary>
    [Fact]
    public void List_EachCommitTakesMostOfALease_IsAnsweredAtAnyTime() => Lane.Run(async lane =>
    {
        var store = new SlowStore(new ModelStore(), lane.Clock);
        await using TestReplica replica = await lane.StartAsync(store);
        await replica.EnqueueAsync();
        store.WriteTakes = TimeSpan.FromSeconds(9);
        var submissions = new List<Task<Outcome>>();
        var lists = new List<Task<JobPage>>();

        for (int i = 0; i < 120; i++)
        {
            submissions.Add(replica.ProposeAsync("default", new Command.Enqueue(replica.NewJob())));
            lists.Add(replica.Shards.ListAsync(new JobFilter(), null, 1_000, CancellationToken.None));
            await lane.PassAsync(0.5);
        }

        await lane.PassAsync(30);
        Assert.All(lists, list => Assert.True(list.IsCompleted));
        Assert.All(await Task.WhenAll(lists), page => Assert.NotEmpty(page.Jobs));
        Assert.Contains(submissions, submission => submission.IsCompletedSuccessfully);
    });

    /// <summary>
    /// Who looks among live jobs first and then among those that have ended sees a job in the one or the other, also while it has ended
    /// in the store alone.
    /// </summary>
    [Fact]
    public void List_AJobsEndIsStoredAndNotAnswered_IsAmongThoseThatHaveEnded() => Lane.Run(async lane =>
    {
        var store = new SlowStore(new ModelStore(), lane.Clock);
        await using TestReplica replica = await lane.StartAsync(store);
        await replica.EnqueueAsync();
        Job job = Assert.Single(await replica.LeaseAsync());
        store.AnswerTakes = TimeSpan.FromSeconds(5);
        Task<Outcome> ending = replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token, null));
        await lane.PassAsync(1);

        Assert.Equal([job.Id], await EndedAsync(replica));
        Assert.False(ending.IsCompleted);

        await lane.PassAsync(5);
        Assert.IsType<Outcome.Changed>(await ending);
        Assert.Equal([job.Id], await EndedAsync(replica));
    });

    /// <summary>The same for what it is while it lives: whoever was told that it runs finds it among those that do.</summary>
    [Fact]
    public void List_AJobsStartIsStoredAndNotAnswered_IsAmongThoseThatRun() => Lane.Run(async lane =>
    {
        var store = new SlowStore(new ModelStore(), lane.Clock);
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        store.AnswerTakes = TimeSpan.FromSeconds(5);
        Task<IReadOnlyList<Job>> leasing = replica.LeaseAsync();
        await lane.PassAsync(1);

        Assert.Equal([job.Id], await LiveAsync(replica, JobStatus.InProgress));
        Assert.Empty(await LiveAsync(replica, JobStatus.New));
        Assert.False(leasing.IsCompleted);

        await lane.PassAsync(5);
        Assert.Single(await leasing);
        Assert.Equal([job.Id], await LiveAsync(replica, JobStatus.InProgress));
    });

    private static async Task<IEnumerable<JobId>> LiveAsync(TestReplica replica, JobStatus status)
    {
        var live = new JobFilter(status) { LiveOnly = true };
        return (await replica.Shards.ListAsync(live, null, 100, CancellationToken.None)).Jobs.Select(found => found.Id);
    }

    private static async Task<IEnumerable<JobId>> EndedAsync(TestReplica replica)
    {
        var ended = new JobFilter { EndedOnly = true };
        return (await replica.Shards.ListAsync(ended, null, 100, CancellationToken.None)).Jobs.Select(found => found.Id);
    }

    /// <summary>A store whose writes take a while.</summary>
    private sealed class SlowStore(ModelStore store, TimeProvider time) : IStateStore
    {
        public TimeSpan WriteTakes { get; set; }

        /// <summary>How long it is silent once it has carried a transaction out.</summary>
        public TimeSpan AnswerTakes { get; set; }

        public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
            store.GetAsync(key, partition, cancellationToken);

        public Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken) =>
            store.GetManyAsync(keys, partition, cancellationToken);

        public async Task<bool> TrySaveAsync(
            string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
        {
            await Task.Delay(WriteTakes, time, cancellationToken);
            return await store.TrySaveAsync(key, value, etag, partition, cancellationToken);
        }

        public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
        {
            await Task.Delay(WriteTakes, time, cancellationToken);
            await store.TransactAsync(operations, partition, cancellationToken);
            await Task.Delay(AnswerTakes, time, cancellationToken);
        }
    }
}
