namespace JobOrchestrator.Shards;

/// <summary>
/// The bounds and pauses that no setting names: each has the number that has proved itself as its default. They are values so that a
/// simulator can draw small ones, with which a handful of jobs does what a million does otherwise.
/// </summary>
internal sealed record ShardBounds
{
    /// <summary>The defaults.</summary>
    public static ShardBounds Usual { get; } = new();

    /// <summary>
    /// Job ids in one index page. Arrival numbers are made of it: a store is used with the same one for ever. 256 in every store there is.
    /// </summary>
    public int PageJobs { get; init; } = 256;

    /// <summary>Documents of settings that one of their pages lists.</summary>
    public int SettingsPageDocuments { get; init; } = 512;

    /// <summary>
    /// Settings that can wait (what the head of the first format names, documents that say nothing any more) in one commit: small beside
    /// the bytes that it may hold.
    /// </summary>
    public int SettingsPortionMax { get; init; } = 200;

    /// <summary>Pages of settings in one bulk read; a full one is some 25 KB.</summary>
    public int SettingsPagesInOneRead { get; init; } = 50;

    /// <summary>
    /// Documents in one bulk read of a load at most: the jobs of a page, few enough for a sidecar's body limit with jobs of usual size.
    /// </summary>
    public int DocumentsInOneRead { get; init; } = 256;

    /// <summary>
    /// Bulk reads of a load under way at once: on a store with slow answers it takes a fraction of the time, and memory is bounded all the
    /// same.
    /// </summary>
    public int LoadReadsMax { get; init; } = 4;

    /// <summary>Documents in the first bulk reads of a load, before it is known how large they are.</summary>
    public int DocumentsInFirstRead { get; init; } = 25;

    /// <summary>
    /// Bytes of jobs' documents in one bulk read, about, where something tells of their sizes: well below the 4 MB that a sidecar takes by
    /// default, and a few such reads need little memory.
    /// </summary>
    public long JobBytesInOneRead { get; init; } = 2 << 20;

    /// <summary>
    /// Bytes of finished jobs' documents that are read back for the commands in front of a batch together, about; what is further behind
    /// is read for a later one.
    /// </summary>
    public long ReadAheadBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes of finished jobs' documents that are read back for one command at most: it is refused beyond.</summary>
    public long ReadBackBytesMax { get; init; } = 64 << 20;

    /// <summary>How often a clean stop tries to release a shard: whoever stops waits no longer, the lease ends by itself.</summary>
    public int ReleaseTries { get; init; } = 3;

    /// <summary>Commands in one batch: enough to fill a transaction, few enough that callers are not kept waiting by each other.</summary>
    public int CommandsMax { get; init; } = 2_048;

    /// <summary>Pages that one commit retires at most; each is a document of some 10 KB.</summary>
    public int RetiredMax { get; init; } = 16;

    /// <summary>
    /// Bytes of pages that one commit retires or writes anew, beyond the first of each: those with many keys are three times as large.
    /// </summary>
    public long RetiredBytesMax { get; init; } = 256 << 10;

    /// <summary>
    /// A live page is written anew when so many of its jobs have ended of which it does not say so: four times in its life at most, and a
    /// start reads less than so many finished jobs beside a live one. A quarter of its jobs.
    /// </summary>
    public int MarksMin => Math.Max(1, PageJobs / 4);

    /// <summary>Pages that one commit writes anew for that at most.</summary>
    public int MarkedMax { get; init; } = 4;

    /// <summary>While nothing else is to be done, a page is written anew so long after the first of its jobs that have ended.</summary>
    public TimeSpan MarkAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Nothing else is to be done, once nothing has changed for so long.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Retired pages that are looked at at once.</summary>
    public int PagesInOneLook { get; init; } = 20;

    /// <summary>
    /// Retired pages of former processes whose time is known and has not come: while there are so many, no others are looked for.
    /// </summary>
    public int PagesKnownMax { get; init; } = 1_000;

