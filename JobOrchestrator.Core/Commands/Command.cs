namespace JobOrchestrator.Core;

/// <summary>
/// One thing asked of a shard. Everything that varies between runs arrives inside: ids, lease tokens, limits.
/// </summary>
public abstract record Command
{
    private Command()
    {
    }

    /// <summary>Who asks, as the service knows him, so that callers take turns; null: nobody in particular.</summary>
    public string? AskedBy { get; init; }

    /// <summary>A command about one job that has to be known.</summary>
    /// <param name="JobId">The job.</param>
    public abstract record OnJob(JobId JobId) : Command;

    /// <summary>Accept a job.</summary>
    public sealed record Enqueue(NewJob Job) : Command;

    /// <summary>Accept all of these jobs or none.</summary>
    public sealed record EnqueueMany(IReadOnlyList<NewJob> Jobs) : Command;

    /// <summary>Look up the live jobs of a queue that have an externalId, one of each owner.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="ExternalId">The caller's own id.</param>
    public sealed record Find(string Queue, string ExternalId) : Command;

    /// <summary>Say how many jobs one queue has.</summary>
    public sealed record CountQueue(string Queue) : Command;

    /// <summary>Say how many jobs each queue has, by name.</summary>
    /// <param name="After">Only names behind this one; null: from the first.</param>
    /// <param name="Limit">Most queues.</param>
    public sealed record CountQueues(string? After = null, int Limit = int.MaxValue) : Command;

    /// <summary>Say where a job stands in its queue.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Types">Of the jobs before it those of these types count; null: all.</param>
    public sealed record Locate(JobId JobId, IReadOnlySet<string>? Types = null) : Command;

    /// <summary>Say who holds what, and what is ready, by type.</summary>
    /// <param name="TypesMax">Of so many types of queues at most it says what is ready; by the queues' names.</param>
    public sealed record Survey(int TypesMax = int.MaxValue) : Command;

    /// <summary>Hand out jobs that are ready.</summary>
    /// <param name="Queues">Where to look, in order of preference; empty: in all queues, best job first.</param>
    /// <param name="Worker">Who asks.</param>
    /// <param name="Max">At most this many jobs, from 1.</param>
    /// <param name="Types">Only these types; null means any.</param>
    /// <param name="TokenSeed">Unguessable; the lease tokens are made from it.</param>
    /// <param name="BytesMax">Stop before the documents handed out exceed this, but never before the first.</param>
    /// <param name="HeldMax">
    /// At most this many jobs of one queue in the worker's hands at one time, those it has already included; null means no bound.
    /// </param>
    public sealed record Lease(
        IReadOnlyList<string> Queues,
        string Worker,
        int Max,
        IReadOnlySet<string>? Types,
        string TokenSeed,
        long BytesMax = long.MaxValue,
        int? HeldMax = null) : Command
    {
        /// <summary>The version of what the worker runs, for people; null: it says none.</summary>
        public string? Version { get; init; }

        /// <summary>How many jobs the worker runs at once at most, for people; null: it says nothing.</summary>
        public int? Slots { get; init; }
    }

    /// <summary>A worker's sign of life.</summary>
    public sealed record Heartbeat(JobId JobId, string Token, Progress? Progress = null, JsonText? State = null) : OnJob(JobId)
    {
        /// <summary>
        /// Counts the states of an attempt: one that comes late, after a higher one was taken, is not taken. Null: it is taken as it
        /// comes.
        /// </summary>
        public int? StateNumber { get; init; }
    }

    /// <summary>A worker reports success.</summary>
    public sealed record Complete(JobId JobId, string Token, JsonText? Result = null) : OnJob(JobId);

    /// <summary>A worker reports an error.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Token">The lease token.</param>
    /// <param name="Error">What went wrong.</param>
    /// <param name="TryAgain">False: trying again cannot help, the job ends as Failed.</param>
    public sealed record Fail(JobId JobId, string Token, JobError Error, bool TryAgain = true) : OnJob(JobId);

    /// <summary>A worker gives the job back; the attempt is not spent.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Token">The lease token.</param>
    /// <param name="Delay">Not handed out again before this has passed; null: at once, in its old place.</param>
    /// <param name="IsUnseen">
    /// No worker ever got the lease. Where this is not stored before the lease is over, its end gives the job back in the same way.
    /// </param>
    public sealed record Release(JobId JobId, string Token, TimeSpan? Delay = null, bool IsUnseen = false) : OnJob(JobId);

    /// <summary>Cancel: at once when waiting, through its worker when running.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="AtOnce">True: a running job ends now as well, and its worker's next report is refused.</param>
    public sealed record Cancel(JobId JobId, bool AtOnce = false) : OnJob(JobId)
    {
        /// <summary>Refuse unless the job is at this sequence; null: any.</summary>
        public long? IfSequence { get; init; }
    }

