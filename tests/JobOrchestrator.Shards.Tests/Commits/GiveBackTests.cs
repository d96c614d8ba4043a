using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A job whose worker left while its lease was committed goes back, whatever happens to the first try.</summary>
public sealed class GiveBackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GiveBack_ItsCommitIsRefused_IsTriedAgain(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        await lane.PassAsync(1);
        using var patience = new CancellationTokenSource();
        int writes = 0;
        store.Fault = write =>
        {
            if (write && writes == 0)
            {
                patience.Cancel();
            }

            // The lease is stored, and what gives it back refused twice. (In two steps the lease's own documents are the second write.)
            writes += write ? 1 : 0;
            int lease = rollsBack ? 1 : 2;
            return write && writes > lease && writes <= lease + 2 ? Fault.Refused : Fault.None;
        };

        await LeaseAndLeaveAsync(replica, patience.Token);

        await lane.UntilAsync(() => IsGivenBack(store, job.Id), "the job is given back", seconds: 10);
        Assert.True(writes >= 4);
        Assert.Equal(job.Id, Assert.Single(await replica.LeaseAsync()).Id);
    });

    [Fact]
    public void GiveBack_MailboxIsFull_IsDoneAllTheSame() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store, "a", settings => settings with { MailboxMax = 2 });
        Job job = await replica.EnqueueAsync();
        using var patience = new CancellationTokenSource();
        var others = new List<Task<Job>>();
        store.Fault = write =>
        {
            if (write && others.Count == 0)
            {
                patience.Cancel();
                others.AddRange([replica.EnqueueAsync("other"), replica.EnqueueAsync("other"), replica.EnqueueAsync("other")]);
            }

            return Fault.None;
        };

        await LeaseAndLeaveAsync(replica, patience.Token);

        await lane.UntilAsync(() => IsGivenBack(store, job.Id), "the job is given back", seconds: 10);
        await Task.WhenAll(others[0], others[1]);
        await Assert.ThrowsAsync<TooBusyException>(() => others[2]);
    });

    /// <summary>What the store does not take keeps nobody else waiting, and ends with the lease at the latest.</summary>
    [Fact]
    public void GiveBack_StoreNeverTakesIt_OthersGoOn() => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        string? refused = null;
        using var patience = new CancellationTokenSource();
        var store = new GateStore(model)
        {
            Before = (call, keys) =>
            {
                bool isMeant = refused is not null && call == StoreCall.Transact && keys.Contains(refused);
                if (isMeant && patience.IsCancellationRequested)
                {
                    throw new RefusedException("Too large.");
                }

                if (isMeant)
                {
                    patience.Cancel();
                }

                return Task.CompletedTask;
            },
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        refused = job.Id.ToString();
        await LeaseAndLeaveAsync(replica, patience.Token);
        await lane.PassAsync(2);

        for (int i = 0; i < 20; i++)
        {
            await replica.EnqueueAsync("other");
            await lane.PassAsync(0.3);
        }

        refused = null;
        await lane.UntilAsync(() => IsGivenBack(model, job.Id), "the job is given back", seconds: 10);
    });

    /// <summary>Seed 45002037: the lease was over before the turn of what gives it back had come.</summary>
    [Fact]
    public void GiveBack_LeaseRanOutWhileItWasCommitted_NoAttemptIsLost() => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        bool isSlow = false;
        using var patience = new CancellationTokenSource();
        GateStore store = Slow(lane, model, () => isSlow);
        store.Before = (call, _) =>
        {
            if (isSlow && call == StoreCall.Transact)
            {
                patience.Cancel();
            }

            return Task.CompletedTask;
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await EnqueueBriefAsync(replica);
        await lane.PassAsync(1);
        isSlow = true;

        await LeaseAndLeaveAsync(replica, patience.Token);

        await lane.UntilAsync(() => model.JsonOf(job.Id.ToString())!.Contains("\"InProgress\"", StringComparison.Ordinal), "it is leased");
        await lane.UntilAsync(() => !model.JsonOf(job.Id.ToString())!.Contains("\"InProgress\"", StringComparison.Ordinal), "it is over");
        Assert.True(IsGivenBack(model, job.Id), model.JsonOf(job.Id.ToString()));
    });

    /// <summary>The same where its caller gives it back, who has got it and whose worker has left.</summary>
    [Fact]
    public void GiveBack_LeaseRanOutBeforeItWasAskedFor_NoAttemptIsLost() => Lane.Run(async lane =>
    {
        var model = new ModelStore();
        bool isSlow = false;
        await using TestReplica replica = await lane.StartAsync(Slow(lane, model, () => isSlow));
        await EnqueueBriefAsync(replica);
        await lane.PassAsync(1);
        Job job = Assert.Single(await replica.LeaseAsync());
        isSlow = true;
        Task<Job> other = replica.EnqueueAsync("other");
        await lane.PassAsync(1.5);

        Task<Outcome> given = replica.ProposeAsync(new Command.Release(job.Id, job.Lease!.Token, IsUnseen: true));

        Assert.Equal(JobStatus.New, Assert.IsType<Outcome.Unchanged>(await given).Job.Status);
        await other;
        Assert.True(IsGivenBack(model, job.Id), model.JsonOf(job.Id.ToString()));
    });

    /// <summary>Each call of the head takes its time, too little for leases to be made up for.</summary>
    private static GateStore Slow(Lane lane, ModelStore model, Func<bool> isSlow) => new(model)
    {
        After = (_, keys) => isSlow() && keys[0] == "shard-0" ? lane.PassAsync(0.9) : Task.CompletedTask,
    };

    private static async Task<Job> EnqueueBriefAsync(TestReplica replica)
    {
        NewJob job = replica.NewJob();
        var brief = new Command.Enqueue(job with { Spec = job.Spec with { LeaseSeconds = 1 } });
        return Assert.IsType<Outcome.Accepted>(await replica.ProposeAsync("default", brief)).Job;
    }

    private static bool IsGivenBack(ModelStore store, JobId id) =>
        store.JsonOf(id.ToString())!.Contains("\"Released\"", StringComparison.OrdinalIgnoreCase);

    private static Task LeaseAndLeaveAsync(TestReplica replica, CancellationToken patience) =>
        Assert.ThrowsAnyAsync<OperationCanceledException>(() => replica.Shards.LeaseAsync(
            new Command.Lease(["default"], "worker", 1, null, "seed"), TimeSpan.Zero, patience));
}
