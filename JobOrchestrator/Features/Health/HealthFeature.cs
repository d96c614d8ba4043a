using System.Text.Json.Serialization;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Health;

/// <summary>
/// Health for probes and people: <c>/health/live</c> says that the process answers, <c>/health/ready</c> that jobs are taken.
/// </summary>
internal static class HealthFeature
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder group = app.MapGroup("/health").WithTags("Health");
        group.MapGet("/live", () => TypedResults.Ok(new LiveAnswer("live"))).WithSummary("The process answers.");
        group.MapGet("/ready", (Replica replica) =>
        {
            ReplicaHealth health = replica.Health;
            string[] reasons = [.. health.Troubles, .. health.Warnings];
            var answer = new ReadyAnswer(
                !health.IsReady ? "not ready" : reasons.Length > 0 ? "degraded" : "ready",
                replica.ShardCount,
                replica.Limits is { } limits ? limits.TwoStep ? "does not roll back" : "rolls back" : null,
                reasons.Length > 0 ? reasons : null);
            return health.IsReady ? Results.Ok(answer) : Results.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable);
        }).WithSummary("Jobs are taken: the state store answers, every shard is held and its commits succeed.");
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
