using JobOrchestrator.Features.Reports;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>POST /jobs/{id}/complete</c>: a worker reports success.</summary>
internal static class CompleteJob
{
    public static Task HandleAsync(HttpContext http, Api api) => Reporting.HandleAsync(http, api, ReportAction.Complete);
}
