using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>POST /Jobs/StartJobWithTimeout</c>: submit one job and wait up to <c>initialTimeout</c> milliseconds for its end.</summary>
internal static class StartJobWithTimeout
{
    public static Task HandleAsync(HttpContext http, Api api) =>
        Submitting.HandleAsync(
            http,
            api,
            "POST /jobs/startjobwithtimeout",
            api.WaitMax(http),
            static (submission, most) => Granted(submission, most),
            StatusCodes.Status204NoContent);

    private static TimeSpan? Granted(Submission submission, TimeSpan? cap) =>
        submission.InitialTimeout is not { } asked || asked <= TimeSpan.Zero ? null : asked < cap ? asked : cap;
}
