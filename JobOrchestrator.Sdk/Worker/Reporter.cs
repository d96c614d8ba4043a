using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Sends the reports of all attempts, many in one request. A report is tried until it is answered, withdrawn or given up; so nothing is
/// lost while the orchestrator is away. Mostly one request is under way; while it is slow, others go with the reports of other jobs
/// (<see cref="ReportLine"/>).
/// </summary>
internal sealed partial class Reporter(JobApi api, WorkerState state, Begin begin, ILogger<Reporter> logger) : IDisposable
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    // So many requests in a row that something on the way turns back are no matter of the reports in them. One of the largest is taken
    // apart with as many.
    private const int TurnedBackMax = 8;

    // After a fault of our own in a turn; and a timer takes no month that a Retry-After may ask for.
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookMax = TimeSpan.FromMinutes(1);

    private readonly Channel<Note> _notes = Channel.CreateUnbounded<Note>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _abandon = new();

    // All that follows is the loop's alone.
    private readonly ReportLine _line = new(api.Time);
    private bool _isStopping;
    private bool _isTroubled;
    private int _failures;
    private int _turnedBack;
    private long _failedAt = long.MinValue;
    private long _notBefore = long.MinValue;

    private Task _loop = Task.CompletedTask;

    /// <summary>How many reports it has in hand, for who knows that its loop rests.</summary>
    internal int Count => _line.Count;

    public void Start() => _loop = begin(RunAsync);

    /// <summary>Sends what is left, for at most the given time, and ends.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        _notes.Writer.TryWrite(new Note.Stopping());
        using CancellationTokenRegistration woken = _abandon.Token.UnsafeRegister(
            static notes => ((ChannelWriter<Note>)notes!).TryWrite(new Note.Woken()), _notes.Writer);
        try
        {
            await _loop.WithinAsync(within, api.Time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _abandon.Cancel();
            await _loop;
        }
    }

    /// <summary>Sends one report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="queue">The job's queue.</param>
    /// <param name="third">
    /// A third of its lease: bounds the request's time, and the pause before it is tried again, which is 5 s at most. So an orchestrator
    /// that is back waits only one lease for it.
    /// </param>
    /// <param name="giveUpAt">The timestamp after which it is not tried again; asked each time, because it can move.</param>
    /// <param name="answered">
    /// Hears of the answer before anything else is looked at: what is given up when the lease is over waits on, where it was extended.
    /// </param>
    /// <param name="cancellationToken">Withdraws the report if it is not just being sent.</param>
    /// <returns>What became of it; null when it was given up without an answer.</returns>
    /// <exception cref="OperationCanceledException">It was withdrawn.</exception>
    public async Task<ReportAnswer?> SendAsync(
        Report report,
        string queue,
        TimeSpan third,
        Func<long> giveUpAt,
        Action<ReportAnswer> answered,
        CancellationToken cancellationToken)
    {
        var pending = new PendingReport(report, queue, third, giveUpAt, answered, cancellationToken);
        if (!_notes.Writer.TryWrite(new Note.Arrived(pending)))
        {
            return null;
        }

        using CancellationTokenRegistration withdrawn = cancellationToken.UnsafeRegister(
            static notes => ((ChannelWriter<Note>)notes!).TryWrite(new Note.Woken()), _notes.Writer);
        return await pending.Answer.Task;
    }

    /// <summary>Cancelled rather than disposed, so that stopping afterwards finds it as it should be.</summary>
    public void Dispose() => _abandon.Cancel();

    private async Task RunAsync()
    {
        await using ITimer alarm = api.Time.CreateTimer(
            static notes => ((ChannelWriter<Note>)notes!).TryWrite(new Note.Woken()),
            _notes.Writer,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        while (!(_isStopping && _line.IsEmpty))
        {
            await _notes.Reader.WaitToReadAsync();
            TimeSpan? wake;
            try
            {
                wake = Turn();
            }
            catch (Exception exception)
            {
                Tell(exception);
                wake = FaultPause;
            }

            alarm.Change(wake > LookMax ? LookMax : wake ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _notes.Writer.Complete();
        while (_notes.Reader.TryRead(out Note? note))
        {
            if (note is Note.Arrived { Pending: var tooLate })
            {
                tooLate.Answer.TrySetResult(null);
            }
        }
    }

    /// <summary>A log that cannot be written ends nothing.</summary>
    private void Tell(Exception fault)
    {
        state.Failed(WorkerState.Reports, Reasons.Of(fault));
        Quietly.Do(() => Bug(logger, fault));
    }

    /// <summary>Takes what has come, sends what can be sent, and says when to look again if nothing comes.</summary>
    private TimeSpan? Turn()
    {
        while (_notes.Reader.TryRead(out Note? note))
        {
            Take(note);
        }

        _line.EndThoseThatAreOver(_abandon.IsCancellationRequested);
        if (api.Time.GetTimestamp() is var now && now < _notBefore)
        {
            return api.Time.GetElapsedTime(now, _notBefore);
        }

        while (_line.Take() is { } batch)
        {
            _ = PostAsync(batch);
        }

        return _line.UntilNext();
    }

    private void Take(Note note)
    {
        switch (note)
        {
            case Note.Arrived { Pending: var pending }:
                _line.Add(pending);
                // A pause that was made for longer leases is too long for it.
                _notBefore = Math.Min(_notBefore, After(pending.Third));
                break;
            case Note.Ended { Batch: var batch, Verdict: var verdict }:
                _line.Ended(batch);
                Settle(batch, verdict);
                break;
            case Note.Stopping:
                _isStopping = true;
                break;
            case Note.Woken:
                break;
            default:
                throw new UnreachableException($"No rule for {note.GetType().Name}.");
        }
    }

    private async Task PostAsync(ReportBatch batch)
    {
        ReportVerdict verdict = await ReportPost.SendAsync(api, batch, _abandon.Token);
        _notes.Writer.TryWrite(new Note.Ended(batch, verdict));
    }

    private void Settle(ReportBatch batch, ReportVerdict verdict)
    {
        switch (verdict)
        {
            case ReportVerdict.Answered answered:
                (_failures, _turnedBack) = (0, 0);
                _line.Answered(batch);
                Settle(batch, answered.Outcomes);
                break;
            case ReportVerdict.Refused refused when batch.Reports is [var single]:
                single.End(
                    new ReportAnswer(new ReportOutcome(single.Report.JobId, refused.Status, Problem: refused.Problem), batch.SentAt));
                break;
            case ReportVerdict.Refused:
                // One of them is at fault, and its neighbours must not suffer for it.
                foreach (PendingReport pending in batch.Reports)
                {
                    pending.Alone = true;
                }

                _line.PutBack(batch.Reports);
                break;
            case ReportVerdict.Unanswered unanswered:
                _line.Unanswered(batch);
                SetBack(batch.Reports, unanswered.Reason);
                break;
            case ReportVerdict.TurnedBack turnedBack:
                _line.Unanswered(batch);
                SetBack(batch.Reports, turnedBack.Reason);
                if (++_turnedBack > TurnedBackMax)
                {
                    // Report by report it would be a request for each of them after each of their pauses.
                    Pause(batch, new ReportVerdict.Away(turnedBack.Reason));
                }

                break;
            case ReportVerdict.Away away:
                _line.PutBack(batch.Reports);
                Pause(batch, away);
                break;
            default:
                throw new UnreachableException($"No rule for {verdict.GetType().Name}.");
        }
    }

    private void Settle(ReportBatch batch, IReadOnlyList<ReportOutcome> outcomes)
    {
        List<PendingReport> setBack = [];
        string reason = "";
        foreach ((PendingReport pending, ReportOutcome outcome) in batch.Reports.Zip(outcomes))
        {
            if (!IsForGood(pending, outcome))
            {
                setBack.Add(pending);
                reason = outcome.Problem?.Sentence ?? $"status {outcome.Status}";
            }
            else
            {
                pending.End(new ReportAnswer(outcome, batch.SentAt));
            }
        }

        if (setBack.Count > 0)
        {
            SetBack(setBack, reason);
        }
        else if (_isTroubled && !_line.HasSetBacks)
        {
            _isTroubled = false;
            state.Succeeded(WorkerState.Reports);
            Quietly.Do(() => Back(logger, _line.Waiting));
        }
        else if (!_isTroubled)
        {
            // A fault of our own may have been counted.
            state.Succeeded(WorkerState.Reports);
        }
    }

    /// <summary>
    /// Whether it has been said what becomes of a report. A checkpoint that finds no room is told to whoever saves it: room is made when
    /// jobs end, and this one would wait for it.
    /// </summary>
    private static bool IsForGood(PendingReport pending, ReportOutcome outcome) =>
        (outcome.Status < 500 && !RetryPolicy.IsTransient((HttpStatusCode)outcome.Status))
        || (pending.IsCheckpoint && outcome.Status == (int)HttpStatusCode.TooManyRequests
            && outcome.Problem?.Type?.EndsWith("/problems/queue-full", StringComparison.Ordinal) == true);

    /// <summary>These are tried again later; the others need not wait for them.</summary>
    private void SetBack(IReadOnlyList<PendingReport> reports, string reason)
    {
        foreach (PendingReport pending in reports)
        {
            pending.Tries++;
        }

        // One pause for all of them, by the least tried, so that they go on sharing requests.
        TimeSpan pause = PauseAfter(reports.Min(pending => pending.Tries), reports.Min(pending => pending.Third));
        long notBefore = After(pause);
        foreach (PendingReport pending in reports)
        {
            pending.NotBefore = notBefore;
        }

        _line.PutBack(reports);
        Tell(reason);
    }

    /// <summary>Nobody is heard for the moment.</summary>
    private void Pause(ReportBatch batch, ReportVerdict.Away away)
    {
        Tell(away.Reason);
        if (batch.SentAt < _failedAt)
        {
            // Sent before the orchestrator was found away: it tells of the same trouble.
            return;
        }

        _failedAt = api.Time.GetTimestamp();
        TimeSpan third = _line.ShortestThird ?? PauseMax;
        TimeSpan pause = PauseAfter(++_failures, third);
        // Who asks for more than a third of a lease asks for the end of that lease.
        TimeSpan asked = away.RetryAfter is { } after && after < third ? after : third;
        _notBefore = After(away.RetryAfter is not null && asked > pause ? asked : pause);
    }

    private void Tell(string reason)
    {
        state.Failed(WorkerState.Reports, reason);
        if (!_isTroubled)
        {
            _isTroubled = true;
            Quietly.Do(() => Away(logger, _line.Waiting, reason));
        }
    }

    private TimeSpan PauseAfter(int failures, TimeSpan third) =>
        RetryPolicy.Pause(failures, api.Options.RetryPause, third < PauseMax ? third : PauseMax, api.Options.Jitter());

    private long After(TimeSpan pause) => api.Time.GetTimestamp() + (long)(pause.TotalSeconds * api.Time.TimestampFrequency);

    [LoggerMessage(
        EventId = 20,
        Level = LogLevel.Warning,
        Message = "The orchestrator does not take reports ({Reason}); {Count} wait and are tried again.")]
    private static partial void Away(ILogger logger, int count, string reason);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "The orchestrator takes reports again; {Count} still wait.")]
    private static partial void Back(ILogger logger, int count);

    [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "The reporter itself failed; reports go on.")]
    private static partial void Bug(ILogger logger, Exception exception);

    /// <summary>What the loop is told.</summary>
    private abstract record Note
    {
        private Note()
        {
        }

        /// <summary>A report has come.</summary>
        public sealed record Arrived(PendingReport Pending) : Note;

        /// <summary>A request has ended.</summary>
        public sealed record Ended(ReportBatch Batch, ReportVerdict Verdict) : Note;

        /// <summary>No more reports come.</summary>
        public sealed record Stopping : Note;

        /// <summary>Time has passed, or a report was withdrawn.</summary>
        public sealed record Woken : Note;
    }
}
