using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Search;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Search;

/// <summary>The routes beside the list that help to find jobs.</summary>
internal static class SearchFeature
{
    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/jobs/count", CountJobs.HandleAsync).Describe(
            new OperationDoc(
                    "Jobs",
                    "countJobs",
                    "Count jobs",
                    "How many jobs a query finds, by phase. Counting stops at 10,000 and after 0.3 s: then `exact` is false, and there "
                    + "are at least so many.")
                .WithSearch()
                .Query("status", "Only these.", One("JobStatus"))
                .Query("queue", "Only this queue.")
                .Query("owner", "Only this owner's.")
                .Query("type", "Only this type.")
                .WithCreated()
                .WithSearchParameters()
                .Gives(200, "The count.", One("JobCount"))
                .Refuses(ProblemType.TooBusy, ProblemType.StoreUnavailable));

        routes.MapRead("/search/suggest", SuggestTerms.HandleAsync).Describe(
            new OperationDoc(
                    "Jobs",
                    "suggestTerms",
                    "Go on with a query",
                    "How the term at a place of a query may go on: fields, words, and values that live jobs have which the caller sees, "
                    + "of the newest 2,000 that begin so, then names of queues, types, owners and kinds of errors of the last day.")
                .Query("q", "The query so far.", _ => Schema.Text("", JobQuery.CharactersMax), "status:failed qu")
                .Query("at", "The place in it, in UTF-16 code units from 0; its end if it is not said.", _ => Schema.Whole("", 0))
                .Gives(200, "At most ten.", One("Suggestions"))
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.StoreUnavailable));

        routes.MapOtherMethods("/jobs/count", "GET, HEAD");
    }
}
