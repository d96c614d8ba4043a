using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>Requests to the orchestrator: one try, or as many as <see cref="JobClientOptions.RetryFor"/> allows.</summary>
internal sealed partial class JobApi(
    Func<HttpMessageInvoker> http, JobClientOptions options, IConfiguration? configuration, TimeProvider time, ILogger<JobApi> logger)
{
    private readonly OrchestratorAddress _address = OrchestratorAddress.From(options, configuration);

    public JobClientOptions Options => options;

    public TimeProvider Time => time;

    /// <inheritdoc cref="JobClientOptions.Timeout"/>
    public TimeSpan Timeout { get; } = Longest.Of(options.Timeout);

    /// <inheritdoc cref="JobClientOptions.RetryFor"/>
    public TimeSpan RetryFor { get; } = Longest.Of(options.RetryFor);

    /// <inheritdoc cref="JobClientOptions.PollWait"/>
    public TimeSpan PollWait { get; } = Longest.Of(options.PollWait, Longest.Poll);

    /// <summary>Sends until an answer comes that is not transient.</summary>
    /// <param name="make">Makes the request anew for every try; its address is relative.</param>
    /// <param name="wait">How long the request asks the orchestrator to wait.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorUnavailableException">No such answer in time.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, TimeSpan wait, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            HttpResponseMessage? response = null;
            Exception? failure = null;
            try
            {
                response = await TryOnceAsync(make(), wait, cancellationToken);
                if (!await IsTransientAsync(response, cancellationToken))
                {
                    return response;
                }
            }
            catch (HttpRequestException exception)
            {
                failure = exception;
            }

            TimeSpan? asked = RetryPolicy.RetryAfter(response?.Headers.RetryAfter, time.GetUtcNow());
            TimeSpan pause = RetryPolicy.Pause(attempt, options.RetryPause, RetryPolicy.PauseMax, options.Jitter());
            pause = asked > pause ? asked.Value : pause;
            if (time.GetElapsedTime(started) + pause > RetryFor)
            {
                throw await UnavailableAsync(response, asked, failure, cancellationToken);
            }

            SdkTelemetry.Retries.Add(1);
            TryAgain(logger, attempt, pause.TotalSeconds, Reason(response, failure));
            response?.Dispose();
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Sends once. A try that takes too long fails like a broken connection.</summary>
    /// <param name="request">The request; its address is relative.</param>
    /// <param name="wait">How long it asks the orchestrator to wait.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public Task<HttpResponseMessage> TryOnceAsync(HttpRequestMessage request, TimeSpan wait, CancellationToken cancellationToken) =>
        TryOnceWithinAsync(request, Longest.Of(Timeout + wait), cancellationToken);

    /// <summary>Sends once, for so long at most.</summary>
    /// <exception cref="NoAnswerException">No answer in time.</exception>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public async Task<HttpResponseMessage> TryOnceWithinAsync(
        HttpRequestMessage request, TimeSpan limit, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(_address.Base, request.RequestUri!);
        if (_address.SidecarToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        if (options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using (request)
            {
                HttpResponseMessage response = await http().SendAsync(request, either.Token);
                try
                {
                    // The body belongs to the answer, and to its time. (An HttpClient has read it already.)
                    await response.Content.LoadIntoBufferAsync(either.Token);
                }
                catch
                {
                    response.Dispose();
                    throw;
                }

                return response;
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException(limit, exception);
        }
    }

    /// <summary>A queue's name or a job's id, as a segment of a path.</summary>
    /// <exception cref="ArgumentException">It cannot be one.</exception>
    public string Segment(string name) => PathSegment.Of(name, options.ThroughSidecar);

    public static HttpRequestMessage Request<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body, type) };

    public static HttpRequestMessage Request(HttpMethod method, string path) => new(method, new Uri(path, UriKind.Relative));

    /// <summary>Reads a body that has to be there.</summary>
    /// <exception cref="JobOrchestratorException">It is not; whoever answered is not an orchestrator.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken)
                ?? throw new JobOrchestratorException("The answer is the JSON word null.", response.StatusCode);
        }
        catch (JsonException exception)
        {
            throw new JobOrchestratorException(
                $"The answer is not what an orchestrator says: {exception.Message}", response.StatusCode, null, exception);
        }
    }

    /// <summary>The problem document of a refusal; null when the body is something else.</summary>
    public static async Task<JobProblem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            return await response.Content.ReadFromJsonAsync(WireJson.Wire.JobProblem, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The exception for an answer that is a refusal.</summary>
    public static async Task<JobOrchestratorException> RefusalAsync(
        HttpResponseMessage response, CancellationToken cancellationToken, string? jobId = null)
    {
        JobProblem? problem = await ReadProblemAsync(response, cancellationToken);
        string message = $"The orchestrator answered {(int)response.StatusCode}: {problem?.Title ?? response.ReasonPhrase}"
            + (problem?.Detail is { } detail ? $" {detail}" : "")
            + (problem?.Errors is { } errors ? $" {errors.GetRawText()}" : "");
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone when jobId is not null =>
                new JobNotFoundException(jobId, response.StatusCode, problem),
            HttpStatusCode.Conflict when problem?.Is("duplicate-job") == true => new DuplicateJobException(
                message, response.StatusCode, problem, problem.JobId ?? response.Headers.Location?.OriginalString.Split('/')[^1]),
            _ => new JobOrchestratorException(message, response.StatusCode, problem),
        };
    }

    /// <summary>A sidecar says 500 when it cannot reach the orchestrator; no orchestrator answers so.</summary>
    private async Task<bool> IsTransientAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        RetryPolicy.IsTransient(response.StatusCode)
        || (options.ThroughSidecar
            && response.StatusCode == HttpStatusCode.InternalServerError
            && (await response.Content.ReadAsStringAsync(cancellationToken)).Contains("ERR_DIRECT_INVOKE", StringComparison.Ordinal));

    private async Task<JobOrchestratorUnavailableException> UnavailableAsync(
        HttpResponseMessage? response, TimeSpan? retryAfter, Exception? failure, CancellationToken cancellationToken)
    {
        using (response)
        {
            JobProblem? problem = response is null ? null : await ReadProblemAsync(response, cancellationToken);
            return new JobOrchestratorUnavailableException(
                $"The orchestrator at {_address.Base} is not available: {problem?.Title ?? Reason(response, failure)}",
                response?.StatusCode,
                problem,
                retryAfter,
                failure);
        }
    }

    private static string Reason(HttpResponseMessage? response, Exception? failure) =>
        response is not null ? $"it answered {(int)response.StatusCode}" : failure?.Message ?? throw new UnreachableException();

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Try {Attempt} failed ({Reason}); again in {Seconds} s.")]
    private static partial void TryAgain(ILogger logger, int attempt, double seconds, string reason);
}
