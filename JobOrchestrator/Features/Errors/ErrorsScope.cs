using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Errors;

/// <summary>Whose failures a caller is answered: never more than it sees of the jobs themselves.</summary>
/// <param name="Owner">This owner's; null: all.</param>
/// <param name="Queues">Only those in these queues; null: in all.</param>
/// <param name="Type">Only those of this type; null: of all.</param>
internal sealed record ErrorsScope(string? Owner, IReadOnlySet<string>? Queues, string? Type)
{
    /// <summary>A caller's.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="queue">Only this queue's; null: all.</param>
    /// <param name="type">Only this type's; null: all.</param>
    /// <exception cref="ProblemException">403: the queue is beyond what the caller sees.</exception>
    public static ErrorsScope Of(Caller caller, string? queue, string? type)
    {
        HashSet<string>? only = queue is null ? null : new HashSet<string>(StringComparer.Ordinal) { queue };
        if (!caller.IsBound || caller.Queues is null || (queue is not null && caller.MaySeeQueue(queue)))
        {
            return new ErrorsScope(null, only, type);
        }

        // Whoever has jobs of its own sees them in any queue.
        if (caller.Owner is { } owner)
        {
            return new ErrorsScope(owner, only, type);
        }

        if (queue is not null)
        {
            caller.RequireSight(queue);
        }

        return new ErrorsScope(null, caller.Queues, type);
    }

    /// <summary>All of somebody's are asked for, so that those without a group can be told.</summary>
    public bool IsWhole => Queues is null && Type is null;

    /// <summary>Whether a group is in it.</summary>
    public bool Has(ErrorKey key) => Queues?.Contains(key.Queue) != false && (Type is null || Type == key.Type);
}
