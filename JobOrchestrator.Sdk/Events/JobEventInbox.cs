using JobOrchestrator.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>One of an owner's handlers.</summary>
internal sealed record JobEventHandlerRegistration(Func<IServiceProvider, JobEvent, CancellationToken, Task> Handle);

/// <summary>
/// Where the broker's deliveries and the feed's events meet. Each event goes to the handlers once: the events of one job are taken
/// one after the other, and what was handled is remembered before the event is acknowledged.
/// </summary>
internal sealed partial class JobEventInbox(
    IEnumerable<JobEventHandlerRegistration> handlers,
    IJobEventMemory memory,
    IServiceScopeFactory scopes,
    IOptions<JobEventsOptions> options,
    TimeProvider time,
    ILogger<JobEventInbox> logger)
{
    private readonly JobEventsOptions _options = options.Value;
    private readonly JobEventHandlerRegistration[] _handlers = [.. handlers];
    private readonly JobGates _gates = new();
    private readonly HandledEvents _handled = new(options.Value.RememberJobs);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Signal _readingWanted = new();

    // Guards _handled, and lets the memory's calls come one at a time.
    private readonly Slots _memoryTurn = new(1);

    private long _delivered;

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

        _loaded.TrySetResult();
        return remembered.Cursor;
    }

    public async Task MoveCursorAsync(string cursor, CancellationToken cancellationToken)
    {
        await _memoryTurn.TakeAsync(cancellationToken);
        try
        {
            await memory.MoveCursorAsync(cursor, cancellationToken);
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
    /// Hands an event on, unless it was before. Whatever a handler throws comes out: the event then counts as not handled.
    /// </summary>
    /// <returns>As what it came: a repeat was handled before.</returns>
    public async Task<JobEventDelivery> HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await Loaded.WithinAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
        if (jobEvent.Source == JobEventSource.Broker)
        {
            Interlocked.Increment(ref _delivered);
        }

        using IDisposable gate = await _gates.EnterAsync(jobEvent.JobId, cancellationToken);
        JobEventDelivery delivery = await JudgeAsync(jobEvent, cancellationToken);

        // Finding in the feed what the broker has brought is the rule, and no repeat to tell anyone of.
        bool isTold = delivery != JobEventDelivery.Repeat || (_options.HandOnRepeats && jobEvent.Source == JobEventSource.Broker);
        if (isTold && _options.Topics.ContainsKey(jobEvent.Kind))
        {
            await HandOnAsync(jobEvent with { Delivery = delivery }, cancellationToken);
        }

        if (delivery != JobEventDelivery.Repeat)
        {
            await RememberAsync(jobEvent);
        }

        SdkTelemetry.Events.Add(
            1, new("kind", jobEvent.Kind.ToString()), new("delivery", delivery.ToString()), new("source", jobEvent.Source.ToString()));
        Handled(logger, jobEvent.Id, jobEvent.Kind, delivery, jobEvent.Source);
        return delivery;
    }

    private async Task HandOnAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        foreach (JobEventHandlerRegistration handler in _handlers)
        {
            await handler.Handle(scope.ServiceProvider, jobEvent, cancellationToken);
        }
    }

    private async Task<JobEventDelivery> JudgeAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await _memoryTurn.TakeAsync(cancellationToken);
        try
        {
            return _handled.Judge(jobEvent.JobId, jobEvent.Sequence);
        }
        finally
        {
            _memoryTurn.Release();
        }
    }

    /// <summary>Not cancellable: the handlers have done their work, and only this keeps them from doing it twice.</summary>
    private async Task RememberAsync(JobEvent jobEvent)
    {
        await _memoryTurn.TakeAsync(CancellationToken.None);
        try
        {
            await memory.AddHandledAsync(jobEvent.JobId, jobEvent.Sequence, CancellationToken.None);
            bool hasGap = _handled.Add(jobEvent.JobId, jobEvent.Sequence);
            if (jobEvent.Source == JobEventSource.Broker && (hasGap || _handled.IsHalfUsed))
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
}
