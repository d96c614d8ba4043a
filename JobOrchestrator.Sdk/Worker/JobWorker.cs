using System.Diagnostics.CodeAnalysis;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>The worker of this process: leases, runs, reports, and goes down in order.</summary>
internal sealed partial class JobWorker(
    IEnumerable<ProcessorRegistration> processors,
    IEnumerable<WorkerLane> lanes,
    JobApi api,
    Reporter reporter,
    AttemptRunner runner,
    Constructors constructors,
    WorkerState state,
    Begin begin,
    IOptions<JobWorkerOptions> options,
    ILogger<JobWorker> logger) : IHostedService, IDisposable
{
    private readonly JobWorkerOptions _options = options.Value;
    private readonly CancellationTokenSource _stopping = new();

    // What attempts see of it. A source of its own: callbacks of theirs run when it is cancelled, and must not hold up the worker.
    private readonly CancellationTokenSource _attemptsStopping = new();
    private readonly HeldLeases _held = new();
    private readonly CancellationTokenSource _over = new();
    private Dictionary<string, ProcessorRegistration> _byType = [];
    private Task[] _loops = [];
    private Task _cancels = Task.CompletedTask;

    /// <summary>Jobs held at the moment, running or ready to run.</summary>
    internal int HeldJobs => _held.Count;

    /// <summary>The leases of those jobs, the longest held first.</summary>
    internal IReadOnlyList<HeldLease> Held => _held.InOrder();

    /// <exception cref="InvalidOperationException">
    /// There is no processor, one cannot be made, two claim one type name, or a queue is named twice.
    /// </exception>
    /// <exception cref="ArgumentException">No queue can be called so, or the name does not pass the way that is set.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _byType = ByType();
        List<WorkerLane> all = AllLanes();
        reporter.Start();
        // None: of any type.
        string[] types = _byType.Values.Any(processor => processor.IsForAnyType) ? [] : [.. _byType.Keys];
        int slots = all.Sum(lane => LeaseLoop.SlotsOf(lane, _options));
        _loops = [.. all.Select(lane => begin(
            () => new LeaseLoop(lane, types, api, _options, state, logger, _held, slots, WorkAsync).RunAsync(_stopping.Token)))];
        _cancels = begin(() => new CancelWatch(api, _held, _options, state, logger).RunAsync(_over.Token));
        string queues = string.Join(", ", all.Select(Described));
        string worked = types.Length > 0 ? string.Join(", ", types) : "jobs of any type";
        state.Works = $"{worked} from {queues} at {api.Address}";
        Started(logger, _options.Name, worked, queues, api.Address);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // 1. Take no more work; what was held ready is given back (see WorkAsync).
        _stopping.Cancel();
        _ = begin(TellAttempts);
        await Together.AllAsync(_loops);

        // 2. Let attempts finish. 3. Then ask them to stop: those that obey give their job back.
        if (!await AllEndedAsync(Longest.Of(_options.ShutdownTimeout), cancellationToken))
        {
            foreach (HeldLease lease in _held.InOrder())
            {
                lease.Stop(JobStopReason.WorkerStopping);
            }

            if (!await AllEndedAsync(Longest.Of(_options.ShutdownGrace), CancellationToken.None))
            {
                // Still running, so not given back: the lease keeps others away until it ends, some time after this process has.
                LeftRunning(logger, _held.Count);
                foreach (HeldLease lease in _held.InOrder())
                {
                    lease.StopBeating();
                }
            }
        }

        // Until now a cancel still had somebody to reach.
        _over.Cancel();
        await _cancels;
        await reporter.StopAsync(Longest.Of(_options.ShutdownGrace));
    }

    /// <summary>
    /// Cancelled rather than disposed: a host that is disposed without having been stopped stops its services afterwards.
    /// </summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _over.Cancel();
    }

    private Task TellAttempts()
    {
        try
        {
            _attemptsStopping.Cancel();
        }
        catch (AggregateException exception)
        {
            CallbackFailed(logger, exception);
        }

        return Task.CompletedTask;
    }

    private Dictionary<string, ProcessorRegistration> ByType()
    {
        var byType = new Dictionary<string, ProcessorRegistration>();
        foreach (ProcessorRegistration registration in processors.Distinct())
        {
            if (!byType.TryAdd(registration.Definition.Name, registration))
            {
                throw new InvalidOperationException(
                    $"Two processors claim the job type "
                        + $"\"{registration.Definition.Name}\": {byType[registration.Definition.Name].Processor} "
                        + $"and {registration.Processor}.");
            }
        }

        if (byType.Count == 0)
        {
            throw new InvalidOperationException("There is no processor to work with: AddJobWorker(worker => worker.Add<…>()).");
        }

        foreach (ProcessorRegistration registration in byType.Values)
        {
            constructors.Check("processor", registration.Processor);
        }

        return byType;
    }

    private ProcessorRegistration? ProcessorFor(string type) =>
        _byType.TryGetValue(type, out ProcessorRegistration? named)
            ? named
            : _byType.Values.FirstOrDefault(processor => processor.IsForAnyType)?.For(type);

    private string Described(WorkerLane lane)
    {
        string ready = lane.Prefetch == 0 ? "" : $", {lane.Prefetch} held ready";
        return $"{string.Join(" before ", lane.Queues)} ({lane.Concurrency ?? _options.Concurrency} at once{ready})";
    }

    private List<WorkerLane> AllLanes()
    {
        List<WorkerLane> all = WorkerLanes.Of([.. lanes], _options, _byType.Values);

        // Found now, and not by a loop that would ask in vain.
        foreach (WorkerLane lane in all)
        {
            QueueName.Check(lane.Queues[0], nameof(lanes));
            _ = api.Segment(lane.Queues[0]);
        }

        return all;
    }

    /// <summary>All about one leased job, from its lease to its last report. Never throws.</summary>
    private async Task WorkAsync(LeasedJob job, Slots running)
    {
        using var lease = new HeldLease(job, reporter, api.Time, _options, begin, logger);
        long number = _held.Add(lease);
        Task beats = lease.BeatAsync(exception =>
        {
            state.Failed(WorkerState.Heartbeats, Reasons.Of(exception));
            Quietly.Do(() => BeatFailed(logger, exception, job.Id));
        });
        try
        {
            await WorkAsync(lease, running);
        }
        catch (Exception exception)
        {
            Quietly.Do(() => Bug(logger, exception, job.Id));
        }
        finally
        {
            lease.StopBeating();
            await EndedAsync(beats);
            _held.Remove(number);
            state.Succeeded(WorkerState.Heartbeats);
        }
    }

    /// <summary>Waits for the end of heartbeats; what the last one threw changes nothing any more.</summary>
    private static async Task EndedAsync(Task beats)
    {
        try
        {
            await beats;
        }
        catch (Exception)
        {
            // The lease is over all the same.
        }
    }

    private async Task WorkAsync(HeldLease lease, Slots running)
    {
        Job job = lease.Job;
        if (ProcessorFor(job.Type ?? "") is not { } registration)
        {
            lease.StopBeating();
            UnknownType(logger, job.Id, job.Type, job.Queue);
            await GiveBackAsync(lease, _options.UnknownTypeDelay);
            return;
        }

        if (!await BeginAsync(lease, running))
        {
            lease.StopBeating();
            if (lease.StopReason != JobStopReason.LeaseLost)
            {
                await GiveBackAsync(lease, null);
            }

            return;
        }

        AttemptEnd end;
        try
        {
            var context = new JobContext(job, lease, api.Options.Json, _attemptsStopping.Token);
            Quietly.Do(() => AttemptBegins(logger, job.Id, job.Type, job.Attempt));
            end = await RunAsync(registration, context);
        }
        finally
        {
            running.Release();
        }

        lease.StopBeating();
        using IDisposable? scope = AttemptScope.Begin(logger, job, job.Type);
        await ReportAsync(lease, end);
    }

    /// <summary>Gives back a job whose attempt has not begun.</summary>
    private async Task GiveBackAsync(HeldLease lease, TimeSpan? delay)
    {
        if (await lease.FinishAsync(lease.NewReport(Report.Release) with { Delay = delay?.TotalSeconds }) is null)
        {
            GivenUp(logger, lease.Job.Id, "release");
        }
    }

    /// <summary>A processor that computes before its first await holds up nobody else: it is begun beside.</summary>
    private async Task<AttemptEnd> RunAsync(ProcessorRegistration registration, JobContext context)
    {
        AttemptEnd? end = null;
        await begin(async () => end = await runner.RunAsync(registration, context, api.Options.Json));
        return end!;
    }

    /// <summary>Waits for a running slot; false when the attempt must not begin any more.</summary>
    private async Task<bool> BeginAsync(HeldLease lease, Slots running)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, lease.Token);
        try
        {
            await running.TakeAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        if (!_stopping.IsCancellationRequested && lease.StopReason == JobStopReason.None)
        {
            return true;
        }

        running.Release();
        return false;
    }

    private async Task ReportAsync(HeldLease lease, AttemptEnd end)
    {
        switch (end)
        {
            case AttemptEnd.Completed completed:
                Quietly.Do(() => AttemptSucceeded(logger, lease.Job.Id, lease.Job.Type, lease.Job.Attempt));
                Understand(lease, await CompleteAsync(lease, completed), "complete");
                break;
            case AttemptEnd.Failed failed:
                // The exception's own text may throw.
                Quietly.Do(() => LogFailure(lease.Job, failed));
                Understand(lease, await FailAsync(lease, failed), "fail");
                break;
            case AttemptEnd.Released:
                Understand(lease, await lease.FinishAsync(lease.NewReport(Report.Release)), "release");
                break;
            case AttemptEnd.Lost:
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No rule for {end.GetType().Name}.");
        }
    }

    /// <summary>A failure that the processor itself declared needs no stack trace.</summary>
    private void LogFailure(Job job, AttemptEnd.Failed failed)
    {
        if (!failed.Retry)
        {
            JobFailed(logger, job.Id, job.Type, job.Attempt, failed.Error.Title);
        }
        else if (job.MaxRetries is { } retries && FailuresWithThis(job) > retries)
        {
            GaveUp(logger, failed.Exception, job.Id, job.Type, job.Attempt, retries);
        }
        else
        {
            AttemptFailed(logger, failed.Exception, job.Id, job.Type, job.Attempt);
        }
    }

    /// <summary>
    /// Failures and lost leases count, releases do not; of attempts that the document no longer has the worst is assumed.
    /// </summary>
    private static int FailuresWithThis(Job job)
    {
        int before = Math.Max(0, job.Attempt - 1);
        List<JobAttempt> known = [.. job.Attempts.Where(
            attempt => attempt.Number < job.Attempt && attempt.Outcome is not (null or JobAttemptOutcome.Refused))];
        int spared = known.Count(attempt => attempt.Outcome is not (JobAttemptOutcome.Failed or JobAttemptOutcome.LeaseLost));
        return before - spared + 1;
    }

    /// <summary>
    /// A result that the orchestrator does not accept, for its size for example, is a failure that another attempt would only repeat.
    /// </summary>
    private static async Task<ReportOutcome?> CompleteAsync(HeldLease lease, AttemptEnd.Completed completed)
    {
        ReportOutcome? outcome = await lease.FinishAsync(lease.NewReport(Report.Complete) with { Result = completed.Result });
        if (!IsUnfit(outcome))
        {
            return outcome;
        }

        var error = new ReportedError(
            $"The result was refused: {outcome.Problem?.Sentence ?? $"status {outcome.Status}"}",
            outcome.Problem?.Type,
            Status: outcome.Status);
        return await lease.FinishAsync(lease.NewReport(Report.Fail) with { Error = error, Retry = false });
    }

    /// <summary>
    /// An error whose type or detail the orchestrator does not accept is reported without them: better than a job that seems to
    /// have crashed.
    /// </summary>
    private static async Task<ReportOutcome?> FailAsync(HeldLease lease, AttemptEnd.Failed failed)
    {
        Report report = lease.NewReport(Report.Fail) with { Error = failed.Error, Retry = failed.Retry };
        ReportOutcome? outcome = await lease.FinishAsync(report);
        return IsUnfit(outcome) && failed.Error is not { Type: null, Detail: null }
            ? await lease.FinishAsync(report with { Error = failed.Error with { Type = null, Detail = null } })
            : outcome;
    }

    /// <summary>The report itself is at fault, and the same one would be refused again.</summary>
    private static bool IsUnfit([NotNullWhen(true)] ReportOutcome? outcome) => outcome is { Status: 400 or 413 or 422 };

    private void Understand(HeldLease lease, ReportOutcome? outcome, string report)
    {
        if (outcome is null)
        {
            GivenUp(logger, lease.Job.Id, report);
        }
        else if (outcome.Status >= 400)
        {
            Refused(logger, lease.Job.Id, report, outcome.Status, outcome.Problem?.Sentence);
        }
    }

    private async Task<bool> AllEndedAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await _held.AllEndedAsync().WithinAsync(within, api.Time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "Worker {Name} works {Types} from {Queues} at {Address}.")]
    private static partial void Started(ILogger logger, string name, string types, string queues, Uri address);

    [LoggerMessage(
        EventId = 41,
        Level = LogLevel.Warning,
        Message = "Job {JobId} of type {Type} came from queue {Queue}, but no processor for it is registered here; it is given back.")]
    private static partial void UnknownType(ILogger logger, string jobId, string? type, string? queue);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "Job {JobId} ({Type}), attempt {Attempt} failed.")]
    private static partial void AttemptFailed(ILogger logger, Exception exception, string jobId, string? type, int attempt);

    [LoggerMessage(
        EventId = 49,
        Level = LogLevel.Warning,
        Message = "Job {JobId} ({Type}), attempt {Attempt} failed; gave up, retries used ({MaxRetries}).")]
    private static partial void GaveUp(
        ILogger logger, Exception exception, string jobId, string? type, int attempt, int maxRetries);

    [LoggerMessage(EventId = 50, Level = LogLevel.Debug, Message = "Job {JobId} ({Type}), attempt {Attempt} begins.")]
    private static partial void AttemptBegins(ILogger logger, string jobId, string? type, int attempt);

    [LoggerMessage(EventId = 51, Level = LogLevel.Debug, Message = "Job {JobId} ({Type}), attempt {Attempt} succeeded.")]
    private static partial void AttemptSucceeded(ILogger logger, string jobId, string? type, int attempt);

    [LoggerMessage(EventId = 52, Level = LogLevel.Error, Message = "Job {JobId}: heartbeats have failed; they go on.")]
    private static partial void BeatFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(EventId = 47, Level = LogLevel.Warning, Message = "Job {JobId} ({Type}), attempt {Attempt} failed for good: {Title}")]
    private static partial void JobFailed(ILogger logger, string jobId, string? type, int attempt, string title);

    [LoggerMessage(EventId = 43, Level = LogLevel.Warning, Message = "Job {JobId}: {Report} was refused with {Status} ({Reason}).")]
    private static partial void Refused(ILogger logger, string jobId, string report, int status, string? reason);

    [LoggerMessage(
        EventId = 44,
        Level = LogLevel.Warning,
        Message = "Job {JobId}: {Report} could not be delivered; another worker will repeat the attempt.")]
    private static partial void GivenUp(ILogger logger, string jobId, string report);

    [LoggerMessage(
        EventId = 45, Level = LogLevel.Warning, Message = "{Count} attempts did not stop in time; their leases end by themselves.")]
    private static partial void LeftRunning(ILogger logger, int count);

    [LoggerMessage(EventId = 46, Level = LogLevel.Error, Message = "Job {JobId}: the worker itself failed; the lease ends by itself.")]
    private static partial void Bug(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(EventId = 48, Level = LogLevel.Error, Message = "A callback of an attempt's stopping token failed.")]
    private static partial void CallbackFailed(ILogger logger, Exception exception);
}
