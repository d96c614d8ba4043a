using JobOrchestrator.BuiltIn;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Tests.BuiltIn;

public sealed class SimulateWorkerTests
{
    /// <summary>L3: a thousand jobs of a week took all places, and whoever called StartJobWithTimeout waited for a week.</summary>
    [Fact]
    public async Task Work_MoreLongJobsThanThereArePlaces_AShortOneIsDoneAllTheSame()
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });
        await SubmitAsync(jobs, 1_000, """{"seconds":604800,"steps":0}""", leaseSeconds: 3_600);
        SimulateWorker worker = WorkerOf(jobs);
        using var stopping = new CancellationTokenSource();
        Task working = worker.RunAsync(stopping.Token);
        await UntilAsync(jobs, async () => (await jobs.Observed.QueueAsync("default", default)).InProgress == 800, "the long ones run");

        JobId quick = Assert.Single(await SubmitAsync(jobs, 1, """{"seconds":0.5,"steps":0}""", leaseSeconds: 30));

        await UntilAsync(
            jobs,
            async () => await jobs.Observed.FindAsync(quick, default) is JobLookup.Found { Job.Status: JobStatus.Completed },
            "it is done");
        Assert.Equal(800, (await jobs.Observed.QueueAsync("default", default)).InProgress);
        await stopping.CancelAsync();
        await working;
    }

    /// <summary>F22's kind, nobody spins: relay's lease may say nought, and heartbeats followed each other without a pause.</summary>
    [Fact]
    public async Task Work_ALeaseOfNought_BeatsAsForOneOfASecond()
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });
        int beats = 0;
        jobs.Observed.Proposing = command =>
        {
            beats += command is Command.Heartbeat ? 1 : 0;
            return Task.CompletedTask;
        };
        await SubmitAsync(jobs, 1, """{"seconds":600,"steps":0}""", leaseSeconds: 0);
        SimulateWorker worker = WorkerOf(jobs);
        using var stopping = new CancellationTokenSource();
        Task working = worker.RunAsync(stopping.Token);
        await UntilAsync(jobs, async () => (await jobs.Observed.QueueAsync("default", default)).InProgress == 1, "it runs");
        DateTimeOffset began = jobs.Time.GetUtcNow();

        await UntilAsync(jobs, () => Task.FromResult(beats >= 6), "it beats");

        Assert.InRange((jobs.Time.GetUtcNow() - began).TotalSeconds, 1.5, 60);
        await stopping.CancelAsync();
        await working;
    }

    /// <summary>A cancel does not wait for the next heartbeat, of which a lease of an hour has one in twenty minutes.</summary>
    [Fact]
    public async Task Cancel_WithALongLease_EndsTheJobAtOnce()
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });
        JobId id = Assert.Single(await SubmitAsync(jobs, 1, """{"seconds":600,"steps":0}""", leaseSeconds: 3_600));
        SimulateWorker worker = WorkerOf(jobs);
        using var stopping = new CancellationTokenSource();
        Task working = worker.RunAsync(stopping.Token);
        await UntilAsync(jobs, async () => (await jobs.Observed.QueueAsync("default", default)).InProgress == 1, "it runs");
        DateTimeOffset asked = jobs.Time.GetUtcNow();

        await jobs.Observed.ProposeAsync(id.Shard, new Command.Cancel(id), default);

        await Eventually.TrueAsync(
            async () => await jobs.Observed.FindAsync(id, default) is JobLookup.Found { Job.Status: JobStatus.Cancelled }, "it has ended");
        Assert.Equal(asked, jobs.Time.GetUtcNow());
        await stopping.CancelAsync();
        await working;
    }

    private static SimulateWorker WorkerOf(HostedShards jobs) => new(
        jobs.Observed,
        new ReplicaIdentity("a", "http://localhost", "a-1"),
        new Randomness(Random.Shared.NextBytes),
        jobs.Time,
        NullLogger<SimulateWorker>.Instance);

    private static async Task<List<JobId>> SubmitAsync(HostedShards jobs, int count, string input, int leaseSeconds)
    {
        var ids = new List<JobId>();
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(100))
        {
            List<NewJob> some = [.. chunk.Select(_ => new NewJob
            {
                Id = jobs.Observed.NewId("default"),
                Spec = new JobSpec
                {
                    Type = Simulation.JobType,
                    Queue = "default",
                    Input = JsonText.Of(input),
                    LeaseSeconds = leaseSeconds,
                },
            })];
            Assert.IsType<Outcome.AcceptedMany>(await jobs.Observed.ProposeAsync(0, new Command.EnqueueMany(some), default));
            ids.AddRange(some.Select(job => job.Id));
        }

        return ids;
    }

    private static Task UntilAsync(HostedShards jobs, Func<Task<bool>> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            await jobs.AdvanceAsync(TimeSpan.FromMilliseconds(250));
            return await condition();
        },
        what);
}
