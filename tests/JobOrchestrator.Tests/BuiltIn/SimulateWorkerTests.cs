using JobOrchestrator.BuiltIn;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Tests.BuiltIn;

public sealed class SimulateWorkerTests
{
    /// <summary>L3: a thousand jobs of a week took all places, and whoever called StartJobWithTimeout waited for a week.</summary>
    [Theory]
    [InlineData(604_800)]
    [InlineData(60)]
    public async Task Work_MoreLongJobsThanThereArePlaces_AShortOneIsDoneAllTheSame(int seconds)
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });
        await SubmitAsync(jobs, 1_000, $$"""{"seconds":{{seconds}},"steps":0}""", leaseSeconds: 3_600);
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

    /// <summary>
    /// A thousand steps of no time were as many heartbeats and events without a pause; ten thousand such jobs, ten million.
    /// </summary>
    [Theory]
    [InlineData("0", 1_000, 0, 50)]
    [InlineData("2", 1_000, 0, 50)]
    [InlineData("10", 1_000, 50, 101)]
    [InlineData("0", 4, 4, 4)]
    public async Task Work_ManySteps_AreNoMoreThanAPersonCanFollow(string seconds, int steps, int least, int most)
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });
        int told = 0;
        jobs.Observed.Proposing = command =>
        {
            told += command is Command.Heartbeat { Progress: not null } ? 1 : 0;
            return Task.CompletedTask;
        };

        Job ended = await WorkAsync(jobs, $$"""{"seconds":{{seconds}},"steps":{{steps}}}""");

        Assert.Equal((JobStatus.Completed, 100), (ended.Status, ended.Progress?.Percent));
        Assert.InRange(told, least, most);
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

    private const string Members = "seconds, minSeconds, maxSeconds, steps, fail, result.";

    [Theory]
    [InlineData("""{"seconds":0,"colour":"red"}""", "'colour' is not known. There are " + Members)]
    [InlineData("""{"colour":"red","step":3}""", "'colour' is not known. There are " + Members)]
    [InlineData("""{"second":"1"}""", "'second' is not known. Did you mean seconds?")]
    [InlineData("""{"seconds":0,"file":true}""", "'file' is not known. Did you mean fail?")]
    public async Task Work_MembersThatItDoesNotKnow_FailsForGoodAndSaysWhich(string input, string title)
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });

        Job ended = await WorkAsync(jobs, input);

        Assert.Equal((JobStatus.Failed, 1, title), (ended.Status, ended.Attempt, ended.Error?.Title));
    }

    /// <summary>Parameters of a caller's own, for whom no type at all was to be named; and whatever the case.</summary>
    [Theory]
    [InlineData("""{"additionalProp1":"string","additionalProp2":"string"}""")]
    [InlineData("""{"file":"a.txt"}""")]
    [InlineData("""{"timeoutSeconds":30,"name":"x"}""")]
    [InlineData("""{"min":1,"max":5}""")]
    [InlineData("""{"object_id":"7","minSeconds":0,"maxSeconds":0}""")]
    [InlineData("""{"SECONDS":0,"Steps":"0"}""")]
    public async Task Work_MembersOfACallersOwn_IsDone(string input)
    {
        await using HostedShards jobs = await HostedShards.StartAsync(settings => settings with { Shards = 1 });

        Assert.Equal(JobStatus.Completed, (await WorkAsync(jobs, input)).Status);
    }

    private static async Task<Job> WorkAsync(HostedShards jobs, string input)
    {
        JobId id = Assert.Single(await SubmitAsync(jobs, 1, input, leaseSeconds: 30));
        using var stopping = new CancellationTokenSource();
        Task working = WorkerOf(jobs).RunAsync(stopping.Token);
        Job? ended = null;
        await UntilAsync(
            jobs,
            async () =>
            {
                ended = await jobs.Observed.FindAsync(id, default) is JobLookup.Found { Job: { IsFinished: true } found } ? found : null;
                return ended is not null;
            },
            "it has ended");
        await stopping.CancelAsync();
        await working;
        return ended!;
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
