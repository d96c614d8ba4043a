using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>How many jobs a request asks for, as far as that is known in a moment.</summary>
/// <param name="AsOf">When they were counted.</param>
internal sealed record JobCount(DateTimeOffset AsOf)
{
    /// <summary>Nobody counts further.</summary>
    public const int Most = 10_000;

    private const int PageSize = 1_000;

    /// <summary>How many are shown as examples.</summary>
    public const int SampleMax = 5;

    /// <summary>What one count may take: pages ask for many.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMilliseconds(300);

    /// <summary>How many there are, or at least.</summary>
    public int Count { get; private set; }

    /// <summary>All were counted.</summary>
    public bool IsExact { get; private set; }

    /// <summary>How many of them are in each phase.</summary>
    public SortedDictionary<JobPhase, int> ByPhase { get; } = [];

    /// <summary>When the oldest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <summary>When the newest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Newest { get; private set; }

    /// <summary>Some of them, the newest of those that live before the newest of those that have ended.</summary>
    public List<Job> Sample { get; } = [];

    /// <summary>Counts: live ones in memory, then those that have ended, the newest first, for as long as it may take.</summary>
    /// <param name="shards">The jobs.</param>
    /// <param name="search">Which.</param>
    /// <param name="time">For how long it takes.</param>
    /// <param name="within">How long it may take.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<JobCount> OfAsync(
        IJobShards shards, SearchRequest search, TimeProvider time, TimeSpan within, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var count = new JobCount(shards.Now);
        IReadOnlyList<Job> live = search.Filter.EndedOnly
            ? []
            : await shards.LiveAsync(search.Filter with { LiveOnly = true }, Most + 1, cancellationToken);
        bool isAll = live.All(job => count.Add(job, search.Test.PhaseOf(job)));
        if (isAll && !search.Filter.LiveOnly)
        {
            // One that ends just now is counted once.
            HashSet<JobId> counted = [.. live.Select(job => job.Id)];
            JobFilter ended = search.Filter with
            {
                EndedOnly = true,
                Test = job => !counted.Contains(job.Id) && search.Filter.Test?.Invoke(job) != false,
            };
            string? cursor = null;
            do
            {
                TimeSpan left = within - time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    isAll = false;
                    break;
                }

                JobPage page = await shards.ListAsync(ended with { Within = left }, cursor, PageSize, cancellationToken);
                isAll = page.Jobs.All(job => count.Add(job, search.Test.PhaseOf(job)));
                cursor = page.Cursor;
            }
            while (isAll && cursor is not null);
        }

        count.IsExact = isAll;
        return count;
    }

    private bool Add(Job job, JobPhase phase)
    {
        if (Count == Most)
        {
            return false;
        }

        Count++;
        if (Sample.Count < SampleMax)
        {
            Sample.Add(job);
        }

        ByPhase[phase] = ByPhase.GetValueOrDefault(phase) + 1;
        Oldest = Oldest < job.CreatedAt ? Oldest : job.CreatedAt;
        Newest = Newest > job.CreatedAt ? Newest : job.CreatedAt;
        return true;
    }
}
