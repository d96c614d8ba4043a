using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Owners;

/// <summary>The route of the owners.</summary>
internal static class OwnersFeature
{
    public static void MapOwners(this IEndpointRouteBuilder routes) => routes.MapRead("/owners", ListOwners.HandleAsync).Describe(
        new OperationDoc(
                "Operations",
                "listOwners",
                "See whose jobs there are",
                "Each service that has jobs: how many, how many failed, and how far it is in the feed of its events "
                + "(`GET /events?owner=`). A reader is known by what it asks for, since `watchedSince`, for 24 hours after it last did; "
                + "no `readers` means that "
                + "nobody has read since then, and an owner that hears by the broker need not. With keys, whoever has the owner's key "
                + "stands for it, and others who look into its feed are told of only while it has not been seen. `failed24h` counts by "
                + "the hour, an hour that has begun whole. Jobs without an owner are in no row. For keys that see every queue; an "
                + "owner's key sees itself.")
            .Query("owner", "Only this one.")
            .Gives(200, "The owners: those first whose reader is the latest, then those with most live jobs.", One("Owners"))
            .Refuses(ProblemType.MalformedRequest, ProblemType.Forbidden, ProblemType.TooBusy, ProblemType.StoreUnavailable));
}
