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
            var answer = new ReadyAnswer(
                replica.IsReady ? "ready" : "not ready",
                replica.ShardCount,
                replica.Limits is { } limits ? limits.TwoStep ? "does not roll back" : "rolls back" : null,
                replica.Refusal,
                replica.Warning);
            return replica.IsReady ? Results.Ok(answer) : Results.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable);
        }).WithSummary("Jobs are taken: the state store answers and every shard is held.");
    }

    internal sealed record LiveAnswer(string Status);

    /// <param name="Status">Whether jobs are taken.</param>
    /// <param name="Shards">How many shards the store has.</param>
    /// <param name="Transactions">What the store was found to do with a refused transaction.</param>
    /// <param name="Reason">Why no jobs are taken, where a person has to act; null: nobody has to.</param>
    /// <param name="Warning">What a person should look at though jobs are taken; null: nothing.</param>
    internal sealed record ReadyAnswer(
        string Status,
        int? Shards,
        string? Transactions,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning);
}
