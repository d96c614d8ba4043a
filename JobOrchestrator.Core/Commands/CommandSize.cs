namespace JobOrchestrator.Core;

/// <summary>How much a command adds to the write that stores it, reckoned before it is applied.</summary>
/// <param name="Documents">Most jobs that it changes.</param>
/// <param name="Bytes">A bound on the bytes that it brings, reckoned as <see cref="Job.DocumentBytesMax"/> is.</param>
public readonly record struct CommandSize(int Documents, long Bytes)
{
    /// <summary>The size of a command. What time does, and leases, fill the room that there is: they count as one job.</summary>
    public static CommandSize Of(Command command) => command switch
    {
        Command.Enqueue enqueue => new CommandSize(1, DocumentBytesOf(enqueue.Job)),
        Command.EnqueueMany many => new CommandSize(many.Jobs.Count, BytesOf(many.Jobs)),
        Command.Requeue requeue => new CommandSize(1 + requeue.Jobs.Count, BytesOf(requeue.Jobs)),
        Command.Reschedule reschedule => new CommandSize(1, DocumentBytesOf(reschedule.Job)),
        Command.Retry => new CommandSize(2, 0),
        Command.Complete complete => new CommandSize(1, DocumentSize.Of(complete.Result)),
        Command.Fail fail => new CommandSize(1, DocumentSize.Of(fail.Error.Detail)),
        Command.Heartbeat heartbeat => new CommandSize(1, DocumentSize.Of(heartbeat.State)),
        _ => new CommandSize(1, 0),
    };

    /// <summary>The bound on the document that a new job gets: the same as its job's once it is accepted.</summary>
    public static int DocumentBytesOf(NewJob job) =>
        DocumentSize.Fixed
        + DocumentSize.Of(job.Input)
        + DocumentSize.Of(job.State)
        + DocumentSize.Of(job.Type)
        + DocumentSize.Of(job.Queue)
        + DocumentSize.Of(job.Owner)
        + DocumentSize.Of(job.ExternalId)
        + DocumentSize.Of(job.UniqueKey)
        + DocumentSize.Of(job.IdempotencyKey)
        + DocumentSize.Of(job.Traceparent);

    private static long BytesOf(IReadOnlyList<NewJob> jobs) => jobs.Sum(job => (long)DocumentBytesOf(job));
}
