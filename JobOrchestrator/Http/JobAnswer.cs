using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Http;

/// <summary>Answers that show a job, with the headers that go with one.</summary>
internal static class JobAnswer
{
    /// <summary>The job document.</summary>
    /// <param name="http">The exchange.</param>
    /// <param name="shards">
    /// Where an input is read that is not in memory, the phase of the job, and the time for <c>Retry-After</c> of a live one.
    /// </param>
    /// <param name="job">The job.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="left">About how long it is until it ends, for that time; null: that is not known, or not worth a look.</param>
    public static async Task SendAsync(HttpContext http, IJobShards shards, Job job, int status, TimeSpan? left = null)
    {
        var caller = Caller.Of(http);
        job = caller.MayReadPayloads ? await shards.WithInputAsync(job, http.RequestAborted) : job;
        SetHeaders(http, job, status);
        DateTimeOffset now = shards.Now;
        if (!job.IsFinished || status == StatusCodes.Status202Accepted)
        {
            http.Response.Headers.RetryAfter = Invariant.Of(RetryAfter.Seconds(job, now, left));
        }

        await JsonAnswer.SendAsync(
            http,
            (job, phase: job.PhaseAt(job.Status == JobStatus.New && shards.IsPaused(job.Queue), now), caller),
            static (writer, shown) => JobJson.Write(writer, shown.job, shown.phase, shown.caller));
    }

    /// <summary>The headers alone.</summary>
    public static void SetHeaders(HttpContext http, Job job, int status)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.ETag = EntityTags.Of(job);
        http.Response.Headers.CacheControl = "no-store";
    }

    public static void SetLocation(HttpContext http, Job job) => http.Response.Headers.Location = Locations.OfJob(http.Request, job.Id);

    /// <summary>Tells the wait that was granted, in whole seconds, rounded up.</summary>
    public static void SetWaitApplied(HttpContext http, TimeSpan granted) =>
        http.Response.Headers["Preference-Applied"] = $"wait={Math.Ceiling(granted.TotalSeconds)}";
}
