namespace JobOrchestrator.Core.Tests;

/// <summary>
/// One shard under a clock that only the test moves. Members throw when the outcome is not the one they are named after.
/// </summary>
internal sealed class TestShard
{
    public const int LeaseSeconds = 30;

    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _leases;

    public TestShard(ShardSettings? settings = null, long nextOrder = 0)
    {
        Settings = settings ?? ShardSettings.Default;
        Shard = new Shard(Settings, nextOrder);
    }

    public ShardSettings Settings { get; }

    public Shard Shard { get; }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>The id with this number; the same number is the same id.</summary>
    public static JobId Id(int number) => JobId.Create(Start, 0, (ulong)number);

    /// <summary>A submission that says only what it has to.</summary>
    public static NewJob Submission(int number) =>
        new()
        {
            Id = Id(
            number),
            Spec = new JobSpec { Type = "test", Queue = "default", LeaseSeconds = LeaseSeconds, Backoff = Pause(0) }
        };

    /// <summary>Always the same pause.</summary>
    public static Backoff Pause(double seconds) => new(BackoffKind.Fixed, seconds, seconds, 0);

    public void Pass(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    public Outcome Apply(Command command) => Shard.Apply(command, Now);

    public T Apply<T>(Command command)
        where T : Outcome => Assert.IsType<T>(Apply(command));

    public T Refused<T>(Command command)
        where T : Refusal => Assert.IsType<T>(Apply<Outcome.Refused>(command).Why);

    public Job Changed(Command command) => Apply<Outcome.Changed>(command).Job;

    public Job Enqueue(NewJob job) => Apply<Outcome.Accepted>(new Command.Enqueue(job)).Job;

    public Job Enqueue(int number) => Enqueue(Submission(number));

    public IReadOnlyList<Job> LeaseMany(int max, params string[] queues) =>
        Apply<Outcome.Leased>(new Command.Lease(queues is [] ? ["default"] : queues, "worker", max, null, $"seed-{_leases++}")).Jobs;

    /// <summary>Leases the next job, which has to be there.</summary>
    public Job Lease(string worker = "worker") =>
        Assert.Single(Apply<Outcome.Leased>(new Command.Lease(["default"], worker, 1, null, $"seed-{_leases++}")).Jobs);

    /// <summary>Leases for a worker that may hold so many at one time.</summary>
    public IReadOnlyList<Job> LeaseBounded(int? heldMax, int max, string worker) =>
        Apply<Outcome.Leased>(new Command.Lease(["default"], worker, max, null, $"seed-{_leases++}", HeldMax: heldMax)).Jobs;

    /// <summary>Whether a lease would get anything now.</summary>
    public bool HasReady(string queue = "default", string? type = null) =>
        Shard.HasReady(new Command.Lease([queue], "worker", 1, type is null ? null : new HashSet<string> { type }, ""), Now);

    /// <summary>A job as enqueued and leased.</summary>
    public Job Running(NewJob job)
    {
        Enqueue(job);
        return Lease();
    }

    /// <summary>A job that was enqueued, leased, completed and stored, so that it is no longer in memory.</summary>
    public Job Stored(NewJob job)
    {
        Job running = Running(job);
        Job completed = Changed(new Command.Complete(running.Id, running.Lease!.Token));
        Shard.TakeChanges();
        return completed;
    }

    /// <summary>Lets time do its work; returns how many jobs it changed.</summary>
    public int Tick(int max = int.MaxValue) => Apply<Outcome.Done>(new Command.Tick(max)).Jobs;

    /// <summary>The job as the next changes show it, wherever it is.</summary>
    public Job Taken(JobId id) => Assert.Single(Shard.TakeChanges().Jobs, job => job.Id == id);

    public QueueStatistics Queue(string name = "default") => Shard.Statistics(name, Now);

    /// <summary>Another shard, at the same time, that has loaded these documents.</summary>
    public TestShard Loaded(params Job[] documents)
    {
        var other = new TestShard(Settings, documents.Length == 0 ? 0 : documents.Max(job => job.Order) + 1) { Now = Now };
        foreach (Job document in documents)
        {
            other.Shard.Load(document, Now);
        }

        return other;
    }
}
