using System.Collections.Concurrent;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>
/// A <see cref="IJobClient"/> in memory, for tests of callers: remembers what was started, and lets the test say what becomes of each job;
/// waits are answered then. Idempotency keys, unique keys, external ids, refusals and JSON are as with an orchestrator. Nothing happens by
/// itself: no worker, no retry, no time limit. Thread-safe.
/// </summary>
/// <param name="options">The caller's settings, of which owner and JSON count; the defaults when null.</param>
/// <param name="time">Dates the jobs and ends <see cref="JobOptions.UniqueFor"/>; the system's when null.</param>
public sealed partial class FakeJobClient(JobClientOptions? options = null, TimeProvider? time = null) : IJobClient
{
    private readonly JobClientOptions _options = options ?? new JobClientOptions();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly FakeJobBook _book = new(time ?? TimeProvider.System);
    private readonly ConcurrentQueue<FakeSubmission> _submissions = new();
    private readonly ConcurrentQueue<Action<Job>> _answers = new();

    // Replaced as a whole, by the test, before its caller begins.
    private JobTypes _types = new([]);
    private readonly List<KnownInput> _known = [];

    /// <summary>Every job that was started and not purged, the oldest first, as it is now.</summary>
    public IReadOnlyList<Job> Jobs => _book.All();

    /// <summary>Every start of a job, in order, those included that met a job that was there already.</summary>
    public IReadOnlyList<FakeSubmission> Submissions => [.. _submissions];

    /// <summary>While true, every call throws <see cref="JobOrchestratorUnavailableException"/>.</summary>
    public bool IsAway { get; set; }

    /// <summary>The inputs of all starts that are of a type, in order.</summary>
    public IReadOnlyList<TInput> Inputs<TInput>() => [.. _submissions.Select(submission => submission.Input).OfType<TInput>()];

    /// <summary>Makes a processor's job type known, as adding it to a worker in the same process does.</summary>
    public FakeJobClient Know<TProcessor>()
        where TProcessor : JobProcessor
    {
        var registration = ProcessorRegistration.Of(typeof(TProcessor));
        _known.Add(new KnownInput(registration.Input, registration.Definition));
        _types = new JobTypes([.. _known]);
        return this;
    }

    /// <summary>
    /// Completes every job with such an input as soon as it is started. What the function throws fails the job, with the message as the
    /// error's title.
    /// </summary>
    /// <param name="answer">From the input to the result.</param>
    public FakeJobClient Answer<TInput, TResult>(Func<TInput, TResult> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answers.Enqueue(job =>
        {
            if (_submissions.LastOrDefault(one => one.Job.Id == job.Id)?.Input is not TInput input)
            {
                return;
            }

            TResult result;
            try
            {
                result = answer(input);
            }
            catch (Exception exception)
            {
                Fail(job.Id, new JobError(exception.Message));
                return;
            }

            Complete(job.Id, result);
        });
        return this;
    }

    /// <summary>As when a worker takes the job: InProgress, one attempt more.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Begin(string jobId) => _book.Change(jobId, Begun);

    /// <summary>As when a worker tells how far it is; begins the job if nobody has.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <param name="percent">0 to 100; null means unknown.</param>
    /// <param name="message">One line for people.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Progress(string jobId, double? percent, string? message = null) =>
        _book.Change(jobId, job => Running(job) with { Progress = new JobProgress(percent, message) });

    /// <summary>As when a worker completes the job with nothing.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Complete(string jobId) => Complete<object?>(jobId, null);

    /// <summary>As when a worker completes the job.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <param name="result">Written as JSON, as what it is declared as.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Complete<TResult>(string jobId, TResult result)
    {
        JsonElement? written = PayloadJson.Write(result, _options.Json);
        return _book.Change(jobId, job => _book.Ended(Running(job), JobStatus.Completed) with { Result = written });
    }

    /// <summary>As when a worker fails the job for good, or its retries are used up.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <param name="title">One line for people.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Fail(string jobId, string title) => Fail(jobId, new JobError(title));

    /// <inheritdoc cref="Fail(string, string)"/>
    /// <param name="jobId">A live job's id.</param>
    /// <param name="error">Why.</param>
    public Job Fail(string jobId, JobError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return _book.Change(jobId, job => _book.Ended(Running(job) with { Error = error }, JobStatus.Failed));
    }

    /// <summary>As when the job is cancelled for good: by a worker that obeys, or by its time limit.</summary>
    /// <param name="jobId">A live job's id.</param>
    /// <param name="error">Why; null when nobody said.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job EndCancelled(string jobId, JobError? error = null) =>
        _book.Change(jobId, job => _book.Ended(job with { Error = error ?? job.Error }, JobStatus.Cancelled));

    private Job Running(Job job) => job.Status == JobStatus.InProgress ? job : Begun(job);

    private Job Begun(Job job) => job with
    {
        Status = JobStatus.InProgress,
        Attempt = job.Attempt + 1,
        StartedAt = job.StartedAt ?? _time.GetUtcNow(),
        Attempts = [.. job.Attempts, new JobAttempt(job.Attempt + 1, nameof(FakeJobClient), _time.GetUtcNow())],
    };
}
