using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>What is to become of an event whose handler has failed.</summary>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Pause">When it is tried again.</param>
/// <param name="IsOver">It was tried often enough.</param>
internal readonly record struct HeldTry(int Tries, TimeSpan Pause, bool IsOver);

/// <summary>
/// Events whose handlers failed: kept here and tried again with growing pauses, so that none stands in front of others, in a topic or in
/// the feed. The feed has them too, and the remembered cursor stays in front of them: a process that dies gets them from there.
/// </summary>
/// <param name="triesMax">After so many tries one is given up, if the handlers take others of its kind meanwhile.</param>
/// <param name="time">The clock.</param>
/// <param name="jitter">By what pauses are moved.</param>
internal sealed class HeldEvents(int triesMax, TimeProvider time, Func<double> jitter)
{
    /// <summary>More are not kept: they wait in the topic and in the feed, as they would without this.</summary>
    public const int CountMax = 1_000;

    /// <summary>
    /// Nor are more than these of a kind while the handlers take none of it: that is an outage, which may last longer than the feed keeps
    /// events, and until it is over the broker keeps them better.
    /// </summary>
    private const int UnprovenMax = 10;

    private const int ShownMax = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(5);

    // Handlers that take nothing at all have an outage (their database), and no event is to blame for it; but not for ever.
    private static readonly TimeSpan OutageMax = TimeSpan.FromDays(1);

    // Guards the dictionary and what is in it.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Held> _held = [];
    private readonly Signal _changed = new();

    /// <summary>One line for each of the oldest, and how many there are; null when none is held.</summary>
    public string? Description
    {
        get
        {
            lock (_lock)
            {
                if (_held.Count == 0)
                {
                    return null;
                }

                IEnumerable<string> shown = _held.Values.OrderBy(held => held.Since).Take(ShownMax)
                    .Select(held => $"{held.Event.Id} ({held.Event.Kind}, {held.Tries} tries): {held.Reason}");
                return $"A handler fails; tried again: {_held.Count} of the events, {string.Join("; ", shown)}";
            }
        }
    }

    public bool Contains(string eventId)
    {
        lock (_lock)
        {
            return _held.ContainsKey(eventId);
        }
    }

    /// <summary>A handler has failed. Null when there is no room for one more.</summary>
    public HeldTry? Failed(JobEvent jobEvent, string reason)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue(jobEvent.Id, out Held? held))
            {
                if (_held.Count >= CountMax || IsOutage(jobEvent.Kind))
                {
                    return null;
                }

                _held.Add(jobEvent.Id, held = new Held(jobEvent, time.GetTimestamp()));
            }

            held.Tries++;
            held.IsUnderWay = false;
            held.Reason = reason;
            TimeSpan pause = RetryPolicy.Pause(held.Tries, FirstPause, PauseMax, jitter());
            held.DueAt = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            _changed.Set();
            bool isOver = held.Tries >= triesMax && (held.OthersWereHandled || time.GetElapsedTime(held.Since) > OutageMax);
            return new HeldTry(held.Tries, pause, isOver);
        }
    }

    private bool IsOutage(JobEventKind kind) =>
        _held.Values.Count(held => held.Event.Kind == kind && !held.OthersWereHandled) >= UnprovenMax;

    /// <summary>An event was handled, so the handlers take such events; it is no longer held itself.</summary>
    public void Handled(JobEvent jobEvent)
    {
        lock (_lock)
        {
            if (_held.Count == 0)
            {
                return;
            }

            _held.Remove(jobEvent.Id);
            foreach (Held held in _held.Values.Where(held => held.Event.Kind == jobEvent.Kind && held.Event.JobId != jobEvent.JobId))
            {
                held.OthersWereHandled = true;
            }
        }
    }

    /// <summary>It is given up.</summary>
    public void Remove(string eventId)
    {
        lock (_lock)
        {
            _held.Remove(eventId);
        }
    }

    /// <summary>
    /// The one whose pause is over for longest, of those that are not being tried; null: there is none. It is being tried from now on,
    /// until it is told of (<see cref="Failed"/>, <see cref="Handled"/>, <see cref="Remove"/>).
    /// </summary>
    public JobEvent? TakeDue()
    {
        lock (_lock)
        {
            Held? due = _held.Values.Where(held => !held.IsUnderWay && held.DueAt <= time.GetTimestamp()).MinBy(held => held.DueAt);
            if (due is not null)
            {
                due.IsUnderWay = true;
            }

            return due?.Event;
        }
    }

    /// <summary>Waits until one may be due.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            wait = _held.Values.Where(held => !held.IsUnderWay).MinBy(held => held.DueAt) is { } next
                ? time.GetElapsedTime(time.GetTimestamp(), next.DueAt)
                : Timeout.InfiniteTimeSpan;
        }

        if (wait == Timeout.InfiniteTimeSpan || wait > TimeSpan.Zero)
        {
            await _changed.WaitAsync(WholeMilliseconds.Of(wait), time, cancellationToken);
        }
    }

    private sealed class Held(JobEvent jobEvent, long since)
    {
        public JobEvent Event => jobEvent;

        public long Since => since;

        public int Tries { get; set; }

        public long DueAt { get; set; }

        public string Reason { get; set; } = "";

        /// <summary>It is being tried again.</summary>
        public bool IsUnderWay { get; set; }

        /// <summary>Others of its kind, of other jobs, were handled since.</summary>
        public bool OthersWereHandled { get; set; }
    }
}
