namespace JobOrchestrator.Sdk;

/// <summary>
/// How a worker works. Configuration section <c>Jobs:Worker</c>. Its times may be as long as they like, and
/// <see cref="Timeout.InfiniteTimeSpan"/> where nothing else is said.
/// </summary>
public sealed class JobWorkerOptions
{
    /// <summary>The configuration section that these settings are read from: <c>Jobs:Worker</c>.</summary>
    public const string Section = "Jobs:Worker";

#pragma warning disable RS0030 // What a machine and a process are, for who does not say.
    /// <summary>The worker's name in the jobs' attempts; machine name, process id and a few random letters by default.</summary>
    public string Name { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..4]}";

    /// <summary>
    /// The version of what the worker runs, for people who look at <c>GET /workers</c>; the entry assembly's informational version by
    /// default, without what follows a <c>+</c>. At most 100 characters are sent; null or empty: none.
    /// </summary>
    public string? Version { get; set; } = WorkerVersion.OfThisProcess;

    /// <summary>
    /// Attempts at once in a queue for which <see cref="JobWorkerBuilder.Queue"/> gives no number; the number of processors by default.
    /// </summary>
    public int Concurrency { get; set; } = Environment.ProcessorCount;
#pragma warning restore RS0030

    /// <summary>
    /// Queues by name, whatever their capitals: numbers for those that the code gives none (<see cref="JobWorkerBuilder.Queue"/>,
    /// <see cref="JobTypeAttribute"/>). One that the code does not name is worked too. Queues that share slots are named by the first of
    /// them.
    /// </summary>
    public Dictionary<string, JobQueueOptions> Queues { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request for work waits, an hour at most; 30 s by default.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Progress of one job is sent at most this often; 500 ms by default.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long, beyond the end of its lease, an attempt goes on and its report is kept while the orchestrator cannot be reached; 10
    /// min by default. An orchestrator that was down gives running attempts their full lease again, so work done meanwhile is not lost.
    /// Zero stops an attempt when its lease ends.
    /// </summary>
    public TimeSpan CarryOnFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// When a job of a type without a processor here came all the same and is given back, how long it rests before anyone gets it; 30 s
    /// by default, 3650 days at most. Only types with a processor are asked for.
    /// </summary>
    public TimeSpan UnknownTypeDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>At shutdown, how long running attempts may finish before they are asked to stop; 20 s by default.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// After that, how long attempts have to obey, and then their reports to go out; 4 s each by default. Host shutdown as a whole
    /// is bounded by <c>HostOptions.ShutdownTimeout</c>, 30 s by default.
    /// </summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(4);
}
