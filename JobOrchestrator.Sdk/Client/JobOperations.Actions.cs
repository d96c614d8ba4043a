using System.Globalization;
using System.Runtime.CompilerServices;

namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.CountActionAsync(JobBulk, CancellationToken)"/>
    Task<JobBulkCount> CountActionAsync(JobBulk action, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.ActAsync(JobBulk, int, CancellationToken)"/>
    IAsyncEnumerable<JobBulkPart> ActAsync(JobBulk action, int expect, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.ActPartAsync(JobBulk, int, string?, string?, CancellationToken)"/>
    Task<JobBulkPart> ActPartAsync(
        JobBulk action, int expect, string? cursor = null, string? id = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.ActionsAsync(int, CancellationToken)"/>
    Task<IReadOnlyList<JobAction>> ActionsAsync(int limit = 200, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.ActionAsync(string, CancellationToken)"/>
    Task<JobAction> ActionAsync(string id, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.UndoAsync(string, CancellationToken)"/>
    Task<JobAction> UndoAsync(string id, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.MoveAsync(string, string, long?, CancellationToken)"/>
    Task<Job> MoveAsync(string jobId, string queue, long? ifSequence = null, CancellationToken cancellationToken = default);
}

/// <content>Doing one thing to many jobs, and what was done.</content>
public sealed partial class JobOperations
{
    /// <summary>How many jobs a bulk action would be done to. Nothing is done.</summary>
    /// <param name="action">What, and to which jobs.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">
    /// 400: the query is none, and the problem's <see cref="JobProblem.QueryErrors"/> say what is wrong where; 422: it is too broad, or
    /// what is asked is not allowed.
    /// </exception>
    public Task<JobBulkCount> CountActionAsync(JobBulk action, CancellationToken cancellationToken = default)
    {
        ActionRequest body = RequestOf(action) with { DryRun = true };
        return CallAsync(
            () => JobApi.Request(HttpMethod.Post, "jobs/actions", body, WireJson.Wire.ActionRequest),
            WireJson.Wire.JobBulkCount,
            cancellationToken,
            changesNothing: true);
    }

    /// <summary>
    /// Does it, and goes on until all is done: each answer is brought as it comes. Who stops reading stops it; what was done stays done.
    /// </summary>
    /// <param name="action">What, and to which jobs.</param>
    /// <param name="expect">How many were counted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="JobOrchestratorException">
    /// 409 <c>changed-since-counted</c>: over 5 % or over 20 more match than <paramref name="expect"/>, and nothing was done; 403: the
    /// caller may not change jobs; else as <see cref="CountActionAsync"/>.
    /// </exception>
    /// <exception cref="JobOrchestratorUnavailableException">
    /// One request had no answer in time. To do all of it again does no harm: what is done already is skipped.
    /// </exception>
    public async IAsyncEnumerable<JobBulkPart> ActAsync(
        JobBulk action, int expect, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        JobBulkPart part = await ActPartAsync(action, expect, cancellationToken: cancellationToken);
        yield return part;
        while (part.Next is { } next)
        {
            part = await ActPartAsync(action, expect, next, cancellationToken: cancellationToken);
            yield return part;
        }
    }

    /// <summary>Does a part of it, 500 jobs and a few seconds at most.</summary>
    /// <param name="action">What, and to which jobs.</param>
    /// <param name="expect">How many were counted.</param>
    /// <param name="cursor"><see cref="JobBulkPart.Next"/> of the part before; null: this is the first.</param>
    /// <param name="id">
    /// A UUID for the action, so that this first part, asked for again, is no second action; null: one is made for all tries of this
    /// call.
    /// </param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <inheritdoc cref="ActAsync" path="/exception"/>
    public Task<JobBulkPart> ActPartAsync(
        JobBulk action, int expect, string? cursor = null, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expect);
        ActionRequest body = RequestOf(action) with
        {
            Expect = expect,
            Cursor = cursor,
            Id = cursor is null ? id ?? _api.Options.NewKey() : null,
        };
        return CallAsync(
            () => JobApi.Request(HttpMethod.Post, "jobs/actions", body, WireJson.Wire.ActionRequest),
            WireJson.Wire.JobBulkPart,
            cancellationToken);
    }

    /// <summary>
    /// What was done to many jobs and to queues, the last first, as far as this client may know of it. The orchestrator keeps 200, in
    /// memory.
    /// </summary>
    /// <param name="limit">Most actions, from 1.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    public async Task<IReadOnlyList<JobAction>> ActionsAsync(int limit = 200, CancellationToken cancellationToken = default)
    {
        string path = "actions" + JobClient.QueryOf(("limit", limit.ToString(CultureInfo.InvariantCulture)));
        return (await CallAsync(
            () => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.ActionList, cancellationToken)).Actions;
    }

    /// <summary>One of the last actions.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">404: it is none of the last 200, or not this client's to see.</exception>
    public Task<JobAction> ActionAsync(string id, CancellationToken cancellationToken = default)
    {
        string path = ActionPath(id);
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobAction, cancellationToken);
    }

    /// <summary>
    /// Undoes an action: a paused queue is resumed and a resumed one paused; jobs that a retry made and that still wait are cancelled;
    /// moved ones go back; labels are as they were, where nobody has changed them since. Where many are to be undone, call it again until
    /// the action is no longer <see cref="JobAction.Undoable"/>.
    /// </summary>
    /// <param name="id">The action's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The undo, which is an action of its own.</returns>
    /// <exception cref="JobOrchestratorException">
    /// 409 <c>not-undoable</c>: what it did cannot be undone, or is undone already; 404: it is none of the last 200, or not this client's
    /// to see; 403: it is another's.
    /// </exception>
    public Task<JobAction> UndoAsync(string id, CancellationToken cancellationToken = default)
    {
        string path = ActionPath(id) + "/undo";
        return CallAsync(() => JobApi.Request(HttpMethod.Post, path), WireJson.Wire.JobAction, cancellationToken);
    }

    /// <summary>Has a waiting job wait in another queue, one that is stored together with its own.</summary>
    /// <param name="jobId">The waiting job's id.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="ifSequence">Only if the job's <see cref="Job.Sequence"/> is still this; null: whatever it is.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The job in its new queue.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">
    /// It does not wait, the queue is stored apart, or a job there has its externalId or unique key (409); it has changed meanwhile (412).
    /// </exception>
    public async Task<Job> MoveAsync(
        string jobId, string queue, long? ifSequence = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(jobId);
        ArgumentException.ThrowIfNullOrEmpty(queue);
        WholeText.Require(queue, nameof(queue));
        string path = $"jobs/{_api.Segment(jobId)}";
        using HttpResponseMessage response = await _api.SendAsync(Make, TimeSpan.Zero, cancellationToken);
        return response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, WireJson.Wire.Job, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken, jobId);

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(
                HttpMethod.Patch, path, new MoveRequest(null, null, Queue: queue), WireJson.Wire.MoveRequest);
            if (ifSequence is { } sequence)
            {
                request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{sequence}\""));
            }

            return request;
        }
    }

    private string ActionPath(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return $"actions/{_api.Segment(id)}";
    }

    private static ActionRequest RequestOf(JobBulk action)
    {
        ArgumentNullException.ThrowIfNull(action);
        WholeText.Require(action.Query, nameof(action));
        WholeText.Require(action.Reason, nameof(action));
        WholeText.Require(action.Queue, nameof(action));
        foreach ((string key, string? value) in action.Labels ?? new Dictionary<string, string?>())
        {
            WholeText.Require(key, nameof(action));
            WholeText.Require(value, nameof(action));
        }

        return new ActionRequest(WordOf(action.Kind), action.Query)
        {
            Tz = action.TimeZone,
            Reason = action.Reason,
            Queue = action.Queue,
            Labels = action.Labels,
        };
    }

    private static string WordOf(JobBulkKind kind) => kind switch
    {
        JobBulkKind.Cancel => "cancel",
        JobBulkKind.Retry => "retry",
        JobBulkKind.Purge => "purge",
        JobBulkKind.Move => "move",
        JobBulkKind.Label => "label",
    };
}