    /// <summary>Finished jobs that share a page with a live one go so long after their time, several at once.</summary>
    public TimeSpan PartSweepGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>While there is something to forget or to move, and nothing else to do, a commit for that so often.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A commit that took longer has kept workers from reporting: their leases start again.</summary>
    public TimeSpan StallExcused { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A shard that wants to store something and has stored nothing for so long is not ready.</summary>
    public TimeSpan StoredNothing { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Events that have waited for the broker for so long are worth a warning.</summary>
    public TimeSpan OutboxLag { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A process that wakes up later than this after its time has stood still: running leases get that much more.</summary>
    public TimeSpan StallCounted { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What the wall clock differs by from what has passed by the monotonic clock, before it counts as a leap.</summary>
    public TimeSpan ClockLeap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a wall clock that has leapt must be steady before a shard's time draws near to it.</summary>
    public TimeSpan ClockSettles { get; init; } = TimeSpan.FromHours(1);

    /// <summary>By which part of the time that passes a shard's time draws near to the wall clock: an hour's error in 50.</summary>
    public double ClockSlew { get; init; } = 0.02;

    /// <summary>The pauses after a write that was refused, before the next one is tried.</summary>
    public PauseBounds AfterRefusal { get; init; } = new(TimeSpan.FromMilliseconds(25), TimeSpan.FromSeconds(1));

    /// <summary>
    /// How often something is tried alone that the store refuses while it takes other writes, where it does not say that it is too large.
    /// </summary>
    public int RefusedAloneTries { get; init; } = 8;

    /// <summary>The pauses until a job is tried again that was set aside because the store takes no change of it.</summary>
    public PauseBounds Aside { get; init; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    /// <summary>The pauses between the tries of one call, while the store is away.</summary>
    public PauseBounds StoreAway { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));

    /// <summary>The pauses between the tries of one publish.</summary>
    public PauseBounds BrokerAway { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));

    /// <summary>
    /// When a publish is given up and repeated. Longer than the adapter gives one call, for a publish that is too large takes several.
    /// </summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A topic that the broker has not taken for so long is not waited for by the others.</summary>
    public TimeSpan TopicPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From then on its events are set aside after one try, if the broker takes others.</summary>
    public TimeSpan TopicGivenUpAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of all events that are behind. Beyond, those of topics that alone are not taken are set aside.</summary>
    public long TopicBytesBehindMax { get; init; } = 8 << 20;

    /// <summary>Events in one publish, about.</summary>
    public int PublishedMax { get; init; } = 500;

    /// <summary>Bytes of the events in one publish, one event in any case: well below the 4 MB that a sidecar takes by default.</summary>
    public int PublishedBytesMax { get; init; } = 1 << 20;

    /// <summary>
    /// Bytes of one message that brings several events, one event in any case: half of what the brokers take that take least.
    /// </summary>
    public int PackedBytesMax { get; init; } = 128 << 10;

    /// <summary>How often an event is tried that the broker refuses for good, before it is set aside.</summary>
    public int RefusedTries { get; init; } = 5;

    /// <summary>Bytes of the newest events in memory: readers further behind read the store. 4 MB hold some 10,000 events.</summary>
    public long RecentEventBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes of events that one look for a job's events goes through, about: what is further comes with the next.</summary>
    public long ChangesBytesMax { get; init; } = 16 << 20;

    /// <summary>Outbox documents in one bulk read.</summary>
    public int OutboxDocumentsInOneRead { get; init; } = 50;

    /// <summary>Finished jobs in memory: callers who wait ask for the result right after the commit.</summary>
    public int FinishedJobsMax { get; init; } = 4_096;

    /// <summary>Their bytes, of all shards of a replica.</summary>
    public long FinishedBytesMax { get; init; } = 32 << 20;

    /// <summary>
    /// Bytes of what finished jobs are, page by page, of all shards of a replica: some 2 KB for 256 jobs. Of the others it is read again.
    /// </summary>
    public long DigestBytesMax { get; init; } = 16 << 20;

    /// <summary>Index pages that one look reads at once, where it has to look whether wanted jobs are in them.</summary>
    public int PagesInOneRead { get; init; } = 8;

    /// <summary>A watcher that has not read so many events is told the newest ones only; it sees the gap in the sequence.</summary>
    public int WatchEventsMax { get; init; } = 1_024;

    /// <summary>Bytes of days that are over, of what happened by hours, which a shard keeps for whoever looks again.</summary>
    public long PastDaysBytesMax { get; init; } = 1 << 20;

    /// <summary>How often what happened by hours is stored: a process that dies takes so much of it along.</summary>
    public TimeSpan HistoryEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After a shard was lost, or is another's, or the store could not be asked, until the next try.</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>The first pause, and the one from which on it grows no more.</summary>
internal readonly record struct PauseBounds(TimeSpan First, TimeSpan Longest);
