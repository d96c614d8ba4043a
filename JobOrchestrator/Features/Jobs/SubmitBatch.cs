using System.Diagnostics;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>POST /jobs/batch</c>: submit many. All or nothing, or with <c>?atomic=false</c> each by itself. An <c>Idempotency-Key</c> counts
/// for the whole request; its jobs get keys derived from it.
/// </summary>
internal static class SubmitBatch
{
    // As many at once as a busy commit loop takes into one batch or a few.
    private const int ProposedAtOnce = 1_000;

    // Jobs that were there already may be any size: once an answer has this much of them, the others are shown without their values.
    private const long ExistingBytesMax = 8 * 1024 * 1024;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        bool atomic = Query.Flag(http.Request, "atomic", absent: true);
        Caller caller = ApiKeys.CallerOf(http);
        List<BatchReader.Entry> entries;
        SubmissionHeaders headers;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BatchBytesMax))
        {
            entries = BatchReader.Read(body.Utf8.Span, api, caller, each: !atomic);
            headers = SubmissionHeaders.Read(http, "POST /jobs/batch", body.Utf8.Span, caller);
        }

        using var trace = SubmissionTrace.Begin(
            http, TheQueueOf(entries), entries.Count(entry => entry.Problem is null));
        DateTimeOffset now = api.Now;
        List<NewJob?> jobs = [.. entries.Select(
            (entry, index) => entry is { Submission: { } submission, Problem: null } ? ToNewJob(submission, index) : null)];
        if (atomic)
        {
            await AllOrNothingAsync(http, api, [.. jobs.Select(job => job!)], trace);
        }
        else
        {
            await EachAsync(http, api, jobs, entries);
            trace.Told(new Outcome.AcceptedMany([]));
        }

        NewJob ToNewJob(Submission submission, int index) => submission.ToNewJob(
            api.Shards.NewId(submission.Queue),
            now,
            headers.OfBatchItem(index),
            trace);
    }

    /// <summary>The queue that all of them go to; null: there are several, or none.</summary>
    private static string? TheQueueOf(List<BatchReader.Entry> entries)
    {
        string? first = null;
        foreach (BatchReader.Entry entry in entries)
        {
            if (entry.Submission is { Queue: var queue } && queue != (first ??= queue))
            {
                return null;
            }
        }

        return first;
    }

    private static async Task AllOrNothingAsync(HttpContext http, Api api, List<NewJob> jobs, SubmissionTrace trace)
    {
        if (jobs.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            await JsonAnswer.SendAsync(http, "[]"u8.ToArray());
            return;
        }

        int shard = jobs[0].Id.Shard;
        if (jobs.Find(job => job.Id.Shard != shard) is { } elsewhere)
        {
            await Problems.SendAsync(http, new Problem(
                ProblemType.BatchSpansShards,
                $"Queues '{jobs[0].Queue}' and '{elsewhere.Queue}' are stored apart. Send a batch for each, or ?atomic=false."));
            return;
        }

        if (!api.Shards.OneWrite.FitsOneWrite(jobs))
        {
            await Problems.SendAsync(http, Problems.MoreThanOneWrite(api.Shards.OneWrite, "Send smaller batches, or ?atomic=false."));
            return;
        }

        Caller caller = ApiKeys.CallerOf(http);
        var enqueue = new Command.EnqueueMany(jobs) { AskedBy = caller.Name };
        Outcome outcome = await api.Shards.ProposeAsync(shard, enqueue, http.RequestAborted);
        trace.Told(outcome);
        if (outcome is Outcome.Refused { Why: var why })
        {
            await Problems.SendAsync(http, DuplicateWithin(why, jobs) ?? Problems.Of(why, caller, api.Now));
            return;
        }

        if (outcome is not Outcome.AcceptedMany { Items: var items })
        {
            throw new UnreachableException($"A batch ended in {outcome.GetType().Name}.");
        }

        if (items.All(item => item is Outcome.Replayed))
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.CacheControl = "no-store";
        var existing = new ExistingJobs(api.Shards, ExistingBytesMax, caller);
        var shown = new List<(Problem? Problem, Job Job)>(items.Count);
        foreach (Outcome item in items)
        {
            shown.Add(item is Outcome.Existing { Job: var holder } && !caller.MaySee(holder)
                ? (Problems.Of(new Refusal.DuplicateJob(holder), caller, api.Now), holder)
                : (null, item is Outcome.Accepted { Job: var job } ? job
                    : await existing.ShownAsync(Outcomes.JobOf(item), http.RequestAborted)));
        }

        await JsonAnswer.SendAsync(http, (shown, traceId: Problems.TraceIdOf(http), api.Shards, caller), static (writer, answer) =>
        {
            writer.WriteStartArray();
            foreach ((Problem? problem, Job job) in answer.shown)
            {
                if (problem is not null)
                {
                    Problems.Write(writer, problem, answer.traceId);
                }
                else
                {
                    JobJson.Write(writer, job, answer.Shards.PhaseOf(job), answer.caller);
                }
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>
    /// That two jobs of the batch have one key; null: it is something else. The one of them that came first was not made either, so
    /// nobody is sent to it.
    /// </summary>
    private static Problem? DuplicateWithin(Refusal why, List<NewJob> jobs) =>
        why is Refusal.BatchItem { Index: var index, Why: Refusal.DuplicateJob { Holder: var holder } }
            && jobs.FindIndex(job => job.Id == holder.Id) is >= 0 and var first
                ? new Problem(
                    ProblemType.DuplicateJob,
                    $"Job {index} of the batch has the externalId or the unique key of job {first} of it. No job was made.")
                {
                    Index = index,
                }
                : null;

    private static async Task EachAsync(HttpContext http, Api api, List<NewJob?> jobs, List<BatchReader.Entry> entries)
    {
        var results = new List<ItemResult>(jobs.Count);
        var existing = new ExistingJobs(api.Shards, ExistingBytesMax, ApiKeys.CallerOf(http));
        foreach (NewJob?[] chunk in jobs.Chunk(ProposedAtOnce))
        {
            int from = results.Count;
            results.AddRange(await Task.WhenAll(chunk.Select((job, index) =>
                job is null ? Task.FromResult(new ItemResult(entries[from + index].Problem)) : ProposeAsync(http, api, job))));
            for (int i = from; i < results.Count; i++)
            {
                if (results[i] is { WasThere: true, Job: { } there })
                {
                    results[i] = results[i] with { Job = await existing.ShownAsync(there, http.RequestAborted) };
                }
            }
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (http, api.Shards, results), static (writer, answer) =>
        {
            writer.WriteStartArray();
            foreach (ItemResult result in answer.results)
            {
                Write(writer, result, answer.http, answer.Shards);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task<ItemResult> ProposeAsync(HttpContext http, Api api, NewJob job)
    {
        Caller caller = ApiKeys.CallerOf(http);
        try
        {
            var enqueue = new Command.Enqueue(job) { AskedBy = caller.Name };
            return await api.Shards.ProposeAsync(job.Id.Shard, enqueue, http.RequestAborted) switch
            {
                Outcome.Refused { Why: var why } => new ItemResult(Problems.Of(why, caller, api.Now)),
                Outcome.Existing { Job: var holder } when !caller.MaySee(holder) =>
                    new ItemResult(Problems.Of(new Refusal.DuplicateJob(holder), caller, api.Now)),
                Outcome.Existing { Job: var holder } => new ItemResult(null, holder, StatusCodes.Status200OK, WasThere: true),
                Outcome.Replayed { Job: var first } => new ItemResult(null, first, StatusCodes.Status202Accepted, WasThere: true),
                var accepted => new ItemResult(null, Outcomes.JobOf(accepted), StatusCodes.Status202Accepted),
            };
        }
        catch (Exception exception) when (Problems.Of(exception) is { } problem)
        {
            return new ItemResult(problem);
        }
    }

    private static void Write(Utf8JsonWriter writer, ItemResult result, HttpContext http, IJobShards shards)
    {
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, result.Problem?.Status ?? result.Status);
        if ((result.Problem is null ? result.Job?.Id : result.Problem.Location) is { } location)
        {
            writer.WriteString("location"u8, Locations.OfJob(http.Request, location));
        }

        if (result.Problem is { } problem)
        {
            writer.WritePropertyName("problem"u8);
            Problems.Write(writer, problem, Problems.TraceIdOf(http));
        }
        else
        {
            writer.WritePropertyName("job"u8);
            JobJson.Write(writer, result.Job!, shards.PhaseOf(result.Job!), ApiKeys.CallerOf(http));
        }

        writer.WriteEndObject();
    }

    /// <summary>What became of one entry: a problem, or a job and the status that submitting it alone would have had.</summary>
    private readonly record struct ItemResult(Problem? Problem, Job? Job = null, int Status = 0, bool WasThere = false);
}