    /// <summary>A worker reports success and submits what comes next: all of it or nothing.</summary>
    /// <param name="JobId">The job, whose externalId and unique key are free for the new ones.</param>
    /// <param name="Token">The lease token.</param>
    /// <param name="Jobs">The new jobs, possibly none.</param>
    public sealed record Requeue(JobId JobId, string Token, IReadOnlyList<NewJob> Jobs) : OnJob(JobId);

    /// <summary>
    /// A worker ends its attempt by putting a new submission in the job's place; the job keeps its id, queue, owner, externalId,
    /// unique key and labels.
    /// </summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Token">The lease token.</param>
    /// <param name="Job">What is new.</param>
    public sealed record Reschedule(JobId JobId, string Token, NewJob Job) : OnJob(JobId);

    /// <summary>Run a finished job again, as a new job.</summary>
    /// <param name="JobId">The finished job.</param>
    /// <param name="NewId">The new job's id.</param>
    public sealed record Retry(JobId JobId, JobId NewId) : OnJob(JobId);

    /// <summary>Change the place or the queue of a waiting job, the labels of a live one, or all of it.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Priority">Null leaves it.</param>
    /// <param name="RunAt">Null leaves it.</param>
    /// <param name="IfSequence">Refuse unless the job is at this sequence; null: any.</param>
    public sealed record Reprioritise(JobId JobId, int? Priority, DateTimeOffset? RunAt, long? IfSequence = null) : OnJob(JobId)
    {
        /// <summary>The labels to set, and by null to take away; those that it does not name stay, as all do if it is null.</summary>
        public IReadOnlyDictionary<string, string?>? Labels { get; init; }

        /// <summary>The queue to wait in, one of the same shard; null leaves it.</summary>
        public string? Queue { get; init; }
    }

    /// <summary>Forget a finished job before its time.</summary>
    public sealed record Forget(JobId JobId) : OnJob(JobId)
    {
        /// <summary>Refuse unless the job is at this sequence; null: any.</summary>
        public long? IfSequence { get; init; }
    }

    /// <summary>Hand out nothing more from a queue. One that is paused already stays so since it was.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="By">Who wants it, for people; null: not known.</param>
    /// <param name="Reason">Why, for people; null: what was said before stays.</param>
    public sealed record PauseQueue(string Queue, string? By = null, string? Reason = null) : Command;

    /// <summary>Hand out again.</summary>
    public sealed record ResumeQueue(string Queue) : Command;

    /// <summary>Choose which events of a queue's jobs are published: those that happen from now on.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="Unpublished">The kinds that are not.</param>
    public sealed record ChooseEvents(string Queue, EventKinds Unpublished) : Command;

    /// <summary>A worker is known to be gone: give back what it held, attempts not spent.</summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Max">At most this many jobs in one go.</param>
    /// <param name="BytesMax">No further job is given back once the pending documents are this large.</param>
    /// <param name="LeasedBefore">
    /// Only what it was given before; null: all. A worker may come back under its name before the last of it is given back.
    /// </param>
    public sealed record ReleaseWorker(
        string Worker, int Max, long BytesMax = long.MaxValue, DateTimeOffset? LeasedBefore = null) : Command;

    /// <summary>
    /// The service itself was away (a restart, a store outage), so no worker could report: every running lease gets its full time again.
    /// </summary>
    /// <param name="By">Leases get no more than this; null: their full time.</param>
    public sealed record Excuse(TimeSpan? By = null) : Command;

    /// <summary>What time has done to one job, in a smaller form than <see cref="Tick"/> gives it: the store takes no other.</summary>
    /// <param name="JobId">The job; one to which nothing has happened stays as it is.</param>
    /// <param name="Form">What may be left out.</param>
    public sealed record SettleJob(JobId JobId, JobForm Form) : Command;

    /// <summary>
    /// Ends a waiting job as Failed, in its smallest form: the store takes it in no worker's hands, and it would stand first in its queue
    /// for ever.
    /// </summary>
    public sealed record GiveUp(JobId JobId) : Command;

    /// <summary>
    /// The store takes no change of a live job: it stays as it is, outside its queue's line, and nothing is due of it until a change of it
    /// is stored, it is taken back, or the shard is loaded again.
    /// </summary>
    /// <param name="JobId">The job.</param>
    /// <param name="IsAside">False: it is taken back, to be tried again.</param>
    public sealed record SetAside(JobId JobId, bool IsAside = true) : Command;

    /// <summary>Time has passed: lost leases, time limits, retries and schedules that are due, closed windows.</summary>
    /// <param name="Max">At most this many jobs are changed in one go; the rest stays due.</param>
    /// <param name="BytesMax">No further job is changed once the pending documents are this large.</param>
    /// <param name="StepsMax">At most this many scheduled jobs become ready and as many keys free in one go; no document changes.</param>
    public sealed record Tick(int Max, long BytesMax = long.MaxValue, int StepsMax = Tick.StepsMaxDefault) : Command
    {
        /// <summary>Some 2 ms, so that a million jobs that are due at once keep nobody waiting.</summary>
        public const int StepsMaxDefault = 1_000;
    }
}
