namespace JobOrchestrator.Sdk;

/// <summary>
/// What <see cref="JobClient"/> does, for callers that are to be tested without an orchestrator: take this in their constructors, and give
/// them a <c>FakeJobClient</c> (package <c>JobOrchestrator.Sdk.Testing</c>) in tests. <c>AddJobClient()</c> registers both. It grows with
/// <see cref="JobClient"/>; the blocking calls have bodies, by the others.
/// </summary>
public interface IJobClient
{
    /// <inheritdoc cref="JobClient.EnqueueAsync{TInput}(TInput, JobOptions?, CancellationToken)"/>
    Task<Job> EnqueueAsync<TInput>(
        TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull;

    /// <inheritdoc cref="JobClient.RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    Task<TResult> RunAsync<TResult>(
        IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.RunAsync{TInput, TResult}(TInput, JobOptions?, CancellationToken)"/>
    Task<TResult> RunAsync<TInput, TResult>(
        TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull;

    /// <inheritdoc cref="JobClient.GetAsync(string, CancellationToken)"/>
    Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.WhyAsync(string, CancellationToken)"/>
    Task<JobWhy> WhyAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.WaitAsync(string, CancellationToken)"/>
    Task<Job> WaitAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.WaitForResultAsync{TResult}(string, CancellationToken)"/>
    Task<TResult> WaitForResultAsync<TResult>(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.WatchAsync(string, CancellationToken)"/>
    IAsyncEnumerable<Job> WatchAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.ListAsync(JobFilter?, CancellationToken)"/>
    IAsyncEnumerable<Job> ListAsync(JobFilter? filter = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.EnqueueManyAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    Task<IReadOnlyList<Job>> EnqueueManyAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull;

    /// <inheritdoc cref="JobClient.EnqueueManyAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    Task<IReadOnlyList<Job>> EnqueueManyAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.EnqueueEachAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull;

    /// <inheritdoc cref="JobClient.EnqueueEachAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.CancelAsync(string, CancellationToken)"/>
    Task<Job> CancelAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.RetryAsync(string, CancellationToken)"/>
    Task<Job> RetryAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.PurgeAsync(string, CancellationToken)"/>
    Task PurgeAsync(string jobId, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.ReprioritiseAsync(string, int?, DateTimeOffset?, long?, CancellationToken)"/>
    Task<Job> ReprioritiseAsync(
        string jobId,
        int? priority = null,
        DateTimeOffset? runAt = null,
        long? ifSequence = null,
        CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.LabelAsync(string, IReadOnlyDictionary{string, string}, long?, CancellationToken)"/>
    Task<Job> LabelAsync(
        string jobId,
        IReadOnlyDictionary<string, string?> labels,
        long? ifSequence = null,
        CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.GetQueueAsync(string, CancellationToken)"/>
    Task<JobQueue> GetQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.ListQueuesAsync(CancellationToken)"/>
    Task<IReadOnlyList<JobQueue>> ListQueuesAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.PauseQueueAsync(string, CancellationToken)"/>
    Task<JobQueue> PauseQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.PauseQueueAsync(string, string, CancellationToken)"/>
    Task<JobQueue> PauseQueueAsync(string queue, string reason, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.ResumeQueueAsync(string, CancellationToken)"/>
    Task<JobQueue> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.ChooseQueueEventsAsync(string, IReadOnlyCollection{JobEventKind}, CancellationToken)"/>
    Task<JobQueue> ChooseQueueEventsAsync(
        string queue, IReadOnlyCollection<JobEventKind> published, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.RetryQueueAsync(string, FinishedJobFilter?, CancellationToken)"/>
    Task<JobReplay> RetryQueueAsync(
        string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.PurgeQueueAsync(string, FinishedJobFilter?, CancellationToken)"/>
    Task<int> PurgeQueueAsync(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobClient.Enqueue{TInput}(TInput, JobOptions?, CancellationToken)"/>
    Job Enqueue<TInput>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueAsync(input, options, cancellationToken));

    /// <inheritdoc cref="JobClient.Run{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    TResult Run<TResult>(IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RunAsync(input, options, cancellationToken));

    /// <inheritdoc cref="JobClient.Run{TInput, TResult}(TInput, JobOptions?, CancellationToken)"/>
    TResult Run<TInput, TResult>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => RunAsync<TInput, TResult>(input, options, cancellationToken));

    /// <inheritdoc cref="JobClient.Get(string, CancellationToken)"/>
    Job? Get(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => GetAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.Why(string, CancellationToken)"/>
    JobWhy Why(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => WhyAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.Cancel(string, CancellationToken)"/>
    Job Cancel(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => CancelAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.EnqueueMany{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    IReadOnlyList<Job> EnqueueMany<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueManyAsync(inputs, options, cancellationToken));

    /// <inheritdoc cref="JobClient.EnqueueMany(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    IReadOnlyList<Job> EnqueueMany(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => EnqueueManyAsync(jobs, options, cancellationToken));

    /// <inheritdoc cref="JobClient.EnqueueEach{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    IReadOnlyList<JobSubmissionOutcome> EnqueueEach<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueEachAsync(inputs, options, cancellationToken));

    /// <inheritdoc cref="JobClient.EnqueueEach(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    IReadOnlyList<JobSubmissionOutcome> EnqueueEach(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => EnqueueEachAsync(jobs, options, cancellationToken));

    /// <inheritdoc cref="JobClient.Wait(string, CancellationToken)"/>
    Job Wait(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => WaitAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.WaitForResult{TResult}(string, CancellationToken)"/>
    TResult WaitForResult<TResult>(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => WaitForResultAsync<TResult>(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.Retry(string, CancellationToken)"/>
    Job Retry(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RetryAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.Purge(string, CancellationToken)"/>
    void Purge(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PurgeAsync(jobId, cancellationToken));

    /// <inheritdoc cref="JobClient.Reprioritise(string, int?, DateTimeOffset?, long?, CancellationToken)"/>
    Job Reprioritise(
        string jobId,
        int? priority = null,
        DateTimeOffset? runAt = null,
        long? ifSequence = null,
        CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ReprioritiseAsync(jobId, priority, runAt, ifSequence, cancellationToken));

    /// <inheritdoc cref="JobClient.Label(string, IReadOnlyDictionary{string, string}, long?, CancellationToken)"/>
    Job Label(
        string jobId,
        IReadOnlyDictionary<string, string?> labels,
        long? ifSequence = null,
        CancellationToken cancellationToken = default) =>
        Blocking.Of(() => LabelAsync(jobId, labels, ifSequence, cancellationToken));

    /// <inheritdoc cref="JobClient.GetQueue(string, CancellationToken)"/>
    JobQueue GetQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => GetQueueAsync(queue, cancellationToken));

    /// <inheritdoc cref="JobClient.ListQueues(CancellationToken)"/>
    IReadOnlyList<JobQueue> ListQueues(CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ListQueuesAsync(cancellationToken));

    /// <inheritdoc cref="JobClient.PauseQueue(string, CancellationToken)"/>
    JobQueue PauseQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PauseQueueAsync(queue, cancellationToken));

    /// <inheritdoc cref="JobClient.PauseQueue(string, string, CancellationToken)"/>
    JobQueue PauseQueue(string queue, string reason, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PauseQueueAsync(queue, reason, cancellationToken));

    /// <inheritdoc cref="JobClient.ResumeQueue(string, CancellationToken)"/>
    JobQueue ResumeQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ResumeQueueAsync(queue, cancellationToken));

    /// <inheritdoc cref="JobClient.ChooseQueueEvents(string, IReadOnlyCollection{JobEventKind}, CancellationToken)"/>
    JobQueue ChooseQueueEvents(
        string queue, IReadOnlyCollection<JobEventKind> published, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ChooseQueueEventsAsync(queue, published, cancellationToken));

    /// <inheritdoc cref="JobClient.RetryQueue(string, FinishedJobFilter?, CancellationToken)"/>
    JobReplay RetryQueue(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RetryQueueAsync(queue, filter, cancellationToken));

    /// <inheritdoc cref="JobClient.PurgeQueue(string, FinishedJobFilter?, CancellationToken)"/>
    int PurgeQueue(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PurgeQueueAsync(queue, filter, cancellationToken));

    /// <inheritdoc cref="JobClient.List(JobFilter?, CancellationToken)"/>
    IEnumerable<Job> List(JobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Each(ListAsync(filter, cancellationToken), cancellationToken);
}
