using JobOrchestrator.Features.Reports;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>POST /jobs/{id}/heartbeat</c>: a worker's sign of life, with progress and state; tells it of a cancel.</summary>
internal static class Heartbeat
{
    public static Task HandleAsync(HttpContext http, Api api) => Reporting.HandleAsync(http, api, ReportAction.Heartbeat);
}
