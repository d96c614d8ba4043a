using System.Net;
using System.Text.Json;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// A job that this worker holds: keeps the lease alive with heartbeats at a third of its length, sends progress with them, and learns
/// from the answers, or from <see cref="CancelWatch"/> before them, when the attempt has to stop.
/// </summary>
internal sealed partial class HeldLease : IAttempt, IDisposable
{
    private readonly LeasedJob _job;
    private readonly Reporter _reporter;
    private readonly TimeProvider _time;
    private readonly TimeSpan _progressInterval;
    private readonly TimeSpan _carryOnFor;
    private readonly Begin _begin;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _beating = new();
    private readonly Signal _news = new();
    private readonly Signal _answered = new();
    private readonly TimeSpan _length;
    private long _endsAt;
    private JobProgress? _unsent;
    private int _stopReason;
    private int _isHeardOf;
    private int _underWay;
    private int _stateNumber;

    public HeldLease(LeasedJob job, Reporter reporter, TimeProvider time, JobWorkerOptions options, Begin begin, ILogger logger)
    {
        (_job, _reporter, _time, _begin, _logger) = (job, reporter, time, begin, logger);
        (_progressInterval, _carryOnFor) = (Longest.Of(options.ProgressInterval), Longest.Of(options.CarryOnFor, TimeSpan.MaxValue));
        _length = TimeSpan.FromSeconds(Math.Clamp(job.LeaseSeconds ?? DefaultLeaseSeconds, 1, LeaseSecondsMax));
        _endsAt = After(time.GetTimestamp(), _length);
    }

    /// <summary>What is assumed when the document does not say: short, so that heartbeats come early rather than late.</summary>
    private const int DefaultLeaseSeconds = 15;

    /// <summary>
    /// A day. The doors take leases of decades, and no timer does; to think that a lease ends sooner than it does costs a heartbeat.
    /// </summary>
    private const int LeaseSecondsMax = 24 * 60 * 60;

    // After the process stood still: what was answered meanwhile is here by then.
    private static readonly TimeSpan AnswersAreRead = TimeSpan.FromMilliseconds(250);

    public Job Job => _job;

    public string LeaseToken => _job.LeaseToken;

    /// <summary>The time from one heartbeat to the next.</summary>
    public TimeSpan BeatsEvery => _length / 3;

    /// <summary>There may be news of it that nobody has told yet.</summary>
    public bool IsOpenToNews =>
        Volatile.Read(ref _isHeardOf) == 0
        && !_beating.IsCancellationRequested
        && StopReason is JobStopReason.None or JobStopReason.WorkerStopping;

    public CancellationToken Token => _stop.Token;

    public JobStopReason StopReason => (JobStopReason)Volatile.Read(ref _stopReason);

