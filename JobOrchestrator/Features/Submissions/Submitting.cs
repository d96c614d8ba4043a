using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Submissions;

/// <summary>What the three routes that submit one job share: read, propose, wait as long as granted, answer.</summary>
internal static class Submitting
{
    /// <summary>Submits the job in the body and answers.</summary>
    /// <param name="http">The exchange.</param>
    /// <param name="api">The service.</param>
    /// <param name="route">The operation's name; an idempotency key belongs to one operation.</param>
    /// <param name="most">The longest wait that the request may have; null: none.</param>
    /// <param name="wait">How long to wait, of what was read and the longest; null: not at all.</param>
    /// <param name="emptyStatus">The status for a job that ended in time without a result.</param>
    /// <param name="noTimeout">What to do instead of an <c>initialTimeout</c>; null: it may be there.</param>
    public static async Task HandleAsync(
        HttpContext http,
        Api api,
        string route,
        TimeSpan? most,
        Func<Submission, TimeSpan?, TimeSpan?> wait,
        int emptyStatus,
        string? noTimeout = null)
    {
        Submission read;
        SubmissionHeaders headers;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            read = Read(body.Utf8.Span, api, ApiKeys.CallerOf(http), noTimeout);
            headers = SubmissionHeaders.Read(http, route, body.Utf8.Span, ApiKeys.CallerOf(http)).OfOne();
        }

        TimeSpan? granted = wait(read, most);
        Outcome outcome = await ProposeAsync(http, api, read, headers);
        switch (outcome)
        {
            case Outcome.Accepted { Job: var job }:
                await AnswerAsync(http, api, job, granted, emptyStatus);
                break;
            case Outcome.Replaced { Job: var job }:
                await AnswerAsync(http, api, job, granted, emptyStatus);
                break;
            case Outcome.Replayed { Job: var job }:
                http.Response.Headers["Idempotency-Replayed"] = "true";
                await AnswerAsync(http, api, job, granted, emptyStatus);
                break;
            case Outcome.Existing { Job: var holder } when ApiKeys.CallerOf(http).MaySee(holder):
                JobAnswer.SetLocation(http, holder);
                await JobAnswer.SendAsync(http, api.Shards, await WaitAsync(http, api, holder, granted), StatusCodes.Status200OK);
                break;
            case Outcome.Existing { Job: var holder }:
                await Problems.SendAsync(http, Problems.Of(new Refusal.DuplicateJob(holder), ApiKeys.CallerOf(http), api.Now));
                break;
            case Outcome.Refused { Why: var why }:
                await Problems.SendAsync(http, Problems.Of(why, ApiKeys.CallerOf(http), api.Now));
                break;
            default:
                throw new UnreachableException($"A submission ended in {outcome.GetType().Name}.");
        }
    }

    private static async Task<Outcome> ProposeAsync(HttpContext http, Api api, Submission read, SubmissionHeaders headers)
    {
        using var trace = SubmissionTrace.Begin(http, read.Queue);
        DateTimeOffset now = read.RunAt is null && read.Delay is null ? default : api.Now;
        var submitted = read.ToNewJob(api.Shards.NewId(read.Queue), now, headers, trace);
        var enqueue = new Command.Enqueue(submitted) { AskedBy = ApiKeys.CallerOf(http).Name };
        Outcome outcome = await api.Shards.ProposeAsync(submitted.Id.Shard, enqueue, http.RequestAborted);
        trace.Told(outcome);
        return outcome;
    }

    private static Submission Read(ReadOnlySpan<byte> utf8, Api api, Caller caller, string? noTimeout)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        body.Object();
        Submission read = SubmissionReader.Read(ref body, api.Options, noTimeout);
        body.End();
        Permit(read, caller);
        return read;
    }

    /// <summary>Makes the job its caller's.</summary>
    /// <exception cref="ProblemException">403: the caller's key is not for this owner, queue or priority.</exception>
    public static void Permit(Submission read, Caller caller)
    {
        read.Owner = caller.RequireOwner(read.Owner);
        caller.RequireSubmit(read.Queue);
        caller.RequirePriority(read.Priority);
    }

    /// <summary>202, or what became of the job in the time that was granted.</summary>
    private static async Task AnswerAsync(HttpContext http, Api api, Job job, TimeSpan? granted, int emptyStatus)
    {
        JobAnswer.SetLocation(http, job);
        job = granted is null ? job : await WaitAsync(http, api, job, granted);
        if (granted is null || !job.IsFinished)
        {
            await JobAnswer.SendAsync(http, api.Shards, job, StatusCodes.Status202Accepted);
        }
        else if (emptyStatus == StatusCodes.Status204NoContent && job is { Status: JobStatus.Completed, Result: null })
        {
            JobAnswer.SetHeaders(http, job, emptyStatus);
        }
        else
        {
            // 200 for a failed job, too: a 5xx would make clients repeat the POST.
            await JobAnswer.SendAsync(http, api.Shards, job, StatusCodes.Status200OK);
        }
    }

    private static async Task<Job> WaitAsync(HttpContext http, Api api, Job job, TimeSpan? granted)
    {
        if (granted is not { } atMost)
        {
            return job;
        }

        JobAnswer.SetWaitApplied(http, atMost);
        if (job.IsFinished || atMost == TimeSpan.Zero)
        {
            return job;
        }

        try
        {
            return await api.WaitAsync(http, job.Id, JobCondition.Finished, atMost) is JobLookup.Found found ? found.Job : job;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or ProblemException)
        {
            // The job is accepted, and that is what the caller has to hear.
            return job;
        }
    }
}
