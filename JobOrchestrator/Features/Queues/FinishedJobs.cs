using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Queues;

/// <summary>A choice of a queue's finished jobs, newest first, for operations that do the same to each of them.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Limit">Most jobs that one request changes.</param>
/// <param name="Cursor">Where an earlier request ended; null: from the newest.</param>
internal sealed record FinishedJobs(JobFilter Filter, int Limit, string? Cursor)
{
    /// <summary>Most jobs that one request changes: a few seconds of commits, so that the caller is answered before it gives up.</summary>
    public const int LimitMax = 10_000;

    // As many at once as share a few commits.
    private const int PageSize = 100;

    private static readonly string[] Choices = ["status", "owner", "type", "createdAfter", "createdBefore", "limit"];

    // Of a page that finds nothing; the request's own bound is Api:LooksMax.
    private const int LooksInOnePage = 4_000;

    /// <summary>Reads the choice from the path and the query.</summary>
    /// <exception cref="ProblemException">The queue is not the caller's, or the query cannot be read or asks for live jobs.</exception>
    public static FinishedJobs Read(HttpContext http)
    {
        string queue = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireOperate(queue);
        HttpRequest request = http.Request;
        Query.RequireChoices(request, Choices);
        JobStatus status = Query.Status(request, "status") ?? JobStatus.Failed;
        if (status is JobStatus.New or JobStatus.InProgress)
        {
            throw new ProblemException(Problems.NotAllowed("?status", "Failed, Cancelled or Completed: only what has ended."));
        }

        var filter = new JobFilter(
            status,
            queue,
            Query.Text(request, "owner"),
            Query.Text(request, "type"),
            Query.Instant(request, "createdAfter"),
            Query.Instant(request, "createdBefore"))
        { LooksMax = LooksInOnePage };
        return new FinishedJobs(filter, Query.Limit(request, LimitMax, LimitMax), Query.Text(request, "cursor"));
    }

    /// <summary>Has a command applied to each job until the limit is reached.</summary>
    /// <param name="http">The request.</param>
    /// <param name="api">The service.</param>
    /// <param name="wanted">Which of the chosen jobs are still to be changed.</param>
    /// <param name="command">What to do to one; null: the caller may not, which counts as refused.</param>
    /// <param name="isDone">
    /// Whether it was done: these count towards the limit, so that refusals never keep a caller from the rest.
    /// </param>
    public async Task<Count> ForEachAsync(
        HttpContext http, Api api, Func<Job, bool> wanted, Func<Job, Command.OnJob?> command, Func<Outcome, bool> isDone)
    {
        int done = 0, refused = 0, lookedAt = 0;
        string? cursor = Cursor, by = ApiKeys.CallerOf(http).Name;
        do
        {
            JobPage page = await PageAsync(http, api, cursor);
            lookedAt += page.LookedAt;
            Job[] all = [.. page.Jobs.Where(wanted)];
            Command.OnJob[] left = [.. all.Select(command).OfType<Command.OnJob>()];
            refused += all.Length - left.Length;
            while (left.Length > 0)
            {
                if (done == Limit)
                {
                    // The next request begins with this page: what is done of it is done.
                    return new Count(done, refused, More: true, cursor);
                }

                Command.OnJob[] next = left[..Math.Min(Limit - done, left.Length)];
                left = left[next.Length..];
                Outcome[] outcomes = await Task.WhenAll(
                    next.Select(one => api.Shards.ProposeAsync(one.JobId.Shard, one with { AskedBy = by }, http.RequestAborted)));
                done += outcomes.Count(isDone);
                refused += outcomes.Count(outcome => outcome is Outcome.Refused);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null && lookedAt < api.Options.LooksMax);

        return new Count(done, refused, More: cursor is not null, cursor);
    }

    /// <summary>Keeps it among the actions, if anything was done.</summary>
    public void Note(HttpContext http, Api api, JobAction action, Count count, IReadOnlyCollection<UndoStep> steps)
    {
        if (count.Done > 0)
        {
            Dictionary<string, int> skipped = count.Refused > 0 ? new() { ["refused"] = count.Refused } : [];
            ActionLog.Of(http).Note(
                ActionTold.Of(action, api.Now, ApiKeys.CallerOf(http)) with { Queue = Filter.Queue }, count.Done, skipped, steps);
        }
    }

    private async Task<JobPage> PageAsync(HttpContext http, Api api, string? cursor)
    {
        try
        {
            return await api.Shards.ListAsync(Filter, cursor, PageSize, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw Query.Malformed("cursor", "one from an earlier answer");
        }
    }

    /// <summary>What became of the jobs.</summary>
    /// <param name="Done">Changed.</param>
    /// <param name="Refused">Left as they are.</param>
    /// <param name="More">The limit was reached, or as many were looked at as one request may; others may be left.</param>
    /// <param name="Cursor">Where the next request goes on; null: at the beginning, or nothing is left.</param>
    public readonly record struct Count(int Done, int Refused, bool More, string? Cursor)
    {
        /// <summary>Writes whether there is more, and where.</summary>
        public void WriteMore(Utf8JsonWriter writer)
        {
            writer.WriteBoolean("more"u8, More);
            if (Cursor is not null)
            {
                writer.WriteString("cursor"u8, Cursor);
            }
        }
    }
}
