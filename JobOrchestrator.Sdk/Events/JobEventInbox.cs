using System.Diagnostics;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>One of an owner's handlers.</summary>
/// <param name="Handle">Hands an event to it.</param>
/// <param name="Type">Its class; null for a function.</param>
internal sealed record JobEventHandlerRegistration(Func<IServiceProvider, JobEvent, CancellationToken, Task> Handle, Type? Type = null);

/// <summary>
/// Where the broker's deliveries and the feed's events meet. Each event goes to the handlers once: the events of one job are taken
/// one after the other, and what was handled is remembered before the event is acknowledged. One whose handler fails is held, and stands
/// in nobody's way.
/// </summary>
internal sealed partial class JobEventInbox(
    IEnumerable<JobEventHandlerRegistration> handlers,
    IJobEventMemory memory,
    HeldEvents held,
    SetAsideEvents setAside,
    IServiceScopeFactory scopes,
    IOptions<JobEventsOptions> options,
    TimeProvider time,
    ILogger<JobEventInbox> logger)
{
    // An event that is older may leave the feed, which keeps an hour, before it can be held on to by its cursor; the broker has it longer.
    private static readonly TimeSpan HeldAgeMax = TimeSpan.FromMinutes(30);

    private readonly JobEventsOptions _options = options.Value;
    private readonly JobEventHandlerRegistration[] _handlers = [.. handlers];
    private readonly JobGates _gates = new();
    private readonly HandledEvents _handled = new(options.Value.RememberJobs);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Signal _readingWanted = new();

    // Guards _handled, and lets the memory's calls come one at a time.
    private readonly Slots _memoryTurn = new(1);

    private long _delivered;

    // From when on events are behind the remembered cursor, in ticks of UTC.
    private long _guardedFrom = options.Value.StartFrom == JobEventsStart.Oldest ? 0 : long.MaxValue;

    /// <summary>How many events the broker has brought, repeats among them.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Of how many jobs events are being handled, or wait for that.</summary>
    public int JobsInHand => _gates.InUse;

    /// <summary>Completes once it is known what was handled before the last restart. No event is handled earlier.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Reads the memory; returns the feed's cursor.</summary>
    public async Task<string?> LoadAsync(CancellationToken cancellationToken)
    {
        RememberedEvents remembered = await memory.LoadAsync(cancellationToken);
        foreach (HandledEvent handled in remembered.Handled)
        {
            _handled.Add(handled.JobId, handled.Sequence);
        }

        if (remembered.Cursor is not null)
        {
            Volatile.Write(ref _guardedFrom, 0);
        }

        _loaded.TrySetResult();
        return remembered.Cursor;
    }

    public async Task MoveCursorAsync(string cursor, CancellationToken cancellationToken)
    {
        await _memoryTurn.TakeAsync(cancellationToken);
        try
        {
            await memory.MoveCursorAsync(cursor, cancellationToken);
            if (_guardedFrom == long.MaxValue)
            {
                Volatile.Write(ref _guardedFrom, time.GetUtcNow().UtcTicks);
            }
        }
        finally
        {
            _memoryTurn.Release();
        }
    }

    /// <summary>
    /// Whether the feed has to be read at once, for half of what can be remembered was heard of since the last reading: what is read
    /// after it is forgotten would be handled again.
    /// </summary>
    public bool IsHalfUsed => _handled.IsHalfUsed;

    /// <summary>A reading of the feed begins.</summary>
    public async Task BeginReadingAsync(CancellationToken cancellationToken)
    {
        await _memoryTurn.TakeAsync(cancellationToken);
        _handled.BeginReading();
        _memoryTurn.Release();
    }

    /// <summary>Waits until a job's events showed a gap, or half the memory was used; true if so within the time.</summary>
    public Task<bool> ReadingWantedAsync(TimeSpan within, CancellationToken cancellationToken) =>
        _readingWanted.WaitAsync(within, time, cancellationToken);

    /// <summary>
    /// Hands an event on, unless it was before. Where a handler fails, the event is held and comes again from here.
    /// </summary>
    /// <exception cref="Exception">
    /// What a handler threw, where the event cannot be held: it then counts as not handled, and has to come again the way it came.
    /// </exception>
    public async Task<Reception> HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await Loaded.WithinAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
        if (jobEvent.Source == JobEventSource.Broker)
        {
            Interlocked.Increment(ref _delivered);
        }

        using IDisposable gate = await _gates.EnterAsync(jobEvent.JobId, cancellationToken);
        return held.Contains(jobEvent.Id) ? Reception.Waiting : await TakeAsync(jobEvent, cancellationToken);
    }

    /// <summary>Hands on an event that is held. What it throws is a token's cancellation.</summary>
    public async Task RetryAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        using IDisposable gate = await _gates.EnterAsync(jobEvent.JobId, cancellationToken);
        await TakeAsync(jobEvent, cancellationToken);
    }

    /// <summary>An event that cannot be read, but that says which one it is: it leaves no gap.</summary>
    public async Task PassOverAsync(string jobId, long sequence, CancellationToken cancellationToken)
    {
        using IDisposable gate = await _gates.EnterAsync(jobId, cancellationToken);
        if (await JudgeAsync(jobId, sequence, cancellationToken) != JobEventDelivery.Repeat)
        {
            await RememberAsync(jobId, sequence, JobEventSource.Feed, new EventsLeftOut());
        }
    }

    private async Task<Reception> TakeAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        JobEventDelivery delivery = await JudgeAsync(jobEvent.JobId, jobEvent.Sequence, cancellationToken);
        bool wasHandled = false;
        try
        {
            // Finding in the feed what the broker has brought is the rule, and no repeat to tell anyone of.
            bool isTold = delivery != JobEventDelivery.Repeat || (_options.HandOnRepeats && jobEvent.Source == JobEventSource.Broker);
            if (isTold && _options.Topics.ContainsKey(jobEvent.Kind) && !IsLeftOut(jobEvent, delivery))
            {
                await HandOnAsync(jobEvent with { Delivery = delivery }, cancellationToken);
                wasHandled = true;
            }

            if (delivery != JobEventDelivery.Repeat)
            {
                await RememberAsync(jobEvent);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsGuarded(jobEvent))
        {
            if (held.Failed(jobEvent, Reasons.Of(exception)) is not { } tried)
            {
                throw;
            }

            await FailedAsync(jobEvent, tried, exception);
            return Reception.Failed;
        }

        if (wasHandled)
        {
            held.Handled(jobEvent);
        }
        else
        {
            // A repeat, or of a kind that nobody wants: it says nothing of how the handlers are.
            held.Remove(jobEvent.Id);
        }

        SdkTelemetry.Events.Add(
            1, new("kind", jobEvent.Kind.ToString()), new("delivery", delivery.ToString()), new("source", jobEvent.Source.ToString()));
        Quietly.Do(() => Handled(logger, jobEvent.Id, jobEvent.Kind, delivery, jobEvent.Source));
        return delivery == JobEventDelivery.Repeat ? Reception.Repeated : Reception.Handled;
    }

    /// <summary>
    /// A process that dies would be brought by the feed what is held: it begins in front of it. What the feed itself has brought is there;
    /// what the broker has brought may be older than what the feed keeps, or than where this owner began.
    /// </summary>
    private bool IsGuarded(JobEvent jobEvent) =>
        held.Contains(jobEvent.Id)
        || (Volatile.Read(ref _guardedFrom) is not long.MaxValue and var from
            && (jobEvent.Source == JobEventSource.Feed
                || jobEvent.OccurredAt is not { } at
                || (at.UtcTicks >= from && time.GetUtcNow() - at < HeldAgeMax)));

    private async Task FailedAsync(JobEvent jobEvent, HeldTry tried, Exception exception)
    {
        if (!tried.IsOver)
        {
            Quietly.Do(() =>
            {
                if (tried.Tries == 1)
                {
                    HandlerFailed(logger, exception, jobEvent.Id, jobEvent.Kind, tried.Pause.TotalSeconds);
                }
                else
                {
                    HandlerFailedAgain(
                        logger, jobEvent.Id, jobEvent.Kind, tried.Tries, Reasons.Of(exception), tried.Pause.TotalSeconds);
                }
            });
            return;
        }

        try
        {
            await RememberAsync(jobEvent);
        }
        catch (Exception unwritten)
        {
            // Not remembered, so not given up: it is held on.
            Quietly.Do(() => NotRemembered(logger, unwritten, jobEvent.Id));
            return;
        }

        held.Remove(jobEvent.Id);
        setAside.Add(jobEvent.Id, "handler", $"{jobEvent.Kind}, {tried.Tries} tries: {Reasons.Of(exception)}");
        Quietly.Do(() => SetAside(logger, exception, jobEvent.Id, jobEvent.Kind, tried.Tries));
    }

    private async Task HandOnAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        using Activity? activity = EventActivity.Start(jobEvent);
        foreach (JobEventHandlerRegistration handler in _handlers)
        {
            await handler.Handle(scope.ServiceProvider, jobEvent, cancellationToken);
        }
    }

    private async Task<JobEventDelivery> JudgeAsync(string jobId, long sequence, CancellationToken cancellationToken)
    {
        await _memoryTurn.TakeAsync(cancellationToken);
        try
        {
            return _handled.Judge(jobId, sequence);
        }
        finally
        {
            _memoryTurn.Release();
        }
    }

    /// <summary>
    /// A report of progress that the broker need not have had, found in the feed once a newer event was handled. The newest may have been
    /// lost on its way.
    /// </summary>
    private bool IsLeftOut(JobEvent jobEvent, JobEventDelivery delivery) =>
        jobEvent is { Source: JobEventSource.Feed, IsProgressLeftOut: true }
        && delivery == JobEventDelivery.Stale
        && !_options.IsFeedAlone;

    private Task RememberAsync(JobEvent jobEvent) => RememberAsync(
        jobEvent.JobId,
        jobEvent.Sequence,
        jobEvent.Source,
        new EventsLeftOut(
            jobEvent.IsFirstLeftOut || !_options.Topics.ContainsKey(JobEventKind.Created),
            jobEvent.AreUpdatesLeftOut || !_options.Topics.ContainsKey(JobEventKind.Updated)));

    /// <summary>Not cancellable: the handlers have done their work, and only this keeps them from doing it twice.</summary>
    private async Task RememberAsync(string jobId, long sequence, JobEventSource source, EventsLeftOut leftOut)
    {
        await _memoryTurn.TakeAsync(CancellationToken.None);
        try
        {
            await memory.AddHandledAsync(jobId, sequence, CancellationToken.None);
            bool hasGap = _handled.Add(jobId, sequence, leftOut);
            if (source == JobEventSource.Broker && (hasGap || _handled.IsHalfUsed))
            {
                _readingWanted.Set();
            }
        }
        finally
        {
            _memoryTurn.Release();
        }
    }

    [LoggerMessage(EventId = 50, Level = LogLevel.Debug, Message = "Event {EventId}: {Kind}, {Delivery}, from {Source}.")]
    private static partial void Handled(
        ILogger logger, string eventId, JobEventKind kind, JobEventDelivery delivery, JobEventSource source);

    [LoggerMessage(
        EventId = 51,
        Level = LogLevel.Error,
        Message = "A handler failed for event {EventId} ({Kind}); it is tried again in {Pause:0.#} s.")]
    private static partial void HandlerFailed(ILogger logger, Exception exception, string eventId, JobEventKind kind, double pause);

    [LoggerMessage(
        EventId = 52,
        Level = LogLevel.Warning,
        Message = "A handler failed for event {EventId} ({Kind}), try {Tries} ({Reason}); it is tried again in {Pause:0.#} s.")]
    private static partial void HandlerFailedAgain(
        ILogger logger, string eventId, JobEventKind kind, int tries, string reason, double pause);

    [LoggerMessage(
        EventId = 53,
        Level = LogLevel.Error,
        Message = "Event {EventId} ({Kind}) is set aside: its handler failed {Tries} times while others of its kind were handled, or "
            + "for a day. It is not handed on again.")]
    private static partial void SetAside(ILogger logger, Exception exception, string eventId, JobEventKind kind, int tries);

    [LoggerMessage(
        EventId = 54, Level = LogLevel.Error, Message = "That event {EventId} is set aside cannot be remembered; it is tried again.")]
    private static partial void NotRemembered(ILogger logger, Exception exception, string eventId);
}
