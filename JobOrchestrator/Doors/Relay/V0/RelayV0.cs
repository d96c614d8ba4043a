using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V0;

/// <summary>relay's first version. Its paths were written with and without <c>/v1</c>, so both are answered.</summary>
internal sealed class RelayV0(DoorOptions options) : RelayDoor
{
    protected override IEnumerable<RelayRoute> Routes()
    {
        foreach (string prefix in new[] { "", "/v1" })
        {
            yield return new RelayRoute(HttpMethods.Post, $"{prefix}/enqueue", new EnqueueJob(options).HandleAsync);
            yield return new RelayRoute(HttpMethods.Get, $"{prefix}/next", NextJob.HandleAsync, Takes: true);
            yield return new RelayRoute(HttpMethods.Patch, $"{prefix}/heartbeat", Heartbeat.HandleAsync);
            yield return new RelayRoute(HttpMethods.Delete, $"{prefix}/complete", CompleteJob.HandleAsync);
        }
    }

    /// <summary>Everything that is wrong with a body was 400 there.</summary>
    protected override int StatusOf(Problem problem) => problem.Status switch
    {
        _ when CanBeRetried(problem) => StatusCodes.Status429TooManyRequests,
        StatusCodes.Status422UnprocessableEntity or StatusCodes.Status415UnsupportedMediaType => StatusCodes.Status400BadRequest,
        var status => status,
    };

    /// <summary>The job that a query names.</summary>
    public static (string Queue, string Id) JobOf(HttpContext http) =>
        (RelayRequest.Required(http, "queue"), RelayRequest.Required(http, "job_id"));
}
