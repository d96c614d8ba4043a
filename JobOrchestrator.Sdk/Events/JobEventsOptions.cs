namespace JobOrchestrator.Sdk;

/// <summary>Where an owner that has never read the feed begins.</summary>
public enum JobEventsStart
{
    /// <summary>With the oldest event that the orchestrator still has (an hour by default).</summary>
    Oldest = 1,

    /// <summary>With what happens from now on.</summary>
    Now = 2,
}

/// <summary>
/// How an owner gets its events. Configuration section <c>Jobs:Events</c>. Times may be as long as they like;
/// <see cref="Timeout.InfiniteTimeSpan"/> is without end.
/// </summary>
public sealed class JobEventsOptions
{
    /// <summary>
    /// The configuration section that these settings are read from: <c>Jobs:Events</c>. <c>JobEvents</c> is read too, before it.
    /// </summary>
    public const string Section = "Jobs:Events";

    internal const string EarlierSection = "JobEvents";

    /// <summary>While the broker is away the feed is the only way, and is read so often.</summary>
    internal static readonly TimeSpan AloneInterval = TimeSpan.FromSeconds(1);

    /// <summary>Whose jobs: the value of <c>owner</c> in the jobs. Required.</summary>
    public string Owner { get; set; } = "";

    /// <summary>The pub/sub component: <c>jobs-pubsub</c> by default.</summary>
    public string PubSubName { get; set; } = "jobs-pubsub";

    /// <summary>
    /// The topic of each kind of event; <c>job-created</c>, <c>job-updated</c> … by default. Several kinds may share one. A kind that is
    /// removed is not subscribed to.
    /// </summary>
    public Dictionary<JobEventKind, string> Topics { get; } = new()
    {
        [JobEventKind.Created] = "job-created",
        [JobEventKind.Updated] = "job-updated",
        [JobEventKind.Completed] = "job-completed",
        [JobEventKind.Failed] = "job-failed",
        [JobEventKind.Cancelled] = "job-cancelled",
    };

    /// <summary>Under which path events are taken; the routes are <c>/JobEvents/JobCreated</c> and so on by default.</summary>
    public string RoutePrefix { get; set; } = "/JobEvents";

    /// <summary>
    /// Hand on what the broker brings although it was handled before, as <see cref="JobEventDelivery.Repeat"/>; false by default.
    /// </summary>
    public bool HandOnRepeats { get; set; }

    /// <summary>
    /// How often the feed is read; 2 min by default. It is also read at the start, after standing still, and when a job's events show
    /// a gap.
    /// </summary>
    public TimeSpan CatchUpInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Events come by the feed alone, every <see cref="CatchUpInterval"/>: for an owner without a sidecar or a broker. Then
    /// <c>MapJobEvents</c> maps nothing, and nobody is missed. False by default.
    /// </summary>
    public bool FeedOnly { get; set; }

    /// <summary>How long a gap may stay open before the feed is read for it; 3 s by default.</summary>
    public TimeSpan GapDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Where to begin when no cursor is remembered; <see cref="JobEventsStart.Oldest"/> by default.</summary>
    public JobEventsStart StartFrom { get; set; } = JobEventsStart.Oldest;

    /// <summary>
    /// Of how many jobs it is remembered which events were handled; 50,000 by default, the least recently heard of go first. The feed is
    /// read whenever half of them were heard of since the last reading, so that it brings nothing that is forgotten.
    /// </summary>
    public int RememberJobs { get; set; } = 50_000;

    /// <summary>The folder of the default memory (<see cref="FileJobEventMemory"/>); <c>.data/job-events</c> by default.</summary>
    public string Folder { get; set; } = Path.Combine(".data", "job-events");

    /// <summary>
    /// How often a handler is tried with one event, 10 by default, with pauses that double from a second to five minutes (some nine
    /// minutes in all). After that the event is set aside: logged, counted and shown in the health check, and not handed on again. Only
    /// where the handlers took events of the same kind and other jobs meanwhile: one that takes none has an outage, and is tried for a
    /// day.
    /// </summary>
    public int HandlerTries { get; set; } = 10;

    /// <summary>Whether nobody waits for a broker; who reads the feed as often as without one does so on purpose.</summary>
    internal bool IsFeedAlone => FeedOnly || (CatchUpInterval <= AloneInterval && CatchUpInterval != Timeout.InfiniteTimeSpan);

    /// <summary>
    /// The CEL rule by which the sidecar chooses this owner's events: by their data, and messages that bring several by their attribute.
    /// <c>has</c> first: without it a message that has no owner is an error, not a mismatch.
    /// </summary>
    internal string Match =>
        $"(has(event.owner) && event.owner == \"{Owner}\") "
        + $"|| (!has(event.owner) && has(event.data.owner) && event.data.owner == \"{Owner}\")";
}
