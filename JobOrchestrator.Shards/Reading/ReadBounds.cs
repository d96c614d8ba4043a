namespace JobOrchestrator.Shards;

/// <summary>How much one read of a list or of the feed looks at.</summary>
internal sealed record ReadBounds
{
    /// <summary>Jobs that a list looks up at once.</summary>
    public int JobsInOneRead { get; init; } = 100;

    /// <summary>
    /// A filter that lets little through gets a short page of jobs with a cursor further on, rather than a request without end: each look
    /// is a document of the store's.
    /// </summary>
    public int JobsLookedAtMax { get; init; } = 4_000;

    /// <summary>A list that has found something ends its page then, full or not.</summary>
    public TimeSpan FoundWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whoever reads what became of jobs waits no longer for a commit that is not answered.</summary>
    public TimeSpan CaughtUpWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// One that has found nothing goes on for so long, and so does one of events: a page that is not the last is empty only then.
    /// </summary>
    public TimeSpan NothingWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A page of a list ends before its jobs exceed so many bytes, whatever their number: a thousand jobs of a megabyte and a half would
    /// be held at once by every reader.
    /// </summary>
    public long PageBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Jobs in a list's first read: large ones are read a few at a time, so that little more than a page is ever at hand.
    /// </summary>
    public int JobsInFirstRead { get; init; } = 25;

    /// <summary>Events that one page looks at before it is short, or looks whether it has gone on for too long.</summary>
    public int EventsLookedAtMax { get; init; } = 20_000;
}
