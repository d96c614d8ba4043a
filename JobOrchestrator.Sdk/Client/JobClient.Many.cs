using System.Diagnostics;

namespace JobOrchestrator.Sdk;

/// <content>Many jobs at once.</content>
public sealed partial class JobClient
{
    /// <summary>
    /// Submits many jobs of one type in one request, all or none of them, and returns their documents in the same order.
    /// </summary>
    /// <param name="inputs">The jobs' inputs.</param>
    /// <param name="options">What is different about these jobs; its idempotency key counts for all of them together.</param>
    /// <param name="cancellationToken">Stops the tries; the jobs may have been accepted.</param>
    /// <remarks>
    /// All jobs wait in one queue (or in queues that are stored together), and one write to the store has to hold them: some 900
    /// small jobs with the local store, 88 where a store takes 100 operations at once. Beyond that the request is refused;
    /// <see cref="EnqueueEachAsync{TInput}"/> has no such bound.
    /// </remarks>
    /// <exception cref="DuplicateJobException">
    /// A unique key or external id is taken; <see cref="JobProblem.Index"/> says whose. No job was made.
    /// </exception>
    /// <exception cref="JobOrchestratorException">
    /// Refused: too many for one write (413), queues that are stored apart (422). No job was made.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing says which type of job this is.</exception>
    public Task<IReadOnlyList<Job>> EnqueueManyAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        EnqueueManyAsync(Alike(inputs, options), ForAll(options), cancellationToken);

    /// <summary>Submits many jobs, of several types or with options of their own, in one request, all or none of them.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="options">What counts for all of them.</param>
    /// <param name="cancellationToken">Stops the tries; the jobs may have been accepted.</param>
    /// <exception cref="ArgumentException">A job has an idempotency key or a treatment of duplicates of its own.</exception>
    /// <inheritdoc cref="EnqueueManyAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    public async Task<IReadOnlyList<Job>> EnqueueManyAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new JobBatchOptions();
        int count = 0;
        if (SubmissionChunks.Whole(Bodies(jobs, () => count++)) is not { } body)
        {
            return [];
        }

