namespace JobOrchestrator.Core;

/// <summary>How much a command adds to the write that stores it, reckoned before it is applied.</summary>
/// <param name="Documents">Most documents that it changes.</param>
/// <param name="Bytes">A bound on the bytes that it brings, by the reckoning of <see cref="Job.DocumentBytesMax"/>.</param>
public readonly record struct CommandSize(int Documents, long Bytes)
{
    /// <summary>The size of a command. What time does, and leases, fill the room that there is: they count as one job.</summary>
    public static CommandSize Of(Command command) => command switch
    {
        Command.Enqueue enqueue => new CommandSize(1, enqueue.Job.DocumentBytesMax),
        Command.EnqueueMany many => new CommandSize(many.Jobs.Count, BytesOf(many.Jobs)),
        Command.Requeue requeue => new CommandSize(1 + requeue.Jobs.Count, BytesOf(requeue.Jobs)),
        Command.Reschedule reschedule => new CommandSize(1, reschedule.Job.DocumentBytesMax),
        Command.Retry => new CommandSize(2, 0),
        Command.Complete complete => new CommandSize(1, DocumentSize.Of(complete.Result)),
        Command.Fail fail => new CommandSize(1, DocumentSize.Of(fail.Error.Detail)),
        Command.Heartbeat heartbeat => new CommandSize(1, DocumentSize.Of(heartbeat.State)),
        Command.Reprioritise change => new CommandSize(1, DocumentSize.Of(change.Labels) + DocumentSize.Of(change.Queue)),
        Command.PauseQueue pause => new CommandSize(1, QueueSettings.BytesMaxFor(pause.Queue, pause.By, pause.Reason)),
        Command.ResumeQueue resume => new CommandSize(1, QueueSettings.BytesMaxFor(resume.Queue)),
        Command.ChooseEvents choose => new CommandSize(1, QueueSettings.BytesMaxFor(choose.Queue)),
        _ => new CommandSize(1, 0),
    };

    private static long BytesOf(IReadOnlyList<NewJob> jobs) => jobs.Sum(job => (long)job.DocumentBytesMax);
}
