using System.Text.Json;

namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>The jobs of a <see cref="FakeOrchestrator"/>, by the engine's rules without its clock.</summary>
internal sealed class FakeJobs : IDisposable
{
    // Guards everything below.
    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, string> _byKey = [];
    private readonly HashSet<string> _reportedTokens = [];
    private readonly List<Report> _reports = [];
    private readonly CancellationTokenSource _closed = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _tokenNumber;

    /// <summary>Reports that get 413, by job id.</summary>
    public HashSet<string> TooLarge { get; } = [];

    /// <summary>Jobs of which no end is taken, by id.</summary>
    public HashSet<string> Endless { get; } = [];

    /// <summary>Jobs whose checkpoints find no room, by id.</summary>
    public HashSet<string> NoRoom { get; } = [];

    /// <summary>Reports that get 503, as of a shard that is away, by job id.</summary>
    public HashSet<string> Away { get; } = [];

    /// <summary>Hands out jobs of types that were not asked for.</summary>
    public bool HandsOutAnyType { get; set; }

    /// <summary>Every report that came, in order.</summary>
    public IReadOnlyList<Report> Reports
    {
        get
        {
            lock (_lock)
            {
                return [.. _reports];
            }
        }
    }

    public List<Job> All()
    {
        lock (_lock)
        {
            return [.. _jobs];
        }
    }

