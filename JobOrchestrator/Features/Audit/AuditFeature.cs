using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Audit;

/// <summary>The route of the accounts.</summary>
internal static class AuditFeature
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/audit", GetAudit.HandleAsync).Describe(
            new OperationDoc(
                "Audit",
                "getAudit",
                "See whether everything adds up",
                "Each shard counts with every commit what it accepts, begins, ends and publishes; what is live is counted in memory. "
                + "`accepted = live + completed + failed + cancelled + died` holds at any time, across kills and take-overs; and once no "
                + "event waits, `events = published`. `holds` says whether both do everywhere; it is left out while what is known adds "
                + "up and the accounts of the shards in `missing`, which nobody holds at the moment, are not known. For keys that operate "
                + "every queue.")
                .Gives(200, "The accounts, as of each shard's last commit (some seconds ago at most).", CommonDocs.One("Audit"))
                .Refuses(ProblemType.Forbidden, ProblemType.TooBusy, ProblemType.StoreUnavailable));
}
