using System.Runtime.CompilerServices;

namespace JobOrchestrator.Sdk.Testing;

/// <content>What the caller under test calls.</content>
public sealed partial class FakeJobClient
{
    /// <inheritdoc/>
    public Task<Job> EnqueueAsync<TInput>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull => Call(() => Submit(input, options), cancellationToken);

    /// <inheritdoc/>
    public Task<TResult> RunAsync<TResult>(
        IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync<IJob<TResult>, TResult>(input, options, cancellationToken);

    /// <inheritdoc/>
    public async Task<TResult> RunAsync<TInput, TResult>(
        TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        await WaitForResultAsync<TResult>((await EnqueueAsync(input, options, cancellationToken)).Id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Job>> EnqueueManyAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        EnqueueManyAsync(JobClient.Alike(inputs, options), JobClient.ForAll(options), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Job>> EnqueueManyAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Call<IReadOnlyList<Job>>(() => SubmitAll(jobs, options ?? new JobBatchOptions()), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync<TInput>(
        IEnumerable<TInput> inputs, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        EnqueueEachAsync(JobClient.Alike(inputs, options), JobClient.ForAll(options), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSubmissionOutcome>> EnqueueEachAsync(
        IEnumerable<JobSubmission> jobs, JobBatchOptions? options = null, CancellationToken cancellationToken = default) =>
        Call(
            () => (IReadOnlyList<JobSubmissionOutcome>)[.. Written(jobs).Select(
                (one, index) => Outcome(one.Submission, one.Request, options ?? new JobBatchOptions(), index))],
            cancellationToken);

    /// <inheritdoc/>
    public Task<Job?> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        Call(() => _book.Find(jobId), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>There are no workers here: of a job that waits it says just that.</remarks>
    public Task<JobWhy> WhyAsync(string jobId, CancellationToken cancellationToken = default) =>
        Call(() => _book.Why(jobId), cancellationToken);

    /// <inheritdoc/>
    public async Task<Job> WaitAsync(string jobId, CancellationToken cancellationToken = default)
    {
        Job last = null!;
        await foreach (Job job in WatchAsync(jobId, cancellationToken))
        {
            last = job;
        }

        return last;
    }

    /// <inheritdoc/>
    public async Task<TResult> WaitForResultAsync<TResult>(string jobId, CancellationToken cancellationToken = default) =>
        JobResult.Of<TResult>(await WaitAsync(jobId, cancellationToken), _options.Json);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Job> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long seen = 0;
        while (true)
        {
            Reach(cancellationToken);
            (Job job, Task changed) = _book.Look(jobId);
            if (job.Sequence != seen)
            {
                seen = job.Sequence;
                yield return job;
            }

            if (job.IsFinished)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Job> ListAsync(
        JobFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Reach(cancellationToken);
        filter ??= new JobFilter();
        if (filter.Query is not null)
        {
            throw new NotSupportedException("The fake reads no queries: filter by status, queue, owner, type and times.");
        }

        IEnumerable<Job> all = filter.Sort == "created" ? _book.All() : _book.All().Reverse();
        foreach (Job job in all.Where(job => (filter.Status is null || job.Status == filter.Status)
            && (filter.Queue is null || job.Queue == filter.Queue)
            && (filter.Owner is null || job.Owner == filter.Owner)
            && (filter.Type is null || job.Type == filter.Type)
            && (filter.CreatedAfter is null || job.CreatedAt > filter.CreatedAfter)
            && (filter.CreatedBefore is null || job.CreatedAt < filter.CreatedBefore)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return job;
        }
    }

    /// <inheritdoc/>
    public Task<Job> CancelAsync(string jobId, CancellationToken cancellationToken = default) =>
        Call(() => _book.Cancel(jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<Job> RetryAsync(string jobId, CancellationToken cancellationToken = default) =>
        Call(() => _book.Retry(jobId), cancellationToken);

    /// <inheritdoc/>
    public Task PurgeAsync(string jobId, CancellationToken cancellationToken = default) => Call(
        () =>
        {
            _book.Purge(jobId);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Job> ReprioritiseAsync(
        string jobId,
        int? priority = null,
        DateTimeOffset? runAt = null,
        long? ifSequence = null,
        CancellationToken cancellationToken = default) =>
        priority is null && runAt is null
            ? throw new ArgumentException("Nothing would change: give a priority, an instant or both.", nameof(priority))
            : Call(() => _book.Move(jobId, priority, runAt, ifSequence), cancellationToken);

    /// <inheritdoc/>
    public Task<Job> LabelAsync(
        string jobId,
        IReadOnlyDictionary<string, string?> labels,
        long? ifSequence = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Call(() => _book.Label(jobId, labels, ifSequence), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobQueue> GetQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        Call(() => _book.Queue(queue), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobQueue>> ListQueuesAsync(CancellationToken cancellationToken = default) =>
        Call(_book.Queues, cancellationToken);

    /// <inheritdoc/>
    public Task<JobQueue> PauseQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        Call(() => _book.Pause(queue), cancellationToken);

    /// <inheritdoc/>
    public Task<JobQueue> PauseQueueAsync(string queue, string reason, CancellationToken cancellationToken = default) =>
        Call(() => _book.Pause(queue, reason), cancellationToken);

    /// <inheritdoc/>
    public Task<JobQueue> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        Call(() => _book.Resume(queue), cancellationToken);

    /// <inheritdoc/>
    public Task<JobQueue> ChooseQueueEventsAsync(
        string queue, IReadOnlyCollection<JobEventKind> published, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(published);
        return Call(() => _book.ChooseEvents(queue, published), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobReplay> RetryQueueAsync(
        string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) => Call(
        () =>
        {
            int retried = 0, skipped = 0;
            foreach (Job job in _book.Finished(queue, filter).Where(job => job.RetriedAs is null))
            {
                try
                {
                    _book.Retry(job.Id);
                    retried++;
                }
                catch (DuplicateJobException)
                {
                    skipped++;
                }
            }

            return new JobReplay(retried, skipped);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PurgeQueueAsync(
        string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default) => Call(
        () =>
        {
            IReadOnlyList<Job> finished = _book.Finished(queue, filter);
            foreach (Job job in finished)
            {
                _book.Purge(job.Id);
            }

            return finished.Count;
        },
        cancellationToken);

    private Job Submit<TInput>(TInput input, JobOptions? options)
        where TInput : notnull
    {
        options ??= new JobOptions();
        FakeAnswer made = _book.Submit(
            Submission.Of(input, typeof(TInput), _types, options, _options),
            IdempotencyKeys.Checked(options.IdempotencyKey),
            options.OnDuplicate);
        Note(input, options, made);
        return made.Job;
    }

    private List<Job> SubmitAll(IEnumerable<JobSubmission> jobs, JobBatchOptions options)
    {
        List<(JobSubmission Submission, SubmitRequest Request)> all = Written(jobs);
        for (int index = 0; index < all.Count; index++)
        {
            FakeRefusals.Check(all[index].Request, index);
        }

        List<FakeAnswer> made = _book.Atomically(() => all.Select((one, index) => _book.Submit(
            one.Request, KeyOf(options, index), options.OnDuplicate, index)).ToList());
        foreach (((JobSubmission submission, _), FakeAnswer one) in all.Zip(made))
        {
            Note(submission.Input, submission.Options, one);
        }

        return made.ConvertAll(one => one.Job);
    }

    private JobSubmissionOutcome Outcome(JobSubmission submission, SubmitRequest request, JobBatchOptions options, int index)
    {
        try
        {
            FakeAnswer made = _book.Submit(request, KeyOf(options, index), options.OnDuplicate, index);
            Note(submission.Input, submission.Options, made);
            return new JobSubmissionOutcome(made.Status, made.Job);
        }
        catch (JobOrchestratorException refused)
        {
            return new JobSubmissionOutcome(refused.Status!.Value, Problem: refused.Problem);
        }
    }

    private List<(JobSubmission Submission, SubmitRequest Request)> Written(IEnumerable<JobSubmission> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return [.. jobs.Select(job => (job, Submission.InBatch(job, _types, _options)))];
    }

    private static string? KeyOf(JobBatchOptions options, int index) =>
        IdempotencyKeys.Checked(options.IdempotencyKey, IdempotencyKeys.ManyMax) is { } key ? $"{key}#{index}" : null;

    private void Note(object input, JobOptions? options, FakeAnswer made)
    {
        _submissions.Enqueue(new FakeSubmission(input, options ?? new JobOptions(), made.Job));
        foreach (Action<Job> answer in made.IsNew ? [.. _answers] : Array.Empty<Action<Job>>())
        {
            if (_book.Find(made.Job.Id) is { IsFinished: false } live)
            {
                answer(live);
            }
        }
    }

    private Task<T> Call<T>(Func<T> call, CancellationToken cancellationToken)
    {
        try
        {
            Reach(cancellationToken);
            return Task.FromResult(call());
        }
        catch (OperationCanceledException cancelled)
        {
            return Task.FromCanceled<T>(cancelled.CancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private void Reach(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAway)
        {
            throw new JobOrchestratorUnavailableException(
                "The orchestrator is not available: this one was told to be away.", null, null, null, null);
        }
    }
}
