using System.Collections.ObjectModel;
using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>
/// The jobs of a <see cref="FakeJobClient"/>, by the orchestrator's rules for keys and statuses, without workers and without time.
/// </summary>
internal sealed class FakeJobBook(TimeProvider time)
{
    private const int DefaultRetries = 3;

    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SubmitRequest> _submitted = [];

    // Their keys stay taken: a request that made one is refused when it comes again, and a unique key keeps its time.
    private readonly Dictionary<string, Job> _purged = [];
    private readonly SortedDictionary<string, (DateTimeOffset Since, string? Reason)> _paused = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JobEventKind[]> _published = new(StringComparer.Ordinal);
    private Dictionary<(string? Owner, string Queue, string Key), (string Body, string JobId)> _byKey = [];
    private List<Job> _jobs = [];
    private TaskCompletionSource _changed = NewChange();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Job> All()
    {
        lock (_lock)
        {
            return [.. _jobs.Select(Shown)];
        }
    }

    /// <summary>Null when there is none.</summary>
    public Job? Find(string id)
    {
        lock (_lock)
        {
            return Kept(id) is { } job ? Shown(job) : null;
        }
    }

    // As it was when it last changed.
    private Job? Kept(string id) => _jobs.Find(job => job.Id == id);

    private Job Get(string id) => Kept(id) ?? throw NotFound(id);

    /// <summary>As it is now: a phase goes by the time, and by the queue.</summary>
    private Job Shown(Job job) => job with { Phase = PhaseOf(job) };

    private JobPhase PhaseOf(Job job) => job.Status switch
    {
        JobStatus.New when job.RunAt > time.GetUtcNow() => job.Attempts.Count == 0 ? JobPhase.Scheduled : JobPhase.Retrying,
        JobStatus.New => _paused.ContainsKey(job.Queue!) ? JobPhase.Held : JobPhase.Ready,
        JobStatus.InProgress => job.CancelRequested ? JobPhase.Cancelling : JobPhase.Running,
        JobStatus.Completed => JobPhase.Completed,
        JobStatus.Failed => JobPhase.Failed,
        JobStatus.Cancelled => JobPhase.Cancelled,
    };

    /// <summary>The job, and what completes with the next change of any job.</summary>
    public (Job Job, Task Changed) Look(string id)
    {
        lock (_lock)
        {
            // A client that waits asks for the job first, and is not told why there is none.
            return (Find(id) ?? throw new JobNotFoundException(id, HttpStatusCode.NotFound, null), _changed.Task);
        }
    }

    /// <param name="request">What is submitted.</param>
    /// <param name="key">Its idempotency key; null when it has none.</param>
    /// <param name="onDuplicate">What to do when a key of it is taken.</param>
    /// <param name="index">Which of many it is; null when it is alone.</param>
    /// <param name="retryOf">The finished job that it runs again.</param>
    public FakeAnswer Submit(
        SubmitRequest request, string? key, JobDuplicate onDuplicate, int? index = null, string? retryOf = null)
    {
        FakeRefusals.Check(request);
        lock (_lock)
        {
            string queue = request.Queue ?? "default";
            string body = JsonSerializer.Serialize(request, WireJson.Wire.SubmitRequest);
            if (key is not null && _byKey.TryGetValue((request.Owner, queue, key), out (string Body, string JobId) known))
            {
                return known.Body == body
                    ? new FakeAnswer(Find(known.JobId) ?? throw FakeRefusals.FirstJobGone(known.JobId, index), IsNew: false)
                    : throw FakeRefusals.KeyReused(known.JobId, index);
            }

            Job job = NewJob(request, queue, retryOf);
            Job? holder = Holder(request, queue);
            if ((holder is null || onDuplicate == JobDuplicate.Replace) && GoneHolder(request, queue) is { } gone)
            {
                throw FakeRefusals.Duplicate(gone, index);
            }

            if (holder is not null)
            {
                switch (onDuplicate)
                {
                    case JobDuplicate.Return:
                        return new FakeAnswer(Shown(holder), IsNew: false, IsReturned: true);
                    case JobDuplicate.Replace when holder.Status == JobStatus.New:
                        job = job with { Id = holder.Id, CreatedAt = holder.CreatedAt, Sequence = holder.Sequence + 1 };
                        _jobs.Remove(holder);
                        break;
                    default:
                        throw FakeRefusals.Duplicate(holder, index);
                }
            }

            job = Shown(job);
            _jobs.Add(job);
            _submitted[job.Id] = request;
            if (key is not null)
            {
                _byKey[(request.Owner, queue, key)] = (body, job.Id);
            }

            Changed();
            return new FakeAnswer(job, IsNew: true);
        }
    }

