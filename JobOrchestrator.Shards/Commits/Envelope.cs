using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A command on its way through a commit loop, and the promise of its outcome. It ends by itself: a timer and the caller's token withdraw
/// it, with nothing written, or say that its outcome is not known, so that its caller awaits the promise and nothing else. It is on every
/// command's way: one object, and one timer for all that may take the usual time.
/// </summary>
/// <param name="command">The command.</param>
/// <param name="wait">How long a lease that finds nothing stays until there is something; zero: it does not.</param>
internal sealed class Envelope(Command command, TimeSpan wait = default)
    : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private static readonly Outcome Nothing = new Outcome.Leased([]);

    private int _state;
    private volatile bool _hasWaited; // the time that a lease waits for a job has passed
    private TimeSpan _answer;
    private CancellationTokenRegistration _leaving;
    private ITimer? _timer;
    private AnswerLimit? _limit; // in place of a timer of its own

    /// <summary>Its place among those that wait for as long; the limit's business alone.</summary>
    internal InLine Place;

    public Command Command { get; } = command;

    /// <summary>The job whose heartbeat it is, if that came when less than a third of its lease was left.</summary>
    public Job? LateBeatOf { get; set; }

    /// <summary>When it came into line, a timestamp; null: the loop itself wants it.</summary>
    public long? PostedAt { get; set; }

    /// <summary>A lease that finds nothing stays until there is something.</summary>
    public bool Waits => wait > TimeSpan.Zero;

    /// <summary>How many jobs it is about at most, where so many as it says could not be stored; null: as many as it says.</summary>
    public int? JobsMax { get; set; }

    /// <summary>How often the store has refused it alone.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether there is nothing left to do: nobody waits for this lease any more.</summary>
    public bool IsOver => Volatile.Read(ref _state) == Withdrawn || (Command is Command.Lease && Task.IsCompleted);

    /// <summary>
    /// Begins to wait, once the command is in line: from then on it ends in time, and with its caller. Not for a command that nobody
    /// waits for.
    /// </summary>
    /// <param name="answer">How long the outcome may take; a lease that waits for a job has its wait first.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller leaves: a lease takes no job with it, any other command still commits.</param>
    /// <returns>
    /// The outcome as stored, or <see cref="StoreUnavailableException"/> (nothing was written), or <see cref="OutcomeUnknownException"/>.
    /// </returns>
    public Task<Outcome> OutcomeAsync(TimeSpan answer, TimeProvider time, CancellationToken cancellationToken)
    {
        _answer = answer;
        ITimer timer = time.CreateTimer(
            static envelope => ((Envelope)envelope!).TimeHasPassed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _leaving = cancellationToken.UnsafeRegister(static (envelope, token) => ((Envelope)envelope!).Leave(token), this);

        // Whoever fulfils the promise later finds the timer; whoever did before is seen by the next line but one.
        Interlocked.Exchange(ref _timer, timer);
        timer.Change(Waits ? wait : answer, Timeout.InfiniteTimeSpan);
        if (Task.IsCompleted)
        {
            StopWaiting();
        }

        return Task;
    }

    /// <summary>The same for a command that does not wait for a job, within the time that most of them have.</summary>
    /// <inheritdoc cref="OutcomeAsync(TimeSpan, TimeProvider, CancellationToken)"/>
    public Task<Outcome> OutcomeAsync(AnswerLimit limit, CancellationToken cancellationToken)
    {
        _leaving = cancellationToken.UnsafeRegister(static (envelope, token) => ((Envelope)envelope!).Leave(token), this);
        limit.Begin(this);
        Interlocked.Exchange(ref _limit, limit);
        if (Task.IsCompleted)
        {
            StopWaiting();
        }

        return Task;
    }

    /// <summary>The loop takes the command; false when nobody wants it done any more.</summary>
    public bool TryTake() => !IsOver && Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>A lease that found nothing goes on waiting; false when it is over.</summary>
    public bool TryPark()
    {
        Interlocked.Exchange(ref _state, Waiting);
        if (_hasWaited && TryWithdraw())
        {
            TryAnswer(Nothing);
        }

        return !IsOver;
    }

    /// <summary>What was taken was not stored and is to be tried again; false when it is over by now.</summary>
    public bool TryReturn()
    {
        Interlocked.Exchange(ref _state, Waiting);
        if (_hasWaited && TryWithdraw())
        {
            EndUnwritten();
        }

        return !IsOver;
    }

    /// <summary>Tells the outcome, once it is stored; false when the caller has left or has been told something else.</summary>
    public bool TryAnswer(Outcome outcome) => TrySetResult(outcome) && StopWaiting();

    /// <summary>Tells why there is no outcome.</summary>
    public bool TryRefuse(Exception exception) => TrySetException(exception) && StopWaiting();

    /// <summary>Nothing becomes of a command that waits: it is over, wherever it stands in line, and its caller is told why.</summary>
    public void TurnAway(Exception exception)
    {
        if (TryWithdraw())
        {
            TryRefuse(exception);
        }
    }

    /// <summary>The same, where an outcome tells him.</summary>
    public void TurnAway(Outcome outcome)
    {
        if (TryWithdraw())
        {
            TryAnswer(outcome);
        }
    }

    /// <summary>The caller gives up; false when the loop has taken the command.</summary>
    private bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;

    /// <summary>The time is over within which it was to be answered, or in which a lease waits for a job.</summary>
    internal void TimeHasPassed()
    {
        bool isWaitAlone = Waits && !_hasWaited;
        _hasWaited = true;

        // Either this sees that the lease is parked, or the loop, which parks it, that it has waited: both write first and look then.
        if (TryWithdraw())
        {
            EndUnwritten();
        }
        else if (isWaitAlone)
        {
            // It is being committed at this very moment; a commit is short, or its outcome is unknown.
            _timer!.Change(_answer, Timeout.InfiniteTimeSpan);
        }
        else
        {
            TryRefuse(new OutcomeUnknownException("Time ran out while the command was being written."));
        }
    }

    private void EndUnwritten() => _ = Waits
        ? TryAnswer(Nothing)
        : TryRefuse(new StoreUnavailableException("The command waited too long for its turn; nothing was written."));

    private void Leave(CancellationToken cancellationToken)
    {
        if (Command is Command.Lease)
        {
            TryWithdraw();
        }

        _ = TrySetCanceled(cancellationToken) && StopWaiting();
    }

    private bool StopWaiting()
    {
        if (Volatile.Read(ref _limit) is { } limit)
        {
            limit.End(this);
            _leaving.Unregister();
        }

        if (Volatile.Read(ref _timer) is { } timer)
        {
            timer.Dispose();

            // Without waiting for a callback that runs right now: it finds the promise fulfilled.
            _leaving.Unregister();
        }

        return true;
    }

    /// <summary>A place among others, from the one that began before to the one that began after it.</summary>
    internal struct InLine
    {
        public long BeganAt; // a timestamp
        public Envelope? Before;
        public Envelope? After;
        public bool IsThere;
    }
}
