using JobOrchestrator.Core;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>Which jobs a request asks for: the query <c>q</c> and the parameters beside it, within what the caller sees.</summary>
/// <param name="Query">The query; without <c>q</c> every job.</param>
/// <param name="Filter">All that has to hold of a job.</param>
/// <param name="Test">What the query says of it.</param>
internal sealed partial record SearchRequest(JobQuery Query, JobFilter Filter, JobTest Test)
{
    /// <summary>A query together with what stands beside it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="zone">Where its days are.</param>
    /// <param name="filter">What stands beside it.</param>
    /// <param name="window">When the jobs were created that both ask for.</param>
    /// <param name="now">The time.</param>
    /// <param name="isPaused">Whether a queue is paused.</param>
    public static SearchRequest Of(
        JobQuery query, TimeZoneInfo zone, JobFilter filter, SearchWindow window, DateTimeOffset now, Func<string, bool> isPaused)
    {
        var test = new JobTest(query, now, zone, isPaused);
        return new SearchRequest(
            query,
            filter with
            {
                CreatedAfter = window.After,
                CreatedBefore = window.Before,
                LiveOnly = filter.Status is JobStatus.New or JobStatus.InProgress || SearchReach.IsLive(query),
                EndedOnly = filter.Status >= JobStatus.Completed || SearchReach.IsEnded(query),
                Test = query.Terms.Count == 0 ? filter.Test
                    : filter.Test is { } scope ? job => test.Fits(job) && scope(job)
                    : test.Fits,
                Narrow = filter.Narrow + DigestTest.Of(query, now, zone),
            },
            test);
    }
}
