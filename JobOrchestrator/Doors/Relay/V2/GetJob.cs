using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary><c>GET /v2/queues/{queue}/jobs/{id}</c>: one job; a 404 is empty.</summary>
internal static class GetJob
{
    public static Task HandleAsync(HttpContext http, Api api) => RelayAnswers.SendJobAsync(http, api, JobJson.Write);
}
