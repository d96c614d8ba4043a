namespace JobOrchestrator.Shards;

/// <summary>
/// What is set aside, of all shards: events, since the process began, that the broker refuses for good and that only the feed has, and
/// jobs of which the store takes no change.
/// </summary>
internal sealed class SetAside
{
    private long _events;
    private long _jobs;

    /// <summary>How many events.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>How many jobs are at this moment.</summary>
    public long Jobs => Interlocked.Read(ref _jobs);

    /// <summary>What a person should know of them; null: there are none.</summary>
    public string? Warning
    {
        get
        {
            string? events = Events is > 0 and long ofEvents
                ? $"The broker refuses events for good: {ofEvents} were set aside since the start. The feed has them, the log the reasons."
                : null;
            string? jobs = Jobs is > 0 and long ofJobs
                ? $"The state store takes no change of some jobs: {ofJobs} are set aside. The log names them."
                : null;
            return events is null || jobs is null ? events ?? jobs : $"{events} {jobs}";
        }
    }

    /// <summary>One more event.</summary>
    public void Add() => Interlocked.Increment(ref _events);

    /// <summary>One more job.</summary>
    public void AddJob() => Interlocked.Increment(ref _jobs);

    /// <summary>One job less.</summary>
    public void RemoveJob() => Interlocked.Decrement(ref _jobs);
}
