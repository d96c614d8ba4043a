using System.Diagnostics;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>Turns away callers who ask for what their key is not for.</summary>
internal static class Permissions
{
    /// <exception cref="ProblemException">403: the caller may not look at this queue.</exception>
    public static void RequireSight(this Caller caller, string queue) =>
        Require(caller.MaySeeQueue(queue), $"This key is not for queue '{queue}'.");

    /// <exception cref="ProblemException">403: the caller may not work this queue.</exception>
    public static void RequireWork(this Caller caller, string queue)
    {
        if (!caller.MayWork(queue))
        {
            throw new ProblemException(NotWorked(queue));
        }
    }

    /// <summary>403: the caller may not work this queue.</summary>
    public static Problem NotWorked(string queue) => new(ProblemType.Forbidden, $"This key may not work queue '{queue}'.");

    /// <exception cref="ProblemException">403: the caller may not read what jobs carry.</exception>
    public static void RequirePayloads(this Caller caller) => Require(
        caller.MayReadPayloads, "This key may not read payloads (permission ReadPayload): the job's document says how long each is.");

    /// <exception cref="ProblemException">403: the caller may not control this queue.</exception>
    public static void RequireOperate(this Caller caller, string queue) =>
        Require(caller.MayOperate(queue), $"This key may not operate queue '{queue}'.");

    /// <exception cref="ProblemException">403: the caller may not control every queue.</exception>
    public static void RequireOperateAll(this Caller caller) =>
        Require(caller.MayOperateAll, "This key may not operate every queue, which this is about.");

    /// <exception cref="ProblemException">403: the caller may not put a job into this queue that follows one it works.</exception>
    public static void RequireFollow(this Caller caller, Job job, string queue) =>
        Require(caller.MayFollow(job, queue), $"This key may put nothing into queue '{queue}' for the owner of this job.");

    /// <summary>What each command on a job asks of the caller, whichever route it comes by.</summary>
    /// <exception cref="ProblemException">403: the caller's key is not for it.</exception>
    public static void Require(this Caller caller, Command.OnJob command, Job job)
    {
        switch (command)
        {
            case Command.Heartbeat or Command.Complete or Command.Fail or Command.Release or Command.Reschedule:
                caller.RequireWork(job.Queue);
                break;
            case Command.Requeue { Jobs: var following }:
                caller.RequireWork(job.Queue);
                foreach (NewJob next in following)
                {
                    caller.RequireFollow(job, next.Queue);
                    caller.RequirePriority(next.Priority);
                }

                break;
            case Command.Cancel or Command.Forget or Command.Reprioritise:
                Require(caller.MayControl(job), "This key sees this job and may not change it.");
                if (command is Command.Reprioritise { Queue: { } queue } && queue != job.Queue)
                {
                    Require(
                        caller.MayOperate(queue) || (caller.IsOwnerOf(job) && caller.MaySubmit(queue)),
                        $"This key may put nothing into queue '{queue}' for the owner of this job.");
                    Require(job.Priority <= caller.PriorityMax, $"The job has priority {job.Priority}. {OverPriority(caller)}");
                }

                break;
            case Command.Retry:
                // It makes a job of the same owner in the same queue.
                Require(
                    caller.MayOperate(job.Queue) || (caller.MayControl(job) && caller.MaySubmit(job.Queue)),
                    "This key sees this job and may not run it again.");
                Require(caller.MayRetryAt(job), $"The job has priority {job.Priority}. {OverPriority(caller)}");
                break;
            default:
                throw new UnreachableException($"Nobody says who may {command.GetType().Name}.");
        }
    }

    /// <exception cref="ProblemException">403: the caller may put nothing into this queue.</exception>
    public static void RequireSubmit(this Caller caller, string queue)
    {
        if (!caller.MaySubmit(queue))
        {
            Require(false, $"This key may not submit into queue '{queue}'.");
        }
    }

    /// <exception cref="ProblemException">403: the priority is over the caller's.</exception>
    public static void RequirePriority(this Caller caller, int? priority)
    {
        if (priority > caller.PriorityMax)
        {
            Require(false, OverPriority(caller));
        }
    }

    /// <summary>
    /// Whether a retry keeps within the caller's priorities: the new job has the old one's. One that has been retried makes no new job.
    /// </summary>
    public static bool MayRetryAt(this Caller caller, Job job) => job.RetriedAs is not null || job.Priority <= caller.PriorityMax;

    private static string OverPriority(Caller caller) => $"This key gives no priority over {caller.PriorityMax}.";

    /// <summary>The owner of what the caller submits.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="asked">What the request says.</param>
    /// <exception cref="ProblemException">403: it names another one than the caller's.</exception>
    public static string? RequireOwner(this Caller caller, string? asked)
    {
        Require(!caller.IsBound || asked is null || asked == caller.Owner, OwnersOnly(caller));
        return asked ?? caller.Owner;
    }

    /// <summary>
    /// The owner of what comes in by a door, whose clients say none: the door's by its settings, unless the caller has another.
    /// </summary>
    /// <exception cref="ProblemException">403: the door is for another owner than the caller's.</exception>
    public static string? OwnerAtDoor(this Caller caller, string? ofDoor)
    {
        Require(caller.Owner is null || ofDoor is null || ofDoor == caller.Owner, OwnersOnly(caller));
        return ofDoor ?? caller.Owner;
    }

    /// <summary>What a list or the feed is bounded to: the caller's owner, or a queue that it sees all of.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="owner">The owner in the request.</param>
    /// <param name="queue">The queue in the request.</param>
    /// <returns>The owner to look for; null: any.</returns>
    /// <exception cref="ProblemException">403: it asks for more than the caller sees.</exception>
    public static string? RequireSight(this Caller caller, string? owner, string? queue)
    {
        if (!caller.IsBound || (queue is not null && caller.MaySeeQueue(queue)))
        {
            return owner;
        }

        Require(caller.Owner is not null, "This key is for some queues: name one of them, ?queue=….");
        return caller.RequireOwner(owner);
    }

    private static string OwnersOnly(Caller caller) =>
        caller.Owner is { } owner ? $"This key is for owner '{owner}'." : "This key is for no owner, so its jobs have none.";

    private static void Require(bool allowed, string detail)
    {
        if (!allowed)
        {
            throw new ProblemException(new Problem(ProblemType.Forbidden, detail));
        }
    }
}
