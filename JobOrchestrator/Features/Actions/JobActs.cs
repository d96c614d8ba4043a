using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Features.Actions;

/// <summary>Does one thing to some jobs at once, each by the very command and with the very rights of the route for one job.</summary>
/// <param name="api">The service.</param>
/// <param name="caller">Who asks.</param>
internal sealed class JobActs(Api api, Caller caller)
{
    /// <summary>Nothing had to be done: the job is as it was asked to be, by an earlier try or by anybody.</summary>
    public const string AlreadyDone = "already-done";

    /// <summary>So many jobs are looked up in the store at one time: others read as well.</summary>
    public const int LooksAtOnce = 20;

    private readonly Slots _looks = new(LooksAtOnce);

    /// <summary>The command that does a bulk action to a job.</summary>
    public Command.OnJob CommandOf(ActionRequest ask, Job job) => ask.Action switch
    {
        JobAction.Cancel => new Command.Cancel(job.Id),
        JobAction.Retry => new Command.Retry(job.Id, api.Shards.NewId(job.Queue)),
        JobAction.Purge => new Command.Forget(job.Id),
        JobAction.Move => new Command.Reprioritise(job.Id, null, null) { Queue = ask.Queue },
        JobAction.Label => new Command.Reprioritise(job.Id, null, null) { Labels = ask.Labels },
        _ => throw new UnreachableException($"{ask.Action} is not done to one job."),
    };

    /// <summary>How what was done to a job is undone; null: not at all.</summary>
    public static UndoStep? UndoOf(ActionRequest ask, Job before, Outcome outcome) => (ask.Action, outcome) switch
    {
        (JobAction.Retry, Outcome.Accepted { Job: var made }) => new UndoStep.Made(made.Id),
        (JobAction.Move, Outcome.Changed) => new UndoStep.Moved(before.Id, before.Queue, ask.Queue!),
        (JobAction.Label, Outcome.Changed) => new UndoStep.Labelled(
            before.Id, ask.Labels!.Keys.ToDictionary(key => key, key => before.Labels[key]), ask.Labels!),
        _ => null,
    };

    /// <summary>
    /// Has each command applied, and waits for all of them: whoever leaves meanwhile stops nothing that is on its way, and what was done
    /// is known.
    /// </summary>
    /// <param name="commands">At most a hundred or so.</param>
    public Task<Result[]> AllAsync(IEnumerable<Command.OnJob> commands) => Task.WhenAll(commands.Select(OneAsync));

    /// <summary>A job as it is now.</summary>
    public async Task<JobLookup> FindAsync(JobId id)
    {
        await _looks.TakeAsync(CancellationToken.None);
        try
        {
            return await api.Shards.FindAsync(id, CancellationToken.None);
        }
        finally
        {
            _looks.Release();
        }
    }

    private async Task<Result> OneAsync(Command.OnJob command)
    {
        try
        {
            (Outcome outcome, Problem? problem) = await api.ProposeAsync(caller, command, _looks, CancellationToken.None);
            return problem is not null ? new Result(null, problem.Type.Name)
                : outcome is Outcome.Unchanged ? new Result(null, AlreadyDone)
                : new Result(outcome, null);
        }
        catch (ProblemException exception)
        {
            return new Result(null, exception.Problem.Type.Name);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException)
        {
            return new Result(null, null) { Failure = exception };
        }
    }

    /// <summary>What became of one job.</summary>
    /// <param name="Done">It was changed.</param>
    /// <param name="Skipped">It was left, for this reason: the name of a problem, or <see cref="AlreadyDone"/>.</param>
    public readonly record struct Result(Outcome? Done, string? Skipped)
    {
        /// <summary>The store or the shard was away: nothing is known to have been done.</summary>
        public Exception? Failure { get; init; }
    }
}
