using System.Text.Json.Serialization;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Health;

/// <summary>
/// Health for probes and people: <c>/health/live</c> says that the process answers, <c>/health/ready</c> that jobs are taken. Many probes
/// ask with HEAD.
/// </summary>
internal static class HealthFeature
{
    private const string Tag = "Health";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", Routes.Reading, static () => TypedResults.Ok(new LiveAnswer("live")))
            .ExcludeFromDescription().Describe(
                new OperationDoc(Tag, "getLive", "The process answers.").ForAnyone().Gives(200, "It does.", CommonDocs.One("Live")));
        app.MapMethods(
                "/health/ready",
                Routes.Reading,
                static (HttpContext http) => Answer(http.RequestServices.GetRequiredService<Replica>()))
            .ExcludeFromDescription().Describe(
                new OperationDoc(
                        Tag, "getReady", "Jobs are taken: the state store answers, every shard is held and its commits succeed.")
                    .ForAnyone()
                    .Gives(200, "Jobs are taken.", CommonDocs.One("Ready"))
                    .Gives(503, "Jobs are not taken; `reasons` says why.", CommonDocs.One("Ready")));
    }

    private static IResult Answer(Replica replica)
    {
        ReplicaHealth health = replica.Health;
        string[] reasons = [.. health.Troubles, .. health.Warnings];
        var answer = new ReadyAnswer(
            !health.IsReady ? "not ready" : reasons.Length > 0 ? "degraded" : "ready",
            replica.ShardCount,
            replica.Limits is { } limits ? limits.TwoStep ? "does not roll back" : "rolls back" : null,
            reasons.Length > 0 ? reasons : null);
        return health.IsReady ? Results.Ok(answer) : Results.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    internal sealed record LiveAnswer(string Status);

    /// <param name="Status">
    /// <c>ready</c>: jobs are taken; <c>degraded</c>: they are, and a person should look at the reasons; <c>not ready</c>: they are not.
    /// </param>
    /// <param name="Shards">How many shards the store has.</param>
    /// <param name="Transactions">What the store was found to do with a refused transaction.</param>
    /// <param name="Reasons">Why jobs are not taken, and what a person should look at; null: nothing.</param>
    internal sealed record ReadyAnswer(
        string Status,
        int? Shards,
        string? Transactions,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Reasons);
}