        string key = IdempotencyKeys.Checked(options.IdempotencyKey, IdempotencyKeys.ManyMax) ?? _api.Options.NewKey();
        using Activity? activity = SdkTelemetry.Source.StartActivity("enqueue many", System.Diagnostics.ActivityKind.Producer);
        using HttpResponseMessage response = await _api.SendAsync(
            () => Batch(body, BatchPath(atomic: true, options.OnDuplicate), key), TimeSpan.Zero, cancellationToken);
        return response.IsSuccessStatusCode
            ? All(count, await JobApi.ReadAsync(response, WireJson.Wire.ListJob, cancellationToken))
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }

    /// <summary>
    /// Submits any number of jobs of one type, each by itself: some may be refused. Sent in requests of up to 1,000 jobs and 3 MiB,
    /// one after the other.
    /// </summary>
    /// <param name="inputs">The jobs' inputs.</param>
    /// <param name="options">What is different about these jobs; its idempotency key counts for all of them together.</param>
    /// <param name="cancellationToken">Stops the tries; some jobs may have been accepted.</param>
    /// <returns>What became of each, in the same order.</returns>
    /// <remarks>
    /// A job that is refused because the store or its queue cannot take it at the moment is tried again for
    /// <see cref="JobClientOptions.RetryFor"/>.
    /// </remarks>
    /// <exception cref="JobOrchestratorUnavailableException">
    /// The orchestrator was away for too long. Jobs of earlier requests have been accepted: the same call with the same idempotency key
    /// makes none twice.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing says which type of job this is.</exception>
    public Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        EnqueueEachAsync(Alike(inputs, options), ForAll(options), cancellationToken);

    /// <summary>Submits any number of jobs, of several types or with options of their own, each by itself: some may be refused.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="options">What counts for all of them.</param>
    /// <param name="cancellationToken">Stops the tries; some jobs may have been accepted.</param>
    /// <exception cref="ArgumentException">A job has an idempotency key or a treatment of duplicates of its own.</exception>
    /// <inheritdoc cref="EnqueueEachAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    public async Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new JobBatchOptions();
        string key = IdempotencyKeys.Checked(options.IdempotencyKey, IdempotencyKeys.ManyMax) ?? _api.Options.NewKey();
        string path = BatchPath(atomic: false, options.OnDuplicate);
        var outcomes = new List<JobSubmissionOutcome>();
        using Activity? activity = SdkTelemetry.Source.StartActivity("enqueue each", System.Diagnostics.ActivityKind.Producer);
        int number = 0, count = 0;
        foreach (ReadOnlyMemory<byte> chunk in SubmissionChunks.Of(Bodies(jobs, () => count++)))
        {
            // The first has the key itself, so that few jobs are sent as they would be all at once.
            string chunkKey = number == 0 ? key : $"{key}.{number}";
            outcomes.AddRange(await SendChunkAsync(() => Batch(chunk, path, chunkKey), cancellationToken));
            number++;
        }

        return All(count, outcomes);
    }

    /// <summary>
    /// Sends one request, and the same again while it tells of jobs that can be taken later: those that were taken are recognised by
    /// the key.
    /// </summary>
    private async Task<List<JobSubmissionOutcome>> SendChunkAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        long started = _api.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            using HttpResponseMessage response = await _api.SendAsync(make, TimeSpan.Zero, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await JobApi.RefusalAsync(response, cancellationToken);
            }

            List<JobSubmissionOutcome> outcomes = await JobApi.ReadAsync(
                response, WireJson.Wire.ListJobSubmissionOutcome, cancellationToken);
            TimeSpan pause = RetryPolicy.Pause(attempt, _api.Options.RetryPause, RetryPolicy.PauseMax, _api.Options.Jitter());
            if (!outcomes.Exists(outcome => outcome is not null && RetryPolicy.IsTransient(outcome.Status))
                || _api.Time.GetElapsedTime(started) + pause > _api.RetryFor)
            {
                return outcomes;
            }

            SdkTelemetry.Retries.Add(1);
            await Task.Delay(pause, _api.Time, cancellationToken);
        }
    }

    /// <summary>The answer, which is told apart by its order alone: with one too few, each would be taken for another.</summary>
    private static List<T> All<T>(int count, List<T> answered)
        where T : class =>
        answered.Count == count && !answered.Contains(null!)
            ? answered
            : throw new JobOrchestratorException($"The answers are about {answered.Count} jobs, and {count} were sent.");

    private IEnumerable<SubmitRequest> Bodies(IEnumerable<JobSubmission> jobs, Action each)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return jobs.Select(job =>
        {
            each();
            return Submission.InBatch(job, _types, _api.Options);
        });
    }

    internal static IEnumerable<JobSubmission> Alike<TInput>(IEnumerable<TInput> inputs, JobOptions? options)
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(inputs);
        JobOptions? own = options is null ? null : options with { IdempotencyKey = null, OnDuplicate = JobDuplicate.Reject };
        return inputs.Select(input => new JobSubmission(input, own) { Declared = typeof(TInput) });
    }

    internal static JobBatchOptions ForAll(JobOptions? options) =>
        options is null
            ? new JobBatchOptions()
            : new JobBatchOptions { IdempotencyKey = options.IdempotencyKey, OnDuplicate = options.OnDuplicate };

    private static HttpRequestMessage Batch(ReadOnlyMemory<byte> body, string path, string key)
    {
        HttpRequestMessage request = JobApi.Request(HttpMethod.Post, path);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }

    private static string BatchPath(bool atomic, JobDuplicate onDuplicate) =>
        $"jobs/batch?atomic={(atomic ? "true" : "false")}" + onDuplicate switch
        {
            JobDuplicate.Reject => "",
            JobDuplicate.Return => "&onDuplicate=return",
            JobDuplicate.Replace => "&onDuplicate=replace",
        };
}
