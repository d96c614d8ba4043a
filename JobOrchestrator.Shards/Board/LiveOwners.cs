using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>How many live jobs each owner has, counted as they come and end. As many names as live jobs at most. Thread-safe.</summary>
internal sealed class LiveOwners
{
    private readonly Dictionary<string, long> _jobs = new(StringComparer.Ordinal); // also the lock that guards it

    /// <summary>One version of a job takes the place of another.</summary>
    /// <param name="before">Null: it was not in memory.</param>
    /// <param name="after">Null: it is there no more.</param>
    public void Replace(Job? before, Job? after)
    {
        string? left = LiveOwnerOf(before), come = LiveOwnerOf(after);
        if (left == come)
        {
            return;
        }

        lock (_jobs)
        {
            if (left is not null && _jobs.GetValueOrDefault(left) is > 1 and var jobs)
            {
                _jobs[left] = jobs - 1;
            }
            else if (left is not null)
            {
                _jobs.Remove(left);
            }

            if (come is not null)
            {
                _jobs[come] = _jobs.GetValueOrDefault(come) + 1;
            }
        }
    }

    /// <summary>There is none any more.</summary>
    public void Clear()
    {
        lock (_jobs)
        {
            _jobs.Clear();
        }
    }

    /// <summary>How many one owner has.</summary>
    public long Of(string owner)
    {
        lock (_jobs)
        {
            return _jobs.GetValueOrDefault(owner);
        }
    }

    /// <summary>Owners that have any, those with most first.</summary>
    /// <param name="max">Most of them.</param>
    public IReadOnlyList<string> Most(int max)
    {
        // Each job that comes or ends takes the lock too: nobody sorts within it.
        KeyValuePair<string, long>[] jobs;
        lock (_jobs)
        {
            jobs = [.. _jobs];
        }

        return [.. jobs.OrderByDescending(owner => owner.Value).Take(max).Select(owner => owner.Key)];
    }

    private static string? LiveOwnerOf(Job? job) => job is { IsFinished: false } ? job.Owner : null;
}
