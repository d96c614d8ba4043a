using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Why a query finds nothing: the terms each of which takes out all that the others find.</summary>
internal static class NoMatch
{
    /// <summary>Each term costs a count.</summary>
    private const int TermsMax = 8;

    /// <summary>What would be found without each of the terms, as far as anything would; those with the most first.</summary>
    public static async Task<IReadOnlyList<(int Term, JobCount Count)>> WithoutEachAsync(View view, JobQuery query)
    {
        if (query.Terms.Count < 2)
        {
            return [];
        }

        (int Term, Answer<JobCount> Count)[] counts = await Task.WhenAll(Enumerable.Range(0, Math.Min(query.Terms.Count, TermsMax)).Select(
            async term => (term, await view.TryAskAsync((jobs, left) =>
                new JobOperations(jobs).CountAsync(query.Without(term).ToString(), JobsAsked.ZoneOf(view), left)))));
        return
        [
            .. from one in counts
               let count = (one.Count as Answer<JobCount>.Got)?.Value
               where count?.Count > 0
               orderby count.Count descending
               select (one.Term, count),
        ];
    }
}
