using System.Net;

namespace JobOrchestrator.Sdk;

/// <summary>Asks an orchestrator how it is, once and without a key. <c>AddJobTools()</c> registers it; thread-safe.</summary>
public sealed class JobProbe
{
    private readonly JobApi _api;

    internal JobProbe(JobApi api) => _api = api;

    /// <summary>Where requests go.</summary>
    public Uri Address => _api.Address;

    /// <summary>Asks once.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="JobOrchestratorUnavailableException">Nobody answers there.</exception>
    /// <exception cref="JobOrchestratorException">Something else than an orchestrator does.</exception>
    public async Task<JobHealth> AskAsync(CancellationToken cancellationToken = default)
    {
        long started = _api.Time.GetTimestamp();
        HttpResponseMessage response;
        try
        {
            response = await _api.TryOnceAsync(JobApi.Request(HttpMethod.Get, "health/ready"), TimeSpan.Zero, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new JobOrchestratorUnavailableException(
                $"The orchestrator at {_api.Address} does not answer: {Reasons.Of(exception)}", null, null, null, exception);
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                throw await JobApi.RefusalAsync(response, cancellationToken);
            }

            JobHealth health = await JobApi.ReadAsync(response, WireJson.Wire.JobHealth, cancellationToken);
            return health with { ServerTime = response.Headers.Date, Took = _api.Time.GetElapsedTime(started) };
        }
    }
}
