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
    // So long a caller is patient in silence.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(3);

    /// <summary>
    /// No answer of an orchestrator is nearly so large: its pages end at 8 MiB, and a job fits a write of the store. What is larger is
    /// not read until the memory is full.
    /// </summary>
    internal const int AnswerBytesMax = 64 * 1024 * 1024;

    private readonly OrchestratorAddress _address = OrchestratorAddress.From(options, configuration);
    private int _isAway;

    /// <summary>Where requests go.</summary>
    public Uri Address => _address.Base;

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
    /// <param name="changesNothing">It is a question, though it is posted.</param>
    /// <exception cref="JobOrchestratorUnavailableException">No such answer in time.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> make, TimeSpan wait, CancellationToken cancellationToken, bool changesNothing = false)
    {
        long started = time.GetTimestamp();
        bool mayBeDone = false;
        for (int attempt = 1; ; attempt++)
        {
            HttpRequestMessage request = make();
            HttpResponseMessage? response = null;
            HttpRequestException? failure = null;
            try
            {
                response = await TryOnceAsync(request, wait, cancellationToken);
                if (!await IsTransientAsync(response, cancellationToken))
                {
                    Answered();
                    return response;
                }
            }
            catch (HttpRequestException exception)
            {
                failure = exception;
            }

            mayBeDone |= !changesNothing && request.Method != HttpMethod.Get
                && RetryPolicy.MayBeDone(response?.StatusCode, failure?.HttpRequestError);
            TimeSpan? asked = RetryPolicy.RetryAfter(response?.Headers.RetryAfter, time.GetUtcNow());
            TimeSpan pause = RetryPolicy.Pause(attempt, options.RetryPause, RetryPolicy.PauseMax, options.Jitter());
            pause = asked > pause ? asked.Value : pause;
            TimeSpan elapsed = time.GetElapsedTime(started);
            if (elapsed + pause > RetryFor)
            {
                string tries = $"{attempt} {(attempt == 1 ? "try" : "tries")} in {elapsed.TotalSeconds:0.#} s";
                throw await UnavailableAsync(response, asked, failure, tries, mayBeDone, cancellationToken);
            }

            SdkTelemetry.Retries.Add(1);
            TryAgain(logger, attempt, pause.TotalSeconds, Reason(response, failure));
            if (elapsed >= SilenceMax && Interlocked.Exchange(ref _isAway, 1) == 0)
            {
                Away(logger, _address.Base, elapsed.TotalSeconds, Reason(response, failure), options.RetryFor.TotalSeconds);
            }

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
                    await response.Content.LoadIntoBufferAsync(AnswerBytesMax, either.Token);
                }
                catch
                {
                    response.Dispose();
                    throw;
                }

                return response;
            }
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException(limit, ProxyNamed.Words(request), exception);
        }
        catch (Exception exception) when (exception is not HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // Handlers on the way are an application's own, and throw what they like; for us it is a try that failed.
            throw new HttpRequestException(
                $"The request failed on its way with {exception.GetType().Name}: {Reasons.Of(exception)}", exception);
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
    public static Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(
            response,
            utf8 => JsonSerializer.Deserialize(utf8.Span, type)
                ?? throw new JobOrchestratorException("The answer is the JSON word null.", response.StatusCode),
            cancellationToken);

    /// <inheritdoc cref="ReadAsync{T}(HttpResponseMessage, JsonTypeInfo{T}, CancellationToken)"/>
    /// <param name="response">The answer.</param>
    /// <param name="read">Reads its bytes, and throws when they are something else.</param>
    /// <param name="cancellationToken">The caller waits no longer.</param>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return read(WithoutMark(body));
        }
        catch (Exception exception) when (exception is not JobOrchestratorException)
        {
            string kind = body.Length == 0 ? "an empty body" : response.Content.Headers.ContentType?.MediaType ?? "a body of no type";
            throw new JobOrchestratorException(
                $"The answer ({(int)response.StatusCode}, {kind}) is not what an orchestrator says; is something else at its address, "
                    + $"or a proxy on the way? {exception.Message}",
                response.StatusCode,
                null,
                exception);
        }
    }

    /// <summary>The problem document of a refusal; null when the body is something else.</summary>
    public static async Task<JobProblem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(WithoutMark(body).Span, WireJson.Wire.JobProblem);
        }
        catch (Exception)
        {
            // Whatever it is, it is no problem document.
            return null;
        }
    }

    /// <summary>The orchestrator's JSON is UTF-8, whatever a proxy says of it.</summary>
    private static ReadOnlyMemory<byte> WithoutMark(byte[] body) => body.AsSpan().StartsWith(Mark) ? body.AsMemory(Mark.Length) : body;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The exception for an answer that is a refusal.</summary>
    public static async Task<JobOrchestratorException> RefusalAsync(
        HttpResponseMessage response, CancellationToken cancellationToken, string? jobId = null)
    {
        JobProblem? problem = await ReadProblemAsync(response, cancellationToken);
        string message = $"The orchestrator answered {(int)response.StatusCode}: {problem?.Title ?? response.ReasonPhrase}"
            + (problem?.Detail is { } detail ? $" {detail}" : "")
            + (problem?.Errors is { } errors ? $" {errors.GetRawText()}" : "")
            + (response.Headers.Location is { } elsewhere && (int)response.StatusCode is >= 300 and < 400
                ? $" (to {elsewhere}; redirects are not followed: set the orchestrator's own address)" : "");
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
            && (await response.Content.ReadAsByteArrayAsync(cancellationToken)).AsSpan().IndexOf("ERR_DIRECT_INVOKE"u8) >= 0);

    private async Task<JobOrchestratorUnavailableException> UnavailableAsync(
        HttpResponseMessage? response,
        TimeSpan? retryAfter,
        Exception? failure,
        string tries,
        bool mayBeDone,
        CancellationToken cancellationToken)
    {
        using (response)
        {
            JobProblem? problem = response is null ? null : await ReadProblemAsync(response, cancellationToken);
            return new JobOrchestratorUnavailableException(
                $"The orchestrator at {_address.Base} is not available ({tries}): {problem?.Sentence ?? Reason(response, failure)}",
                response?.StatusCode,
                problem,
                retryAfter,
                failure)
            { MayHaveBeenCarriedOut = mayBeDone };
        }
    }

    private static string Reason(HttpResponseMessage? response, Exception? failure) =>
        response is not null ? $"it answered {(int)response.StatusCode}{ProxyNamed.Words(response.RequestMessage)}"
        : failure is not null ? Reasons.Of(failure)
        : throw new UnreachableException();

    /// <summary>Whoever was told that it is away is told that it is back.</summary>
    private void Answered()
    {
        if (Volatile.Read(ref _isAway) != 0 && Interlocked.Exchange(ref _isAway, 0) != 0)
        {
            Back(logger, _address.Base);
        }
    }

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "The orchestrator at {Address} has not answered for {Seconds:0.#} s ({Reason}); calls try again for {RetryFor} s each.")]
    private static partial void Away(ILogger logger, Uri address, double seconds, string reason, double retryFor);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The orchestrator at {Address} answers again.")]
    private static partial void Back(ILogger logger, Uri address);

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Try {Attempt} failed ({Reason}); again in {Seconds} s.")]
    private static partial void TryAgain(ILogger logger, int attempt, double seconds, string reason);
}
