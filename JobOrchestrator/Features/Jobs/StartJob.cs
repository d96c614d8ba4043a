using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>POST /Jobs/StartJob</c>: submit one job and do not wait.</summary>
internal static class StartJob
{
    public static Task HandleAsync(HttpContext http, Api api) =>
        Submitting.HandleAsync(http, api, "POST /jobs/startjob", null, static (_, _) => null, StatusCodes.Status202Accepted);
}
