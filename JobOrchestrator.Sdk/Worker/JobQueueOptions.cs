namespace JobOrchestrator.Sdk;

/// <summary>How one queue is worked: <c>Jobs:Worker:Queues:{queue}</c>.</summary>
public sealed class JobQueueOptions
{
    /// <summary>
    /// How many attempts run at once, from 1; <see cref="JobWorkerOptions.Concurrency"/> when null, which is the default.
    /// </summary>
    public int? Concurrency { get; set; }

    /// <summary>How many more jobs are held ready, from 0; none when null, which is the default.</summary>
    public int? Prefetch { get; set; }
}
