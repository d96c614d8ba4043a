using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Stats;

/// <summary>The route of what happened over time.</summary>
internal static class StatsFeature
{
    public static void MapStats(this IEndpointRouteBuilder routes)
    {
        MarkBook marks = routes.ServiceProvider.GetRequiredService<MarkBook>();
        routes.MapRead("/stats", (http, api) => GetStats.HandleAsync(http, api, marks)).Describe(Stats);
    }

    private static OperationDoc Stats =>
        new OperationDoc(
            "Operations",
            "getStats",
            "See what jobs did over time",
            "Counts, backlog and percentiles by steps: an hour by seconds and a day by minutes from the service's own memory, and 35 "
            + "days by hours, which are stored each hour and when it stops. Counts are of what is stored, so nothing counts twice; what a "
            + "process that is killed had counted since the last full hour is missing. A job that is run again is a new one. A step of "
            + "which nothing was recorded is null, and `gaps` says from when to when; a step that is not over yet holds what there is. "
            + "Whoever is bound to an owner or to queues gets theirs.")
        .Query(
            "m",
            $"Which, with commas: {string.Join(", ", StatsMetric.All.Select(metric => metric.Name))}.",
            _ => Schema.Text("").Else(StatsQuery.MetricsDefault),
            "finished,wait")
        .Query(
            "by",
            "What lines are told apart by: how jobs ended (of finished), how attempts did, queues or types: the busiest, as many as make "
            + $"{StatsQuery.LinesMax} lines; of up to {StatsQuery.FewSteps} steps of whole minutes {StatsQuery.FewStepsNamesMax} of them, "
            + "with all their lines. The busiest are those with the most jobs submitted and started in the steps that are asked for.",
            _ => Schema.Words("", "status", "outcome", "queue", "type"))
        .Query("queue", "Only this queue's.")
        .Query("type", "Only this type's.")
        .Query("owner", "Only this owner's.")
        .Query(
            "from",
            "From when: an instant, or an age such as -15m, -1h or -7d. An hour before `to` where nothing is said.",
            _ => Schema.Text("").Else("-1h"))
        .Query("to", "Until when, in the same way.", _ => Schema.Text("").Else("-0s"))
        .Query(
            "step",
            "Seconds of a step. By default what gives up to 240 of them: 30 for an hour.",
            _ => Schema.Whole("", 1, 86_400).Else(30))
        .Gives(200, "The lines.", One("Stats"))
        .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.Forbidden, ProblemType.StoreUnavailable);
}
