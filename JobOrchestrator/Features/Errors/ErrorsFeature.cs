using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Errors;

/// <summary>The route of what jobs failed of.</summary>
internal static class ErrorsFeature
{
    public static void MapErrors(this IEndpointRouteBuilder routes) => routes.MapRead("/errors", ListErrors.HandleAsync).Describe(
        new OperationDoc(
                "Operations",
                "listErrors",
                "See what jobs failed of",
                "Jobs that ended as Failed, in groups of those whose error's title is alike but for digits, ids and quoted parts, and "
                + "that have the same type, queue and kind of error. An attempt that fails and is tried again is not counted, so a group "
                + "has as many jobs as there are to run again. Each shard keeps 64 groups, and 32 for each of 32 owners, in memory: those "
                + "that most jobs fail of; `other` is what had none. Whoever is bound to an owner or to queues gets theirs.")
            .Query(
                "window",
                "How far to look back, from 1m to 35d: 15m, 24h, 7d. By steps of a minute up to an hour, of an hour up to two days, else "
                + "of six hours; a step that has begun counts whole.",
                _ => Schema.Text("").Else(ListErrors.WindowDefault),
                "7d")
            .Query("queue", "Only jobs of this queue.")
            .Query("type", "Only jobs of this type.")
            .Gives(200, "The groups, those that most jobs failed of first.", One("Errors"))
            .Refuses(ProblemType.MalformedRequest, ProblemType.Forbidden, ProblemType.StoreUnavailable));
}
