namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Looks at what is asked, answered and told, as it happens.</summary>
internal interface IHistoryWatcher
{
    void Asked(Request request)
    {
    }

    /// <summary>A service has it in its hands.</summary>
    void Arrived(Request request)
    {
    }

    /// <param name="request">What was asked, with its answer.</param>
    /// <param name="order">The answer's place in the history.</param>
    void Answered(Request request, long order)
    {
    }

    /// <summary>A shard can take reports from now on, or cannot any more.</summary>
    void Served(int shard, bool isServed, long step, DateTimeOffset at)
    {
    }

    /// <summary>It turns out that a shard could take reports all the while since then.</summary>
    void WasServed(int shard, DateTimeOffset since)
    {
    }

    /// <summary>A process has asked the store of a shard's documents and was not told that all is well.</summary>
    void StoreFailed(string lane, int shard)
    {
    }

    /// <summary>A worker has stopped an attempt because it believes its lease to be over, or that it is to be cancelled.</summary>
    void Stopped(Stop stop)
    {
    }

    /// <summary>A process of the SDK's worker has a job in its hands.</summary>
    void Holds(Holding holding)
    {
    }

    /// <summary>It has nothing more to report on a lease, which is over.</summary>
    void LetGo(string lane, string token)
    {
    }

    /// <summary>Its attempt has ended, or all of them are to end.</summary>
    void Ending(string lane, string? token)
    {
    }

    /// <summary>It tries no longer to report.</summary>
    void GivenUp(string lane, string token, bool isStopping, long step, DateTimeOffset at)
    {
    }

    /// <summary>It stands still, or has just stood still.</summary>
    void Stalled(string lane)
    {
    }

    /// <summary>It has stopped in order, and all its attempts have ended.</summary>
    void Drained(string lane, long step, DateTimeOffset at)
    {
    }

    /// <summary>It is over, or leaves its leases to their end.</summary>
    void Gone(string lane)
    {
    }

    /// <summary>The broker has taken an event.</summary>
    void Published(Delivery delivery)
    {
    }

    /// <summary>A replica goes on without a job: the store does not hand it out, or takes no change of it.</summary>
    void SetAside(Guid job)
    {
    }

    /// <summary>A replica has given an event up: only the feed has it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="isRefused">The broker refuses its topic at that moment.</param>
    /// <param name="step">The world's step.</param>
    /// <param name="at">The world's time.</param>
    void SetAside(Guid job, long sequence, bool isRefused, long step, DateTimeOffset at)
    {
    }

    /// <summary>An owner's handler was called.</summary>
    void Handled(Handling handling)
    {
    }

    /// <summary>An owner has lost that it handled an event.</summary>
    void Forgot(string owner, Guid job, long sequence)
    {
    }

    /// <summary>An owner says that the feed no longer had what came after its place in it.</summary>
    void Missed(string owner)
    {
    }

    /// <summary>A reader of the feed was answered.</summary>
    /// <param name="answer">What.</param>
    /// <param name="order">The answer's place in the history.</param>
    void FeedRead(FeedAnswer answer, long order)
    {
    }

    /// <summary>Somebody's wait or stream is with a process now.</summary>
    /// <param name="request">What he asks.</param>
    /// <param name="lane">The process.</param>
    /// <param name="after">The sequence of which he knows already.</param>
    void Watching(Request request, string lane, long after)
    {
    }

    /// <summary>A process sends a stream's next item.</summary>
    void Streamed(Request request, JobSeen seen, long step, DateTimeOffset at)
    {
    }

    /// <summary>A loop has ended.</summary>
    void LoopEnded(LoopEnd end)
    {
    }
}

/// <summary>A worker gave up an attempt because it believes its lease to be over.</summary>
internal sealed record Stop(string Lane, Guid Job, string Token, long Step, DateTimeOffset At)
{
    /// <summary>Because it was told that the job is being cancelled instead.</summary>
    public bool IsCancel { get; init; }
}

/// <summary>A lease in the hands of a process of the SDK's worker.</summary>
/// <param name="Lane">The process.</param>
/// <param name="Job">The job.</param>
/// <param name="Queue">The job's queue.</param>
/// <param name="Token">The lease.</param>
/// <param name="Length">How long it runs without a heartbeat.</param>
/// <param name="CarriesOnFor">How long a report is kept beyond its end while nobody answers.</param>
/// <param name="At">Since when.</param>
internal sealed record Holding(
    string Lane, Guid Job, string Queue, string Token, TimeSpan Length, TimeSpan CarriesOnFor, DateTimeOffset At);

/// <summary>An event that the broker took.</summary>
internal sealed record Delivery(string Lane, string Topic, Guid Job, long Sequence, long Step, DateTimeOffset At);

/// <summary>An event in a handler's hands.</summary>
/// <param name="Owner">Whose handler.</param>
/// <param name="Job">The job.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="AsNew">The handler was told that it has not been handled before: it is no repeat.</param>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time.</param>
internal sealed record Handling(string Owner, Guid Job, long Sequence, bool AsNew, long Step, DateTimeOffset At);

/// <summary>One page of the feed, or its refusal.</summary>
/// <param name="Reader">Who reads; a reader goes on where its last page ended.</param>
/// <param name="Start">Where it began to read, if not where its last page ended.</param>
/// <param name="Events">The events.</param>
/// <param name="IsExpired">410: what comes next is no longer kept.</param>
/// <param name="IsEnd">There is nothing behind the last of them.</param>
/// <param name="Owner">Only this owner's events; null: all.</param>
/// <param name="Queue">Only this queue's events; null: all.</param>
/// <param name="SentStep">The step at which the page was asked for.</param>
/// <param name="SentOrder">The place in the history at which the page was asked for.</param>
/// <param name="Step">The step of the answer.</param>
/// <param name="At">The time of the answer.</param>
/// <param name="Mark">
/// The reader remembers the place behind so many of the events, in place of the one that it remembered before; null: it does not.
/// </param>
internal sealed record FeedAnswer(
    string Reader,
    FeedStart Start,
    IReadOnlyList<(Guid Job, long Sequence)> Events,
    bool IsExpired,
    bool IsEnd,
    string? Owner,
    string? Queue,
    long SentStep,
    long SentOrder,
    long Step,
    DateTimeOffset At,
    int? Mark = null);

/// <summary>Where a page of the feed began.</summary>
internal enum FeedStart
{
    /// <summary>Behind the reader's last page.</summary>
    GoesOn = 1,

    /// <summary>At what is written from now on.</summary>
    Now,

    /// <summary>At the oldest that is kept.</summary>
    Oldest,

    /// <summary>At the place that the reader has remembered.</summary>
    Mark,
}

/// <summary>A loop that ended.</summary>
/// <param name="Lane">The process.</param>
/// <param name="Loop">Which.</param>
/// <param name="WasStopped">It had been told to.</param>
/// <param name="Why">What it threw; null: it returned.</param>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time.</param>
internal sealed record LoopEnd(string Lane, string Loop, bool WasStopped, string? Why, long Step, DateTimeOffset At);
