using JobOrchestrator.Features.Reports;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>POST /jobs/{id}/fail</c>: a worker reports an error; the job is tried again unless <c>retry</c> is false.</summary>
internal static class FailJob
{
    public static Task HandleAsync(HttpContext http, Api api) => Reporting.HandleAsync(http, api, ReportAction.Fail);
}
