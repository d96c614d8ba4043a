using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Actions;

/// <summary>
/// <c>POST /actions/{id}/undo</c>: a paused queue is resumed and a resumed one paused, and one whose events were chosen publishes those
/// that it did before; jobs that were made by a retry and still wait are cancelled; moved ones come back; labels are as before. It is an
/// action of its own, and its answer.
/// </summary>
internal static class UndoAction
{
    private const int PageSize = 100;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        ActionRecord action = GetAction.Require(http);
        Caller caller = ApiKeys.CallerOf(http);
        var log = ActionLog.Of(http);
        if (!action.IsBy(caller) && !caller.MayOperateAll)
        {
            caller.RequireOperate(action.Told.Queue!);
        }

        if (action.Standing.NoUndo is { } why)
        {
            throw new ProblemException(new Problem(ProblemType.NotUndoable, why));
        }

        ActionTold told = ActionTold.Of(JobAction.Undo, api.Now, caller) with
        {
            UndoOf = action.Id,
            Queue = action.Told.IsOfQueue ? action.Told.Queue : null,
        };
        ActionRecord undo = action.Told.Action is JobAction.Pause or JobAction.Resume or JobAction.Publish
            ? await UndoQueueAsync(http, api, log, action, told)
            : await UndoJobsAsync(http, api, log, action, told);
        http.Response.Headers.CacheControl = "no-store";
        await GetAction.AnswerAsync(http, undo);
    }

    private static async Task<ActionRecord> UndoQueueAsync(
        HttpContext http, Api api, ActionLog log, ActionRecord action, ActionTold told)
    {
        Caller caller = ApiKeys.CallerOf(http);
        string queue = action.Told.Queue!;
        caller.RequireOperate(queue);
        QueueStatistics now = await api.Shards.QueueAsync(queue, http.RequestAborted);
        bool isStillSo = action.Told.Published is { Now: var kinds }
            ? now.Unpublished == (EventKindSets.All & ~kinds)
            : now.Paused == (action.Told.Action == JobAction.Pause);
        if (!isStillSo)
        {
            ActionRecord nothing = log.Note(told, skipped: new Dictionary<string, int> { [JobActs.AlreadyDone] = 1 });
            action.UndoneBy(nothing.Id);
            return nothing;
        }

        Command command = action.Told switch
        {
            { Published.Before: var before } => new Command.ChooseEvents(queue, EventKindSets.All & ~before) { AskedBy = caller.Name },
            { Action: JobAction.Pause } => new Command.ResumeQueue(queue) { AskedBy = caller.Name },
            _ => new Command.PauseQueue(queue, caller.Name) { AskedBy = caller.Name },
        };
        Outcome outcome = await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), command, http.RequestAborted);
        if (outcome is Outcome.Refused refused)
        {
            throw new ProblemException(TooManyQueues.Of(command, outcome) ?? Problems.Of(refused.Why, caller, api.Now));
        }

        if (action.Told.Published is null)
        {
            QueueMarks.Set(http, api.Now, caller, queue, isPause: action.Told.Action == JobAction.Resume, reason: null);
        }

        ActionRecord undo = log.Note(told);
        action.UndoneBy(undo.Id);
        return undo;
    }

    private static async Task<ActionRecord> UndoJobsAsync(
        HttpContext http, Api api, ActionLog log, ActionRecord action, ActionTold told)
    {
        long began = api.Time.GetTimestamp();
        var acts = new JobActs(api, ApiKeys.CallerOf(http));
        ActionRecord undo = log.Begin(log.NewId(told.At), told);
        try
        {
            while (action.TakeSteps(PageSize) is { Count: > 0 } steps)
            {
                await UndoAsync(api, acts, action, undo, steps);
                http.RequestAborted.ThrowIfCancellationRequested();
                if (api.Time.GetElapsedTime(began) >= Within)
                {
                    // The rest is undone by the next request.
                    return undo;
                }
            }
        }
        finally
        {
            if (undo.Standing.Done > 0 || action.Steps == 0)
            {
                action.UndoneBy(undo.Id);
            }

            undo.End();
            log.Tell(undo);
        }

        return undo;
    }

    private static async Task UndoAsync(
        Api api, JobActs acts, ActionRecord action, ActionRecord undo, IReadOnlyList<UndoStep> steps)
    {
        Plan[] plans;
        try
        {
            // A few at a time, so that a store that is away is waited for once.
            var planned = new List<Plan>(steps.Count);
            foreach (UndoStep[] some in steps.Chunk(JobActs.LooksAtOnce))
            {
                planned.AddRange(await Task.WhenAll(some.Select(step => PlanAsync(acts, step))));
            }

            plans = [.. planned];
        }
        catch (Exception)
        {
            action.PutBack(steps);
            throw;
        }

        Plan[] wanted = [.. plans.Where(plan => plan.Command is not null)];
        JobActs.Result[] results = await acts.AllAsync(wanted.Select(plan => plan.Command!));
        var skipped = plans.Where(plan => plan.Command is null).Select(plan => plan.Skipped!)
            .Concat(results.Select(result => result.Skipped).OfType<string>())
            .CountBy(reason => reason)
            .ToDictionary();
        undo.Add(results.Count(result => result.Done is not null), skipped, [], api.Now);

        // What could not be tried is left for the next request.
        action.PutBack(wanted.Zip(results).Where(tried => tried.Second.Failure is not null).Select(tried => tried.First.Step));
        if (results.Select(result => result.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>What undoes a step, as the job is now. Where it has changed since, the command is refused.</summary>
    private static async Task<Plan> PlanAsync(JobActs acts, UndoStep step)
    {
        JobId id = step switch
        {
            UndoStep.Made made => made.JobId,
            UndoStep.Moved moved => moved.JobId,
            UndoStep.Labelled labelled => labelled.JobId,
            _ => throw new UnreachableException($"Nobody says how {step.GetType().Name} is undone."),
        };
        JobLookup lookup = await acts.FindAsync(id);
        if (lookup is not JobLookup.Found { Job: var job })
        {
            return new Plan(step, null, Problems.Of(lookup).Type.Name);
        }

        return step switch
        {
            UndoStep.Made => job.Status == JobStatus.New
                ? new Plan(step, new Command.Cancel(id) { IfSequence = job.Sequence })
                : new Plan(step, null, ProblemType.JobNotWaiting.Name),
            UndoStep.Moved moved => job.Queue == moved.To
                ? new Plan(step, new Command.Reprioritise(id, null, null, job.Sequence) { Queue = moved.From })
                : new Plan(step, null, ProblemType.SequenceMismatch.Name),
            UndoStep.Labelled labelled => labelled.After.All(label => job.Labels[label.Key] == label.Value)
                ? new Plan(step, new Command.Reprioritise(id, null, null, job.Sequence) { Labels = labelled.Before })
                : new Plan(step, null, ProblemType.SequenceMismatch.Name),
            _ => throw new UnreachableException($"Nobody says how {step.GetType().Name} is undone."),
        };
    }

    private sealed record Plan(UndoStep Step, Command.OnJob? Command, string? Skipped = null);
}