    /// <summary>All of it or, when it throws, nothing.</summary>
    public T Atomically<T>(Func<T> change)
    {
        lock (_lock)
        {
            List<Job> before = [.. _jobs];
            var keys = new Dictionary<(string? Owner, string Queue, string Key), (string Body, string JobId)>(_byKey);
            try
            {
                return change();
            }
            catch (Exception)
            {
                (_jobs, _byKey) = (before, keys);
                throw;
            }
        }
    }

    /// <summary>Changes a live job.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Job Change(string id, Func<Job, Job> change)
    {
        lock (_lock)
        {
            Job job = Get(id);
            return job.IsFinished
                ? throw new InvalidOperationException($"Job {id} has ended already: it is {job.Status}.")
                : Put(change(job));
        }
    }

    public Job Cancel(string id)
    {
        lock (_lock)
        {
            return Get(id) switch
            {
                { Status: JobStatus.New } waiting => Put(Ended(waiting, JobStatus.Cancelled)),
                { Status: JobStatus.InProgress } running => Put(running with { CancelRequested = true }),
                { Status: JobStatus.Cancelled } cancelled => cancelled,
                _ => throw FakeRefusals.Of(HttpStatusCode.Conflict, "already-finished", "The job has already ended.", id),
            };
        }
    }

    public Job Retry(string id)
    {
        lock (_lock)
        {
            Job job = Get(id);
            if (!job.IsFinished)
            {
                throw FakeRefusals.Of(HttpStatusCode.Conflict, "job-not-finished", "The job has not ended yet.", id);
            }

            if (job.RetriedAs is { } again)
            {
                return Shown(Get(again));
            }

            // Its own keys are free for the job that runs it again.
            _jobs[_jobs.IndexOf(job)] = job with { RetriedAs = "" };
            try
            {
                Job next = Submit(_submitted[id] with { Labels = job.Labels }, null, JobDuplicate.Reject, retryOf: id).Job;
                _jobs[_jobs.FindIndex(one => one.Id == id)] = job with { RetriedAs = next.Id };
                return next;
            }
            catch (DuplicateJobException)
            {
                _jobs[_jobs.FindIndex(one => one.Id == id)] = job;
                throw;
            }
        }
    }

    public void Purge(string id)
    {
        lock (_lock)
        {
            if (_purged.ContainsKey(id))
            {
                return;
            }

            Job job = Get(id);
            if (!job.IsFinished)
            {
                throw FakeRefusals.Of(HttpStatusCode.Conflict, "job-not-finished", "The job has not ended yet.", id);
            }

            _jobs.Remove(job);
            _purged[id] = job;
            Changed();
        }
    }

    public Job Move(string id, int? priority, DateTimeOffset? runAt, long? ifSequence)
    {
        lock (_lock)
        {
            Job job = Get(id);
            Job moved = job with { Priority = priority ?? job.Priority, RunAt = NotBefore(runAt, job) ?? job.RunAt };
            return job.Status != JobStatus.New
                ? throw FakeRefusals.Of(HttpStatusCode.Conflict, "job-not-waiting", "The job no longer waits.", id)
                : ifSequence is { } sequence && sequence != job.Sequence
                ? throw FakeRefusals.Of(
                    HttpStatusCode.PreconditionFailed, "sequence-mismatch", "The job has changed since it was read.", id)
                : moved == job ? Shown(job)
                : Put(moved);
        }
    }

