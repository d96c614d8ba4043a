using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What a live job's shard knows of why it waits or how it runs, at one moment.</summary>
/// <param name="Now">The moment, by the shard's time.</param>
/// <param name="Job">The job.</param>
/// <param name="Queue">Its queue in numbers.</param>
/// <param name="Held">How many jobs of the queue each worker holds that holds any.</param>
/// <param name="Ahead">How many ready jobs come before it; of one that is not due, will unless they start; null: it does not wait.</param>
/// <param name="IsDue">Its time has come: if it waits, it is in line.</param>
/// <param name="Workers">Those that have asked for jobs of the queue, the latest first.</param>
/// <param name="WatchedSince">Since when workers are watched.</param>
/// <param name="Estimate">When it will be handed out; null: that cannot be said.</param>
/// <param name="NoEstimate">Why it cannot, in a sentence; null: there is an estimate, or it does not wait.</param>
/// <param name="Run">What half of its type's runs did not exceed; null: too few are known.</param>
public sealed record JobSituation(
    DateTimeOffset Now,
    Job Job,
    QueueStatistics Queue,
    IReadOnlyDictionary<string, int> Held,
    Ahead? Ahead,
    bool IsDue,
    IReadOnlyList<Asker> Workers,
    DateTimeOffset WatchedSince,
    StartEstimate? Estimate,
    string? NoEstimate,
    TimeSpan? Run)
{
    /// <summary>The workers that are there: they have asked lately, or hold jobs.</summary>
    public IEnumerable<Asker> Present => Workers.Where(worker => worker.IsPresent || Held.ContainsKey(worker.Worker));

    /// <summary>Its queue runs, and one of them takes such jobs: while it does not, no pace says anything.</summary>
    public bool IsHandedOut => !Queue.Paused && Present.Any(worker => worker.AsksFor(Job.Type));
}