    /// <summary>Asks the attempt to stop. The first reason stays, unless the lease is lost, which goes before every other.</summary>
    public void Stop(JobStopReason reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, (int)JobStopReason.None) != (int)JobStopReason.None
            && reason == JobStopReason.LeaseLost)
        {
            Volatile.Write(ref _stopReason, (int)reason);
        }

        // Callbacks of the processor run then: neither one that throws nor one that takes its time may hold up heartbeats.
        _ = _begin(() =>
        {
            try
            {
                _stop.Cancel();
            }
            catch (AggregateException exception)
            {
                CallbackFailed(_logger, exception, _job.Id);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Keeps the lease alive until <see cref="StopBeating"/>. Whatever one heartbeat throws, the next one is sent in its time.
    /// </summary>
    /// <param name="failed">Hears of what a heartbeat threw.</param>
    public async Task BeatAsync(Action<Exception> failed)
    {
        long lastSent = _time.GetTimestamp();
        long lastTold = After(lastSent, -_progressInterval);
        try
        {
            while (!_beating.IsCancellationRequested)
            {
                await PauseAsync(lastSent, lastTold);
                if (await IsOverAsync())
                {
                    // The pause is a third of the lease. Waking up after its end means that the whole process stood still, so someone else
                    // may have the job already. (An orchestrator that cannot be reached keeps us in SendAsync below instead.)
                    Stop(JobStopReason.LeaseLost);
                    LostInSleep(_logger, _job.Id);
                    return;
                }

                lastSent = _time.GetTimestamp();
                JobProgress? progress = Interlocked.Exchange(ref _unsent, null);
                lastTold = progress is null ? lastTold : lastSent;
                try
                {
                    ReportAnswer? answer = await SendAsync(NewReport(Report.Heartbeat) with { Progress = progress }, _beating.Token);
                    if (!Understood(answer?.Outcome))
                    {
                        return;
                    }

                    lastSent = answer!.SentAt;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    failed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }
    }

    /// <summary>
    /// Takes what the orchestrator tells of this lease between two heartbeats, and what else it may say than that the attempt is to end
    /// leaves to these.
    /// </summary>
    public void Hear(ReportOutcome outcome)
    {
        Volatile.Write(ref _isHeardOf, 1);
        if (!_beating.IsCancellationRequested
            && outcome.Status is < 300 or 404 or 409 or 410
            && !Understood(outcome))
        {
            StopBeating();
        }
    }

    /// <summary>No heartbeat is sent after this; a final report that follows is never overtaken by one.</summary>
    public void StopBeating() => _beating.Cancel();

    /// <summary>Sends a final report and returns what became of it; null when it was given up.</summary>
    public async Task<ReportOutcome?> FinishAsync(Report report) => (await SendAsync(report, CancellationToken.None))?.Outcome;

    /// <summary>A report of this lease, to be completed by its action's members.</summary>
    public Report NewReport(string action) => new() { JobId = _job.Id, Action = action, LeaseToken = _job.LeaseToken };

    public void Tell(JobProgress progress)
    {
        Volatile.Write(ref _unsent, progress);
        _news.Set();
    }

    public async Task SaveAsync(JsonElement state)
    {
        Token.ThrowIfCancellationRequested();
        ReportAnswer? answer = await SendAsync(
            NewReport(Report.Heartbeat) with
            {
                State = state,
                // What was sent in vain may arrive yet, behind what is saved by then.
                StateNumber = Interlocked.Increment(ref _stateNumber),
                Progress = Interlocked.Exchange(ref _unsent, null),
            },
            Token);
        ReportOutcome? outcome = answer?.Outcome;
        if (!Understood(outcome))
        {
            throw new OperationCanceledException("The lease was lost before the checkpoint was stored.", Token);
        }

        if (outcome!.Status >= 400)
        {
            throw new JobOrchestratorException(
                $"The checkpoint was refused: {outcome.Problem?.Sentence ?? $"status {outcome.Status}"}",
                (HttpStatusCode)outcome.Status,
                outcome.Problem);
        }
    }

    /// <summary>Cancelled rather than disposed: a worker that goes down may still have it on its list.</summary>
    public void Dispose() => _beating.Cancel();

    /// <summary>Until the next heartbeat is due, or there is progress to tell and the last was told long enough ago.</summary>
    private async Task PauseAsync(long lastSent, long lastTold)
    {
        while (BeatsEvery - _time.GetElapsedTime(lastSent) is var due && due > TimeSpan.Zero)
        {
            if (Volatile.Read(ref _unsent) is null)
            {
                await _news.WaitAsync(WholeMilliseconds.Of(due), _time, _beating.Token);
                continue;
            }

            TimeSpan rest = _progressInterval - _time.GetElapsedTime(lastTold);
            if (rest <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(WholeMilliseconds.Of(rest < due ? rest : due), _time, _beating.Token);
        }

        _beating.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Whether the lease's end has passed. A checkpoint that was answered while the process stood still has moved it.</summary>
    private async Task<bool> IsOverAsync()
    {
        long looked = _time.GetTimestamp();
        while (_time.GetTimestamp() > Volatile.Read(ref _endsAt))
        {
            TimeSpan left = AnswersAreRead - _time.GetElapsedTime(looked);
            if (Volatile.Read(ref _underWay) == 0 || left <= TimeSpan.Zero)
            {
                return true;
            }

            await _answered.WaitAsync(WholeMilliseconds.Of(left), _time, _beating.Token);
        }

        return false;
    }

    private async Task<ReportAnswer?> SendAsync(Report report, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            return await _reporter.SendAsync(
                report,
                _job.Queue ?? "default",
                BeatsEvery,
                () => After(Volatile.Read(ref _endsAt), _carryOnFor),
                answer =>
                {
                    if (answer.Outcome.Status < 300 && report.Action == Report.Heartbeat)
                    {
                        Extend(After(answer.SentAt, _length));
                    }

                    _answered.Set();
                },
                cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>
    /// Counted from before the request that was answered, so that our idea of the lease's end is never later than the orchestrator's. Of
    /// two answers that come at once the later end counts.
    /// </summary>
    private void Extend(long endsAt)
    {
        for (long known = Volatile.Read(ref _endsAt); known < endsAt;)
        {
            long found = Interlocked.CompareExchange(ref _endsAt, endsAt, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }

    /// <summary>Draws the consequences of a heartbeat's answer; false when the lease is over.</summary>
    private bool Understood(ReportOutcome? outcome)
    {
        switch (outcome)
        {
            case null:
                Stop(JobStopReason.LeaseLost);
                Silence(_logger, _job.Id, _carryOnFor.TotalSeconds);
                return false;
            case { Status: 409 or 404 or 410 }:
                Stop(JobStopReason.LeaseLost);
                LeaseLost(_logger, _job.Id, _job.Attempt);
                return false;
            case { Status: >= 400 }:
                Refused(_logger, _job.Id, outcome.Status, outcome.Problem?.Sentence);
                return true;
            default:
                if (outcome.CancelRequested)
                {
                    Stop(JobStopReason.CancelRequested);
                }

                return true;
        }
    }

    /// <summary>The end of time instead of an overflow: who carries on for ever says <see cref="TimeSpan.MaxValue"/>.</summary>
    private long After(long timestamp, TimeSpan span)
    {
        double ticks = span.TotalSeconds * _time.TimestampFrequency;
        return ticks < long.MaxValue - timestamp ? timestamp + (long)ticks : long.MaxValue;
    }

    [LoggerMessage(
        EventId = 30, Level = LogLevel.Warning, Message = "Job {JobId}, attempt {Attempt}: the lease is lost; the attempt is stopped.")]
    private static partial void LeaseLost(ILogger logger, string jobId, int attempt);

    [LoggerMessage(
        EventId = 31,
        Level = LogLevel.Warning,
        Message = "Job {JobId}: this process stood still for longer than the lease; the attempt is stopped.")]
    private static partial void LostInSleep(ILogger logger, string jobId);

    [LoggerMessage(
        EventId = 32,
        Level = LogLevel.Warning,
        Message = "Job {JobId}: no answer for {Seconds} s after the lease's end; the attempt is stopped.")]
    private static partial void Silence(ILogger logger, string jobId, double seconds);

    [LoggerMessage(EventId = 33, Level = LogLevel.Warning, Message = "Job {JobId}: a heartbeat was refused with {Status} ({Reason}).")]
    private static partial void Refused(ILogger logger, string jobId, int status, string? reason);

    [LoggerMessage(EventId = 34, Level = LogLevel.Error, Message = "Job {JobId}: a callback of its cancellation failed.")]
    private static partial void CallbackFailed(ILogger logger, Exception exception, string jobId);
}