    public Job? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.Find(job => job.Id == id);
        }
    }

    public Job Add(string type, string input = "{}", string queue = "default", int leaseSeconds = 30, string? state = null) =>
        Add(new SubmitRequest
        {
            Type = type,
            Queue = queue,
            Input = JsonElement.Parse(input),
            State = state is null ? null : JsonElement.Parse(state),
            LeaseSeconds = leaseSeconds,
        });

    public Job Add(SubmitRequest request, string? idempotencyKey = null, string? retryOf = null)
    {
        lock (_lock)
        {
            if (idempotencyKey is not null && _byKey.TryGetValue(idempotencyKey, out string? known))
            {
                return Find(known)!;
            }

            var job = new Job
            {
                Id = Guid.CreateVersion7().ToString(),
                Type = request.Type,
                Queue = request.Queue ?? "default",
                Owner = request.Owner,
                Status = JobStatus.New,
                Input = request.Input,
                State = request.State,
                MaxRetries = request.MaxRetries switch { null => 3, < 0 => null, var limit => limit },
                Backoff = request.Backoff,
                LeaseSeconds = request.LeaseSeconds ?? 30,
                UniqueKey = request.UniqueKey,
                Priority = request.Priority ?? 0,
                RetryOf = retryOf,
                Sequence = 1,
            };
            _jobs.Add(job);
            if (idempotencyKey is not null)
            {
                _byKey.Add(idempotencyKey, job.Id);
            }

            Changed();
            return job;
        }
    }

    public Job Change(string id, Func<Job, Job> change)
    {
        lock (_lock)
        {
            int at = _jobs.FindIndex(job => job.Id == id);
            _jobs[at] = change(_jobs[at]) with { Sequence = _jobs[at].Sequence + 1 };
            Changed();
            return _jobs[at];
        }
    }

    public Job Finish(string id, JobStatus status, string? result = null, JobError? error = null) => Change(
        id, job => job with { Status = status, Result = result is null ? null : JsonElement.Parse(result), Error = error });

    public Job Cancel(string id) => Change(
        id, job => job.Status == JobStatus.New ? job with { Status = JobStatus.Cancelled } : job with { CancelRequested = true });

    /// <summary>Back to the queue, as when a lease has ended.</summary>
    public void EndLease(string id)
    {
        lock (_lock)
        {
            _tokens.Remove(id);
            Change(id, job => job with { Status = JobStatus.New });
        }
    }

    public async Task<Job> WaitAsync(string id, Func<Job, bool> until, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        deadline.CancelAfter(wait);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                Job job = Find(id)!;
                if (until(job) || deadline.IsCancellationRequested)
                {
                    return job;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<List<LeasedJob>> LeaseAsync(IReadOnlyList<string> queues, LeaseRequest request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(request.Wait));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                List<Job> ready = [.. queues
                    .SelectMany(queue => _jobs.Where(job => job.Queue == queue && job.Status == JobStatus.New))
                    .Where(job => HandsOutAnyType || request.Types?.Contains(job.Type!) != false)
                    .Take(request.Max)];
                if (ready.Count > 0 || deadline.IsCancellationRequested)
                {
                    return cancellationToken.IsCancellationRequested ? [] : ready.ConvertAll(Lease);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The leases of which there is news, as soon as there is any.</summary>
    public async Task<List<ReportOutcome>> HearAsync(CancelsRequest request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(request.Wait));
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                List<ReportOutcome> news = [.. request.Leases.Select(NewsOf).OfType<ReportOutcome>()];
                if (news.Count > 0 || deadline.IsCancellationRequested)
                {
                    return news;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ReportOutcome? NewsOf(NamedLease lease) => (Find(lease.JobId), _tokens.GetValueOrDefault(lease.JobId)) switch
    {
        (null, _) => Refused(lease.JobId, 404, "job-not-found"),
        ({ CancelRequested: true }, { } token) when token == lease.LeaseToken =>
            new ReportOutcome(lease.JobId, 200, CancelRequested: true),
        (_, { } token) when token == lease.LeaseToken => null,
        _ => _reportedTokens.Contains(lease.LeaseToken) ? null : Refused(lease.JobId, 409, "stale-lease"),
    };

    public ReportOutcome Report(Report report)
    {
        lock (_lock)
        {
            _reports.Add(report);
            Changed();
            if (Find(report.JobId) is not { } job)
            {
                return Refused(report.JobId, 404, "job-not-found");
            }

            if (!_tokens.TryGetValue(report.JobId, out string? token) || token != report.LeaseToken)
            {
                return Refused(report.JobId, 409, "stale-lease");
            }

            if (Away.Contains(report.JobId))
            {
                return Refused(report.JobId, 503, "shard-away");
            }

            if ((report.Action == Sdk.Report.Complete || report.State is not null) && TooLarge.Contains(report.JobId))
            {
                return Refused(report.JobId, 413, "payload-too-large");
            }

            if (report.Action != Sdk.Report.Heartbeat && Endless.Contains(report.JobId))
            {
                return Refused(report.JobId, 422, "invalid");
            }

            if (report is { Action: Sdk.Report.Heartbeat, State: not null } && NoRoom.Contains(report.JobId))
            {
                return Refused(report.JobId, 429, "queue-full");
            }

            if (report.Action == Sdk.Report.Heartbeat)
            {
                Change(job.Id, now => now with { Progress = report.Progress ?? now.Progress, State = report.State ?? now.State });
                return new ReportOutcome(job.Id, 200, CancelRequested: job.CancelRequested);
            }

            _tokens.Remove(job.Id);
            _reportedTokens.Add(report.LeaseToken);
            Change(job.Id, now => report.Action switch
            {
                Sdk.Report.Complete => now with { Status = JobStatus.Completed, Result = report.Result },
                _ when now.CancelRequested => now with { Status = JobStatus.Cancelled },
                Sdk.Report.Fail => now with
                {
                    Status = report.Retry == false ? JobStatus.Failed : JobStatus.New,
                    Error = new JobError(report.Error!.Title, report.Error.Type, report.Error.Status, report.Error.Detail),
                    // Rests in a queue of its own until the test brings it back.
                    Queue = now.Queue + (report.Retry == false ? "" : "-resting"),
                },
                _ => now with { Status = JobStatus.New, Queue = now.Queue + "-released" },
            });
            return new ReportOutcome(job.Id, 200);
        }
    }

    public void Dispose() => _closed.Cancel();

    private LeasedJob Lease(Job ready)
    {
        Job job = Change(ready.Id, now => now with { Status = JobStatus.InProgress, Attempt = now.Attempt + 1 });
        string token = _tokens[job.Id] = $"token-{++_tokenNumber}";
        return new LeasedJob
        {
            Id = job.Id,
            Type = job.Type,
            Queue = job.Queue,
            Status = job.Status,
            Input = job.Input,
            State = job.State,
            Attempt = job.Attempt,
            LeaseSeconds = job.LeaseSeconds,
            MaxRetries = job.MaxRetries,
            Attempts = job.Attempts,
            Sequence = job.Sequence,
            Traceparent = job.Traceparent,
            Tracestate = job.Tracestate,
            LeaseToken = token,
        };
    }

    private static ReportOutcome Refused(string jobId, int status, string type) => new(
        jobId, status, Problem: new JobProblem { Type = $"/problems/{type}", Title = type, Detail = $"{status} it is.", Status = status });

    private void Changed()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
