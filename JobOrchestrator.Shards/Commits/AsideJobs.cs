using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The jobs of one shard that are set aside because the store takes no change of them. Each is tried again after a pause that is twice as
/// long each time, for the store may have had a bad hour.
/// </summary>
/// <param name="bounds">The first pause and the longest.</param>
/// <param name="all">Those of all shards, for people.</param>
/// <param name="time">The clock.</param>
internal sealed class AsideJobs(PauseBounds bounds, SetAside all, TimeProvider time)
{
    private readonly Dictionary<JobId, Entry> _jobs = [];

    /// <summary>Until the next one is to be tried again; null: there is none.</summary>
    public TimeSpan? Wait
    {
        get
        {
            TimeSpan? wait = null;
            foreach (Entry entry in _jobs.Values)
            {
                TimeSpan left = Left(entry);
                wait = wait is null || left < wait ? left : wait;
            }

            return wait;
        }
    }

    /// <summary>A job is set aside.</summary>
    public void Add(JobId job)
    {
        TimeSpan pause = _jobs.TryGetValue(job, out Entry? entry) ? entry.Pause * 2 : bounds.First;
        _jobs[job] = new Entry(time.GetTimestamp(), pause < bounds.Longest ? pause : bounds.Longest, IsTried: false);
        if (entry is null or { IsTried: true })
        {
            all.AddJob();
        }
    }

    /// <summary>Those that are to be tried again now.</summary>
    public IReadOnlyList<JobId> TakeDue()
    {
        if (_jobs.Count == 0)
        {
            return [];
        }

        JobId[] due = [.. _jobs.Where(job => Left(job.Value) == TimeSpan.Zero).Select(job => job.Key)];
        foreach (JobId job in due)
        {
            // It is as any other job, and what is kept is how long the next pause is.
            _jobs[job] = _jobs[job] with { IsTried = true };
            all.RemoveJob();
        }

        return due;
    }

    /// <summary>Whether a job is set aside, or has been since a change of it was stored.</summary>
    public bool Has(JobId job) => _jobs.ContainsKey(job);

    /// <summary>Changes of these are stored: they are set aside no more.</summary>
    public void Stored(IReadOnlyList<Job> jobs)
    {
        for (int i = 0; i < jobs.Count && _jobs.Count > 0; i++)
        {
            Forget(jobs[i].Id);
        }
    }

    /// <summary>The shard is held here no more.</summary>
    public void Clear()
    {
        foreach (JobId job in _jobs.Keys)
        {
            Forget(job);
        }
    }

    private void Forget(JobId job)
    {
        if (_jobs.Remove(job, out Entry? entry) && !entry.IsTried)
        {
            all.RemoveJob();
        }
    }

    private TimeSpan Left(Entry entry) =>
        entry.IsTried ? bounds.Longest
        : entry.Pause - time.GetElapsedTime(entry.Since) is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    private sealed record Entry(long Since, TimeSpan Pause, bool IsTried);
}
