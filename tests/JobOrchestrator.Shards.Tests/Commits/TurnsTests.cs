using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F8: what is due at once does not keep those waiting who want something.</summary>
public sealed class TurnsTests
{
    [Fact]
    public void Enqueue_WhileManyLeasesEndAtOnce_IsHeardInTheNextBatch() => Lane.Run(async lane =>
    {
        bool slow = false;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, _) => slow && call == StoreCall.Transact ? lane.PassAsync(0.1) : Task.CompletedTask,
        };
        await using TestReplica replica = await lane.StartAsync(store, "a", settings => settings with { OperationsMax = 40 });
        for (int i = 0; i < 200; i++)
        {
            await replica.EnqueueAsync();
        }

        int leased = 0;
        while (leased < 200)
        {
            leased += (await replica.LeaseAsync(max: 100)).Count;
        }

        await lane.PassAsync(29.5);
        slow = true;
        await lane.PassAsync(0.55);
        long asked = lane.Clock.GetTimestamp();
        await replica.EnqueueAsync("other");

        Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(0.25));
        await lane.PassAsync(5);
        QueueStatistics queue = await replica.Shards.QueueAsync("default", CancellationToken.None);
        Assert.Equal(0, queue.InProgress);
    });

    /// <summary>F8: a flood of submissions costs no worker its lease.</summary>
    [Fact]
    public void Heartbeat_BehindAFloodOfSubmissions_IsHeardInTheNextBatch() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartSlowAsync(lane);
        await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        Task<Outcome>[] flood = [.. Enumerable.Range(0, 3_000).Select(_ => EnqueueOfAsync(replica, "flood"))];
        await lane.PassAsync(0.15);

        for (int i = 0; i < 20; i++)
        {
            long asked = lane.Clock.GetTimestamp();
            Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
            Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TwoBatches);
        }

        Assert.Contains(flood, submission => !submission.IsCompleted);
        await EndAsync(flood);
    });

    /// <summary>F8: and more of them than may wait turns away submissions, not reports.</summary>
    [Fact]
    public void Heartbeat_SubmissionsFillTheMailbox_IsTaken() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartSlowAsync(lane, settings => settings with { MailboxMax = 100 });
        await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        Task<Outcome>[] flood = [.. Enumerable.Range(0, 200).Select(_ => EnqueueOfAsync(replica, "flood"))];

        Outcome outcome = await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token));

        Assert.IsType<Outcome.Extended>(outcome);
        Assert.Contains(flood, submission => submission.Exception?.InnerException is TooBusyException);
        await EndAsync(flood);
    });

    /// <summary>F8: workers who report without end keep no caller waiting.</summary>
    [Fact]
    public void Enqueue_WhileReportsFillEveryBatch_IsHeardInTheNextOne() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartSlowAsync(lane);
        IReadOnlyList<Job> leased = await replica.LeaseOthersAsync(100);
        using var over = new CancellationTokenSource();
        Task[] beating = [.. Enumerable.Range(0, 500).Select(i => BeatAsync(replica, leased[i % leased.Count], over.Token))];
        await lane.PassAsync(0.15);

        for (int i = 0; i < 10; i++)
        {
            long asked = lane.Clock.GetTimestamp();
            await replica.EnqueueAsync();
            Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TwoBatches);
        }

        over.Cancel();
        await Task.WhenAll(beating);
    });

    /// <summary>F8: nor a caller whose command needs a job to be read back first.</summary>
    [Fact]
    public void Retry_WhileReportsFillEveryBatch_IsHeardInTheNextOne() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartSlowAsync(
            lane, settings => settings with { Bounds = ShardBounds.Usual with { FinishedJobsMax = 0, FinishedBytesMax = 0 } });
        Job ended = await replica.EnqueueAsync();
        await replica.ProposeAsync(new Command.Cancel(ended.Id));
        IReadOnlyList<Job> leased = await replica.LeaseOthersAsync(100);
        using var over = new CancellationTokenSource();
        Task[] beating = [.. Enumerable.Range(0, 500).Select(i => BeatAsync(replica, leased[i % leased.Count], over.Token))];
        await lane.PassAsync(0.15);

        long asked = lane.Clock.GetTimestamp();
        Outcome outcome = await replica.ProposeAsync(new Command.Retry(ended.Id, replica.Shards.NewId("default")));

        Assert.IsType<Outcome.Accepted>(outcome);
        Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TwoBatches);
        over.Cancel();
        await Task.WhenAll(beating);
    });

    /// <summary>F8, M8: who asks for very much keeps another caller waiting for no longer than a batch.</summary>
    [Fact]
    public void Enqueue_BehindThousandsOfAnotherOwner_IsHeardInTheNextBatch() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartSlowAsync(lane);
        Task<Outcome>[] flood = [.. Enumerable.Range(0, 3_000).Select(_ => EnqueueOfAsync(replica, "flood"))];
        await lane.PassAsync(0.15);

        long asked = lane.Clock.GetTimestamp();
        Assert.IsType<Outcome.Accepted>(await EnqueueOfAsync(replica, "other"));

        Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TwoBatches);
        Assert.Contains(flood, submission => !submission.IsCompleted);
        await EndAsync(flood);
    });

    private static readonly TimeSpan TwoBatches = TimeSpan.FromSeconds(0.25);

    /// <summary>A replica whose commits take 0.1 s and hold some thirty jobs.</summary>
    private static Task<TestReplica> StartSlowAsync(Lane lane, Func<ReplicaSettings, ReplicaSettings>? configure = null) =>
        lane.StartAsync(
            new GateStore(new ModelStore())
            {
                Before = (call, _) => call == StoreCall.Transact ? lane.PassAsync(0.1) : Task.CompletedTask,
            },
            "a",
            settings => configure?.Invoke(settings with { OperationsMax = 40 }) ?? settings with { OperationsMax = 40 });

    private static Task<Outcome> EnqueueOfAsync(TestReplica replica, string owner) =>
        replica.ProposeAsync("default", new Command.Enqueue(replica.NewJob() with { Owner = owner }));

    private static async Task BeatAsync(TestReplica replica, Job job, CancellationToken over)
    {
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            await replica.ProposeAsync(new Command.Heartbeat(job.Id, job.Lease!.Token, new Progress(i % 100, $"{i}")));
        }
    }

    /// <summary>Whatever becomes of what is left.</summary>
    private static async Task EndAsync(IEnumerable<Task> tasks)
    {
        foreach (Task task in tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
