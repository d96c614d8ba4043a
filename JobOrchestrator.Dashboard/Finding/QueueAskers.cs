using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Who asks for a queue's jobs.</summary>
/// <param name="Workers">How many workers do; those of which nothing is heard are not among them.</param>
/// <param name="OrMore">There may be more: not all that there are were told.</param>
/// <param name="Nobody">Types that wait and that no worker asks for.</param>
/// <param name="Since">Since when those wait and nobody asks; null: there are none.</param>
public sealed record QueueAskers(int Workers, bool OrMore, IReadOnlyList<string> Nobody, DateTimeOffset? Since)
{
    /// <summary>Most queues that are told of one worker.</summary>
    private const int QueuesTold = 50;

    /// <summary>Nobody asks for anything that waits; who asks for the queue asks for other types.</summary>
    public bool IsNobody { get; private init; }

    /// <summary>What is known of a queue.</summary>
    public static QueueAskers Of(JobQueue queue, JobWorkers known)
    {
        JobUncovered[] nobody = [.. known.Uncovered.Where(one => one.Queue == queue.Name)];
        return new QueueAskers(
            known.Workers.Count(worker => !worker.Silent && AsksFor(worker, queue.Name)),
            known.Total > known.Workers.Count
                || known.Workers.Any(worker => worker.Queues.Count >= QueuesTold && !worker.Silent && !AsksFor(worker, queue.Name)),
            [.. nobody.Select(one => one.Type)],
            nobody.Length == 0 ? null : nobody.Min(one => one.Since))
        {
            IsNobody = nobody.Length > 0 && nobody.Sum(one => (long)one.Ready) >= queue.Ready,
        };
    }

    private static bool AsksFor(JobKnownWorker worker, string queue) =>
        worker.Queues is [JobCaller.AnyQueue, ..] || worker.Queues.Contains(queue, StringComparer.Ordinal);
}
