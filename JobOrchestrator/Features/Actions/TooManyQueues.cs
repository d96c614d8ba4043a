using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Actions;

/// <summary>As many queues as may be have settings of their own: each has a document for so long.</summary>
internal static class TooManyQueues
{
    /// <summary>Why a queue cannot be set so; null: it was not refused for that.</summary>
    /// <param name="command">What was wanted.</param>
    /// <param name="outcome">What became of it.</param>
    public static Problem? Of(Command command, Outcome outcome) =>
        outcome is not Outcome.Refused { Why: Refusal.QueueFull { Bound: var bound } } ? null
        : command is Command.PauseQueue
            ? new Problem(ProblemType.TooBusy, $"As many queues are paused as may be ({bound} of a shard). Resume some. Nothing was done.")
        : new Problem(
            ProblemType.TooBusy,
            $"Of as many queues as may be ({bound} of a shard) some events are not published. Publish those of some. Nothing was done.");
}
