using JobOrchestrator.Features.Reports;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>POST /jobs/{id}/release</c>: a worker gives the job back; the attempt is not spent.</summary>
internal static class ReleaseJob
{
    public static Task HandleAsync(HttpContext http, Api api) => Reporting.HandleAsync(http, api, ReportAction.Release);
}
