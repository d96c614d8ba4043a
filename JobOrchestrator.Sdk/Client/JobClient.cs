using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Starts jobs and follows them. Thread-safe; one for the whole process (<c>AddJobClient()</c>, or the constructor where there is no
/// container).
/// </summary>
/// <remarks>
/// Every call is tried again with growing pauses while the orchestrator cannot be reached or answers 408, 425, 429, 502, 503, 504 or what
/// gateways say in its place (520 to 530), for up to <see cref="JobClientOptions.RetryFor"/>, and then throws
/// <see cref="JobOrchestratorUnavailableException"/>. A refusal throws <see cref="JobOrchestratorException"/> at once. Cancelling a call
/// stops the waiting; it never cancels a job.
/// </remarks>
public sealed partial class JobClient : IJobClient, IDisposable
{
    /// <summary>The name under which <c>IHttpClientFactory</c> makes the SDK's clients: <c>JobOrchestrator.Sdk</c>.</summary>
    public const string HttpClientName = "JobOrchestrator.Sdk";

    // What an orchestrator that answers a long poll at once, against the contract, costs at most: one request in this time.
    private static readonly TimeSpan PollPause = TimeSpan.FromSeconds(1);

    // An address at which nobody answers, not even with a refusal, is to be heard of before the try is over.
    private static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(10);

#pragma warning disable RS0030 // Without a container there is nobody to hand in a clock.
    private static TimeProvider SystemTime => TimeProvider.System;
#pragma warning restore RS0030

    private readonly JobApi _api;
    private readonly JobTypes _types;
    private readonly HttpMessageInvoker? _ownHttp;

    /// <summary>A client of its own, without a container.</summary>
    /// <param name="options">Where the orchestrator is; the defaults when null.</param>
    /// <exception cref="ArgumentException">
    /// The address does not begin with http:// or https://, or a time or the API key cannot be used.
    /// </exception>
    public JobClient(JobClientOptions? options = null)
    {
        options ??= new JobClientOptions();
        JobClientTimes.Require(options);
        JobClientKey.Require(options);
        _ownHttp = new HttpMessageInvoker(new ProxyNamed { InnerHandler = NewHandler(options) });
        _api = new JobApi(() => _ownHttp, options, null, SystemTime, NullLogger<JobApi>.Instance);
        _types = new JobTypes([]);
    }

    /// <summary>
    /// A client over somebody else's connections: one for each caller whose key is another, all over the same ones. Cheap to make.
    /// </summary>
    /// <param name="options">Where the orchestrator is, and with which key.</param>
    /// <param name="http">The connections; not disposed of with the client. Redirects are not to be followed.</param>
    /// <exception cref="ArgumentException">
    /// The address does not begin with http:// or https://, or a time or the API key cannot be used.
    /// </exception>
    public JobClient(JobClientOptions options, HttpMessageInvoker http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        JobClientTimes.Require(options);
        JobClientKey.Require(options);
        _api = new JobApi(() => http, options, null, SystemTime, NullLogger<JobApi>.Instance);
        _types = new JobTypes([]);
    }

    internal JobClient(JobApi api, JobTypes types) => (_api, _types) = (api, types);

    /// <summary>Its way to the orchestrator.</summary>
    internal JobApi Api => _api;

    /// <summary>Submits a job and returns at once with its document.</summary>
    /// <param name="input">
    /// The job's input, with <see cref="JobTypeAttribute"/> on its type unless the options or a registered processor name the job's type.
    /// </param>
    /// <param name="options">What is different about this job.</param>
    /// <param name="cancellationToken">Stops the tries; the job may have been accepted.</param>
    /// <exception cref="DuplicateJobException">Its unique key or external id is taken.</exception>
    /// <exception cref="InvalidOperationException">Nothing says which type of job this is.</exception>
    public async Task<Job> EnqueueAsync<TInput>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        await SubmitAsync(input, options, TimeSpan.Zero, cancellationToken);

    /// <summary>Submits a job, waits for its end, and returns its result.</summary>
    /// <param name="input">The job's input.</param>
    /// <param name="options">What is different about this job.</param>
    /// <param name="cancellationToken">Stops the waiting; the job goes on.</param>
    /// <returns>The result; default when the processor returned nothing.</returns>
    /// <exception cref="JobFailedException">The job failed; it holds the job's error.</exception>
    /// <exception cref="JobCancelledException">The job was cancelled.</exception>
    /// <exception cref="JobResultException">Its result cannot be read as <typeparamref name="TResult"/>.</exception>
    public Task<TResult> RunAsync<TResult>(
        IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync<IJob<TResult>, TResult>(input, options, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    public async Task<TResult> RunAsync<TInput, TResult>(
        TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        Job job = await SubmitAsync(input, options, _api.PollWait, cancellationToken);
        return JobResult.Of<TResult>(await WaitAsync(job, cancellationToken), _api.Options.Json);
    }

    /// <summary>The job as it is now; null when there is none by this id.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    public async Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Get, Path(jobId)), TimeSpan.Zero, cancellationToken);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? null
            : Same(jobId, await ReadJobAsync(response, jobId, cancellationToken), response);
    }

    /// <summary>Why a job waits, and about until when; of one that has ended, how its time was spent.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<JobWhy> WhyAsync(string jobId, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Get, Path(jobId) + "/why"), TimeSpan.Zero, cancellationToken);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? throw new JobNotFoundException(jobId, response.StatusCode, null)
            : response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, WireJson.Wire.JobWhy, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }

    /// <summary>Waits for a job's end and returns it, however it ended.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the waiting; the job goes on.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<Job> WaitAsync(string jobId, CancellationToken cancellationToken = default)
    {
        Job job = await GetAsync(jobId, cancellationToken) ?? throw new JobNotFoundException(jobId, HttpStatusCode.NotFound, null);
        return await WaitAsync(job, cancellationToken);
    }

    /// <summary>Waits for a job's end and returns its result; default when there is none.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the waiting; the job goes on.</param>
    /// <exception cref="JobFailedException">The job failed.</exception>
    /// <exception cref="JobCancelledException">The job was cancelled.</exception>
    /// <exception cref="JobResultException">Its result cannot be read as <typeparamref name="TResult"/>.</exception>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async Task<TResult> WaitForResultAsync<TResult>(string jobId, CancellationToken cancellationToken = default) =>
        JobResult.Of<TResult>(await WaitAsync(jobId, cancellationToken), _api.Options.Json);

    /// <summary>
    /// The job now, and again after every change, until its end. Changes that follow each other fast may be seen as one.
    /// </summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the watching.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    public async IAsyncEnumerable<Job> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Job job = await GetAsync(jobId, cancellationToken) ?? throw new JobNotFoundException(jobId, HttpStatusCode.NotFound, null);
        while (true)
        {
            yield return job;
            if (job.IsFinished)
            {
                yield break;
            }

            job = await NextAsync(job, cancellationToken);
        }
    }

    /// <summary>Lists jobs; pages are fetched as the list is read.</summary>
    /// <param name="filter">Which jobs; all when null.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<Job> ListAsync(
        JobFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (string? path = ListPath(filter ?? new JobFilter()); path is not null;)
        {
            string page = path;
            using HttpResponseMessage response = await _api.SendAsync(
                () => JobApi.Request(HttpMethod.Get, page), TimeSpan.Zero, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await JobApi.RefusalAsync(response, cancellationToken);
            }

            foreach (Job job in await JobApi.ReadAsync(response, WireJson.Wire.ListJob, cancellationToken))
            {
                yield return job;
            }

            path = LinkHeader.Next(response, "jobs", page);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ownHttp?.Dispose();

    /// <summary>
    /// Connections are replaced every two minutes, so that a moved orchestrator is found. No redirect is followed: it would make a GET
    /// of a submission, and the page of a login of an answer.
    /// </summary>
    internal static SocketsHttpHandler NewHandler(JobClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = ConnectMax,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
        };
        if (!options.UseHttpClientDefaults)
        {
#pragma warning disable RS0030 // What the environment says of proxies stands there.
            handler.Proxy = new LoopbackDirect(HttpClient.DefaultProxy);
#pragma warning restore RS0030
        }

        return handler;
    }

    private async Task<Job> SubmitAsync<TInput>(TInput input, JobOptions? options, TimeSpan wait, CancellationToken cancellationToken)
        where TInput : notnull
    {
        options ??= new JobOptions();
        SubmitRequest body = Submission.Of(input, typeof(TInput), _types, options, _api.Options);
        string key = IdempotencyKeys.Checked(options.IdempotencyKey) ?? _api.Options.NewKey();
        string path = options.OnDuplicate switch
        {
            JobDuplicate.Reject => "jobs",
            JobDuplicate.Return => "jobs?onDuplicate=return",
            JobDuplicate.Replace => "jobs?onDuplicate=replace",
        };
        using Activity? activity = SdkTelemetry.Source.StartActivity($"enqueue {body.Type}", System.Diagnostics.ActivityKind.Producer);
        using HttpResponseMessage response = await _api.SendAsync(Make, wait, cancellationToken);
        return await ReadJobAsync(response, null, cancellationToken);

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Post, path, body, WireJson.Wire.SubmitRequest);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            request.Headers.TryAddWithoutValidation("Prefer", wait > TimeSpan.Zero ? Prefer(wait) : "respond-async");
            return request;
        }
    }

    private async Task<Job> WaitAsync(Job job, CancellationToken cancellationToken)
    {
        while (!job.IsFinished)
        {
            job = await NextAsync(job, cancellationToken);
        }

        return job;
    }

    /// <summary>The job once it is another than the one given: long polls, one after the other.</summary>
    private async Task<Job> NextAsync(Job job, CancellationToken cancellationToken)
    {
        TimeSpan wait = _api.PollWait;
        while (true)
        {
            long started = _api.Time.GetTimestamp();
            using HttpResponseMessage response = await _api.SendAsync(Make, wait, cancellationToken);
            if (response.StatusCode != HttpStatusCode.NotModified)
            {
                Job next = Same(job.Id, await ReadJobAsync(response, job.Id, cancellationToken), response);
                if (next.Sequence != job.Sequence || next.IsFinished)
                {
                    return next;
                }
            }

            if (_api.Time.GetElapsedTime(started) is var waited && waited < PollPause && waited < wait)
            {
                await Task.Delay(PollPause, _api.Time, cancellationToken);
            }
        }

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Get, Path(job.Id));
            request.Headers.TryAddWithoutValidation("Prefer", Prefer(wait));
            request.Headers.TryAddWithoutValidation("If-None-Match", string.Create(CultureInfo.InvariantCulture, $"\"{job.Sequence}\""));
            return request;
        }
    }

    private static async Task<Job> ReadJobAsync(HttpResponseMessage response, string? jobId, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, WireJson.Wire.Job, cancellationToken) is { Id.Length: > 0 } job
                ? job
                : throw new JobOrchestratorException("The answer is a job without an id.", response.StatusCode)
            : throw await JobApi.RefusalAsync(response, cancellationToken, jobId);

    /// <summary>Whatever has kept an answer for somebody else does not hand out that job's result for this one's.</summary>
    private static Job Same(string jobId, Job job, HttpResponseMessage response) =>
        string.Equals(job.Id, jobId, StringComparison.OrdinalIgnoreCase)
            ? job
            : throw new JobOrchestratorException(
                $"The answer is job {job.Id}, and {jobId} was asked for; does a proxy on the way keep answers?",
                response.StatusCode);

    private string Path(string jobId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(jobId);
        return $"jobs/{_api.Segment(jobId)}";
    }

    internal static string Prefer(TimeSpan wait) =>
        string.Create(CultureInfo.InvariantCulture, $"wait={Math.Ceiling(wait.TotalSeconds):0}");

    private static string ListPath(JobFilter filter) => ListPath(filter, filter.PageSize, null);

    internal static string ListPath(JobFilter filter, int limit, string? cursor) => "jobs" + QueryOf(
        ("q", filter.Query),
        ("tz", filter.TimeZone),
        ("sort", filter.Sort),
        ("look", filter.Look?.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)),
        ("status", filter.Status?.ToString()),
        ("queue", filter.Queue),
        ("owner", filter.Owner),
        ("type", filter.Type),
        ("createdAfter", InstantOf(filter.CreatedAfter)),
        ("createdBefore", InstantOf(filter.CreatedBefore)),
        ("limit", limit.ToString(CultureInfo.InvariantCulture)),
        ("cursor", cursor));

    internal static string? InstantOf(DateTimeOffset? instant) => instant?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    internal static string QueryOf(params (string Name, string? Value)[] members) =>
        "?" + string.Join(
            '&',
            members.Where(member => member.Value is not null)
                .Select(member => $"{member.Name}={Uri.EscapeDataString(WholeText.Require(member.Value, member.Name)!)}"));
}
