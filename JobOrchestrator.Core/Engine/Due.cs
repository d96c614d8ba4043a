namespace JobOrchestrator.Core;

/// <summary>Something that happens to a job at a time by itself. At one time leases end before time limits.</summary>
internal readonly record struct Due(DateTimeOffset At, bool IsDeadline, JobId Job) : IComparable<Due>
{
    /// <summary>The end of the lease that a running job has.</summary>
    public static Due LeaseEnd(Job job) => new(job.Lease!.ExpiresAt, false, job.Id);

    /// <summary>The end of the time limit that a job has.</summary>
    public static Due Deadline(Job job) => new(job.DeadlineAt!.Value, true, job.Id);

    public int CompareTo(Due other)
    {
        int order = At.CompareTo(other.At);
        order = order != 0 ? order : IsDeadline.CompareTo(other.IsDeadline);
        return order != 0 ? order : Job.Value.CompareTo(other.Job.Value);
    }
}
