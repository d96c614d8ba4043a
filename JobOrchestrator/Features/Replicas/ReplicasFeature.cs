using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Replicas;

/// <summary>The route of the replicas.</summary>
internal static class ReplicasFeature
{
    public static void MapReplicas(this IEndpointRouteBuilder routes) => routes.MapRead("/replicas", ListReplicas.HandleAsync).Describe(
        new OperationDoc(
                "Operations",
                "listReplicas",
                "See who holds the shards",
                "Each replica with the shards that it holds, how many commits it makes and how long they take (of five minutes, within "
                + "19 %), how many events wait for the broker, and its memory. For keys that operate every queue.")
            .Gives(200, "The replicas.", One("Replicas"))
            .Refuses(ProblemType.Forbidden, ProblemType.TooBusy, ProblemType.StoreUnavailable));
}