    public Job Label(string id, IReadOnlyDictionary<string, string?> labels, long? ifSequence)
    {
        FakeRefusals.Check(labels);
        lock (_lock)
        {
            Job job = Get(id);
            SortedDictionary<string, string> changed = new(job.Labels.ToDictionary(), StringComparer.Ordinal);
            foreach ((string key, string? value) in labels)
            {
                changed.Remove(key);
                if (value is not null)
                {
                    changed.Add(key, value);
                }
            }

            return ifSequence is { } sequence && sequence != job.Sequence
                ? throw FakeRefusals.Of(
                    HttpStatusCode.PreconditionFailed, "sequence-mismatch", "The job has changed since it was read.", id)
                : job.IsFinished
                ? throw FakeRefusals.Of(HttpStatusCode.Conflict, "already-finished", "The job has already ended.", id)
                : changed.SequenceEqual(job.Labels) ? Shown(job)
                : changed.Count > LabelRules.CountMax ? throw FakeRefusals.TooManyLabels(job)
                : Put(job with { Labels = changed });
        }
    }

    public JobWhy Why(string id)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            Job job = Get(id);
            JobPhase phase = PhaseOf(job);
            (string code, string text) = phase switch
            {
                JobPhase.Scheduled or JobPhase.Retrying => ("scheduled", "It is not to run yet."),
                JobPhase.Held => ("queue-paused", "Its queue is paused."),
                JobPhase.Ready => ("no-worker", "It waits to be taken."),
                JobPhase.Running or JobPhase.Cancelling => ("running", "It runs."),
                JobPhase.Completed => ("ended", "It is completed."),
                JobPhase.Failed => ("ended", "It failed."),
                JobPhase.Cancelled => ("ended", "It was cancelled."),
            };
            return new JobWhy
            {
                JobId = id,
                Phase = phase,
                AsOf = now,
                Reasons = [new JobReason { Code = code, Text = text }],
                Text = text,
            };
        }
    }

    /// <summary>A time that is past counts as now, but for the one that the job has: to say it again changes nothing.</summary>
    private DateTimeOffset? NotBefore(DateTimeOffset? said, Job job) =>
        said is not { } at ? null : at < time.GetUtcNow() && at != job.RunAt ? time.GetUtcNow() : at.ToUniversalTime();

    public JobQueue Queue(string name)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            List<Job> waiting = [.. _jobs.Where(job => job.Queue == name && job.Status == JobStatus.New)];
            List<Job> ready = waiting.FindAll(job => job.RunAt is null || job.RunAt <= now);
            int leased = _jobs.Count(job => job.Queue == name && job.Status == JobStatus.InProgress);
            double? oldest = ready.Count == 0 ? null : ready.Max(job => (now - (job.RunAt ?? job.CreatedAt!.Value)).TotalSeconds);
            bool isPaused = _paused.TryGetValue(name, out (DateTimeOffset Since, string? Reason) pause);
            return new JobQueue(name, isPaused, waiting.Count, ready.Count, waiting.Count - ready.Count, leased, oldest)
            {
                PausedAt = isPaused ? pause.Since : null,
                PauseReason = pause.Reason,
                Events = _published.GetValueOrDefault(name),
            };
        }
    }

    public IReadOnlyList<JobQueue> Queues()
    {
        lock (_lock)
        {
            return [.. _jobs.Where(job => !job.IsFinished).Select(job => job.Queue!).Concat(_paused.Keys).Concat(_published.Keys)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(Queue)];
        }
    }

    public JobQueue Pause(string queue, string? reason = null)
    {
        lock (_lock)
        {
            bool isPaused = _paused.TryGetValue(queue, out (DateTimeOffset Since, string? Reason) before);
            _paused[queue] = (isPaused ? before.Since : time.GetUtcNow(), reason ?? before.Reason);
            return Queue(queue);
        }
    }

    public JobQueue ChooseEvents(string queue, IEnumerable<JobEventKind> published)
    {
        lock (_lock)
        {
            JobEventKind[] kinds = [.. Enum.GetValues<JobEventKind>().Intersect(published)];
            _published.Remove(queue);
            if (kinds.Length < Enum.GetValues<JobEventKind>().Length)
            {
                _published.Add(queue, kinds);
            }

            return Queue(queue);
        }
    }

    public JobQueue Resume(string queue)
    {
        lock (_lock)
        {
            _paused.Remove(queue);
            return Queue(queue);
        }
    }

    /// <summary>A queue's finished jobs, newest first.</summary>
    public IReadOnlyList<Job> Finished(string queue, FinishedJobFilter? filter)
    {
        filter ??= new FinishedJobFilter();
        return [.. All().Reverse()
            .Where(job => job.Queue == queue && job.Status == filter.Status && job.IsFinished
                && (filter.Owner is null || job.Owner == filter.Owner)
                && (filter.Type is null || job.Type == filter.Type)
                && (filter.CreatedAfter is null || job.CreatedAt > filter.CreatedAfter)
                && (filter.CreatedBefore is null || job.CreatedAt < filter.CreatedBefore))
            .Take(filter.Limit ?? int.MaxValue)];
    }

    public Job Ended(Job job, JobStatus status) => job with
    {
        Status = status,
        FinishedAt = time.GetUtcNow(),
        Attempts = [.. job.Attempts.Select(attempt => attempt.EndedAt is not null ? attempt : attempt with
        {
            EndedAt = time.GetUtcNow(),
            Outcome = status switch
            {
                JobStatus.Completed => JobAttemptOutcome.Completed,
                JobStatus.Failed => JobAttemptOutcome.Failed,
                _ => JobAttemptOutcome.Cancelled,
            },
            Error = job.Error?.Title,
        })],
    };

    private Job NewJob(SubmitRequest request, string queue, string? retryOf)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new Job
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Type = request.Type,
            Queue = queue,
            Owner = request.Owner,
            ExternalId = request.ExternalId,
            Status = JobStatus.New,
            Input = request.Input,
            State = request.State,
            MaxRetries = request.MaxRetries switch { null => DefaultRetries, < 0 => null, var limit => limit },
            Backoff = request.Backoff,
            LeaseSeconds = request.LeaseSeconds,
            TimeLimitSeconds = request.TimeLimitSeconds,
            RunAt = request.DelaySeconds is { } delay ? now.AddSeconds(delay) : request.RunAt > now ? request.RunAt : now,
            Priority = request.Priority ?? 0,
            Labels = new SortedDictionary<string, string>(
                (request.Labels ?? ReadOnlyDictionary<string, string>.Empty).ToDictionary(), StringComparer.Ordinal),
            UniqueKey = request.UniqueKey,
            UniqueSeconds = request.UniqueSeconds,
            Durable = request.Durable ?? true,
            RetryOf = retryOf,
            CreatedAt = now,
            UpdatedAt = now,
            Sequence = 1,
        };
    }

    /// <summary>Keys are an owner's in a queue: taken while the job is live, and a unique one for its time.</summary>
    private Job? Holder(SubmitRequest request, string queue) => _jobs.Find(job =>
        job.Owner == request.Owner && job.Queue == queue && job.RetriedAs is null
        && ((request.UniqueKey is not null && job.UniqueKey == request.UniqueKey && (!job.IsFinished || IsGuarded(job)))
            || (request.ExternalId is not null && job.ExternalId == request.ExternalId && !job.IsFinished)));

    /// <summary>A job that was purged while it had the unique key for its time.</summary>
    private Job? GoneHolder(SubmitRequest request, string queue) => request.UniqueKey is null ? null : _purged.Values.FirstOrDefault(
        job => job.Owner == request.Owner && job.Queue == queue && job.RetriedAs is null && job.UniqueKey == request.UniqueKey
            && IsGuarded(job));

    private bool IsGuarded(Job job) =>
        job.UniqueSeconds is { } seconds && job.CreatedAt!.Value.AddSeconds(seconds) > time.GetUtcNow();

    private Job Put(Job job)
    {
        job = Shown(job with { Sequence = job.Sequence + 1, UpdatedAt = time.GetUtcNow() });
        _jobs[_jobs.FindIndex(one => one.Id == job.Id)] = job;
        Changed();
        return job;
    }

    private void Changed()
    {
        _changed.TrySetResult();
        _changed = NewChange();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JobNotFoundException NotFound(string id) =>
        _purged.ContainsKey(id) ? FakeRefusals.Purged(id) : FakeRefusals.NotFound(id);
}
