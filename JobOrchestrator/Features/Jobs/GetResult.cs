using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>GET /jobs/{id}/result</c>: the result itself, byte for byte, or why there is none. <c>Prefer: wait=N</c> waits for the job's end.
/// Who may not read payloads gets neither.
/// </summary>
internal static class GetResult
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        if (await api.FindOrAnswerAsync(http) is not { } job)
        {
            return;
        }

        ApiKeys.CallerOf(http).RequirePayloads();
        if (Preferences.Of(http.Request).Granted(api.WaitMax(http)) is { } wait)
        {
            JobAnswer.SetWaitApplied(http, wait);
            if (!job.IsFinished && wait > TimeSpan.Zero)
            {
                if (await Api.VisibleOrAnswerAsync(http, await api.WaitAsync(http, job.Id, JobCondition.Finished, wait)) is not { } later)
                {
                    return;
                }

                job = later;
            }
        }

        await AnswerAsync(http, api, job);
    }

    private static async Task AnswerAsync(HttpContext http, Api api, Job job)
    {
        switch (job.Status)
        {
            case JobStatus.Completed when job.Result is { } result:
                JobAnswer.SetHeaders(http, job, StatusCodes.Status200OK);
                await JsonAnswer.SendAsync(
                    http, result, static (writer, json) => writer.WriteRawValue(json.Utf8, skipInputValidation: true));
                break;
            case JobStatus.Completed:
                JobAnswer.SetHeaders(http, job, StatusCodes.Status204NoContent);
                break;
            case JobStatus.Failed:
                await Problems.SendAsync(
                    http, new Problem(ProblemType.JobFailed, job.Error?.Title ?? "The job failed.") { JobId = job.Id, Error = job.Error });
                break;
            case JobStatus.Cancelled:
                await Problems.SendAsync(http, new Problem(ProblemType.JobCancelled, job.Error?.Title
                    ?? "The job was cancelled.")
                { JobId = job.Id, Error = job.Error });
                break;
            case JobStatus.New or JobStatus.InProgress:
                await Problems.SendAsync(
                    http, Problems.NotFinished(job, api.Now, await api.Shards.LeftAsync(job, http.RequestAborted)));
                break;
            default:
                throw new UnreachableException($"No answer for {job.Status}.");
        }
    }
}
