namespace JobOrchestrator.Sdk;

/// <content>The same for callers that cannot await. Each blocks its thread for as long as the call takes.</content>
public sealed partial class JobClient
{
    /// <summary>The blocking twin of <see cref="EnqueueAsync"/>.</summary>
    /// <inheritdoc cref="EnqueueAsync"/>
    public Job Enqueue<TInput>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueAsync(input, options, cancellationToken));

    /// <summary>The blocking twin of <see cref="RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    public TResult Run<TResult>(IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RunAsync(input, options, cancellationToken));

    /// <inheritdoc cref="Run{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    public TResult Run<TInput, TResult>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => RunAsync<TInput, TResult>(input, options, cancellationToken));

    /// <summary>The blocking twin of <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Job? Get(string jobId, CancellationToken cancellationToken = default) => Blocking.Of(() => GetAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="WhyAsync"/>.</summary>
    /// <inheritdoc cref="WhyAsync"/>
    public JobWhy Why(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => WhyAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="CancelAsync"/>.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public Job Cancel(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => CancelAsync(jobId, cancellationToken));

    /// <summary>
    /// The blocking twin of <see cref="EnqueueManyAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="EnqueueManyAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    public IReadOnlyList<Job> EnqueueMany<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueManyAsync(inputs, options, cancellationToken));

    /// <summary>
    /// The blocking twin of <see cref="EnqueueManyAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="EnqueueManyAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    public IReadOnlyList<Job> EnqueueMany(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => EnqueueManyAsync(jobs, options, cancellationToken));

    /// <summary>
    /// The blocking twin of <see cref="EnqueueEachAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="EnqueueEachAsync{TInput}(IEnumerable{TInput}, JobOptions?, CancellationToken)"/>
    public IReadOnlyList<JobSubmissionOutcome> EnqueueEach<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Blocking.Of(() => EnqueueEachAsync(inputs, options, cancellationToken));

    /// <summary>
    /// The blocking twin of <see cref="EnqueueEachAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="EnqueueEachAsync(IEnumerable{JobSubmission}, JobBatchOptions?, CancellationToken)"/>
    public IReadOnlyList<JobSubmissionOutcome> EnqueueEach(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => EnqueueEachAsync(jobs, options, cancellationToken));

    /// <summary>The blocking twin of <see cref="WaitAsync(string, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="WaitAsync(string, CancellationToken)"/>
    public Job Wait(string jobId, CancellationToken cancellationToken = default) => Blocking.Of(() => WaitAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="WaitForResultAsync"/>.</summary>
    /// <inheritdoc cref="WaitForResultAsync"/>
    public TResult WaitForResult<TResult>(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => WaitForResultAsync<TResult>(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="ListAsync"/>; pages are fetched as the list is read.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public IEnumerable<Job> List(JobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Each(ListAsync(filter, cancellationToken), cancellationToken);

    /// <summary>The blocking twin of <see cref="RetryAsync"/>.</summary>
    /// <inheritdoc cref="RetryAsync"/>
    public Job Retry(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RetryAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="PurgeAsync"/>.</summary>
    /// <inheritdoc cref="PurgeAsync"/>
    public void Purge(string jobId, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PurgeAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="ReprioritiseAsync"/>.</summary>
    /// <inheritdoc cref="ReprioritiseAsync"/>
    public Job Reprioritise(
        string jobId,
        int? priority = null,
        DateTimeOffset? runAt = null,
        long? ifSequence = null,
        CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ReprioritiseAsync(jobId, priority, runAt, ifSequence, cancellationToken));

    /// <summary>The blocking twin of <see cref="LabelAsync"/>.</summary>
    /// <inheritdoc cref="LabelAsync"/>
    public Job Label(
        string jobId,
        IReadOnlyDictionary<string, string?> labels,
        long? ifSequence = null,
        CancellationToken cancellationToken = default) =>
        Blocking.Of(() => LabelAsync(jobId, labels, ifSequence, cancellationToken));

    /// <summary>The blocking twin of <see cref="GetQueueAsync"/>.</summary>
    /// <inheritdoc cref="GetQueueAsync"/>
    public JobQueue GetQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => GetQueueAsync(queue, cancellationToken));

    /// <summary>The blocking twin of <see cref="ListQueuesAsync"/>.</summary>
    /// <inheritdoc cref="ListQueuesAsync"/>
    public IReadOnlyList<JobQueue> ListQueues(CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ListQueuesAsync(cancellationToken));

    /// <summary>The blocking twin of <see cref="PauseQueueAsync(string, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="PauseQueueAsync(string, CancellationToken)"/>
    public JobQueue PauseQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PauseQueueAsync(queue, cancellationToken));

    /// <summary>The blocking twin of <see cref="PauseQueueAsync(string, string, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="PauseQueueAsync(string, string, CancellationToken)"/>
    public JobQueue PauseQueue(string queue, string reason, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PauseQueueAsync(queue, reason, cancellationToken));

    /// <summary>The blocking twin of <see cref="ResumeQueueAsync"/>.</summary>
    /// <inheritdoc cref="ResumeQueueAsync"/>
    public JobQueue ResumeQueue(string queue, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ResumeQueueAsync(queue, cancellationToken));

    /// <summary>The blocking twin of <see cref="ChooseQueueEventsAsync"/>.</summary>
    /// <inheritdoc cref="ChooseQueueEventsAsync"/>
    public JobQueue ChooseQueueEvents(
        string queue, IReadOnlyCollection<JobEventKind> published, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => ChooseQueueEventsAsync(queue, published, cancellationToken));

    /// <summary>The blocking twin of <see cref="RetryQueueAsync"/>.</summary>
    /// <inheritdoc cref="RetryQueueAsync"/>
    public JobReplay RetryQueue(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => RetryQueueAsync(queue, filter, cancellationToken));

    /// <summary>The blocking twin of <see cref="PurgeQueueAsync"/>.</summary>
    /// <inheritdoc cref="PurgeQueueAsync"/>
    public int PurgeQueue(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) =>
        Blocking.Of(() => PurgeQueueAsync(queue, filter, cancellationToken));
}
