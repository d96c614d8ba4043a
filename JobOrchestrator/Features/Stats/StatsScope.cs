using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>Whose history a caller is answered: never more than it sees of the jobs themselves.</summary>
internal static class StatsScope
{
    /// <summary>Whose.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="by">What lines are told apart by.</param>
    /// <param name="queue">Only this queue; null: all.</param>
    /// <param name="type">Only this type; null: all.</param>
    /// <param name="owner">Only this owner; null: all.</param>
    /// <exception cref="ProblemException">403: more than the caller sees. 422: what is not kept.</exception>
    public static (HistoryBy Whose, IReadOnlySet<string>? Names) Of(Caller caller, StatsBy by, string? queue, string? type, string? owner)
    {
        if (new[] { queue, type, owner }.Count(said => said is not null) > 1)
        {
            throw new ProblemException(Problems.NotAllowed("?queue", "Alone: queues, types and owners are counted one by one."));
        }

        if (queue is not null)
        {
            return caller.MaySeeQueue(queue) ? (HistoryBy.Queue, Only(queue)) : throw Beyond("queue");
        }

        if (type is not null || by == StatsBy.Type)
        {
            // Types are everybody's.
            return caller.IsBound ? throw Beyond("type") : (HistoryBy.Type, type is null ? null : Only(type));
        }

        if (by == StatsBy.Queue)
        {
            return (HistoryBy.Queue, caller.Queues);
        }

        if (owner is not null)
        {
            return !caller.IsBound || caller.Owner == owner ? (HistoryBy.Owner, Only(owner)) : throw Beyond("owner");
        }

        return !caller.IsBound || caller.Queues is null ? (HistoryBy.All, null)
            : caller.Owner is { } own ? (HistoryBy.Owner, Only(own))
            : (HistoryBy.Queue, caller.Queues);
    }

    private static HashSet<string> Only(string name) => new(StringComparer.Ordinal) { name };

    private static ProblemException Beyond(string what) =>
        new(new Problem(ProblemType.Forbidden, $"The history of this {what} is beyond what the key sees."));
}
