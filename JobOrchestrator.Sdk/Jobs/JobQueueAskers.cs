namespace JobOrchestrator.Sdk;

/// <summary>Who asks for a queue's jobs, by what <see cref="IJobOperations.WorkersAsync"/> says.</summary>
/// <param name="Workers">
/// How many workers do. Those of which nothing is heard are not among them, nor those that take some types out of any queue, as the
/// service's own does: they are there for those types, not for this queue.
/// </param>
/// <param name="OrMore">There may be more: not all that there are were told, or not what tells one of these from others.</param>
/// <param name="Nobody">Types that wait and that no worker asks for.</param>
/// <param name="Since">Since when those wait and nobody asks; null: there are none.</param>
public sealed record JobQueueAskers(int Workers, bool OrMore, IReadOnlyList<string> Nobody, DateTimeOffset? Since)
{
    /// <summary>Most queues that are told of one worker.</summary>
    private const int QueuesTold = 50;

    /// <summary>Nobody asks for anything that waits; who asks for the queue, if anybody does, asks for other types.</summary>
    public bool IsNobody { get; private init; }

    /// <summary>
    /// How many of its jobs those workers run at once at most; null: one has not said, asks for other queues too, or is not known of.
    /// </summary>
    public int? Slots { get; private init; }

    /// <summary>What is known of a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="known">Who works.</param>
    /// <param name="bound">
    /// The queues that whoever looks is bound to, null: to none. A worker that takes any queue is shown to take just these.
    /// </param>
    public static JobQueueAskers Of(JobQueue queue, JobWorkers known, IReadOnlyList<string>? bound = null)
    {
        JobUncovered[] nobody = [.. known.Uncovered.Where(one => one.Queue == queue.Name)];
        JobKnownWorker[] heard = [.. known.Workers.Where(worker => !worker.Silent)];
        JobKnownWorker[] asking = [.. heard.Where(worker => AsksFor(worker, queue.Name, bound) == true)];
        bool orMore = known.Total > known.Workers.Count || heard.Any(worker => AsksFor(worker, queue.Name, bound) is null);

        // What is there and has somebody is worked by those that take its types out of any queue.
        bool isWorked = nobody.Length == 0 && queue.Ready + queue.Leased > 0 && heard.Any(TakesAnyQueue);
        return new JobQueueAskers(
            asking.Length,
            orMore || (asking.Length == 0 && isWorked),
            [.. nobody.Select(one => one.Type)],
            nobody.Length == 0 ? null : nobody.Min(one => one.Since))
        {
            Slots = bound is null && !orMore && asking.Length > 0 && asking.All(IsItsAlone) ? asking.Sum(worker => worker.Slots) : null,
            IsNobody = nobody.Length > 0 && nobody.Sum(one => (long)one.Ready) >= queue.Ready,
        };
    }

    /// <summary>Whether a worker asks for a queue; null: that cannot be told.</summary>
    private static bool? AsksFor(JobKnownWorker worker, string queue, IReadOnlyList<string>? bound)
    {
        bool anyType = worker.Types is [JobCaller.AnyQueue, ..];
        if (TakesAnyQueue(worker))
        {
            return anyType;
        }

        if (!worker.Queues.Contains(queue, StringComparer.Ordinal))
        {
            return worker.Queues.Count >= QueuesTold ? null : false;
        }

        return anyType || bound is null || !bound.Order(StringComparer.Ordinal).Take(QueuesTold).All(worker.Queues.Contains) ? true : null;
    }

    private static bool IsItsAlone(JobKnownWorker worker) => worker is { Slots: not null, Queues: [not JobCaller.AnyQueue] };

    private static bool TakesAnyQueue(JobKnownWorker worker) => worker.Queues is [JobCaller.AnyQueue, ..];
}
