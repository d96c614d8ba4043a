using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary>Whose workers a caller sees: those of queues that it sees all of; their names where it operates these.</summary>
/// <param name="Queues">The queues; null: all.</param>
/// <param name="WithNames">Whether workers are named.</param>
internal sealed record WorkersScope(IReadOnlySet<string>? Queues, bool WithNames)
{
    /// <summary>A caller's.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="queue">Only this queue's; null: all.</param>
    /// <exception cref="ProblemException">403: the caller sees all of no queue, or not of this one.</exception>
    public static WorkersScope Of(Caller caller, string? queue)
    {
        if (queue is not null)
        {
            caller.RequireSight(queue);
            return new WorkersScope(new HashSet<string>(StringComparer.Ordinal) { queue }, caller.MayOperate(queue));
        }

        return caller.Queues switch
        {
            null => new WorkersScope(null, caller.MayOperateAll),
            { Count: > 0 } seen => new WorkersScope(seen, seen.All(caller.MayOperate)),
            _ => throw new ProblemException(new Problem(
                ProblemType.Forbidden, "This key is for jobs of its own, and workers are shown to those who see all of a queue.")),
        };
    }

    /// <summary>Whether a queue is in it.</summary>
    public bool Has(string queue) => Queues?.Contains(queue) != false;
}
